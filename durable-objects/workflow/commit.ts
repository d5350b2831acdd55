import type { Problem } from "../../shared/errors/problem.ts";
import { problem } from "../../shared/errors/problem.ts";
import { err, ok, type Result } from "../../shared/lib/result.ts";
import type { EventBody } from "../../shared/workflow/events.ts";
import type { WorkflowState } from "../../shared/workflow/state.ts";
import { nudge } from "./alarms/run-alarm.ts";
import type { Workflow } from "./compose.ts";
import { problemFrom } from "./engine/faults.ts";

/**
 * Appends what a person's command came to and sets the run going. A refusal: nothing was written (SPEC R13).
 * @param key names the command, when its sender may send it again; one that was carried out changes nothing (SPEC C5)
 */
export function commit(
  workflow: Workflow,
  userId: string,
  decide: (state: WorkflowState) => Result<readonly EventBody[], Problem>,
  key?: string,
): Result<WorkflowState, Problem> {
  const { journal, report, store } = workflow;
  if (journal.refusal) return err(journal.refusal);
  const mark = key === undefined ? null : `command:${key}`;
  if (mark !== null && journal.state && store.number(mark) > 0) return ok(journal.state);
  const decision = journal.state ? decide(journal.state) : err(problem("not_found"));
  if (!decision.ok) return decision;
  try {
    journal.append({ kind: "user", id: userId }, decision.value);
    // What one turn writes commits together: the mark is there if and only if the events are.
    if (mark !== null) store.setNumber(mark, 1);
  } catch (error) {
    report("a command was not written", error);
    return err(problemFrom(error, "storage_error"));
  }
  nudge(workflow);
  return journal.state ? ok(journal.state) : err(problem("not_found"));
}
