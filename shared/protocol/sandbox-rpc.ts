import type { FileProfile } from "../api/files.ts";
import type { Result } from "../lib/result.ts";

/** A file guest code can read, and may have written. Paths are plain names without a slash. */
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

/** The sandbox Worker's RPC surface: no state, no network, no secrets. */
export interface SandboxRpc {
  runCode(input: RunCodeInput): Promise<RunCodeResult>;
  parseFile(input: {
    fileId: string;
    name: string;
    bytes: Uint8Array;
  }): Promise<Result<ParsedFile, { problem: ParseProblem; detail: string }>>;
  /** Tokens of each text, o200k_base. */
  countTokens(texts: readonly string[]): Promise<number[]>;
}
