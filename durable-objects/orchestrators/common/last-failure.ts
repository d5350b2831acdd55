import type { Failure } from "../../../shared/workflow/records.ts";
import type { RunNode, ToolRun } from "../../../shared/workflow/run-node.ts";
import { isOutage, isRefusal, purposeOf } from "./approaches.ts";

const RUNNING = ["run_code", "run_command", "run_tests"];
const MARK = "[code] ";
/** `Failure.technical` holds 2,000 characters. */
const LENGTH = 1_900;

/**
 * Adds to a failed attempt what its code said when it last failed: the exit code, the failing tests, the end of its
 * output. A new attempt begins with nothing of the old one but this and its approach.
 */
export function withLastRun(failure: Failure, node: RunNode): Failure {
  const run = lastFailedRun(node);
  if (failure.technical !== "" || run === undefined) return failure;
  const said = `${MARK}${purposeOf(run)}\n${run.result?.output ?? ""}`;
  return { ...failure, technical: ends(said) };
}

/** What {@link withLastRun} kept of the attempt before the current one; null when its code did not fail. */
export function lastFailureOf(node: RunNode): string | null {
  const before = node.attempts.at(-2)?.failure?.technical ?? "";
  return before.startsWith(MARK) ? before.slice(MARK.length) : null;
}

/** The last failure that no later run of the same kind took back. */
function lastFailedRun(node: RunNode): ToolRun | undefined {
  const failed = node.tools.findLast((run) => RUNNING.includes(run.name) && failedRun(run, node));
  if (failed === undefined) return undefined;
  const later = node.tools.slice(node.tools.indexOf(failed) + 1);
  return later.some((run) => run.name === failed.name && run.result?.ok === true) ? undefined : failed;
}

/** A sandbox that was away says nothing about the code; what was refused did not run. */
const failedRun = (run: ToolRun, node: RunNode): boolean =>
  run.result?.ok === false && !isOutage(run.result.output) && !isRefusal(run, node);

/** The beginning, where exit code and failing tests stand, and the end of the output. */
function ends(text: string): string {
  if (text.length <= LENGTH) return text.toWellFormed();
  const half = Math.floor((LENGTH - 10) / 2);
  return `${text.slice(0, half)}\n[…]\n${text.slice(-half)}`.toWellFormed();
}
