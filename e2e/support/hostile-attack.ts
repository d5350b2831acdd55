import type { ExecOutcome } from "../../shared/protocol/sandbox-rpc.ts";

/** What a line of the terminal tries to do to everybody else. */
export interface Attack {
  /** Says what it is; unique. */
  readonly name: string;
  readonly family:
    | "loop"
    | "regex"
    | "memory"
    | "files"
    | "forks"
    | "output"
    | "archive"
    | "links"
    | "bytes"
    | "probe"
    | "prototype"
    | "signals";
  readonly line: string;
  /** What has to be there first; ends well by itself. */
  readonly before?: string;
  /** How it may end. */
  readonly ends: readonly ExecOutcome[];
  /** What its output must say, and must not. */
  readonly shows?: readonly RegExp[];
  readonly hides?: readonly RegExp[];
  /** It computes until its time is over: for these alone, what others feel can be measured. */
  readonly busy?: true;
  /** A person stops it after its first output. */
  readonly stopped?: true;
}

/** Attacks of one family. */
export const of = (family: Attack["family"], attacks: readonly Omit<Attack, "family">[]): readonly Attack[] =>
  attacks.map((one) => ({ ...one, family }));

/** A line that runs JavaScript, which holds no single quotes. */
export const node = (code: string): string => `node -e '${code}'`;
