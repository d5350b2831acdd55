import type { Intent, Orchestrator } from "../../durable-objects/orchestrators/port.ts";
import type { PlanNode } from "../../shared/workflow/plan.ts";
import type { RunNode } from "../../shared/workflow/run-node.ts";
import type { WorkflowState } from "../../shared/workflow/state.ts";

/** What one workflow has to do: `steps` steps of the plan, each with so many activities one after the other. */
export interface Load {
  readonly steps: number;
  readonly activities: number;
  readonly kind: "tool" | "model";
  /** Length of every activity's output. */
  readonly bytes: number;
  /** How many steps are under way at once. */
  readonly width: number;
}

const ESTIMATE = { p50Micros: 1, p90Micros: 1 };

const stepOf = (at: number): PlanNode => ({
  id: `s${at}`,
  type: "task",
  label: `Step ${at}`,
  instructions: "",
  agent: "dev",
  stage: "building",
  dependsOn: [],
  tier: "fast",
  optional: false,
  position: { x: 0, y: 0 },
  estimate: ESTIMATE,
});

const append = (event: (Intent & { kind: "append" })["event"]): Intent[] => [{ kind: "append", event }];

/** Runs the steps one after the other and decides nothing else. */
export function noopOrchestrator(loadOf: () => Load): Orchestrator {
  return {
    name: "noop",
    version: "1",
    decide: (state) => (state.plan ? decideRun(state, loadOf()) : decidePlan(loadOf())),
    reprice: (nodes) => nodes.map((node) => ({ ...node, estimate: ESTIMATE })),
    refine: (variants) => [...variants],
  };
}

function decidePlan({ steps }: Load): Intent[] {
  const nodes = Array.from({ length: steps }, (_, at) => stepOf(at));
  const variants = [{ name: "balanced" as const, p50Micros: steps, p90Micros: steps, nodes }];
  return append({
    name: "plan.proposed",
    data: { planVersion: 1, title: "Bench", summary: "", limits: [], variant: "balanced", variants },
  });
}

function decideRun(state: WorkflowState, load: Load): Intent[] {
  if (!state.plan?.approved) return [];
  const intents: Intent[] = [];
  let open = 0;
  for (const node of state.nodes) {
    if (node.status === "success") continue;
    intents.push(...decideNode(state, node, load));
    if (++open === load.width) break;
  }
  return open > 0 ? intents : append({ name: "workflow.completed", data: { resultSummary: "" } });
}

function decideNode(state: WorkflowState, node: RunNode, load: Load): Intent[] {
  const nodeId = node.id;
  if (node.status === "pending") return append({ name: "node.started", data: { nodeId, attempt: 1, approach: "" } });
  const tools = load.kind === "tool";
  const busy = tools ? node.tools.at(-1)?.result === null : Object.keys(state.calls).length > 0;
  if (busy) return [];
  const done = tools ? node.tools.length : answersOf(node);
  if (done >= load.activities)
    return append({ name: "node.finished", data: { nodeId, status: "success", summary: "" } });
  if (tools) return [{ kind: "tool", nodeId, toolUseId: `u${done}`, name: "run_code", input: { code: "0" } }];
  const spec = { operation: "building", tier: "fast", toolChoice: "auto", maxTokens: 400, effort: "low" } as const;
  return [{ kind: "call", nodeId, spec: { ...spec, system: "", messages: [], tools: [] } }];
}

const answersOf = (node: RunNode): number => node.transcript.filter((message) => message.role === "assistant").length;
