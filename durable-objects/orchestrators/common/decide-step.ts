import type { Message } from "../../../shared/workflow/content.ts";
import type { EventBody } from "../../../shared/workflow/events.ts";
import type { Failure } from "../../../shared/workflow/records.ts";
import type { RunNode } from "../../../shared/workflow/run-node.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { Intent, Surroundings } from "../port.ts";
import { failedMarks, failuresOf, MAX_FAILURES, markOfRun, ownToolCallId } from "./approaches.ts";
import { type LastAnswer, lastAnswerOf, type ToolUse, turnsOf } from "./conversation.ts";
import { withLastRun } from "./last-failure.ts";
import type { Method } from "./method.ts";
import { CHANGING_TOOLS, lastChange } from "./proof.ts";
import { askRepair } from "./questions.ts";
import { attemptDelay, callDelay, classOf, isoAt, pauseDelay } from "./retry-policy.ts";
import { MAX_IDLE_TURNS, maxTurnsOf } from "./step-prompts.ts";
import { hostToolProblem, isHostTool } from "./tools.ts";
import type { Topology } from "./topology.ts";

/** What the decisions about one step share. */
export interface StepContext {
  readonly method: Method;
  readonly state: WorkflowState;
  readonly around: Surroundings;
  readonly graph: Topology;
  readonly node: RunNode;
  /** Names of the tools the engine carries out for this step: the host's, and those that reach a service it touches. */
  readonly tools: readonly string[];
}

/** A tool call of the last answer that is still to be dealt with. */
export interface PendingUse {
  readonly use: ToolUse;
  readonly turn: number;
  readonly index: number;
}

export const append = (event: EventBody): Intent => ({ kind: "append", event });

/**
 * Carries a running step on by what its conversation says. `conclude` deals with tools other than the host's
 * (finish, verdict, ask_user); it gives null for a tool it does not know. `call` makes the next model call.
 */
export function carryOn(
  context: StepContext,
  call: () => Intent[],
  conclude: (pending: PendingUse, others: readonly PendingUse[]) => Intent[] | null,
): Intent[] {
  const { node } = context;
  if (node.callFailures > 0) return afterFailedCall(context);
  const last = lastAnswerOf(node.transcript);
  if (!last) return call();
  const open = pendingOf(last);
  if (open.length === 0) {
    const max = maxTurnsOf(node);
    if (turnsOf(node.transcript) >= max || idleTurnsOf(node.transcript) >= MAX_IDLE_TURNS)
      return failAttempt(context, { code: "step_too_many_turns", params: { max }, technical: "" });
    return call();
  }
  return open.flatMap((pending) => {
    const others = open.filter((one) => one !== pending);
    const host = hostIntents(context, pending, others);
    return host ?? conclude(pending, others) ?? refuse(node, pending, unknownTool(context, pending.use.name));
  });
}

/** Answers at the end of the conversation that asked for nothing to be done. */
function idleTurnsOf(transcript: readonly Message[]): number {
  const answers = transcript.filter((message) => message.role === "assistant");
  const busy = answers.findLastIndex((message) => message.content.some((block) => block.type === "tool_use"));
  return answers.length - 1 - busy;
}

function pendingOf(last: LastAnswer): PendingUse[] {
  const seen = new Set<string>();
  return last.toolUses.flatMap(({ use, index, answered }) => {
    if (answered || seen.has(use.id)) return [];
    seen.add(use.id);
    return [{ use, turn: last.turn, index }];
  });
}

/** Null when it is not a tool the engine carries out. */
function hostIntents(context: StepContext, pending: PendingUse, others: readonly PendingUse[]): Intent[] | null {
  const { node, tools } = context;
  const { use } = pending;
  const { name } = use;
  if (!tools.includes(name)) return null;
  if (others.some((one) => one.index < pending.index && isAwaited(context, one.use.name, name))) return [];
  if (node.tools.some((run) => run.toolUseId === use.id && run.result === null)) return [];
  // What an outside tool is given is read by the tool itself.
  const problem = isHostTool(name) ? hostToolProblem(name, use.input) : null;
  if (problem !== null) return refuse(node, pending, problem);
  const repeated = repeatProblem(context, use);
  if (repeated !== null) return refuse(node, pending, repeated);
  return [{ kind: "tool", nodeId: node.id, toolUseId: use.id, name, input: use.input }];
}

/**
 * SPEC R8: calls of one answer are carried out side by side, but not before an earlier one that may change the files they
 * work with, nor one on what the outside was asked for.
 */
function isAwaited({ tools }: StepContext, before: string, name: string): boolean {
  return CHANGING_TOOLS.includes(before) || (tools.includes(before) && !isHostTool(before) && isHostTool(name));
}

/** FR-5.8: code that failed before would fail again, and so would a command while nothing has changed. */
function repeatProblem({ node, state }: StepContext, use: ToolUse): string | null {
  if (use.name !== "run_code" && use.name !== "run_command") return null;
  if (!failedMarks(node).has(markOfRun(use))) return null;
  if (use.name === "run_code") return "This very code failed in an earlier attempt. Do it another way.";
  return lastChange(node, state.artifacts) < 0
    ? "This command failed in an earlier attempt, and no file has changed since. Change what it runs first."
    : null;
}

function unknownTool(context: StepContext, name: string): string {
  const end = context.node.stage === "reviewing" ? ["verdict"] : ["ask_user", "finish"];
  return `There is no tool "${name}" here. Tools: ${[...context.tools, ...end].join(", ")}.`;
}

/** Answers a tool call in the orchestrator's name; ids follow from the place in the log, so that a repetition is the same. */
export function answerTool(node: RunNode, pending: PendingUse, ok: boolean, output: string): Intent[] {
  const toolCallId = ownToolCallId(node, pending.turn, pending.index);
  const { use } = pending;
  return [
    append({
      name: "tool.started",
      data: { toolCallId, toolUseId: use.id, nodeId: node.id, name: use.name, input: use.input },
    }),
    append({ name: "tool.settled", data: { toolCallId, nodeId: node.id, ok, output, durationMs: 0 } }),
  ];
}

export const refuse = (node: RunNode, pending: PendingUse, why: string): Intent[] =>
  answerTool(node, pending, false, why);

/** The attempt did not work: another one after a pause, or the person decides. */
export function failAttempt(context: StepContext, failure: Failure): Intent[] {
  const { node, around, state } = context;
  const attempt = failuresOf(node) + 1;
  const again = attempt < MAX_FAILURES;
  const failed = append({
    name: "node.failed",
    data: {
      nodeId: node.id,
      failure: withLastRun(failure, node),
      attempt,
      maxAttempts: MAX_FAILURES,
      retryAt: again ? isoAt(around.now + attemptDelay(attempt)) : null,
    },
  });
  return again ? [failed] : [failed, append(askRepair(state, node, failure))];
}

/** A model call failed: the same call later, another attempt, or a pause until a person or the service is back. */
function afterFailedCall(context: StepContext): Intent[] {
  const { node, around } = context;
  const failure = node.failure ?? { code: "model_server_error", params: {}, technical: "" };
  const kind = classOf(failure);
  if (kind === "refused") return failAttempt(context, failure);
  const delay = kind === "attention" ? null : callDelay(kind, node.callFailures, node.id);
  if (delay === null && kind === "content") return failAttempt(context, failure);
  const asked = node.retryAt === null ? 0 : Date.parse(node.retryAt);
  const failed = append({
    name: "node.failed",
    data: {
      nodeId: node.id,
      failure,
      attempt: failuresOf(node) + 1,
      maxAttempts: MAX_FAILURES,
      retryAt: isoAt(Math.max(around.now + (delay ?? 0), asked)),
    },
  });
  if (delay !== null) return [failed];
  const resumeAt = kind === "service" ? isoAt(Math.max(around.now + pauseDelay(node.callFailures), asked)) : null;
  const reason = kind === "service" ? "service" : "attention";
  return [failed, append({ name: "workflow.paused", data: { reason, failure, resumeAt } })];
}

/** Whether the step in error waits to repeat a call (its conversation stands) rather than to start anew. */
export function repeatsCall(node: RunNode): boolean {
  if (node.callFailures === 0 || node.failure === null) return false;
  const kind = classOf(node.failure);
  return (
    kind === "service" ||
    kind === "attention" ||
    (kind === "content" && callDelay(kind, node.callFailures, "") !== null)
  );
}
