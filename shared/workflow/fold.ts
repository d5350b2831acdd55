import type { Block, Message } from "./content.ts";
import type { WorkflowEvent } from "./events.ts";
import { foldEffects } from "./fold-effects.ts";
import { callRetryAt, foldNode, pendingNode, withCost } from "./fold-node.ts";
import { keepResults } from "./keep-steps.ts";
import type { Approval, Question } from "./records.ts";
import { BEFORE, type RunNode } from "./run-node.ts";
import type { WorkflowState } from "./state.ts";

/**
 * The pure fold: event → state. It runs unchanged in the object and in the browser, so it reads nothing but
 * its arguments. Events must come in version order without gaps; the first is `workflow.created`.
 */
export function fold(state: WorkflowState | null, event: WorkflowEvent): WorkflowState {
  if (state === null) {
    if (event.name === "workflow.imported") return imported(event);
    if (event.name !== "workflow.created") throw new Error(`A log begins with workflow.created, not ${event.name}`);
    return created(event);
  }
  if (event.version !== state.version + 1)
    throw new Error(`Event ${event.version} cannot follow version ${state.version}`);
  const next = apply(state, event);
  return next === state ? { ...state, version: event.version } : { ...next, version: event.version };
}

/** Folds a whole range; see {@link fold}. */
export function foldAll(state: WorkflowState | null, events: Iterable<WorkflowEvent>): WorkflowState | null {
  let current = state;
  for (const event of events) current = fold(current, event);
  return current;
}

function created(event: WorkflowEvent & { name: "workflow.created" }): WorkflowState {
  const { planningCapMicros, ...data } = event.data;
  return {
    ...data,
    lineage: null,
    mode: "live",
    createdBy: event.actor.id,
    approvedBy: null,
    createdAt: event.at,
    startedAt: null,
    completedAt: null,
    version: event.version,
    phase: "planning",
    stage: "planning",
    pause: null,
    queue: null,
    planning: { transcript: [], failures: [], retryAt: null },
    plan: null,
    nodes: [],
    calls: {},
    cost: { spentMicros: 0, reservedMicros: 0, unconfirmedMicros: 0, capMicros: planningCapMicros, leasedMicros: 0 },
    questions: [],
    approvals: [],
    artifacts: [],
    effects: [],
    steering: [],
    resultSummary: null,
    failure: null,
  };
}

/** A run that goes on from another one's checkpoint; what is its own from the first is said here. */
function imported(event: WorkflowEvent & { name: "workflow.imported" }): WorkflowState {
  const { state, reason, from } = event.data;
  return {
    ...state,
    lineage: { reason, ...from },
    createdBy: event.actor.id,
    createdAt: event.at,
    version: event.version,
  };
}

function apply(state: WorkflowState, event: WorkflowEvent): WorkflowState {
  switch (event.name) {
    case "workflow.created":
    case "workflow.imported":
      throw new Error(`A log has one ${event.name} only, at its beginning`);
    case "workflow.migrated":
      return { ...state, framework: event.data.to };
    case "queue.entered":
      return { ...state, queue: { since: event.at } };
    case "queue.left":
      return { ...state, queue: null };
    case "effect.intended":
    case "effect.sent":
    case "effect.settled":
    case "effect.resolved":
    case "undo.requested":
    case "undo.refused":
      return foldEffects(state, event);
    case "plan.proposed": {
      const { planVersion, title, summary, limits, variant, variants } = event.data;
      const nodes = variants.find((one) => one.name === variant)?.nodes ?? [];
      return {
        ...state,
        name: state.name === "" ? title : state.name,
        phase: "pending_approval",
        plan: { version: planVersion, title, summary, limits, variant, variants, approved: false },
        nodes: nodes.map(pendingNode),
      };
    }
    case "plan.edited": {
      if (!state.plan) return state;
      const { planVersion, variant, variants } = event.data;
      // A run that goes on from a checkpoint has steps with results already.
      const nodes = keepResults(state.nodes, event.data.nodes);
      return { ...state, plan: { ...state.plan, version: planVersion, variant, variants }, ...withSteps(state, nodes) };
    }
    case "plan.approved":
      return {
        ...state,
        phase: "orchestrating",
        stage: "planning",
        startedAt: event.at,
        mode: event.data.mode,
        approvedBy: event.actor.id,
        plan: state.plan && { ...state.plan, approved: true },
        cost: { ...state.cost, capMicros: event.data.capMicros },
      };
    case "stage.entered":
      return { ...state, stage: event.data.stage, phase: phaseOf(event.data.stage, state) };
    case "call.intended":
      return withNode(
        {
          ...state,
          calls: { ...state.calls, [event.data.callId]: { ...event.data, intendedAt: event.at } },
          cost: { ...state.cost, reservedMicros: state.cost.reservedMicros + event.data.reservedMicros },
        },
        event.data.nodeId,
        event,
      );
    case "call.settled": {
      const call = state.calls[event.data.callId];
      if (!call) return state;
      const settled = closeCall(state, event.data.callId, event.data.costMicros, event.data.unconfirmedMicros ?? 0);
      if (call.nodeId !== null) return withNode(settled, call.nodeId, event);
      return { ...settled, planning: foldPlanning(settled, event) };
    }
    case "call.unconfirmed":
      return closeCall(state, event.data.callId, 0, event.data.bookedMicros);
    case "node.started":
      return withNode(withoutQuestions(state, event.data.nodeId), event.data.nodeId, event);
    case "node.delivered":
    case "node.reviewed":
    case "node.finished":
    case "node.failed":
    case "node.skipped":
    case "node.similar":
    case "tool.started":
    case "tool.settled":
      return withNode(state, event.data.nodeId, event);
    case "artifact.created":
      return { ...state, artifacts: [...state.artifacts.filter((one) => one.id !== event.data.id), event.data] };
    case "artifact.removed":
      return { ...state, artifacts: state.artifacts.filter((one) => one.id !== event.data.artifactId) };
    case "question.asked":
      return withNode({ ...state, questions: [...state.questions, event.data] }, event.data.nodeId, event);
    case "question.answered": {
      const question = state.questions.find((one) => one.id === event.data.questionId);
      const questions = state.questions.map((one) =>
        one.id === event.data.questionId
          ? { ...one, status: "answered" as const, answer: event.data.answer, by: event.actor.id }
          : one,
      );
      return withNode({ ...state, questions }, question?.nodeId ?? null, event);
    }
    case "question.reminded":
      return withQuestion(state, event.data.questionId, { reminded: true });
    case "question.expired": {
      const question = state.questions.find((one) => one.id === event.data.questionId);
      return withNode(withQuestion(state, event.data.questionId, { status: "void" }), question?.nodeId ?? null, event);
    }
    case "approval.requested":
      return withNode({ ...state, approvals: [...state.approvals, event.data] }, event.data.nodeId, event);
    case "approval.reminded":
      return withApproval(state, event, { reminded: true });
    case "approval.decided": {
      const { decision: status, arguments: given } = event.data;
      return withApproval(state, event, { status, arguments: given, decidedBy: event.actor.id, decidedAt: event.at });
    }
    case "approval.expired":
      return withApproval(state, event, { status: "expired", decidedAt: event.at });
    case "approval.voided":
      return withApproval(state, event, { status: "void" });
    case "money.leased":
      return { ...state, cost: { ...state.cost, leasedMicros: state.cost.leasedMicros + event.data.micros } };
    case "money.returned":
      return { ...state, cost: { ...state.cost, leasedMicros: state.cost.leasedMicros - event.data.micros } };
    case "cap.raised":
      return { ...state, cost: { ...state.cost, capMicros: event.data.capMicros } };
    case "workflow.paused":
      return { ...state, pause: { ...event.data, by: event.actor.kind } };
    case "workflow.resumed":
      return resumed(takenOver(state, event));
    case "workflow.steered":
      return { ...state, steering: [...state.steering, event.data.message] };
    case "workflow.completed":
      return {
        ...ended(state, event.at),
        phase: "completed",
        stage: "completed",
        resultSummary: event.data.resultSummary,
      };
    case "workflow.failed":
      return { ...ended(state, event.at), phase: "failed", failure: event.data.failure };
    case "workflow.cancelled":
      return { ...ended(state, event.at), phase: "cancelled", nodes: state.nodes.map(dropped) };
  }
}

/** The steps of an edited plan; files and questions of a step that begins anew go with its result. */
function withSteps(state: WorkflowState, nodes: WorkflowState["nodes"]): Partial<WorkflowState> {
  const kept = new Set(nodes.filter((node) => node.status !== "pending").map((node) => node.id));
  const { artifacts, questions } = state;
  return {
    nodes,
    artifacts: artifacts.filter((one) => one.nodeId === BEFORE || kept.has(one.nodeId)),
    questions: questions.filter((one) => one.nodeId === null || kept.has(one.nodeId)),
  };
}

type ApprovalEvent = WorkflowEvent & {
  name: "approval.reminded" | "approval.decided" | "approval.expired" | "approval.voided";
};

function withApproval(state: WorkflowState, event: ApprovalEvent, changes: Partial<Approval>): WorkflowState {
  const { approvalId } = event.data;
  const approval = state.approvals.find((one) => one.id === approvalId);
  const approvals = state.approvals.map((one) => (one.id === approvalId ? { ...one, ...changes } : one));
  return withNode({ ...state, approvals }, approval?.nodeId ?? null, event);
}

/** What an earlier attempt asked is answered to nobody any more; whether something happened outside still matters. */
function withoutQuestions(state: WorkflowState, nodeId: string): WorkflowState {
  const isStale = (one: Question) => one.nodeId === nodeId && one.status === "open" && one.kind !== "effect";
  if (!state.questions.some(isStale)) return state;
  return { ...state, questions: state.questions.map((one) => (isStale(one) ? { ...one, status: "void" } : one)) };
}

function withQuestion(state: WorkflowState, questionId: string, changes: Partial<Question>): WorkflowState {
  return {
    ...state,
    questions: state.questions.map((one) => (one.id === questionId ? { ...one, ...changes } : one)),
  };
}

function phaseOf(stage: WorkflowState["stage"], state: WorkflowState): WorkflowState["phase"] {
  if (stage === "building" || stage === "reviewing") return stage;
  return stage === "orchestrating" || stage === "planning" ? "orchestrating" : state.phase;
}

function ended(state: WorkflowState, at: string): WorkflowState {
  return {
    ...state,
    pause: null,
    queue: null,
    completedAt: at,
    questions: state.questions.map((one) => (one.status === "open" ? { ...one, status: "void" as const } : one)),
    approvals: state.approvals.map((one) => (one.status === "open" ? { ...one, status: "void" as const } : one)),
  };
}

/** Whoever has a run go on after its approver left answers for its plan from then on. */
function takenOver(state: WorkflowState, event: WorkflowEvent): WorkflowState {
  const left = state.pause?.failure?.code === "approver_left" && event.actor.kind === "user";
  return left ? { ...state, approvedBy: event.actor.id } : state;
}

/**
 * Going on gives planning its retries back (a step keeps its count: it repeats its call at once), a planning that
 * needed a person starts its conversation afresh, and a failed workflow is open again where it was.
 */
function resumed(state: WorkflowState): WorkflowState {
  const transcript = state.pause?.reason === "attention" ? [] : state.planning.transcript;
  const open = { ...state, pause: null, planning: { transcript, failures: [], retryAt: null } };
  if (state.phase !== "failed") return open;
  const phase = state.plan?.approved ? phaseOf(state.stage, state) : state.plan ? "pending_approval" : "planning";
  return { ...open, phase, failure: null, completedAt: null };
}

/** What a cancelled run has not finished will not be done. */
function dropped(node: WorkflowState["nodes"][number]): WorkflowState["nodes"][number] {
  const finished = node.status === "success" || node.status === "warning" || node.status === "error";
  return finished ? { ...node, retryAt: null } : { ...node, status: "skipped", retryAt: null };
}

function closeCall(state: WorkflowState, callId: string, costMicros: number, unconfirmedMicros: number): WorkflowState {
  const call = state.calls[callId];
  if (!call) return state;
  const { [callId]: _closed, ...calls } = state.calls;
  const cost = {
    ...state.cost,
    reservedMicros: state.cost.reservedMicros - call.reservedMicros,
    spentMicros: state.cost.spentMicros + costMicros,
    unconfirmedMicros: state.cost.unconfirmedMicros + unconfirmedMicros,
  };
  const nodes = withChange(state.nodes, call.nodeId, (node) => withCost(node, costMicros + unconfirmedMicros));
  return { ...state, calls, cost, nodes };
}

function foldPlanning(
  state: WorkflowState,
  event: WorkflowEvent & { name: "call.settled" },
): WorkflowState["planning"] {
  const { outcome } = event.data;
  if (!outcome.ok) {
    const failures = [...state.planning.failures, outcome.failure];
    return { ...state.planning, failures, retryAt: callRetryAt(event, failures.length) };
  }
  const said: Message = { role: "assistant", content: outcome.content as Block[] };
  return { transcript: [...state.planning.transcript, said], failures: [], retryAt: null };
}

function withNode(state: WorkflowState, nodeId: string | null, event: WorkflowEvent): WorkflowState {
  if (nodeId === null) return state;
  return { ...state, nodes: withChange(state.nodes, nodeId, (node) => foldNode(node, event, state)) };
}

/** Steps are up to 500 and one event changes one of them: the others are copied as they are, not visited. */
function withChange(
  nodes: WorkflowState["nodes"],
  nodeId: string | null,
  change: (node: RunNode) => RunNode,
): WorkflowState["nodes"] {
  const at = nodes.findIndex((node) => node.id === nodeId);
  const node = nodes[at];
  if (!node) return nodes;
  const changed = nodes.slice();
  changed[at] = change(node);
  return changed;
}
