import type {
  ExecRequest,
  ExecResult,
  FileEntry,
  FilesAnswer,
  ManifestEntry,
  SandboxRuntime,
  TranscriptEntry,
} from "../../../shared/protocol/sandbox-rpc.ts";
import type { StoredEntry } from "./changes.ts";

/** A file a command wrote, without its bytes: those are in the object under their hash. */
export interface ChangedMeta {
  /** Relative to /workspace. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** An {@link ExecResult} as the object remembers it. */
export type StoredResult = Omit<ExecResult, "changed"> & { readonly changed: readonly ChangedMeta[] };

export interface Job {
  readonly workflowId: string;
  readonly execId: string;
  /** What the terminal shows as the command. */
  readonly text: string;
  readonly by: ExecRequest["by"];
  readonly runtime: SandboxRuntime;
  /** Why there, a code of sandbox/choose.ts. */
  readonly reason: string;
  readonly manifest: readonly ManifestEntry[];
  /** The command's own time, ms; the object gives up on a runner that is silent well beyond it. */
  readonly timeMs: number;
}

/** What a command came to: committed all at once with the result. Contents were put before, by hash. */
export interface JobEnd {
  readonly result: StoredResult;
  readonly put: readonly StoredEntry[];
  readonly removed: readonly string[];
}

/** Why a command is not run at all, as the terminal tells it. */
export interface Refusal {
  readonly sentence: string;
  readonly why: NonNullable<Extract<TranscriptEntry, { kind: "end" }>["why"]>;
}

/** Who does the work for a job, called back by the object when it is the job's turn. */
export interface JobRunner {
  supply(path: string): Promise<Uint8Array>;
  run(entries: readonly StoredEntry[]): Promise<JobEnd>;
  cancel(): Promise<void>;
}

export type FileOperation =
  | { readonly kind: "list"; readonly folder: string; readonly recursive: boolean }
  | { readonly kind: "stat"; readonly path: string }
  | { readonly kind: "read"; readonly path: string }
  | { readonly kind: "write"; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: "move"; readonly from: string; readonly to: string }
  | { readonly kind: "remove"; readonly path: string };

/** What each {@link FileOperation} gives: entries, one entry, bytes, or nothing. */
export type FileOutcome =
  | { readonly kind: "entries"; readonly entries: FileEntry[] }
  | { readonly kind: "entry"; readonly entry: FileEntry }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "done" };

/** SandboxObject as the entrypoint of the same Worker calls it; one object per project. */
export interface SandboxObjectRpc {
  exec(job: Job, runner: JobRunner): Promise<StoredResult>;
  /** Tells the terminal of a command that is not run, and remembers that under its id. */
  refuse(job: Job, refusal: Refusal): Promise<StoredResult>;
  cancel(workflowId: string, execId: string): Promise<void>;
  /** Output of a running command, for the transcript. */
  output(workflowId: string, execId: string, text: string): Promise<void>;
  watch(workflowId: string, since: number): Promise<ReadableStream<Uint8Array>>;
  entries(workflowId: string): Promise<StoredEntry[]>;
  /** In the order asked; null for what is gone. The caller keeps one answer below 24 MB. */
  contents(workflowId: string, hashes: readonly string[]): Promise<(Uint8Array | null)[]>;
  putContents(workflowId: string, contents: readonly { sha256: string; bytes: Uint8Array }[]): Promise<void>;
  files(workflowId: string, operation: FileOperation): Promise<FilesAnswer<FileOutcome>>;
  /** Gives the workflows of those erased that were used within minutes: their containers may be awake. */
  destroy(workflowId: string | null): Promise<readonly string[]>;
}
