import { PlanNode } from "../../../../shared/workflow/plan.ts";
import { step } from "./scripts.ts";
import { Simulation, type SimulationOptions } from "./simulation.ts";

/** Work in chains side by side, and one review of all of it unless the chains say otherwise. */
export function chains(count: number, side: number, more: Record<string, unknown> = {}) {
  const work = Array.from({ length: count }, (_, at) =>
    step(`s${at}`, "building", at < side ? [] : [`s${at - side}`], more),
  );
  const ends = work.slice(-side).map((one) => one.id);
  return [...work, step("check", "reviewing", ends, { agent: "reviewer" })];
}

/** An approved workflow with these steps. */
export async function approvedWith(
  options: SimulationOptions,
  steps: readonly ReturnType<typeof step>[],
): Promise<Simulation> {
  const simulation = new Simulation(options);
  await simulation.run((state) => state.phase === "pending_approval");
  const place = { position: { x: 0, y: 0 }, estimate: { p50Micros: 0, p90Micros: 0 } };
  const nodes = steps.map((one) => PlanNode.parse({ ...one, ...place }));
  simulation.append({ name: "plan.edited", data: { planVersion: 2, variant: "balanced", nodes, variants: [] } });
  simulation.approve();
  return simulation;
}

/** As {@link approvedWith}, all work that rests on no review done already: what is left to do is the review of it. */
export async function deliveredWith(
  options: SimulationOptions,
  steps: readonly ReturnType<typeof step>[],
): Promise<Simulation> {
  const simulation = await approvedWith(options, steps);
  const known = new Map(steps.map((one) => [one.id, one]));
  for (const { id, stage, dependsOn } of steps) {
    if (stage === "reviewing" || dependsOn.some((from) => known.get(from)?.stage === "reviewing")) continue;
    const inputs = dependsOn.map((from) => `${from}@1`).join(" ");
    const tool = { toolCallId: `done_${id}`, nodeId: id };
    simulation.append({ name: "node.started", data: { nodeId: id, attempt: 1, approach: `first [${inputs}]` } });
    simulation.append({
      name: "tool.started",
      data: { ...tool, toolUseId: "a1", name: "run_code", input: { code: `work("${id}")` } },
    });
    simulation.append({ name: "tool.settled", data: { ...tool, ok: true, output: "3", durationMs: 1 } });
    simulation.append({
      name: "node.delivered",
      data: {
        nodeId: id,
        summary: `${id} is done`,
        evidence: [{ type: "run", toolCallId: tool.toolCallId, label: "ran", output: "3" }],
      },
    });
  }
  return simulation;
}
