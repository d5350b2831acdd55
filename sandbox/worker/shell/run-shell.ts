import { Bash, getCommandNames } from "just-bash/browser";
import type { ExecOutcome } from "../../../shared/protocol/sandbox-rpc.ts";
import type { FileContent } from "../files/content.ts";
import type { Tree } from "../files/tree.ts";
import { LOST_MS, Turns } from "../turns.ts";
import { commandsFor } from "./commands/all.ts";
import type { CommandHost } from "./commands/host.ts";
import { endedBy, sentence } from "./endings.ts";
import { countEvals } from "./evals.ts";
import { GUEST_ENV } from "./guest-env.ts";
import { SHELL_LIMITS } from "./limits.ts";
import { ShellFs } from "./shell-fs.ts";
import type { Terminal } from "./terminal.ts";
import { type ShellOptions, toTty } from "./tty.ts";

/** A turn in steps, where the clock stands still. */
const TURN_STEPS = 500;

export interface ShellRun {
  readonly script: string;
  readonly stdin: string;
  readonly cwd: string;
  readonly tree: Tree;
  readonly timeMs: number;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly fetch: NonNullable<ShellOptions["fetch"]>;
  readonly memoryBytes: number;
  readonly load: (contents: Iterable<FileContent>) => Promise<void>;
  readonly onTests: CommandHost["onTests"];
}

export interface ShellEnd {
  readonly outcome: ExecOutcome;
  readonly exitCode: number | null;
  readonly problem: string | null;
}

/** Runs a script over the tree. Output goes to the terminal as it comes. Never throws for anything the script does. */
export async function runShell(run: ShellRun): Promise<ShellEnd> {
  const controller = new AbortController();
  const turns = new Turns(controller.signal);
  const remainingMs = (): number => Math.max(1, run.timeMs - turns.ownMs);
  let reason: { readonly outcome: ExecOutcome; readonly problem: string } | null = null;
  const end = (outcome: ExecOutcome, problem?: string | null): void => {
    reason ??= { outcome, problem: problem ?? sentence(outcome, run.timeMs) };
    controller.abort();
  };
  // The shell asks its signal wherever it works without waiting: where no timer is heard, its time is looked at there.
  Object.defineProperty(controller.signal, "aborted", {
    get: () => {
      if (reason === null && turns.ownMs >= run.timeMs) end("timeout");
      return reason !== null;
    },
  });
  const onAbort = (): void => end("cancelled");
  run.signal.addEventListener("abort", onAbort);
  if (run.signal.aborted) end("cancelled");
  const watch = (): void => {
    if (turns.ownMs >= run.timeMs) end("timeout");
    else timer = setTimeout(watch, remainingMs());
  };
  let timer = setTimeout(watch, run.timeMs);
  let steps = 0;
  const pulse = async (): Promise<void> => {
    steps += 1;
    if (steps > TURN_STEPS || turns.isTurnOver) {
      await turns.giveWay();
      steps = 0;
    }
    if (controller.signal.aborted) throw new Error("execution aborted");
  };
  const fs = new ShellFs(run.tree, {
    pulse,
    load: run.load,
    print: (bytes) => {
      if (!run.terminal.write(bytes)) end("output");
    },
    full: () => end("files"),
  });
  const { tree, terminal, memoryBytes, load, onTests } = run;
  const host: CommandHost = {
    tree,
    terminal,
    memoryBytes,
    load,
    onTests,
    remainingMs,
    turns,
    signal: controller.signal,
    pulse,
    end,
  };
  const customCommands = commandsFor(host);
  const programs = [...getCommandNames(), "curl", ...customCommands.map(({ name }) => name)];
  for (const folder of ["/bin", "/usr/bin"]) tree.placePrograms(folder, programs);
  const shell = new Bash({
    fs,
    cwd: run.cwd,
    env: { ...GUEST_ENV },
    executionLimitProfile: "hardened",
    executionLimits: { ...SHELL_LIMITS, maxLiveBytes: memoryBytes, maxExecutionTimeMs: run.timeMs + LOST_MS },
    defenseInDepth: false,
    fetch: run.fetch,
    customCommands,
    coverage: countEvals(() =>
      end("memory", "It evaluated text again and again and was ended. Its changes to files were undone."),
    ),
    processInfo: { pid: 2, ppid: 1, uid: 1000, gid: 1000 },
    sleep: (ms) => sleep(Math.min(ms, run.timeMs), controller.signal),
  });
  shell.registerTransformPlugin(toTty);
  try {
    const result = await shell.exec(run.script, { stdin: run.stdin, signal: controller.signal, rawScript: true });
    // Looked at once more: it may have worked to its end without anybody looking.
    if (controller.signal.aborted) end("timeout");
    const ended = endedBy(reason, result, run);
    run.terminal.write(result.stdout);
    if (ended?.outcome !== "timeout" && ended?.outcome !== "cancelled") run.terminal.write(plainer(result.stderr));
    return ended ?? { outcome: "exited", exitCode: result.exitCode & 255, problem: null };
  } catch (error) {
    // A redirection that cannot be written comes out of the shell as the file system threw it.
    const message = error instanceof Error ? error.message : "it failed";
    const ended = endedBy(reason, { exitCode: 126, stderr: message }, run);
    if (ended === null) run.terminal.write(`bash: ${message}\n`);
    return ended ?? { outcome: "exited", exitCode: 1, problem: null };
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener("abort", onAbort);
  }
}

/** The shell's advice is for those who embed it. */
const plainer = (text: string): string => text.replace(/, increase executionLimits\.\w+/g, "");

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
