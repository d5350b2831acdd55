import type { Block } from "../../../../shared/workflow/content.ts";
import { bmad } from "../../../orchestrators/bmad/orchestrator.ts";
import { accept, diligent, plan, STEPS, step, workIds } from "../../../orchestrators/conformance/testing/scripts.ts";
import type { Asked } from "../../../orchestrators/conformance/testing/simulation.ts";
import { lean } from "../../../orchestrators/lean/orchestrator.ts";
import type { Orchestrator } from "../../../orchestrators/port.ts";
import { scriptedOrchestrator, scriptedPlan } from "../../testing/scripted.ts";
import type { Dice } from "./dice.ts";
import type { Brain } from "./model-service.ts";
import { SERVICE } from "./outside-service.ts";

/** A plan whose steps may reach the service, run one after the other or side by side. */
function scripted(dice: Dice): Orchestrator {
  const steps = scriptedPlan(dice.between(1, 5), dice.chance(0.6));
  return scriptedOrchestrator(steps.map((node) => ({ ...node, touches: [SERVICE] })));
}

/** Uses every tool there is, asks, gives up, and comes to an end after a few turns. */
function scriptedBrain(dice: Dice, calm: () => boolean): Brain {
  let uses = 0;
  const use = (name: string, input: Record<string, unknown>): Block => ({
    type: "tool_use",
    id: `u${++uses}`,
    name,
    input,
  });
  const done: Block = { type: "text", text: "done" };
  return (_request, nodeId, state) => {
    if (nodeId === null) return [{ type: "text", text: "plan" }];
    const node = state.nodes.find((one) => one.id === nodeId);
    const turns = node?.transcript.filter((one) => one.role === "assistant").length ?? 0;
    if (calm() || turns >= 5) return [done];
    const what = dice.pick(["room", "car", "table"]);
    switch (dice.weighted({ done: 5, fail: 1, host: 4, two: 2, ask: 1, look: 1, book: 3, mail: 3, wrong: 1 })) {
      case "done":
        return [done];
      case "fail":
        return [{ type: "text", text: "fail" }];
      case "host":
        return [use("read_file", { path: "a.csv" })];
      case "two":
        return [use("write_file", { path: `${what}.txt` }), use("run_code", { code: what })];
      case "ask":
        return [use("ask_user", {})];
      case "look":
        return [use("look", { what })];
      case "book":
        return [use("book", { what }), ...(dice.chance(0.3) ? [use("mail", { what })] : [])];
      case "mail":
        return [use("mail", { what })];
      case "wrong":
        return [use("book", { what: 3 })];
    }
  };
}

export type Led = "scripted" | "bmad" | "lean";

/** Which orchestrator a life is led by, and a model that knows how to work for it. */
export interface Mind {
  readonly orchestrator: Orchestrator;
  readonly brain: Brain;
}

export function mindOf(name: Led, dice: Dice, calm: () => boolean): Mind {
  if (name === "scripted") return { orchestrator: scripted(dice), brain: scriptedBrain(dice, calm) };
  return { orchestrator: name === "bmad" ? bmad : lean, brain: diligentBrain(dice, calm) };
}

/** Works as agents of the real orchestrators do: runs code, writes a file, proves it; now and then a review rejects. */
function diligentBrain(dice: Dice, calm: () => boolean): Brain {
  let uses = 0;
  return (request, nodeId, state) => {
    if (nodeId === null) return contentOf(plan(anyPlan(dice)));
    const node = state.nodes.find((one) => one.id === nodeId);
    if (!node) return [];
    const turn = node.transcript.filter((one) => one.role === "assistant").length + 1;
    const asked: Asked = { nodeId, spec: request, state, node, turn };
    const reviewing = request.operation === "reviewing";
    if (!calm() && turn > 1 && turn < 6 && !reviewing) {
      const what = dice.pick(["room", "car", "table"]);
      const id = `x${++uses}`;
      const kind = dice.weighted({ work: 6, book: 2, mail: 2, ask: 0.5, again: 1 });
      if (kind === "book" || kind === "mail") return [{ type: "tool_use", id, name: kind, input: { what } }];
      if (kind === "ask")
        return [{ type: "tool_use", id, name: "ask_user", input: { question: "Which?", choices: ["A", "B"] } }];
      if (kind === "again") return [{ type: "tool_use", id, name: "run_code", input: { code: `more(${uses})` } }];
    }
    if (reviewing && turn > 1 && !calm() && dice.chance(0.3))
      return contentOf(accept(asked, workIds(asked).slice(0, 1)));
    return contentOf(diligent(asked));
  };
}

const contentOf = (outcome: ReturnType<typeof diligent>): readonly Block[] => (outcome.ok ? outcome.content : []);

function anyPlan(dice: Dice): readonly unknown[] {
  if (dice.chance(0.3)) return STEPS;
  const count = dice.between(1, 4);
  const works = Array.from({ length: count }, (_, at) =>
    step(`s${at}`, "building", at > 0 && dice.chance(0.5) ? [`s${at - 1}`] : [], { touches: [SERVICE] }),
  );
  return [
    ...works,
    step(
      "check",
      "reviewing",
      works.map((_, at) => `s${at}`),
      { agent: "reviewer" },
    ),
  ];
}
