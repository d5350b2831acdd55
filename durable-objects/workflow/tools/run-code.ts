import { withDeadline } from "../../../shared/lib/deadline.ts";
import type { GuestFile, RunCodeResult, SandboxRpc } from "../../../shared/protocol/sandbox-rpc.ts";
import type { ProjectFiles, ReadableFile } from "./project-files.ts";

const LIMITS = { timeMs: 10_000, memoryBytes: 64 * 1024 * 1024, outputChars: 16_000, filesBytes: 16 * 1024 * 1024 };
/** An RPC message holds 32 MiB; code, names and framing need some of it. */
const INPUT_BYTES = 24 * 1024 * 1024;
/** A sandbox that was killed is back within a few seconds. */
const RETRY_DELAYS_MS = [250, 1000, 4000];
/** The sandbox keeps the time limit itself; this is for code that it cannot stop, and for waiting behind others. */
export const ANSWER_WITHIN_MS = 30_000;

/** The sandbox did not answer, however often it was asked. */
export class SandboxUnavailable extends Error {}
/** The code hung the sandbox. It is not run again: it would hang the next one too. */
export class CodeHangs extends Error {}

/** Runs guest code over the workflow's files. Code may be run twice after a crash: it sees no world but its files. */
export async function runCode(
  code: string,
  files: { readonly source: ProjectFiles; readonly readable: readonly ReadableFile[] },
  sandbox: Pick<SandboxRpc, "runCode">,
  sleep: (ms: number) => Promise<void>,
): Promise<{ result: RunCodeResult; leftOut: string[] }> {
  const { given, leftOut } = choose(code, files.readable);
  const guests: GuestFile[] = [];
  for (const file of given) guests.push({ path: file.path, bytes: await files.source.read(file) });
  for (let attempt = 0; ; attempt++) {
    try {
      const running = Promise.resolve(sandbox.runCode({ code, files: guests, limits: LIMITS }));
      const result = await withDeadline(running, ANSWER_WITHIN_MS, () => new CodeHangs());
      return { result, leftOut };
    } catch (error) {
      if (error instanceof CodeHangs) throw error;
      const delay = RETRY_DELAYS_MS[attempt];
      if (delay === undefined)
        throw new SandboxUnavailable(error instanceof Error ? error.message : String(error), { cause: error });
      await sleep(delay);
    }
  }
}

/** All files when they fit; else those the code names first, then small before large. */
function choose(code: string, readable: readonly ReadableFile[]): { given: ReadableFile[]; leftOut: string[] } {
  const named = (file: ReadableFile) => (code.includes(file.path) ? 0 : 1);
  const ranked = [...readable].sort((a, b) => named(a) - named(b) || a.size - b.size);
  const given: ReadableFile[] = [];
  const leftOut: string[] = [];
  let bytes = 0;
  for (const file of ranked) {
    if (bytes + file.size > INPUT_BYTES) leftOut.push(file.path);
    else {
      given.push(file);
      bytes += file.size;
    }
  }
  return { given, leftOut };
}
