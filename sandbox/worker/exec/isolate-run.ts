import type { ExecOutcome } from "../../../shared/protocol/sandbox-rpc.ts";
import type { TestReport } from "../../../shared/workflow/records.ts";
import type { SandboxExec } from "../../port.ts";
import type { SecureFetch } from "../egress/contract.ts";
import type { FileContent } from "../files/content.ts";
import type { Tree } from "../files/tree.ts";
import { Terminal } from "../shell/terminal.ts";

/** Loaded at first use: together they are most of what this Worker would have to read before its first request. */
const shell = () => import("../shell/run-shell.ts");
const program = () => import("./program.ts");

/** A command, the files it works on, and what it may ask for. */
export interface IsolateRun {
  readonly exec: SandboxExec & { readonly cwd: string };
  /** Changed by the command: hand over a fork. */
  readonly tree: Tree;
  readonly onOutput: (text: string) => void;
  readonly signal: AbortSignal;
  readonly fetch: SecureFetch;
  readonly load: (contents: Iterable<FileContent>) => Promise<void>;
}

export interface IsolateEnd {
  readonly outcome: ExecOutcome;
  readonly exitCode: number | null;
  readonly problem: string | null;
  readonly output: string;
  readonly outputCut: boolean;
  readonly tests: TestReport | null;
  readonly durationMs: number;
}

/** Runs one command in this Worker. Never throws for anything the guest does. */
export async function runIsolated(run: IsolateRun): Promise<IsolateEnd> {
  const started = Date.now();
  const { command, limits, stdin = "", cwd } = run.exec;
  const terminal = new Terminal(limits.outputChars, run.onOutput);
  let tests: TestReport | null = null;
  const common = {
    stdin,
    cwd,
    tree: run.tree,
    terminal,
    signal: run.signal,
    load: run.load,
    timeMs: limits.timeMs,
    memoryBytes: limits.memoryBytes,
    onTests: (report: TestReport) => {
      tests = report;
    },
  };
  const end =
    command.kind === "shell"
      ? await (await shell()).runShell({ ...common, script: command.script, fetch: run.fetch })
      : await (await program()).runProgram({ ...common, command });
  const output = terminal.finish();
  return { ...end, output, outputCut: terminal.cut, tests, durationMs: Date.now() - started };
}
