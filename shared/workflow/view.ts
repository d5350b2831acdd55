import type { ArtifactView, FailureView, NodeView, WorkflowView } from "../api/workflows.ts";
import { describe } from "../errors/catalogue/describe.ts";
import type { Tier } from "./content.ts";
import type { Stage } from "./plan.ts";
import { STAGES } from "./plan-limits.ts";
import type { ArtifactRecord, Failure } from "./records.ts";
import type { RunNode } from "./run-node.ts";
import { FINISHED, statusOf, type WorkflowState } from "./state.ts";

type Locale = "en" | "ar";

const MAX_STATUS_CHARS = 160;

/**
 * The workflow as the API and the screen show it, in the reader's language. Pure, so that the object and the browser
 * show the same. `now` (milliseconds UTC) only serves to say how long a wait will be.
 */
export function toWorkflowView(
  state: WorkflowState,
  locale: Locale,
  modelNameForTier: (tier: Tier) => string,
  now?: number,
  /** Place in the queue, from 1; not part of the log. */
  queuePosition: number | null = null,
): WorkflowView {
  const nodes = state.nodes.map((node) => toNodeView(node, locale, modelNameForTier, now));
  const p50Micros = sum(state.nodes.map((node) => node.estimate.p50Micros));
  const p90Micros = sum(state.nodes.map((node) => node.estimate.p90Micros));
  const { spentMicros, reservedMicros, unconfirmedMicros, capMicros } = state.cost;
  const failure = state.failure ?? state.pause?.failure ?? null;
  return {
    id: state.id,
    projectId: state.projectId,
    name: state.name,
    userInput: state.userInput,
    status: statusOf(state),
    stage: state.stage,
    paused: state.pause && !isFinished(state) ? { reason: state.pause.reason, resumeAt: state.pause.resumeAt } : null,
    queue: state.queue && !isFinished(state) ? { position: queuePosition, since: state.queue.since } : null,
    version: state.version,
    mode: state.mode,
    lineage: state.lineage,
    framework: state.framework,
    model: state.model,
    files: [...state.files],
    plan: state.plan && {
      version: state.plan.version,
      title: state.plan.title,
      summary: state.plan.summary,
      limits: [...state.plan.limits],
      variant: state.plan.variant,
      variants: state.plan.variants.map((one) => ({
        name: one.name,
        p50Micros: one.p50Micros,
        p90Micros: one.p90Micros,
        steps: one.nodes.length,
      })),
      nodes,
      p50Micros,
      p90Micros,
    },
    stages: stagePercentages(state),
    cost: {
      spentMicros,
      reservedMicros,
      unconfirmedMicros,
      capMicros,
      efficiency: efficiencyOf(spentMicros + unconfirmedMicros, p50Micros, p90Micros),
      simulated: state.model.simulated,
    },
    questions: [...state.questions],
    approvals: [...state.approvals],
    artifacts: state.artifacts.map(toArtifactView),
    resultSummary: state.resultSummary,
    createdBy: state.createdBy,
    createdAt: state.createdAt,
    startedAt: state.startedAt,
    completedAt: state.completedAt,
    error: failure && toFailureView(failure, locale, waitSeconds(state.pause?.resumeAt ?? null, now)),
  };
}

export function toNodeView(
  node: RunNode,
  locale: Locale,
  modelNameForTier: (tier: Tier) => string,
  now?: number,
): NodeView {
  const { transcript: _transcript, tools: _tools, approaches: _approaches, ...rest } = node;
  const { failure, callFailures: _callFailures, steered: _steered, retryAt, attempts, ...shown } = rest;
  return {
    ...shown,
    dependsOn: [...node.dependsOn],
    evidence: [...node.evidence],
    attempts: attempts.map(({ approach: _approach, failure: failed, ...attempt }) => ({
      ...attempt,
      failure: failed && toFailureView(failed, locale),
    })),
    statusMessage: statusMessage(node, locale),
    model: modelNameForTier(node.tier),
    error: failure && {
      ...toFailureView(failure, locale, waitSeconds(retryAt, now)),
      ...(node.attempt > 0 ? { attempt: node.attempt, maxAttempts: Math.max(MAX_ATTEMPTS, node.attempt) } : {}),
    },
  };
}

/** NFR-P2.2. */
const MAX_ATTEMPTS = 3;

export function toArtifactView(artifact: ArtifactRecord): ArtifactView {
  const { id, name, mediaType, size, nodeId, sha256, role, provenance } = artifact;
  return { id, name, mediaType, size, nodeId, sha256, ...(role && { role }), ...(provenance && { provenance }) };
}

export function toFailureView(failure: Failure, locale: Locale, etaSeconds?: number): FailureView {
  const text = describe(failure, locale);
  const eta = etaSeconds ?? text.etaSeconds;
  return {
    code: failure.code,
    title: text.title,
    detail: text.detail,
    doing: text.doing,
    ...(eta === undefined ? {} : { etaSeconds: eta }),
  };
}

function waitSeconds(until: string | null, now: number | undefined): number | undefined {
  if (until === null || now === undefined) return undefined;
  return Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));
}

/** What the step is about right now: its failure, its outcome, the purpose of its last tool, or what it said last. */
function statusMessage(node: RunNode, locale: Locale): string {
  if (node.failure) return describe(node.failure, locale).title;
  if (node.status !== "running" && node.status !== "waiting") return firstLine(node.summary ?? "");
  const purpose = node.tools.at(-1)?.input.purpose;
  if (typeof purpose === "string") return firstLine(purpose);
  const said = node.transcript.findLast((message) => message.role === "assistant")?.content;
  const text = said?.find((block) => block.type === "text");
  return text?.type === "text" ? firstLine(text.text) : "";
}

function firstLine(text: string): string {
  const line = text.trim().split("\n", 1)[0] ?? "";
  // Of a very long line only its beginning is looked at: a view is made on every request.
  const chars = [...line.slice(0, 4 * MAX_STATUS_CHARS)];
  return chars.length > MAX_STATUS_CHARS ? `${chars.slice(0, MAX_STATUS_CHARS).join("")}…` : line;
}

/** Share of each stage's steps that are done, 0–100. A stage without steps is done once the run is past it. */
export function stagePercentages(state: WorkflowState): { stage: Stage; percent: number }[] {
  const current = STAGES.indexOf(state.stage);
  return STAGES.map((stage, index) => {
    if (stage === "completed") return { stage, percent: state.phase === "completed" ? 100 : 0 };
    const nodes = state.nodes.filter((node) => node.stage === stage);
    const planned = stage === "planning" && state.plan ? 100 : 0;
    if (nodes.length === 0) return { stage, percent: index < current ? 100 : planned };
    const done = nodes.filter(isDone).length;
    return { stage, percent: Math.floor((done * 100) / nodes.length) };
  });
}

const isDone = (node: RunNode): boolean =>
  node.status === "success" || node.status === "warning" || node.status === "skipped";

/** FR-7.4: green up to the p50 of the plan, yellow up to its p90, else red. Without a plan: green. */
export function efficiencyOf(usedMicros: number, p50Micros: number, p90Micros: number): "green" | "yellow" | "red" {
  if (p90Micros === 0 || usedMicros <= p50Micros) return "green";
  return usedMicros <= p90Micros ? "yellow" : "red";
}

const isFinished = (state: WorkflowState): boolean => FINISHED.includes(state.phase);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
