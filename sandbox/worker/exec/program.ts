import type { ExecOutcome, SandboxCommand } from "../../../shared/protocol/sandbox-rpc.ts";
import type { TestReport } from "../../../shared/workflow/records.ts";
import type { FileContent } from "../files/content.ts";
import type { Tree } from "../files/tree.ts";
import type { NodeProgram } from "../isolate/node/contract.ts";
import { runNode } from "../isolate/node/run-node.ts";
import { GUEST_ENV } from "../shell/guest-env.ts";
import type { Terminal } from "../shell/terminal.ts";
import { Turns } from "../turns.ts";
import { contentsUpTo } from "./preload.ts";

export interface ProgramRun {
  readonly command: Exclude<SandboxCommand, { kind: "shell" }>;
  readonly timeMs: number;
  readonly memoryBytes: number;
  readonly stdin: string;
  readonly cwd: string;
  readonly tree: Tree;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly load: (contents: Iterable<FileContent>) => Promise<void>;
  readonly onTests: (report: TestReport) => void;
}

export interface ProgramEnd {
  readonly outcome: ExecOutcome;
  readonly exitCode: number | null;
  readonly problem: string | null;
}

/** Runs code or test files, not through the shell. */
export async function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  const program = programOf(run.command);
  if (program === null) return { outcome: "unavailable", exitCode: null, problem: "Python does not run here." };
  await run.load(contentsUpTo(run.tree, run.memoryBytes));
  const { outcome, exitCode, problem, tests } = await runNode({
    program,
    fs: run.tree,
    cwd: run.cwd,
    env: { ...GUEST_ENV, PWD: run.cwd },
    stdin: new TextEncoder().encode(run.stdin),
    limits: { timeMs: run.timeMs, memoryBytes: run.memoryBytes },
    print: (_stream, text) => run.terminal.write(text),
    turns: new Turns(run.signal),
  });
  if (tests !== null) run.onTests(tests);
  return { outcome, exitCode, problem };
}

function programOf(command: ProgramRun["command"]): NodeProgram | null {
  if (command.kind === "tests") return { kind: "tests", paths: command.paths };
  const { language, code, args = [] } = command;
  return language === "python" ? null : { kind: "source", language, code, args };
}
