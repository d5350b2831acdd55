import { Bash } from "just-bash/browser";
import type { ExecOutcome } from "../../../shared/protocol/sandbox-rpc.ts";
import type { FileContent } from "../files/content.ts";
import { SCRATCH, WORKSPACE } from "../files/paths.ts";
import type { Tree } from "../files/tree.ts";
import { commandsFor, type ShellHooks } from "./commands/all.ts";
import { endedBy } from "./endings.ts";
import { SHELL_LIMITS } from "./limits.ts";
import { ShellFs } from "./shell-fs.ts";
import type { Terminal } from "./terminal.ts";
import { type ShellOptions, toTty } from "./tty.ts";

/** How long the shell may keep the thread before others have their turn. */
const TURN_MS = 15;

export interface ShellRun {
  readonly script: string;
  readonly stdin: string;
  readonly cwd: string;
  readonly tree: Tree;
  readonly timeMs: number;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly fetch: NonNullable<ShellOptions["fetch"]>;
  readonly load: (contents: readonly FileContent[]) => Promise<void>;
  readonly hooks: ShellHooks;
}

export interface ShellEnd {
  readonly outcome: ExecOutcome;
  readonly exitCode: number | null;
  readonly problem: string | null;
}

/** Environment of every command: nothing of the host's. */
export const GUEST_ENV = {
  HOME: WORKSPACE,
  USER: "agent",
  LOGNAME: "agent",
  SHELL: "/bin/bash",
  PATH: "/usr/bin:/bin",
  LANG: "C.UTF-8",
  TMPDIR: SCRATCH,
  TZ: "UTC",
  TERM: "dumb",
} as const;

/** Runs a script over the tree. Output goes to the terminal as it comes. Never throws for anything the script does. */
export async function runShell(run: ShellRun): Promise<ShellEnd> {
  const controller = new AbortController();
  const deadline = Date.now() + run.timeMs;
  let reason: ExecOutcome | null = null;
  const end = (outcome: ExecOutcome): void => {
    reason ??= outcome;
    controller.abort();
  };
  const onAbort = (): void => end("cancelled");
  run.signal.addEventListener("abort", onAbort);
  if (run.signal.aborted) end("cancelled");
  const timer = setTimeout(() => end("timeout"), run.timeMs);
  let turn = Date.now();
  const pulse = async (): Promise<void> => {
    const now = Date.now();
    if (now > deadline) end("timeout");
    if (now - turn > TURN_MS) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      turn = Date.now();
    }
    if (controller.signal.aborted) throw new Error("execution aborted");
  };
  const fs = new ShellFs(run.tree, {
    pulse,
    load: run.load,
    print: (bytes) => {
      if (!run.terminal.write(bytes)) end("output");
    },
  });
  const context = { ...run.hooks, tree: run.tree, deadline, signal: controller.signal, terminal: run.terminal, end };
  const shell = new Bash({
    fs,
    cwd: run.cwd,
    env: { ...GUEST_ENV },
    executionLimitProfile: "hardened",
    executionLimits: { ...SHELL_LIMITS, maxExecutionTimeMs: run.timeMs + 1_000 },
    defenseInDepth: false,
    fetch: run.fetch,
    customCommands: commandsFor(context),
    processInfo: { pid: 2, ppid: 1, uid: 1000, gid: 1000 },
    sleep: (ms) => sleep(Math.min(ms, run.timeMs), controller.signal),
  });
  shell.registerTransformPlugin(toTty);
  try {
    const result = await shell.exec(run.script, { stdin: run.stdin, signal: controller.signal, rawScript: true });
    run.terminal.write(result.stdout);
    if (reason === null) run.terminal.write(plainer(result.stderr));
    const ended = endedBy(reason, result, run.timeMs);
    return ended ?? { outcome: "exited", exitCode: result.exitCode & 255, problem: null };
  } catch (error) {
    const ended = endedBy(reason, { exitCode: 126, stderr: error instanceof Error ? error.message : "" }, run.timeMs);
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
