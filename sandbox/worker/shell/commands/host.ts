import type { ExecOutcome } from "../../../../shared/protocol/sandbox-rpc.ts";
import type { TestReport } from "../../../../shared/workflow/records.ts";
import type { FileContent } from "../../files/content.ts";
import type { Tree } from "../../files/tree.ts";
import type { Turns } from "../../turns.ts";
import type { Terminal } from "../terminal.ts";

/** What the shell's own commands may use of the run they belong to. */
export interface CommandHost {
  readonly tree: Tree;
  readonly terminal: Terminal;
  /** Of the run's own time (see Turns); at least 1. */
  readonly remainingMs: () => number;
  readonly turns: Turns;
  readonly memoryBytes: number;
  readonly signal: AbortSignal;
  readonly load: (contents: Iterable<FileContent>) => Promise<void>;
  readonly onTests: (report: TestReport) => void;
  /** Looks at the clock and lets others have their turn; throws when the run is over. */
  readonly pulse: () => Promise<void>;
  /** Ends the whole command line. */
  readonly end: (outcome: ExecOutcome, problem?: string | null) => void;
}

/** Reads a file of the guest's, whole; throws as GuestFs does. */
export async function readFile(host: CommandHost, path: string): Promise<Uint8Array> {
  const content = host.tree.contentAt(path);
  if (content !== null) await host.load([content]);
  return host.tree.read(path);
}
