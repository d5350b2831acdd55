import { fence, fenceJson } from "../../../shared/text/fence.ts";
import type { Block } from "../../../shared/workflow/content.ts";
import type { RunNode } from "../../../shared/workflow/run-node.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { CallSpec, Surroundings } from "../port.ts";
import { failedApproaches, sourceOf } from "./approaches.ts";
import { conversation } from "./conversation.ts";
import { reviewSystem, workSystem } from "./system-prompts.ts";
import { REVIEW_SPECS, WORK_SPECS } from "./tools.ts";
import type { Topology } from "./topology.ts";

/** Model calls of one attempt. */
export const MAX_TURNS = 16;
const WARN_TURNS = 3;
const MAX_IMAGES = 4;
/** Characters of code shown to a review per step; the rest it can recompute. */
const MAX_CODE = 24_000;

const KUWAIT_OFFSET_MS = 3 * 3_600_000;

/**
 * Today for the people Nexus serves (Kuwait, UTC+3, no summer time), as YYYY-MM-DD: the day the run was approved,
 * so that every step and review of it agrees on what is overdue.
 */
export function todayOf(state: WorkflowState): string {
  return new Date(Date.parse(state.startedAt ?? state.createdAt) + KUWAIT_OFFSET_MS).toISOString().slice(0, 10);
}

/** What every prompt starts with. */
export function groundOf(state: WorkflowState, around: Surroundings): string[] {
  return [
    fence("today", todayOf(state)),
    fenceJson("locale", state.locale),
    fence("request", state.userInput),
    fenceJson("files", around.profiles),
  ];
}

/** Images of the request go to the model itself; tables and documents as profiles. */
export function imagesOf(around: Surroundings): Block[] {
  return around.profiles
    .filter((profile) => profile.kind === "image")
    .slice(0, MAX_IMAGES)
    .map((profile) => ({ type: "image", fileId: profile.fileId, mediaType: profile.mediaType }));
}

export const text = (...parts: string[]): Block => ({ type: "text", text: parts.join("\n") });

/** The next call of a working step. */
export function workCall(state: WorkflowState, around: Surroundings, graph: Topology, node: RunNode): CallSpec {
  const first = text(
    ...groundOf(state, around),
    fenceJson(
      "plan",
      state.nodes.map(({ id, label, stage, agent }) => ({ id, label, stage, agent })),
    ),
    fenceJson("step", {
      id: node.id,
      label: node.label,
      instructions: node.instructions === "" ? node.label : node.instructions,
      agent: node.agent,
      stage: node.stage,
    }),
    fenceJson("inputs", inputsFor(state, graph, node)),
    ...feedbackFor(node),
    fenceJson("failed_approaches", failedApproaches(node)),
  );
  return {
    operation: "building",
    tier: node.tier,
    system: workSystem(node),
    messages: messagesOf(state, node, [...imagesOf(around), first]),
    tools: WORK_SPECS,
    toolChoice: "auto",
    maxTokens: node.stage === "building" ? 8192 : 4096,
    effort: effortOf(node),
  };
}

/** The next call of a review: fresh context, nothing of the authors' conversations. */
export function reviewCall(state: WorkflowState, around: Surroundings, graph: Topology, node: RunNode): CallSpec {
  const first = text(
    ...groundOf(state, around),
    fenceJson("step", {
      id: node.id,
      label: node.label,
      instructions: node.instructions,
      agent: node.agent,
      stage: node.stage,
    }),
    fenceJson(
      "work",
      graph.workOf(node).map((work) => workItem(state, work)),
    ),
  );
  return {
    operation: "reviewing",
    tier: node.tier,
    system: reviewSystem(node),
    messages: messagesOf(state, node, [...imagesOf(around), first]),
    tools: REVIEW_SPECS,
    toolChoice: "auto",
    maxTokens: 8192,
    effort: effortOf(node),
  };
}

function effortOf(node: RunNode): CallSpec["effort"] {
  return node.tier === "fast" ? "low" : node.tier === "standard" ? "medium" : "high";
}

function messagesOf(state: WorkflowState, node: RunNode, first: readonly Block[]): CallSpec["messages"] {
  const turns = node.transcript.filter((message) => message.role === "assistant").length;
  const end = node.stage === "reviewing" ? "verdict" : "finish";
  const closing: Block[] = [];
  if (state.steering.length > 0) closing.push(text(fenceJson("steering", state.steering)));
  if (turns >= MAX_TURNS - WARN_TURNS)
    closing.push(text(`${MAX_TURNS - turns} answers are left for this step. Conclude now: call ${end}.`));
  if (node.callFailures > 0 && node.failure !== null) closing.push(...hintAfter(node.failure.code));
  return conversation(first, node.transcript, (turn) => [text(nudgeText(end, turn))], closing);
}

function nudgeText(end: string, turn: number): string {
  return turn % 2 === 1
    ? `Nothing was done by that answer. Call ${end} with what you have, or use a tool; if your answer was cut off, go on in smaller pieces.`
    : `An answer counts only as a tool call. If the step is done, call ${end}; if it cannot be done, call ${end} and say why, with the evidence you found.`;
}

const HINTS: Readonly<Record<string, string>> = {
  model_max_tokens: "Your last answer was cut off because it was too long. Answer in smaller pieces.",
  model_bad_tool_call: "The arguments of your last tool call were not valid JSON. Call it again, shorter if need be.",
  model_empty_answer: "Your last answer was empty. Call a tool.",
};

const hintAfter = (code: string): Block[] => (HINTS[code] === undefined ? [] : [text(HINTS[code])]);

interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
}

function artifactsOf(state: WorkflowState, nodeId: string): Attachment[] {
  return state.artifacts
    .filter((one) => one.nodeId === nodeId)
    .map(({ id, name, mediaType, size }) => ({ id, name, mediaType, size }));
}

/** Everything done above the step, nearest last: an analysis must reach the step that builds on its design. */
function inputsFor(state: WorkflowState, graph: Topology, node: RunNode) {
  const seen = new Set<string>();
  const left = [...graph.inputsOf(node)];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    if (seen.has(one.id)) continue;
    seen.add(one.id);
    left.push(...graph.inputsOf(one));
  }
  return state.nodes
    .filter((one) => seen.has(one.id) && one.status !== "skipped")
    .map((one) => ({
      nodeId: one.id,
      label: one.label,
      summary: one.summary ?? "",
      artifacts: artifactsOf(state, one.id),
    }));
}

/** Why the last attempt was sent back; nothing on a first one. */
function feedbackFor(node: RunNode): string[] {
  const rejected = node.review && !node.review.accepted ? [node.review.reasons] : [];
  const failed = failedApproaches(node).slice(-1);
  const reasons = [...rejected, ...failed].join("\n");
  return node.attempt < 2 || reasons === "" ? [] : [fence("feedback", reasons)];
}

function workItem(state: WorkflowState, work: RunNode) {
  return {
    nodeId: work.id,
    label: work.label,
    instructions: work.instructions === "" ? work.label : work.instructions,
    summary: work.summary ?? "",
    // Another review's checks would colour this one.
    evidence: work.evidence.filter((one) => one.type !== "check"),
    artifacts: artifactsOf(state, work.id),
    code: codeOf(work),
  };
}

/** The last sources that ran well and fit, oldest first. */
function codeOf(work: RunNode): string[] {
  const code: string[] = [];
  let room = MAX_CODE;
  for (const run of work.tools.toReversed()) {
    if (run.name !== "run_code" || run.result?.ok !== true) continue;
    const source = sourceOf(run.input);
    room -= source.length;
    if (room < 0) break;
    code.unshift(source);
  }
  return code;
}
