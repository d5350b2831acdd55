import type { FileProfile } from "../api/files.ts";
import type { Result } from "../lib/result.ts";
import type { RunReport, TestReport } from "../workflow/records.ts";

/** A file guest code can read, and may have written. Paths are relative, with "/" between folders. */
export interface GuestFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface RunCodeInput {
  /** JavaScript (ES2023, top-level await allowed). See sandbox/worker/isolate/GUEST.md for what it can call. */
  readonly code: string;
  readonly files: readonly GuestFile[];
  readonly limits: {
    readonly timeMs: number;
    readonly memoryBytes: number;
    /** Longest console output kept, characters. */
    readonly outputChars: number;
    readonly filesBytes: number;
  };
}

export type RunCodeFailure = "timeout" | "memory" | "output" | "syntax" | "exception" | "files";

export interface RunCodeResult {
  readonly ok: boolean;
  /** Console output, cut in the middle beyond the limit. */
  readonly output: string;
  readonly outputCut: boolean;
  /** Present when not ok; message and guest stack, no host detail. */
  readonly failure: { readonly kind: RunCodeFailure; readonly message: string } | null;
  /** Files written or changed by the run. */
  readonly written: readonly GuestFile[];
  readonly durationMs: number;
}

export type ParseProblem =
  | "file_empty"
  | "file_too_large"
  | "file_type_unsupported"
  | "file_mislabelled"
  | "file_broken"
  | "file_zip_bomb"
  | "file_encrypted";

/** What parsing gives beside the profile: text the agents read, in UTF-8, one derived file per table or document. */
export interface ParsedFile {
  /** By content, not by name. */
  readonly mediaType: string;
  readonly profile: FileProfile;
  /** Tables: RFC 4180 CSV with a header row, values exactly as written in the source (numbers of XLSX as their
   *  stored decimal text, dates of XLSX as ISO). Documents: plain text or markdown. Images: none. */
  readonly derived: readonly GuestFile[];
}

/** Whose files: one tree per project, in it a folder per workflow, which that workflow's commands see as /workspace. */
export interface WorkspaceRef {
  readonly projectId: string;
  readonly workflowId: string;
}

export type SandboxRuntime = "isolate" | "container";
export type CodeLanguage = "javascript" | "typescript" | "python";

/** What to run. Paths and `cwd` are relative to /workspace, or absolute within it. */
export type SandboxCommand =
  | { readonly kind: "shell"; readonly script: string }
  | {
      readonly kind: "code";
      readonly language: CodeLanguage;
      readonly code: string;
      readonly args?: readonly string[] | undefined;
    }
  /** Runs test files (all found by name when none is given) and reports what passed. */
  | { readonly kind: "tests"; readonly paths: readonly string[] };

export interface ExecLimits {
  readonly timeMs: number;
  readonly memoryBytes: number;
  /** Longest output kept, characters; beyond it the middle is left out. */
  readonly outputChars: number;
  /** Bytes of one file, of all files of the workspace, and their number. */
  readonly fileBytes: number;
  readonly workspaceBytes: number;
  readonly files: number;
}

/** What a file must hold before the command runs, as the caller knows it. `version` changes with its content. */
export interface ManifestEntry {
  readonly path: string;
  readonly size: number;
  readonly version: string;
}

export interface ExecRequest {
  readonly workspace: WorkspaceRef;
  /** The same id again gives the result of the first time, and joins it while it runs. */
  readonly execId: string;
  readonly command: SandboxCommand;
  readonly stdin?: string | undefined;
  /** Default: /workspace. */
  readonly cwd?: string | undefined;
  readonly limits: ExecLimits;
  /** Hosts a person approved for this workflow; empty: no network. Exact names, lower case, no ports. */
  readonly egress: readonly string[];
  /** Files that must be there; what is missing or of another version is fetched through `ExecIo.supply`. */
  readonly manifest: readonly ManifestEntry[];
  /** Absent: chosen by what the command needs (sandbox/choose.ts). */
  readonly runtime?: SandboxRuntime | undefined;
  /** For the transcript of the terminal: an agent's step, or a person. */
  readonly by: { readonly kind: "agent" | "user"; readonly id: string; readonly label: string };
}

/** Callbacks of the caller, alive while the call is. */
export interface ExecIo {
  /** Bytes of a manifest entry. */
  supply(path: string): Promise<Uint8Array>;
}

/** A file the command wrote. `bytes` is absent when all of them would not fit one answer: then `readFile` gives it. */
export interface ChangedFile {
  readonly path: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly bytes?: Uint8Array | undefined;
}

/** How a command ended beside its exit code; all but "exited" were ended by the sandbox. */
export type ExecOutcome = "exited" | "timeout" | "memory" | "output" | "files" | "cancelled" | "unavailable";

export interface ExecResult {
  readonly outcome: ExecOutcome;
  /** 0 is success; null unless it exited. */
  readonly exitCode: number | null;
  /** stdout and stderr in the order they came, as text (invalid UTF-8 shown as U+FFFD). */
  readonly output: string;
  readonly outputCut: boolean;
  /** One sentence for the model when it did not end well: what happened, what to do. Null when it did. */
  readonly problem: string | null;
  /** Files of /workspace written and removed; nothing of a command that was ended counts unless it says so. */
  readonly changed: readonly ChangedFile[];
  readonly removed: readonly string[];
  /** Files of the manifest or earlier commands that it read. */
  readonly read: readonly string[];
  readonly tests: TestReport | null;
  /** Where it ran and why there. */
  readonly report: RunReport;
  readonly durationMs: number;
}

export interface FileEntry {
  readonly path: string;
  readonly kind: "file" | "folder" | "link";
  readonly size: number;
  /** ISO 8601 UTC. */
  readonly modifiedAt: string;
}

/** A line of the terminal. `seq` counts from 1 per workspace. */
export type TranscriptEntry = { readonly seq: number; readonly at: string; readonly execId: string } & (
  | {
      readonly kind: "command";
      readonly text: string;
      readonly by: ExecRequest["by"];
      readonly runtime: SandboxRuntime;
    }
  | { readonly kind: "output"; readonly text: string }
  | {
      readonly kind: "end";
      readonly outcome: ExecOutcome;
      readonly exitCode: number | null;
      /** It was refused before anything ran: it needs a program that is not here, or was asked for wrongly. */
      readonly why?: "absent" | "invalid" | undefined;
    }
);

/** Why a file operation was refused: words for the caller, no host detail. */
export type FilesProblem = "not_found" | "exists" | "not_a_folder" | "is_a_folder" | "bad_path" | "too_large" | "full";

export type FilesAnswer<T> = Result<T, { readonly problem: FilesProblem; readonly detail: string }>;

/** One operation on a workspace's files, and what it gives. */
export interface WorkspaceFiles {
  list(workspace: WorkspaceRef, folder: string, options?: { recursive?: boolean }): Promise<FilesAnswer<FileEntry[]>>;
  stat(workspace: WorkspaceRef, path: string): Promise<FilesAnswer<FileEntry>>;
  readFile(workspace: WorkspaceRef, path: string): Promise<FilesAnswer<Uint8Array>>;
  writeFile(workspace: WorkspaceRef, path: string, bytes: Uint8Array): Promise<FilesAnswer<FileEntry>>;
  move(workspace: WorkspaceRef, from: string, to: string): Promise<FilesAnswer<FileEntry>>;
  remove(workspace: WorkspaceRef, path: string): Promise<FilesAnswer<null>>;
  /** A zip of the folder, streamed. */
  archive(workspace: WorkspaceRef, folder: string): Promise<FilesAnswer<ReadableStream<Uint8Array>>>;
}

/** The sandbox Worker's RPC surface. It has no secrets, and of the outside only what a request's `egress` allows. */
export interface SandboxRpc extends WorkspaceFiles {
  runCode(input: RunCodeInput): Promise<RunCodeResult>;
  parseFile(input: {
    fileId: string;
    name: string;
    bytes: Uint8Array;
  }): Promise<Result<ParsedFile, { problem: ParseProblem; detail: string }>>;
  /** Tokens of each text, o200k_base. */
  countTokens(texts: readonly string[]): Promise<number[]>;

  /** Runs a command. Never throws for anything the guest does; files change all at once with the result, or not at all. */
  exec(request: ExecRequest, io: ExecIo): Promise<ExecResult>;
  /** Ends a command that runs, waits or is on its way; its result says "cancelled". Nothing happens when it is over. */
  cancel(workspace: WorkspaceRef, execId: string): Promise<void>;
  /** The terminal's lines after `since`, then live ones, as one JSON text per line, until the reader goes. */
  watch(workspace: WorkspaceRef, since: number): Promise<ReadableStream<Uint8Array>>;
  /** What can run here: whether containers are there at all, for prompts and for people. */
  runtimes(): Promise<readonly SandboxRuntime[]>;
  /** Forgets the workspace, or all of the project. */
  destroy(workspace: { readonly projectId: string; readonly workflowId: string | null }): Promise<void>;
}
