import type { ExecResult, SandboxCommand } from "../../../shared/protocol/sandbox-rpc.ts";
import type { RunReport, TestReport } from "../../../shared/workflow/records.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { ToolOutcome } from "../engine/services.ts";
import type { StartTool } from "../engine/super-step.ts";
import { cutMiddle, MAX_OUTPUT } from "./cut.ts";
import { type ExecDeps, exec } from "./exec.ts";
import { cleanName } from "./file-names.ts";
import { dropChanges, isReview, type SaveDeps, saveChanges, saveLog } from "./save.ts";

const TOLD_FAILURES = 20;
const TOLD_MESSAGE = 700;
/** Characters of a failed test's message that the log keeps. */
const KEPT_MESSAGE = 1_000;
const MAX_TESTS = 200;
const MAX_INPUTS = 100;
/** Room for the sentence that says where the rest of a cut output is. */
const POINTER = 200;

export type CommandDeps = ExecDeps & SaveDeps;

const failed = (output: string): ToolOutcome => ({ ok: false, output, artifacts: [] });

/** Runs a command of a step, keeps what it left behind, and says how it went. A review's command leaves nothing. */
export async function runInSandbox(
  deps: CommandDeps,
  state: WorkflowState,
  call: StartTool,
  command: SandboxCommand,
  signal: AbortSignal,
): Promise<ToolOutcome> {
  const ran = await exec(deps, state, call, command, signal);
  if (ran.kind === "away") return failed("The sandbox does not answer. Try again.");
  if (ran.kind === "hangs")
    return failed("timeout: it did not come to an end and was given up. Work with fewer or smaller values.");
  const { result, leftOut } = ran;
  const notes =
    leftOut.length > 0 ? [`Not there, being too large or in the way of another name: ${leftOut.join(", ")}.`] : [];
  const run = reportOf(result);
  const head = headOf(command, result);
  if (isReview(state, call)) {
    await dropChanges(deps, state, result);
    if (result.changed.length + result.removed.length > 0) notes.push("A review changes no files: nothing was kept.");
    return told(deps, state, call, { ok: isGood(command, result), head, output: result.output, notes, run });
  }
  const how = {
    tool: call.name,
    code: codeOf(command, state, result),
    inputs: result.read.slice(0, MAX_INPUTS).map(cleanName),
  };
  const kept = await saveChanges(deps, state, call, result, how);
  const ok = isGood(command, result);
  const saved = kept.saved.map((one) => `${one.name} (${one.size} bytes)`).join(", ");
  // What code prints stands alone when it went well, so that what it prints as JSON can be read as JSON.
  const alone = command.kind === "code" && ok && result.output.trim() !== "";
  if (saved !== "" && !alone) notes.push(`Saved ${saved}.`);
  else if (ok && result.output.trim() === "" && head === "") notes.push("It ran and printed nothing.");
  notes.push(...kept.refused);
  if (kept.removedNames.length > 0) notes.push(`Removed: ${kept.removedNames.join(", ")}`);
  const outcome = await told(deps, state, call, { ok, head, output: result.output, notes, run });
  return {
    ...outcome,
    artifacts: [...kept.saved, ...outcome.artifacts],
    ...(kept.removed.length > 0 ? { removed: kept.removed } : {}),
  };
}

function isGood(command: SandboxCommand, { outcome, exitCode, tests }: ExecResult): boolean {
  if (outcome !== "exited" || exitCode !== 0) return false;
  return command.kind !== "tests" || (tests !== null && tests.failed === 0 && tests.passed > 0);
}

/** What is said before the output: how it failed, and which tests did. Empty for code and commands that went well. */
function headOf(command: SandboxCommand, result: ExecResult): string {
  const { outcome, exitCode, problem, tests } = result;
  const lines: string[] = [];
  if (outcome === "unavailable") lines.push(problem ?? "This cannot be run here. Do it in JavaScript.");
  else if (outcome !== "exited") lines.push(`${outcome}: ${problem ?? "the sandbox ended it."}`);
  else if (exitCode !== 0 && tests === null)
    lines.push(`Failed with exit code ${exitCode}.`, ...(problem ? [problem] : []));
  if (tests !== null && (command.kind === "tests" || tests.failed > 0)) lines.push(...testLines(tests));
  else if (command.kind === "tests" && tests === null && outcome === "exited") lines.push("No tests were found.");
  return lines.join("\n");
}

function testLines(report: TestReport): string[] {
  const { passed, failed: red, skipped, tests } = report;
  if (passed + red === 0) return ["No test ran. Test files are named like totals.test.js and use node:test."];
  const count = `${passed} passed, ${red} failed, ${skipped} skipped.`;
  const failures = tests
    .filter((one) => one.status === "failed")
    .slice(0, TOLD_FAILURES)
    .map((one) => `✗ ${one.file} › ${one.name}: ${one.message.slice(0, TOLD_MESSAGE)}`);
  const more = red - failures.length;
  return [
    red > 0 ? `Tests failed: ${count}` : `All tests passed: ${count}`,
    ...failures,
    ...(more > 0 ? [`[and ${more} more]`] : []),
  ];
}

interface Said {
  readonly ok: boolean;
  readonly head: string;
  readonly output: string;
  readonly notes: readonly string[];
  readonly run: RunReport;
}

/** SPEC T2: what is too long is cut in the middle, kept whole, and can be read on. */
async function told(deps: SaveDeps, state: WorkflowState, call: StartTool, said: Said): Promise<ToolOutcome> {
  const { ok, head, output, notes, run } = said;
  const tail = cutMiddle(notes.join("\n"), MAX_OUTPUT / 4);
  const join = (...parts: string[]) => parts.filter((part) => part.trim() !== "").join("\n");
  const whole = join(head, output, tail);
  if (whole.length <= MAX_OUTPUT) return { ok, output: whole, artifacts: [], run };
  const log = await saveLog(deps, state, call, join(head, output));
  const pointer = log
    ? `[The whole output, ${output.length} characters, is in ${log.name}: go on with read_file.]`
    : "";
  const room = MAX_OUTPUT - POINTER - tail.length;
  const text = join(cutMiddle(join(head, output), room), pointer, tail);
  return { ok, output: text, artifacts: log ? [log] : [], run, ...(log ? { fullOutputId: log.id } : {}) };
}

function reportOf({ report, tests }: ExecResult): RunReport {
  const kept = tests ?? report.tests;
  if (kept === null) return { ...report, tests: null };
  const short = kept.tests.slice(0, MAX_TESTS).map((one) => ({ ...one, message: one.message.slice(0, KEPT_MESSAGE) }));
  return { ...report, tests: { ...kept, tests: short } };
}

/** The file a command ran, when it is one the step can see. */
function codeOf(command: SandboxCommand, state: WorkflowState, { changed, read }: ExecResult): string | null {
  if (command.kind !== "shell") return null;
  const named = /(?:^|[\s;&|(])(?:node|python3?|bash|sh)\s+(?:-\S+\s+)*(["']?)([^\s"';&|<>()-][^\s"';&|<>()]*)\1/.exec(
    command.script,
  )?.[2];
  if (named === undefined) return null;
  const name = cleanName(named);
  const known =
    state.artifacts.some((one) => one.name === name) || [...read, ...changed.map((one) => one.path)].includes(name);
  return known ? name : null;
}
