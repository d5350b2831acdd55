import { COMMAND_TIMES } from "../shared/protocol/command-times.ts";
import type {
  ExecLimits,
  ExecRequest,
  ExecResult,
  FileEntry,
  FilesAnswer,
  GuestFile,
  RunCodeInput,
  SandboxRpc,
  SandboxRuntime,
} from "../shared/protocol/sandbox-rpc.ts";

/** What other rooms may call of the sandbox Worker. */
export type SandboxPort = SandboxRpc;

/** Limits of one run of guest code unless the caller has a reason for others. */
export const RUN_CODE_LIMITS: RunCodeInput["limits"] = {
  timeMs: 10_000,
  memoryBytes: 64 * 1024 * 1024,
  outputChars: 16_000,
  filesBytes: 10 * 1024 * 1024,
};

/** Limits of one command unless the caller has a reason for others. */
export const EXEC_LIMITS: ExecLimits = {
  timeMs: COMMAND_TIMES.ownMs,
  memoryBytes: 64 * 1024 * 1024,
  outputChars: 1_000_000,
  fileBytes: 16 * 1024 * 1024,
  workspaceBytes: 128 * 1024 * 1024,
  files: 5_000,
};

/** What a running command tells while it runs. */
export interface Running {
  /** Output as it comes, in pieces. */
  readonly onOutput: (text: string) => void;
  /** Aborting it ends the command; what it started ends with it. */
  readonly signal: AbortSignal;
}

/** All files of a workspace at one moment, to be put into another sandbox. */
export interface Snapshot {
  readonly files: readonly GuestFile[];
  readonly folders: readonly string[];
}

/** Files of one sandbox. Paths as in {@link ExecRequest}; links are never followed out of the workspace. */
export interface SandboxFiles {
  read(path: string): Promise<FilesAnswer<Uint8Array>>;
  write(path: string, bytes: Uint8Array): Promise<FilesAnswer<FileEntry>>;
  list(folder: string, options?: { recursive?: boolean }): Promise<FilesAnswer<FileEntry[]>>;
  stat(path: string): Promise<FilesAnswer<FileEntry>>;
  move(from: string, to: string): Promise<FilesAnswer<FileEntry>>;
  remove(path: string): Promise<FilesAnswer<null>>;
  /** A zip of the folder. */
  archive(folder: string): Promise<FilesAnswer<ReadableStream<Uint8Array>>>;
}

/** What {@link Sandbox.exec} needs of a request; the rest (whose, which files) is settled around it. */
export type SandboxExec = Pick<ExecRequest, "command" | "stdin" | "cwd" | "limits" | "egress">;
/** What the adapter itself answers; who calls it adds why this runtime was chosen. */
export type SandboxExecResult = Omit<ExecResult, "report">;

/**
 * One sandbox over the files of one workspace; both adapters (worker/isolate, container) pass the suite in
 * sandbox/contract. No method throws for anything guest code or its files do.
 */
export interface Sandbox {
  readonly runtime: SandboxRuntime;
  readonly files: SandboxFiles;
  /** Makes it ready to run; exec does so by itself when needed. */
  start(): Promise<void>;
  /** Output is streamed to `running`; a command after one that was ended finds the sandbox in order. */
  exec(request: SandboxExec, running: Running): Promise<SandboxExecResult>;
  snapshot(): Promise<Snapshot>;
  /** Replaces all files. */
  restore(snapshot: Snapshot): Promise<FilesAnswer<null>>;
  /** Ends what runs and forgets the files. Using it afterwards starts an empty one. */
  destroy(): Promise<void>;
}
