import type { RunCodeFailure } from "../../../shared/protocol/sandbox-rpc.ts";

/** What guest code threw, as texts; all of it is the guest's word. */
export interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

export const MEMORY = { kind: "memory", message: "The code used more memory than it may." } as const;
const MAX_MESSAGE_CHARS = 2_000;
const MAX_FRAMES = 8;

/**
 * Kind, message and guest stack of a failure. Frames of the host's prelude are left out; line numbers are those of
 * the guest's own source.
 * @param compiling true when the code did not compile and nothing of it ran
 * @param columnShift characters the host put before the first line
 */
export function describeFailure(
  thrown: Thrown,
  compiling: boolean,
  columnShift: number,
): { kind: RunCodeFailure; message: string } {
  if (
    /^(InternalError|RangeError)$/.test(thrown.name) &&
    /^(out of memory|invalid string length|string too long)$/.test(thrown.message)
  ) {
    return MEMORY;
  }
  const title = thrown.name === "" ? thrown.message : `${thrown.name}: ${thrown.message}`;
  const frames = guestFrames(thrown.stack, columnShift);
  const message = `${title.slice(0, MAX_MESSAGE_CHARS)}${frames.map((frame) => `\n    at ${frame}`).join("")}`;
  if (compiling && thrown.name === "SyntaxError") return { kind: "syntax", message };
  return { kind: thrown.name === "FilesError" ? "files" : "exception", message };
}

function guestFrames(stack: string, columnShift: number): string[] {
  const frames: string[] = [];
  for (const match of stack.slice(0, 20_000).matchAll(/at (?:([^\n(]{0,80}) \()?code\.js:(\d+)(?::(\d+))?/g)) {
    const [, name, line = "", column] = match;
    const shown = column === undefined ? "" : `:${line === "1" ? Math.max(1, Number(column) - columnShift) : column}`;
    const where = `line ${line}${shown}`;
    frames.push(name === undefined || name === "<eval>" ? where : `${name} (${where})`);
    if (frames.length === MAX_FRAMES) break;
  }
  return frames;
}
