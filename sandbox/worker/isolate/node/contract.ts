import type { ExecOutcome } from "../../../../shared/protocol/sandbox-rpc.ts";
import type { TestReport } from "../../../../shared/workflow/records.ts";
import type { GuestFs } from "../../files/guest-fs.ts";
import type { Turns } from "../../turns.ts";

/** What to run. `script`, what follows `node` on a command line: `["sum.js", "a.csv"]`, `["--test"]`, `["-e", "…"]`. */
export type NodeProgram =
  | { readonly kind: "script"; readonly argv: readonly string[] }
  /** Source of its own with the globals of GUEST.md (files, nexus, Big), as `run_code` gives it. */
  | {
      readonly kind: "source";
      readonly language: "javascript" | "typescript";
      readonly code: string;
      readonly args: readonly string[];
    }
  /** Test files; none given: all found by name below the working folder, as `node --test` finds them. */
  | { readonly kind: "tests"; readonly paths: readonly string[] };

export interface NodeRun {
  readonly program: NodeProgram;
  /** Files and changes alike: what the program writes is in here when the run ends, whatever its exit code. */
  readonly fs: GuestFs;
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: Uint8Array;
  readonly limits: { readonly timeMs: number; readonly memoryBytes: number };
  /** Takes output as it comes, in order. False: nobody wants more, end the run with outcome "output". */
  readonly print: (stream: "stdout" | "stderr", text: string | Uint8Array) => boolean;
  /** Those of the command it is part of. Their signal, aborted, ends it with outcome "cancelled". */
  readonly turns: Turns;
}

export interface NodeResult {
  readonly outcome: Extract<ExecOutcome, "exited" | "timeout" | "memory" | "output" | "cancelled">;
  /** 0 … 255; null unless it exited. An uncaught exception exits with 1, its text on stderr. */
  readonly exitCode: number | null;
  /** One sentence for the model when the sandbox ended it; else null. */
  readonly problem: string | null;
  /** Of `tests` and of `node --test`. */
  readonly tests: TestReport | null;
}

/** Never throws for anything the guest does. Exported as `runNode` by run-node.ts. */
export type RunNode = (run: NodeRun) => Promise<NodeResult>;
