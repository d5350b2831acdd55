/**
 * What is said between the adapter (sandbox/container) and the box, the small server in the image that runs a
 * workspace's commands. HTTP; every answer with a body that is not bytes is JSON. The box has no secrets and is not
 * trusted: whatever it says is checked by the adapter, since a command may have taken its place.
 */

/** Where the box listens; the SDK's own control server keeps 3000. */
export const BOX_PORT = 8700;

export interface BoxLimits {
  readonly timeMs: number;
  /** Resident memory of all processes of the command together. */
  readonly memoryBytes: number;
  /** Bytes of output after which the command is ended. */
  readonly floodBytes: number;
  readonly fileBytes: number;
  readonly workspaceBytes: number;
  readonly files: number;
  readonly processes: number;
}

/** POST /exec. `id` names it for POST /cancel. */
export interface BoxExec {
  readonly id: string;
  readonly command:
    | { readonly kind: "shell"; readonly script: string }
    | {
        readonly kind: "code";
        readonly language: "javascript" | "typescript" | "python";
        readonly code: string;
        readonly args: readonly string[];
      }
    | { readonly kind: "tests"; readonly paths: readonly string[] };
  readonly stdin: string;
  /** Relative to the workspace. */
  readonly cwd: string;
  readonly limits: BoxLimits;
}

export type BoxOutcome = "exited" | "timeout" | "memory" | "output" | "files" | "cancelled";

export interface BoxTest {
  readonly name: string;
  readonly file: string;
  readonly status: "passed" | "failed" | "skipped";
  readonly message: string;
}

/** The last line of an answer to POST /exec; every line before it is output. */
export interface BoxEnd {
  readonly end: {
    readonly outcome: BoxOutcome;
    readonly exitCode: number | null;
    /** A sentence when the command could not begin; else null. */
    readonly problem: string | null;
    readonly changed: readonly { readonly path: string; readonly size: number; readonly sha256: string }[];
    readonly removed: readonly string[];
    readonly read: readonly string[];
    /** Null: no test ran. */
    readonly tests: readonly BoxTest[] | null;
    readonly durationMs: number;
  };
}

/** A line of an answer to POST /exec: base64 of stdout and stderr as they came. */
export interface BoxOutput {
  readonly out: string;
}

/** POST /files. */
export type BoxFileRequest =
  | { readonly op: "list"; readonly path: string; readonly recursive: boolean }
  | { readonly op: "stat"; readonly path: string }
  | { readonly op: "move"; readonly path: string; readonly to: string }
  | { readonly op: "remove"; readonly path: string };

export interface BoxEntry {
  readonly path: string;
  readonly kind: "file" | "folder" | "link";
  readonly size: number;
  readonly modifiedAt: string;
}

export type BoxFilesProblem =
  | "not_found"
  | "exists"
  | "not_a_folder"
  | "is_a_folder"
  | "bad_path"
  | "too_large"
  | "full";

/** `entries` of list, stat, move and of a written file; empty after remove. */
export type BoxFilesAnswer =
  | { readonly ok: true; readonly entries: readonly BoxEntry[] }
  | { readonly ok: false; readonly problem: BoxFilesProblem };

/** First line of a bundle (GET /snapshot, POST /bundle, POST /restore); the files' bytes follow in its order. */
export interface BundleHead {
  readonly files: readonly { readonly path: string; readonly size: number }[];
  readonly folders: readonly string[];
}
