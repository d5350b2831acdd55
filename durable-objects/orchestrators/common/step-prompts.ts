import { fence, fenceJson } from "../../../shared/text/fence.ts";
import type { Block, Tier } from "../../../shared/workflow/content.ts";
import { REVIEW_BATCH } from "../../../shared/workflow/plan-limits.ts";
import { BEFORE, type RunNode } from "../../../shared/workflow/run-node.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { CallSpec, Surroundings } from "../port.ts";
import { failedApproaches, inputsAtStart, marksIn, wayOf } from "./approaches.ts";
import type { ReviewTask } from "./batches.ts";
import { conversation } from "./conversation.ts";
import type { StepContext } from "./decide-step.ts";
import { lastFailureOf } from "./last-failure.ts";
import { PROGRAM_RULES, SITE_RULES } from "./prompt-rules.ts";
import {
  inputsFor,
  judgedFor,
  languagesOf,
  planFor,
  servicePrompt,
  servicesOf,
  toolsFor,
  workFor,
} from "./step-materials.ts";
import { specsOf } from "./tools.ts";

/** Model calls of one attempt; a review may take one more for every step of its batch. */
const MAX_TURNS = 16;
/** Answers in a row that do nothing: one more like them would only cost. */
export const MAX_IDLE_TURNS = 5;
const WARN_TURNS = 3;
const MAX_IMAGES = 4;
const MAX_ANSWER = 8_192;
/** A verdict of many steps is long: tokens it is given beyond the least, per step. */
const VERDICT_TOKENS = 300;
const LONGEST_VERDICT = 32_000;

const KUWAIT_OFFSET_MS = 3 * 3_600_000;

export function maxTurnsOf(node: RunNode): number {
  if (node.stage !== "reviewing") return MAX_TURNS;
  return MAX_TURNS + Math.min(REVIEW_BATCH, marksIn(inputsAtStart(node) ?? "").length);
}

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
    ...(languagesOf(around).length > 0 ? [fenceJson("languages", languagesOf(around))] : []),
    fence("request", state.userInput),
    fenceJson("files", around.profiles),
    ...resultsBefore(state),
  ];
}

/** What a change starts from; a run that changes nothing starts from nothing. */
function resultsBefore(state: WorkflowState): string[] {
  const before = new Set(state.artifacts.flatMap((one) => (one.nodeId === BEFORE ? [one.name] : [])));
  if (before.size === 0) return [];
  return [
    fenceJson("results_before", [...before]),
    "<results_before> are files an earlier run of <request> made; steps read and change them by these names. The last change in <request> is what is wanted now: plan and do what it takes, change the files in place, and leave everything else in them as it is.",
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
export function workCall({ method, state, around, graph, node }: StepContext): CallSpec {
  const services = servicesOf(node, around);
  const { host, outside } = toolsFor(node, around);
  const first = text(
    ...groundOf(state, around),
    fenceJson("plan", planFor(state, node)),
    fenceJson("step", {
      id: node.id,
      label: node.label,
      instructions: node.instructions === "" ? node.label : node.instructions,
      agent: node.agent,
      stage: node.stage,
      ...(node.proof ? { proof: node.proof } : {}),
    }),
    ...(services.length > 0 ? [fenceJson("services", services.map(servicePrompt))] : []),
    fenceJson("inputs", inputsFor(state, graph, node)),
    ...craftFor(node),
    ...feedbackFor(node),
    ...lastFailureFor(node),
    fenceJson("failed_approaches", failedApproaches(node)),
    ...adviceFor(node),
  );
  return {
    operation: "building",
    tier: tierOf(node),
    system: method.prompts.work(node, services.length > 0),
    messages: messagesOf(state, node, [...imagesOf(around), first]),
    tools: specsOf(node, host, outside),
    toolChoice: "auto",
    maxTokens: node.stage === "building" ? MAX_ANSWER : 4096,
    effort: effortOf(tierOf(node)),
  };
}

/** The next call of a review: fresh context, nothing of the authors' conversations. */
export function reviewCall({ method, state, around, graph, node }: StepContext): CallSpec {
  const task = graph.taskOf(node);
  const first = text(
    ...groundOf(state, around),
    fenceJson("step", {
      id: node.id,
      label: node.label,
      instructions: node.instructions,
      agent: node.agent,
      stage: node.stage,
    }),
    fenceJson("work", workFor(state, task.batch)),
    ...partFor(task),
    ...adviceFor(node),
  );
  return {
    operation: "reviewing",
    tier: node.tier,
    system: method.prompts.review(node),
    messages: messagesOf(state, node, [...imagesOf(around), first]),
    tools: specsOf(node, toolsFor(node, around).host, []),
    toolChoice: "auto",
    maxTokens: Math.min(LONGEST_VERDICT, Math.max(MAX_ANSWER, 4096 + task.batch.length * VERDICT_TOKENS)),
    effort: effortOf(node.tier),
  };
}

/** What a review is told when it judges its work in parts; the last part tells of all. */
function partFor({ work, batch, left }: ReviewTask): string[] {
  if (batch.length === work.length) return [];
  if (left > 0)
    return [
      `<work> is one part of the work: ${left} more steps are judged after it. summary tells what this part gives.`,
    ];
  const judged = work.filter((one) => !batch.includes(one));
  return [
    fenceJson("judged", judgedFor(judged)),
    "<work> is the last part of the work; the steps in <judged> have been accepted before. Judge those in <work>; summary tells the whole result.",
  ];
}

/** A step that failed twice on the cheapest model is given to the next one: another approach, and the last. */
const tierOf = (node: RunNode): Tier =>
  node.tier === "fast" && wayOf(node).name === "rebuilt" ? "standard" : node.tier;

function effortOf(tier: Tier): CallSpec["effort"] {
  return tier === "fast" ? "low" : tier === "standard" ? "medium" : "high";
}

function messagesOf(state: WorkflowState, node: RunNode, first: readonly Block[]): CallSpec["messages"] {
  const turns = node.transcript.filter((message) => message.role === "assistant").length;
  const end = node.stage === "reviewing" ? "verdict" : "finish";
  const closing: Block[] = [];
  if (state.steering.length > 0) closing.push(text(fenceJson("steering", state.steering)));
  const left = maxTurnsOf(node) - turns;
  if (left <= WARN_TURNS) closing.push(text(`${left} answers are left for this step. Conclude now: call ${end}.`));
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

/** How what the step must prove is made; nothing for other steps. */
function craftFor({ proof }: RunNode): string[] {
  if (proof === undefined) return [];
  return [proof === "tests" ? PROGRAM_RULES : SITE_RULES];
}

/** FR-5.3: what the last attempt's code said when it failed, so that the next one begins there. */
function lastFailureFor(node: RunNode): string[] {
  const said = lastFailureOf(node);
  return said === null ? [] : [fence("last_failure", said)];
}

function adviceFor(node: RunNode): string[] {
  const { advice } = wayOf(node);
  return advice === "" ? [] : [advice];
}

/** Why the last attempt was sent back; nothing on a first one. */
function feedbackFor(node: RunNode): string[] {
  const rejected = node.review && !node.review.accepted ? [node.review.reasons] : [];
  const failed = failedApproaches(node).slice(-1);
  const reasons = [...rejected, ...failed].join("\n");
  return node.attempt < 2 || reasons === "" ? [] : [fence("feedback", reasons)];
}
