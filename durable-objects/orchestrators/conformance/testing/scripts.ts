import { invariant } from "../../../../shared/lib/assert.ts";
import { unfenceJson } from "../../../../shared/text/fence.ts";
import type { EventBody } from "../../../../shared/workflow/events.ts";
import { type Asked, fails, Simulation, type SimulationOptions, says, use } from "./simulation.ts";

type Outcome = Extract<EventBody, { name: "call.settled" }>["data"]["outcome"];

/** Steps of a small plan as a model proposes it. */
export const STEPS = [
  step("look", "planning", [], { agent: "analyst", tier: "fast" }),
  step("totals", "building", ["look"]),
  step("overdue", "building", ["look"], { optional: true }),
  step("letter", "building", ["totals", "overdue"]),
  step("check", "reviewing", ["letter"], { agent: "reviewer" }),
];

export function step(id: string, stage: string, dependsOn: string[], more: Record<string, unknown> = {}) {
  return {
    id,
    label: `Step ${id}`,
    type: "task",
    agent: "dev",
    stage,
    dependsOn,
    instructions: `Do ${id}`,
    tier: "standard",
    optional: false,
    ...more,
  };
}

export const plan = (steps: readonly unknown[] = STEPS): Outcome =>
  says(use("p1", "propose_plan", { title: "Invoices", summary: "Totals by client.", limits: [], steps }));

/** Text of the first user turn: the prompt with its fences. */
export function promptOf(asked: Asked): string {
  const first = asked.spec.messages[0];
  invariant(first, "a first message");
  return first.content.map((block) => (block.type === "text" ? block.text : "")).join("\n");
}

/** Text of the last user turn. */
export function closingOf(asked: Asked): string {
  const last = asked.spec.messages.at(-1);
  return (last?.content ?? [])
    .map((block) => (block.type === "text" ? block.text : block.type === "tool_result" ? block.content : ""))
    .join("\n");
}

export const workIds = (asked: Asked): string[] => {
  const work = unfenceJson("work", promptOf(asked));
  invariant(Array.isArray(work), "work to review");
  return work.map((one: { nodeId: string }) => one.nodeId);
};

/** Works like a careful agent: runs code, writes a file, finishes with both as evidence; a review reads and accepts. */
export function diligent(asked: Asked): Outcome {
  if (asked.nodeId === null) return plan();
  if (asked.spec.operation === "reviewing")
    return asked.turn === 1 ? says(use("r1", "run_code", { code: `check(${asked.node.attempt})` })) : accept(asked);
  if (asked.turn === 1)
    return says(
      use("a1", "run_code", { code: `work(${JSON.stringify(asked.nodeId)}, ${asked.node.attempt})`, purpose: "work" }),
      use("a2", "write_file", { path: `${asked.nodeId}.csv`, content: "a,b" }),
    );
  return finish(asked);
}

export const finish = (asked: Asked): Outcome =>
  says(
    use("f1", "finish", {
      summary: `${asked.nodeId} is done, attempt ${asked.node.attempt}`,
      evidence: [
        { type: "run", toolUseId: "a1", label: "ran" },
        { type: "artifact", name: `${asked.nodeId}.csv`, label: "file" },
      ],
    }),
  );

export const accept = (asked: Asked, rejected: readonly string[] = []): Outcome =>
  says(
    use("v1", "verdict", {
      summary: "All totals are right.",
      verdicts: workIds(asked).map((nodeId) => ({
        nodeId,
        accepted: !rejected.includes(nodeId),
        reasons: rejected.includes(nodeId) ? "The total of March is 3, not 4." : "",
        checks: [{ label: "recomputed", passed: !rejected.includes(nodeId), detail: "" }],
      })),
    }),
  );

/** A workflow whose plan has been proposed and approved. */
export async function approved(options: SimulationOptions): Promise<Simulation> {
  const simulation = new Simulation(options);
  await simulation.run((state) => state.phase === "pending_approval");
  simulation.approve();
  return simulation;
}

/** A run with everything in it: a busy service, a question, rejected work, an answer without a tool. */
export function eventful(): (asked: Asked) => ReturnType<typeof diligent> {
  let busy = 1;
  let rejected = 1;
  return (asked) => {
    if (asked.nodeId === "look" && busy-- > 0) return fails("model_overloaded");
    if (asked.nodeId === "overdue" && asked.turn === 1) return says({ type: "text", text: "Let me see." });
    if (asked.nodeId === "overdue") return diligent({ ...asked, turn: asked.turn - 1 });
    if (asked.nodeId === "totals" && asked.node.attempt === 1) {
      if (asked.turn === 1) return says(use("q", "ask_user", { question: "Which currency?", choices: ["KWD"] }));
      return asked.turn === 2 ? diligent({ ...asked, turn: 1 }) : finish(asked);
    }
    if (asked.nodeId === "check" && asked.turn === 2 && rejected-- > 0) return accept(asked, ["totals"]);
    return diligent(asked);
  };
}

/** People approve, answer and retry until nothing is left to do; gives the phase it ends in. */
export async function toTheEnd(simulation: Simulation): Promise<string> {
  for (let round = 0; round < 10; round++) {
    const state = await simulation.run();
    const question = state.questions.find((one) => one.status === "open");
    if (state.phase === "pending_approval") simulation.approve();
    else if (question) simulation.answer(question.id, question.kind === "repair" ? "retry" : "KWD");
    else return state.phase;
  }
  return simulation.state.phase;
}
