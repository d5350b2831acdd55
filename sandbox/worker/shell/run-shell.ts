import { Bash, getCommandNames } from "just-bash/browser";
import type { ExecOutcome } from "../../../shared/protocol/sandbox-rpc.ts";
import type { FileContent } from "../files/content.ts";
import type { Tree } from "../files/tree.ts";
import { commandsFor } from "./commands/all.ts";
import type { CommandHost } from "./commands/host.ts";
import { endedBy, sentence } from "./endings.ts";
import { countEvals } from "./evals.ts";
import { GUEST_ENV } from "./guest-env.ts";
import { SHELL_LIMITS } from "./limits.ts";
import { ShellFs } from "./shell-fs.ts";
import type { Terminal } from "./terminal.ts";
import { type ShellOptions, toTty } from "./tty.ts";

/** How long the shell may keep the thread before others have their turn. */
const TURN_MS = 15;
/** The same in steps: a deployed Worker's clock stands still until it waits for something. */
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
  const deadline = Date.now() + run.timeMs;
  let reason: { readonly outcome: ExecOutcome; readonly problem: string } | null = null;
  const end = (outcome: ExecOutcome, problem?: string | null): void => {
    reason ??= { outcome, problem: problem ?? sentence(outcome, run.timeMs) };
    controller.abort();
  };
  const onAbort = (): void => end("cancelled");
  run.signal.addEventListener("abort", onAbort);
  if (run.signal.aborted) end("cancelled");
  const timer = setTimeout(() => end("timeout"), run.timeMs);
  let turn = Date.now();
  let steps = 0;
  const pulse = async (): Promise<void> => {
    const now = Date.now();
    if (now > deadline) end("timeout");
    steps += 1;
    if (now - turn > TURN_MS || steps > TURN_STEPS) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      turn = Date.now();
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
    deadline,
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
    executionLimits: { ...SHELL_LIMITS, maxLiveBytes: memoryBytes, maxExecutionTimeMs: run.timeMs },
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
    // The shell keeps its own deadline too, which is looked at where nothing else can be.
    const result = await shell.exec(run.script, { stdin: run.stdin, signal: controller.signal, rawScript: true });
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
