import type { Command } from "just-bash/browser";

export type CommandContext = Parameters<Command["execute"]>[1];
export type CommandResult = Awaited<ReturnType<Command["execute"]>>;

/** What was piped in. */
export function stdinOf(context: CommandContext): Uint8Array {
  const text: unknown = context.stdin;
  // SAFETY: just-bash's ByteString is a text of one character per byte; its functions are not in the browser entry.
  return new Uint8Array(Buffer.from(text as string, "latin1"));
}

/** Bytes as a command's stdout. */
export const bytesOut = (bytes: Uint8Array): Pick<CommandResult, "stdout" | "stdoutKind"> => ({
  stdout: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1"),
  stdoutKind: "bytes",
});

export const textOut = (stdout: string, exitCode = 0): CommandResult => ({ stdout, stderr: "", exitCode });
export const failed = (name: string, words: string, exitCode = 1): CommandResult => ({
  stdout: "",
  stderr: `${name}: ${words}\n`,
  exitCode,
});

export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
