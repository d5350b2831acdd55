import type { BoxEnd } from "../image/box/wire.ts";
import { BoxUnavailable } from "./box-port.ts";
import { Line } from "./wire-schemas.ts";

/** Output comes in lines of 64 KiB or so; the last line holds names of changed files. */
const LINE_BYTES = 16 * 1024 * 1024;

/**
 * Reads the answer to POST /exec.
 * @param onOutput false: nobody wants more, reading stops
 * @returns null when `onOutput` had enough
 * @throws BoxUnavailable when the container broke off or said something else
 */
export async function readExec(
  body: ReadableStream<Uint8Array>,
  onOutput: (bytes: Uint8Array) => boolean,
): Promise<BoxEnd["end"] | null> {
  const reader = body.getReader();
  try {
    for await (const text of lines(reader)) {
      const line = Line.safeParse(parse(text));
      if (!line.success) throw new BoxUnavailable("The container said something else than it should.");
      if ("end" in line.data) return line.data.end;
      if (!onOutput(fromBase64(line.data.out))) return null;
    }
  } catch (error) {
    throw error instanceof BoxUnavailable ? error : new BoxUnavailable("The connection to the container broke.");
  } finally {
    reader.cancel().catch(() => undefined);
  }
  throw new BoxUnavailable("The container stopped while the command ran.");
}

async function* lines(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const pieces = decoder.decode(value, { stream: true }).split("\n");
    pieces[0] = rest + (pieces[0] ?? "");
    rest = pieces.pop() ?? "";
    if (rest.length > LINE_BYTES) throw new BoxUnavailable("The container sent a line without end.");
    yield* pieces;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
