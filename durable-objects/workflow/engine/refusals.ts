import type { ProblemCode } from "../../../shared/errors/codes.ts";
import { type Problem, problem } from "../../../shared/errors/problem.ts";
import { err, type Result } from "../../../shared/lib/result.ts";
import type { EventBody } from "../../../shared/workflow/events.ts";
import { statusOf, type WorkflowState } from "../../../shared/workflow/state.ts";

/** What a command comes to: the facts to append, in the turn in which they were decided. */
export type Decision = Result<readonly EventBody[], Problem>;

export const refuse = (code: ProblemCode, params: Record<string, string | number> = {}): Decision =>
  err(problem(code, params));

/** A refusal because of where the workflow stands; the status is put into words where the problem is told. */
export const refuseNow = (code: ProblemCode, state: WorkflowState): Decision =>
  refuse(code, { status: statusOf(state) });

export const RESUMED: EventBody = { name: "workflow.resumed", data: {} };

/** Spent or in doubt. */
export const usedMicros = (state: WorkflowState): number => state.cost.spentMicros + state.cost.unconfirmedMicros;
