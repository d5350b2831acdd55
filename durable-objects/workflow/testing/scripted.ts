import { type Block, NO_USAGE, type Usage } from "../../../shared/workflow/content.ts";
import type { EventBody } from "../../../shared/workflow/events.ts";
import type { PlanNode } from "../../../shared/workflow/plan.ts";
import { NO_DEADLINE } from "../../../shared/workflow/records.ts";
import type { RunNode } from "../../../shared/workflow/run-node.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { CallOptions, ModelOutcome, ModelPort, ModelRequest } from "../../models/port.ts";
import type { CallSpec, Intent, Orchestrator } from "../../orchestrators/port.ts";

/** A plan of `count` building steps and one review after them; `parallel`: the steps do not wait for each other. */
export function scriptedPlan(count: number, parallel = false): PlanNode[] {
  const step = (id: string, stage: PlanNode["stage"], dependsOn: string[]): PlanNode => ({
    id,
    type: "task",
    label: `Step ${id}`,
    instructions: "",
    agent: stage === "reviewing" ? "reviewer" : "dev",
    stage,
    dependsOn,
    tier: "fast",
    optional: false,
    position: { x: 0, y: 0 },
    estimate: { p50Micros: 1000, p90Micros: 3000 },
  });
  const ids = Array.from({ length: count }, (_, at) => `s${at + 1}`);
  const works = ids.map((id, at) => step(id, "building", at > 0 && !parallel ? [ids[at - 1] ?? ""] : []));
  return [...works, step("review", "reviewing", ids)];
}

/** The smallest orchestrator that uses every intent: it calls until an answer asks for no tool, then finishes the step. */
export function scriptedOrchestrator(
  nodes: readonly PlanNode[],
  spec: Partial<CallSpec> = {},
  version = "1",
): Orchestrator {
  return {
    name: "scripted",
    version,
    decide: (state, around) => (state.plan ? decideRun(state, around.now, spec) : decidePlanning(state, nodes, spec)),
    reprice: (edited) => edited.map((node) => ({ ...node, estimate: { p50Micros: 1000, p90Micros: 3000 } })),
    refine: (variants, chosen, edited) =>
      variants.map((one) => (one.name === chosen ? { ...one, nodes: [...edited] } : one)),
  };
}

const append = (event: EventBody): Intent => ({ kind: "append", event });

function callSpec(nodeId: string | null, messages: CallSpec["messages"], spec: Partial<CallSpec>): Intent {
  const base: CallSpec = {
    operation: nodeId === null ? "planning" : "building",
    tier: "fast",
    system: nodeId ?? "plan",
    messages,
    tools: [],
    toolChoice: "auto",
    maxTokens: 1000,
    effort: "low",
  };
  return { kind: "call", nodeId, spec: { ...base, ...spec } };
}

function decidePlanning(state: WorkflowState, nodes: readonly PlanNode[], spec: Partial<CallSpec>): Intent[] {
  if (Object.keys(state.calls).length > 0) return [];
  if (state.planning.failures.length > 6)
    return [
      append({
        name: "workflow.paused",
        data: { reason: "service", failure: state.planning.failures.at(-1) ?? null, resumeAt: null },
      }),
    ];
  if (state.planning.transcript.length === 0) return [callSpec(null, [], spec)];
  const variant = { p50Micros: 1000, p90Micros: 3000, nodes: [...nodes] };
  return [
    append({
      name: "plan.proposed",
      data: {
        planVersion: 1,
        title: "Plan",
        summary: "What will be done",
        limits: [],
        variant: "balanced",
        variants: [
          { name: "lean", ...variant },
          { name: "balanced", ...variant },
        ],
      },
    }),
  ];
}

const isDone = (node: RunNode | undefined): boolean => node?.status === "success" || node?.status === "skipped";

function decideRun(state: WorkflowState, now: number, spec: Partial<CallSpec>): Intent[] {
  if (!state.plan?.approved) return [];
  if (state.nodes.every(isDone))
    return [append({ name: "workflow.completed", data: { resultSummary: "All is done." } })];
  return state.nodes.flatMap((node) => decideNode(state, node, now, spec));
}

function decideNode(state: WorkflowState, node: RunNode, now: number, spec: Partial<CallSpec>): Intent[] {
  if (Object.values(state.calls).some((call) => call.nodeId === node.id)) return [];
  const start = (attempt: number): Intent[] => [
    ...(node.stage !== state.stage && node.stage !== "planning"
      ? [append({ name: "stage.entered", data: { stage: node.stage } })]
      : []),
    append({ name: "node.started", data: { nodeId: node.id, attempt, approach: `${node.id}-${attempt}` } }),
  ];
  if (node.status === "pending")
    return node.dependsOn.every((id) => isDone(state.nodes.find((one) => one.id === id))) ? start(1) : [];
  if (node.status === "error")
    return node.retryAt !== null && Date.parse(node.retryAt) <= now ? start(node.attempt + 1) : [];
  if (node.status !== "running") return [];
  const last = node.transcript.at(-1);
  if (last?.role !== "assistant") return [callSpec(node.id, node.transcript, spec)];
  const uses = last.content.filter((block) => block.type === "tool_use");
  if (uses.length === 0) {
    const text = last.content.find((block) => block.type === "text");
    const summary = text?.type === "text" ? text.text : "done";
    const failure = { code: "step_failed", params: {}, technical: "" };
    const tried = { nodeId: node.id, failure, attempt: node.attempt, maxAttempts: 3 };
    // It fails and is started again at once.
    if (summary === "stumble")
      return [append({ name: "node.failed", data: { ...tried, retryAt: new Date(now).toISOString() } })];
    if (summary === "fail") {
      const asked = state.questions.find((one) => one.id === `q_${node.id}_${node.attempt}`);
      if (asked?.status === "answered") return afterRepair(node, asked.answer, () => start(node.attempt + 1));
      const failure = { code: "step_failed", params: {}, technical: "" };
      return [
        append({
          name: "node.failed",
          data: { nodeId: node.id, failure, attempt: node.attempt, maxAttempts: 3, retryAt: null },
        }),
        append(question(`q_${node.id}_${node.attempt}`, node.id, "repair", null)),
      ];
    }
    return [append({ name: "node.finished", data: { nodeId: node.id, status: "success", summary } })];
  }
  return uses.flatMap((use): Intent[] => {
    if (node.tools.some((run) => run.toolUseId === use.id)) return [];
    if (use.name !== "ask_user")
      return [{ kind: "tool", nodeId: node.id, toolUseId: use.id, name: use.name, input: use.input }];
    const id = `q_${node.id}_${use.id}`;
    return state.questions.some((one) => one.id === id) ? [] : [append(question(id, node.id, "agent", use.id))];
  });
}

function afterRepair(node: RunNode, answer: string | null, again: () => Intent[]): Intent[] {
  if (answer === "skip") return [append({ name: "node.skipped", data: { nodeId: node.id, reason: "skipped" } })];
  if (answer !== "stop") return again();
  return [append({ name: "workflow.failed", data: { failure: { code: "step_failed", params: {}, technical: "" } } })];
}

function question(id: string, nodeId: string, kind: "agent" | "repair", toolUseId: string | null): EventBody {
  return {
    name: "question.asked",
    data: {
      id,
      nodeId,
      kind,
      text: "Which one?",
      choices: ["A", "B"],
      toolUseId,
      effectId: null,
      ...NO_DEADLINE,
      status: "open",
      answer: null,
    },
  };
}

export const USAGE: Usage = { ...NO_USAGE, input: 1000, output: 200 };
export const says = (text: string): ModelOutcome => answerOf([{ type: "text", text }]);
export const uses = (name: string, input: Record<string, unknown>, id = "use_1"): ModelOutcome =>
  answerOf([{ type: "tool_use", id, name, input }]);

export function answerOf(content: readonly Block[]): ModelOutcome {
  const stopReason = content.some((block) => block.type === "tool_use") ? "tool_use" : "end";
  return { ok: true, content, stopReason, usage: USAGE, model: "claude-haiku-5-5" };
}

export const fails = (code: string, retryAfterMs: number | null = null, billingUnknown = false): ModelOutcome => ({
  ok: false,
  failure: { code, params: {}, technical: "" },
  retryable: true,
  retryAfterMs,
  usage: NO_USAGE,
  billingUnknown,
});

export type Script = (
  request: ModelRequest,
  options: CallOptions,
  call: number,
) => ModelOutcome | Promise<ModelOutcome>;

/** Answers as the script says; `calls` counts what was asked. */
export function scriptedModel(script: Script): ModelPort & { readonly asked: ModelRequest[] } {
  const asked: ModelRequest[] = [];
  return {
    provider: "offline",
    simulated: true,
    asked,
    modelFor: () => "claude-haiku-5-5",
    async call(request, options) {
      asked.push(request);
      return script(request, options, asked.length);
    },
  };
}
