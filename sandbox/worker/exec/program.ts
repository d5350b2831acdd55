import type { ExecLimits, ExecOutcome, SandboxCommand } from "../../../shared/protocol/sandbox-rpc.ts";
import type { TestReport } from "../../../shared/workflow/records.ts";
import type { FileContent } from "../files/content.ts";
import { WORKSPACE } from "../files/paths.ts";
import type { Tree } from "../files/tree.ts";
import { runCode } from "../isolate/run-code.ts";
import type { Terminal } from "../shell/terminal.ts";

export interface ProgramRun {
  readonly command: Exclude<SandboxCommand, { kind: "shell" }>;
  readonly limits: ExecLimits;
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
  const { command, tree, terminal, limits } = run;
  if (command.kind !== "code" || command.language !== "javascript") {
    return { outcome: "unavailable", exitCode: null, problem: "This cannot be run here." };
  }
  const files = [...tree.walk(WORKSPACE)].flatMap(([path, node]) => (node.kind === "file" ? [{ path, node }] : []));
  await run.load(files.map(({ node }) => node.content));
  const result = await runCode({
    code: command.code,
    files: files.map(({ path, node }) => ({ path: path.slice(WORKSPACE.length + 1), bytes: node.content.bytes })),
    limits: { ...limits, filesBytes: limits.fileBytes },
  });
  terminal.write(result.output);
  for (const { path, bytes } of result.written) {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    if (folder !== "") tree.makeFolder(`${WORKSPACE}/${folder}`, { recursive: true });
    tree.write(`${WORKSPACE}/${path}`, bytes);
  }
  if (result.failure === null) return { outcome: "exited", exitCode: 0, problem: null };
  const { kind, message } = result.failure;
  if (kind === "timeout" || kind === "memory" || kind === "output" || kind === "files") {
    return { outcome: kind, exitCode: null, problem: message };
  }
  terminal.write(`${message}\n`);
  return { outcome: "exited", exitCode: 1, problem: null };
}
