import type { Block, Message } from "./content.ts";
import type { WorkflowEvent } from "./events.ts";
import type { PlanNode } from "./plan.ts";
import type { Attempt, RunNode } from "./run-node.ts";
import type { WorkflowState } from "./state.ts";

export function pendingNode(node: PlanNode): RunNode {
  return {
    ...node,
    status: "pending",
    attempt: 0,
    progress: 0,
    summary: null,
    evidence: [],
    review: null,
    failure: null,
    approaches: [],
    attempts: [],
    similar: null,
    retryAt: null,
    costMicros: 0,
    startedAt: null,
    finishedAt: null,
    transcript: [],
    tools: [],
    callFailures: 0,
    steered: 0,
  };
}

/** Folds one event into the step it concerns; `state` is the workflow as it is after the event's other effects. */
export function foldNode(node: RunNode, event: WorkflowEvent, state: WorkflowState): RunNode {
  switch (event.name) {
    case "node.started":
      return {
        ...node,
        status: "running",
        attempt: event.data.attempt,
        approaches: [...node.approaches, event.data.approach],
        attempts: [...endAttempt(node, event.at, null), beginAttempt(event)],
        progress: 5,
        transcript: [],
        tools: [],
        evidence: [],
        callFailures: 0,
        retryAt: null,
        steered: state.steering.length,
        startedAt: node.startedAt ?? event.at,
        finishedAt: null,
      };
    case "call.intended":
      return {
        ...node,
        status: "running",
        retryAt: null,
        steered: state.steering.length,
        attempts: goOn(node),
      };
    case "call.settled": {
      const { outcome } = event.data;
      if (!outcome.ok) {
        const callFailures = node.callFailures + 1;
        return { ...node, callFailures, failure: outcome.failure, retryAt: callRetryAt(event, callFailures) };
      }
      return {
        ...node,
        callFailures: 0,
        failure: null,
        progress: Math.min(90, node.progress + 10),
        transcript: [...node.transcript, { role: "assistant", content: outcome.content }],
      };
    }
    case "tool.started": {
      const { toolCallId: id, toolUseId, name, input } = event.data;
      return { ...node, tools: [...node.tools, { id, toolUseId, name, input, startedAt: event.at, result: null }] };
    }
    case "tool.settled": {
      const { toolCallId, nodeId: _node, ...result } = event.data;
      const run = node.tools.find((one) => one.id === toolCallId);
      if (!run || run.result) return node;
      return {
        ...node,
        progress: Math.min(90, node.progress + 10),
        tools: node.tools.map((one) => (one.id === toolCallId ? { ...one, result } : one)),
        transcript: withToolResult(node.transcript, {
          type: "tool_result",
          toolUseId: run.toolUseId,
          ok: result.ok,
          content: result.output,
        }),
      };
    }
    case "question.asked":
      return { ...node, status: "waiting" };
    case "question.expired":
      return node.status === "waiting" ? { ...node, status: "running" } : node;
    case "approval.requested":
      return event.data.kind === "effect" ? { ...node, status: "waiting" } : node;
    case "approval.decided":
    case "approval.expired": {
      const open = state.approvals.some(
        (one) => one.kind === "effect" && one.status === "open" && one.nodeId === node.id,
      );
      return node.status === "waiting" && !open ? { ...node, status: "running" } : node;
    }
    case "node.similar":
      return { ...node, similar: { succeeded: event.data.succeeded, total: event.data.total } };
    case "question.answered": {
      // An answer about a write in doubt may come when its step has long ended.
      if (isSettled(node)) return node;
      const question = state.questions.find((one) => one.id === event.data.questionId);
      if (question?.kind !== "agent" || question.toolUseId === null) return { ...node, status: "running" };
      const content = event.data.answer;
      return {
        ...node,
        status: "running",
        transcript: withToolResult(node.transcript, {
          type: "tool_result",
          toolUseId: question.toolUseId,
          ok: true,
          content,
        }),
      };
    }
    case "node.delivered":
      return {
        ...node,
        status: "reviewing",
        progress: 95,
        summary: event.data.summary,
        evidence: event.data.evidence,
        attempts: endAttempt(node, event.at, null),
      };
    case "node.reviewed": {
      const { by, accepted, reasons, evidence } = event.data;
      return { ...node, review: { by, accepted, reasons }, evidence: [...node.evidence, ...evidence] };
    }
    case "node.finished":
      return {
        ...node,
        status: event.data.status,
        progress: 100,
        summary: event.data.summary,
        failure: null,
        finishedAt: event.at,
        attempts: endAttempt(node, event.at, null),
      };
    case "node.failed": {
      const { failure, retryAt } = event.data;
      return { ...node, status: "error", failure, retryAt, attempts: endAttempt(node, event.at, failure) };
    }
    case "node.skipped":
      return {
        ...node,
        status: "skipped",
        progress: 100,
        summary: event.data.reason,
        failure: null,
        finishedAt: event.at,
      };
    default:
      return node;
  }
}

function beginAttempt(event: WorkflowEvent & { name: "node.started" }): Attempt {
  const { attempt, approach } = event.data;
  return { attempt, approach, costMicros: 0, startedAt: event.at, endedAt: null, failure: null };
}

const isSettled = ({ status }: RunNode): boolean =>
  status === "success" || status === "warning" || status === "skipped";

/** A step that repeats a call after a passing failure goes on with the attempt it is in. */
function goOn(node: RunNode): readonly Attempt[] {
  const last = node.attempts.at(-1);
  if (node.status !== "error" || !last) return node.attempts;
  return [...node.attempts.slice(0, -1), { ...last, endedAt: null, failure: null }];
}

/** Work that was delivered can still fail its review: what an attempt failed on is told whenever it turns up. */
function endAttempt(node: RunNode, at: string, failure: Attempt["failure"]): readonly Attempt[] {
  const last = node.attempts.at(-1);
  if (!last || (last.endedAt !== null && failure === null)) return node.attempts;
  return [...node.attempts.slice(0, -1), { ...last, endedAt: last.endedAt ?? at, failure: failure ?? last.failure }];
}

/** Adds what a call cost to its step and to the attempt it belongs to. */
export function withCost(node: RunNode, micros: number): RunNode {
  const last = node.attempts.at(-1);
  const attempts = last
    ? [...node.attempts.slice(0, -1), { ...last, costMicros: last.costMicros + micros }]
    : node.attempts;
  return { ...node, costMicros: node.costMicros + micros, attempts };
}

/** First wait after a failed model call, doubled with every further failure up to the last. */
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60_000;

/**
 * When a failed call may be made again: as the provider asked, else exponentially later. Null when trying again
 * is pointless. `failures` counts the failures in a row, this one included. The call's id spreads the waits, so that
 * many workflows turned away together do not come back together.
 */
export function callRetryAt(event: WorkflowEvent & { name: "call.settled" }, failures: number): string | null {
  const { outcome } = event.data;
  if (outcome.ok || !outcome.retryable) return null;
  const spread = 1 + ([...event.data.callId].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 32) / 100;
  const wait = outcome.retryAfterMs ?? Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1)) * spread;
  return new Date(Date.parse(event.at) + wait).toISOString();
}

/** Results of one answer's tool calls travel in one user message, as the providers require. */
function withToolResult(transcript: readonly Message[], result: Block): Message[] {
  const last = transcript.at(-1);
  if (last?.role === "user") return [...transcript.slice(0, -1), { role: "user", content: [...last.content, result] }];
  return [...transcript, { role: "user", content: [result] }];
}
