import { MAX_MESSAGE_CHARS } from "../../../shared/api/limits.ts";
import { type Problem, problem } from "../../../shared/errors/problem.ts";
import { err, ok, type Result } from "../../../shared/lib/result.ts";
import { totalOf } from "../../../shared/money/estimates.ts";
import type { ForkRequest } from "../../../shared/protocol/object-rpc.ts";
import { nameOfChange, withChange } from "../../../shared/text/change.ts";
import type { EffectRecord } from "../../../shared/workflow/effects.ts";
import { keepResults } from "../../../shared/workflow/keep-steps.ts";
import type { ArtifactRecord } from "../../../shared/workflow/records.ts";
import { BEFORE, type Plan, type RunNode } from "../../../shared/workflow/run-node.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { isWanted } from "../effects/effect-recovery.ts";
import { nextSendAt } from "../effects/ledger.ts";
import { type Pricing, readEdit } from "../engine/edit-plan.ts";
import { MAX_EVENT_CHARS } from "../engine/journal.ts";

/** What a checkpoint is made ready with. */
export interface ForkInput extends Pick<ForkRequest, "reason" | "message" | "change" | "nodes" | "locale"> {
  /** The run and version the state is of. */
  readonly from: { readonly workflowId: string; readonly version: number };
  /** That run as it is now, later than the state as it may be: its effect ledger goes along. */
  readonly head: WorkflowState;
  /** The source will never say what became of a write that was on its way. */
  readonly isSourceDead: boolean;
  /** May be spent before the new run is approved, micro-dollars. */
  readonly planningCapMicros: number;
  readonly pricing: Pricing;
}

/**
 * The state of a checkpoint made ready for a run of its own: what was under way or asked is dropped, what was settled
 * keeps its result, nothing has been spent, and somebody has to approve the plan (again). Changed words without steps
 * mean a new plan. What was done outside is on record, so that it is read and never sent again.
 */
export function prepareFork(state: WorkflowState, input: ForkInput): Result<WorkflowState, Problem> {
  const { from, reason, pricing, planningCapMicros } = input;
  const asked = input.message?.trim() || state.userInput;
  const userInput = input.change === undefined ? asked : withChange(asked, input.change, input.locale);
  // What was asked before may be longer: a goal that the Director wrote has no bounds of its own.
  if (input.change !== undefined && userInput.length > MAX_MESSAGE_CHARS)
    return err(problem("message_too_long", { max: MAX_MESSAGE_CHARS, length: userInput.length }));
  const effects = inherited(input);
  if (effects === null) return err(problem("workflow_busy"));
  const base: WorkflowState = {
    ...state,
    userInput,
    locale: input.locale,
    lineage: { reason, ...from },
    mode: "live",
    approvedBy: null,
    startedAt: null,
    completedAt: null,
    stage: "planning",
    pause: null,
    queue: null,
    planning: { transcript: [], failures: [], retryAt: null },
    calls: {},
    cost: { spentMicros: 0, reservedMicros: 0, unconfirmedMicros: 0, capMicros: planningCapMicros, leasedMicros: 0 },
    approvals: [],
    effects,
    resultSummary: null,
    failure: null,
  };
  const changedWords = userInput !== state.userInput;
  const before = changedWords ? [] : withoutRehearsed(state.nodes, effects);
  if (!state.plan || (changedWords && !input.nodes))
    return ok(input.change === undefined ? unplanned(base, changedWords) : toBeChanged(base, input.change));

  let plan: Plan = { ...state.plan, version: state.plan.version + 1, approved: false };
  let nodes: readonly RunNode[] = keepResults(before, state.nodes);
  if (input.nodes) {
    const edit = readEdit(input.nodes, pricing);
    if (!edit.ok) return edit;
    nodes = keepResults(before, edit.value);
    plan = {
      ...plan,
      variants: pricing.orchestrator.refine(plan.variants, plan.variant, edit.value, pricing.profiles),
    };
  }
  const variants = plan.variants.map((one) => (one.name === plan.variant ? { ...one, ...totalOf(nodes) } : one));
  const kept = new Set(nodes.filter((node) => node.status !== "pending").map((node) => node.id));
  return ok({
    ...base,
    phase: "pending_approval",
    plan: { ...plan, variants },
    nodes: withinLength(nodes.map(unpaid)),
    // Questions of a step that begins anew would pass for asked, and its files for made.
    questions: state.questions.filter((one) => one.status !== "open" && one.nodeId !== null && kept.has(one.nodeId)),
    artifacts:
      input.change === undefined
        ? state.artifacts.filter((one) => one.nodeId === BEFORE || kept.has(one.nodeId))
        : atHand(state.artifacts),
  });
}

/** Nothing is decided yet: it is planned, with the words as they are now. */
function unplanned(base: WorkflowState, changedWords: boolean): WorkflowState {
  return {
    ...base,
    // The name came from the plan that no longer holds.
    name: changedWords ? "" : base.name,
    phase: "planning",
    plan: null,
    nodes: [],
    questions: [],
    // What the run began with, to change it, is there for any plan of it.
    artifacts: base.artifacts.filter((one) => one.nodeId === BEFORE),
    steering: changedWords ? [] : base.steering,
  };
}

/** Planned anew, with the results there are at hand: a change is made in them, and what it leaves alone stays as it was. */
const toBeChanged = (base: WorkflowState, change: string): WorkflowState => ({
  ...unplanned(base, true),
  // In lists it stands beside the run it changes, which has the other name.
  name: nameOfChange(change),
  artifacts: atHand(base.artifacts),
});

/**
 * Results as no step counts them for its own. Of each name the last: those it was written over would grow with every
 * change, and come back when it is removed.
 */
const atHand = (artifacts: readonly ArtifactRecord[]): ArtifactRecord[] =>
  artifacts
    .filter((one) => one.role !== "log")
    .filter((one, at, all) => all.findLastIndex((other) => other.name === one.name) === at)
    .map((one) => ({ ...one, nodeId: BEFORE }));

/** What the earlier run paid is not this one's. */
const unpaid = (node: RunNode): RunNode => ({
  ...node,
  costMicros: 0,
  attempts: node.attempts.map((one) => ({ ...one, costMicros: 0 })),
});

/** Half of what one event may hold: the rest of the state has to fit beside it. */
const MAX_STEPS_CHARS = MAX_EVENT_CHARS / 2;

/** What was said on the way to a settled result is kept where it fits; the run it came from has it. */
function withinLength(nodes: readonly RunNode[]): readonly RunNode[] {
  if (JSON.stringify(nodes).length <= MAX_STEPS_CHARS) return nodes;
  const isSettled = ({ status }: RunNode) => status === "success" || status === "warning" || status === "skipped";
  return nodes.map((node) => (isSettled(node) ? { ...node, transcript: [] } : node));
}

/** Null while a write, or what takes one back, is on its way or to be sent again: both runs would do it. */
function inherited({ head, from, isSourceDead }: ForkInput): EffectRecord[] | null {
  if (!isSourceDead && head.effects.some((one) => isUnderWay(head, one))) return null;
  return head.effects.map((one) => ({
    ...one,
    ...(isUnderWay(head, one) ? { status: "unknown", undo: null } : {}),
    inheritedFrom: one.inheritedFrom ?? from.workflowId,
  }));
}

function isUnderWay(head: WorkflowState, one: EffectRecord): boolean {
  if (one.inheritedFrom !== null || one.mode !== "live") return false;
  if (one.status === "intended" || one.undo?.status === "requested" || one.undo?.status === "running") return true;
  return one.undoOf === null && nextSendAt(one) !== null && isWanted(head, one);
}

/** Steps whose writes were rehearsed have done nothing yet: in a run that may be live they, and what rests on them, begin anew. */
const withoutRehearsed = (nodes: readonly RunNode[], effects: readonly EffectRecord[]): RunNode[] => {
  const recorded = new Set(effects.flatMap((one) => (one.status === "recorded" ? [one.toolCallId] : [])));
  return nodes.filter(
    (node) =>
      !node.tools.some((run) => recorded.has(run.id)) &&
      !node.evidence.some((one) => one.type === "receipt" && one.rehearsed),
  );
};
