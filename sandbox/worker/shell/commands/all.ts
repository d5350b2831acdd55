import type { CustomCommand } from "just-bash/browser";
import type { ExecOutcome } from "../../../../shared/protocol/sandbox-rpc.ts";
import type { Tree } from "../../files/tree.ts";
import type { Terminal } from "../terminal.ts";
import { absent } from "./absent.ts";

/** What the pipeline gives the shell's own commands. */
export type ShellHooks = {};

export interface CommandHost extends ShellHooks {
  readonly tree: Tree;
  /** Ms since 1970. */
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
  /** Ends the whole command line. */
  readonly end: (outcome: ExecOutcome) => void;
}

/** The commands that are ours: what the shell lacks, and plain words for what cannot be here. */
export function commandsFor(_host: CommandHost): CustomCommand[] {
  return [...absent];
}
