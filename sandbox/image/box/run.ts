import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { launch, type Places } from "./launch.ts";
import { endCommand, memoryOfCommand } from "./processes.ts";
import { Before, isBeyond } from "./tree.ts";
import type { BoxEnd, BoxExec, BoxOutcome, BoxTest } from "./wire.ts";

const WATCH_MS = 40;
/** A look at all files costs more than one at memory. */
const FILES_EVERY = 5;
const TESTS_KEPT = 200;

/**
 * Runs one command to its end. What it started ends with it, whatever it did to stay; when it was ended, the files are
 * as they were before.
 * @param onOutput gets bytes as they come; what it returns is waited for, so that a slow reader slows the command
 */
export async function run(
  exec: BoxExec,
  places: Places,
  onOutput: (bytes: Buffer) => Promise<void> | undefined,
  cancelled: AbortSignal,
): Promise<BoxEnd["end"]> {
  const began = performance.now();
  const durationMs = (): number => Math.round(performance.now() - began);
  const before = new Before(places.workspace, join(places.own, "before"));
  const plan = launch(exec, places);
  if (typeof plan === "string") return { ...NOTHING, exitCode: 1, problem: plan, durationMs: durationMs() };
  const cwd = join(places.workspace, exec.cwd);
  try {
    mkdirSync(cwd, { recursive: true });
  } catch {
    plan.cleanUp();
    return { ...NOTHING, exitCode: 1, problem: "The working folder is no folder.", durationMs: durationMs() };
  }
  mkdirSync(places.scratch, { recursive: true });

  const { limits } = exec;
  // `timeout` ends the command also where this program no longer could.
  const seconds = (limits.timeMs / 1000 + 2).toFixed(3);
  const child = spawn("timeout", ["-k", "1", seconds, "bash", "-c", plan.script], {
    cwd,
    env: plan.env,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let reason: Exclude<BoxOutcome, "exited"> | null = null;
  let closed = false;
  let ending: Promise<void> | null = null;
  const end = (why: Exclude<BoxOutcome, "exited">): void => {
    if (closed) return;
    reason ??= why;
    ending ??= endCommand();
  };
  const timer = setTimeout(() => end("timeout"), limits.timeMs);
  const onCancel = (): void => end("cancelled");
  cancelled.addEventListener("abort", onCancel);
  if (cancelled.aborted) onCancel();
  let looks = 0;
  let peak = 0;
  const watch = setInterval(() => {
    looks += 1;
    const memory = memoryOfCommand();
    peak = Math.max(peak, memory);
    if (memory > limits.memoryBytes) end("memory");
    else if (looks % FILES_EVERY === 0 && areBeyond(places, exec)) end("files");
  }, WATCH_MS);

  // It may end without having read any of it.
  child.stdin.on("error", () => undefined);
  child.stdin.end(exec.stdin);
  let bytes = 0;
  const pump = async (stream: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of stream) {
      bytes += chunk.length;
      if (bytes > limits.floodBytes) end("output");
      else await onOutput(chunk);
    }
  };
  const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    const reading = Promise.allSettled([pump(child.stdout), pump(child.stderr)]);
    child.once("error", () => resolve({ code: 127, signal: null }));
    child.once("exit", async (code, signal) => {
      // What it left running holds the pipes open.
      await endCommand();
      await reading;
      resolve({ code, signal });
    });
  });
  closed = true;
  clearTimeout(timer);
  clearInterval(watch);
  cancelled.removeEventListener("abort", onCancel);
  // Nothing of this one's end may still be under way when the next one starts.
  await ending;
  await endCommand();
  const tests = readTests(plan.testsFile);
  plan.cleanUp();

  const exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal];
  const beyond = areBeyond(places, exec) || exitCode === 128 + constants.signals.SIGXFSZ;
  // Killed, and not by us: by the machine, when it ran out of memory first.
  const starved = exitCode === 128 + constants.signals.SIGKILL && peak > limits.memoryBytes / 2;
  const outcome: BoxOutcome = reason ?? (beyond ? "files" : starved ? "memory" : "exited");
  if (outcome !== "exited") {
    before.restore();
    before.forget();
    return { ...NOTHING, outcome, tests, durationMs: durationMs() };
  }
  const changes = await before.changes();
  before.forget();
  return { outcome, exitCode, problem: null, ...changes, tests, durationMs: durationMs() };
}

const NOTHING = {
  outcome: "exited",
  exitCode: null,
  problem: null,
  changed: [],
  removed: [],
  read: [],
  tests: null,
} as const;

const areBeyond = (places: Places, { limits }: BoxExec): boolean =>
  isBeyond(places.workspace, limits) ||
  isBeyond(places.scratch, { ...limits, workspaceBytes: limits.workspaceBytes * 8, files: limits.files * 20 });

function readTests(file: string): BoxTest[] | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return null;
  }
  return text
    .split("\n")
    .filter((line) => line !== "")
    .slice(0, TESTS_KEPT * 50)
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as BoxTest];
      } catch {
        return [];
      }
    });
}
