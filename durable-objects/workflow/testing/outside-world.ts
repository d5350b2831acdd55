import { expect } from "vitest";
import type { WorkflowCommand } from "../../../shared/protocol/workflow-commands.ts";
import type { Block } from "../../../shared/workflow/content.ts";
import type { RunMode } from "../../../shared/workflow/effects.ts";
import type { OutsideTool, ServiceInfo } from "../effects/port.ts";
import { decide } from "../engine/commands.ts";
import { DESK } from "./fake-outside.ts";
import { answerOf, says, scriptedModel, scriptedOrchestrator, scriptedPlan } from "./scripted.ts";
import { APPROVED, type Parts, USER, type World, world } from "./world.ts";

const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export interface OutsideRun {
  readonly tool: OutsideTool;
  /** What each step asks the tool for, in one answer; the default is one booking by the first step. */
  readonly inputs?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly mode?: RunMode;
  readonly services?: readonly ServiceInfo[];
  readonly touches?: string[];
  readonly steps?: number;
  readonly parts?: Partial<Parts>;
}

/** A run whose steps call the tool, its plan just approved; it has not run since. */
export async function outsideRun(run: OutsideRun): Promise<World> {
  const { tool, mode = "live", services = [DESK], touches = ["desk"], inputs = { s1: [{ what: "room" }] } } = run;
  const plan = scriptedPlan(run.steps ?? 1, true).map((node) => ({ ...node, touches }));
  const model = scriptedModel((request) => {
    const wanted = inputs[request.system];
    if (!wanted || request.messages.length > 0) return says("done");
    const block = (input: Readonly<Record<string, unknown>>, at: number): Block => ({
      type: "tool_use",
      id: `use_${at}`,
      name: tool.name,
      input: { ...input },
    });
    return answerOf(wanted.map(block));
  });
  const outside = { services, tools: [tool] };
  const w = world({ orchestrator: scriptedOrchestrator(plan), model, outside, ...run.parts });
  await w.executor.run(MINUTE);
  w.journal.append(USER, [{ ...APPROVED, data: { ...APPROVED.data, mode } }]);
  return w;
}

/** The same until it rests: on a person, on a far timer, or at its end. */
export async function settle(w: World): Promise<World> {
  await w.executor.run(MINUTE);
  return w;
}

/** What a member's command comes to: "ok", or the code of the refusal. */
export function act(w: World, command: WorkflowCommand, outside: Parts["outside"], user = "usr_1"): string {
  const around = { now: w.time.now(), pricing: null, outside, carries: () => true };
  const decision = decide(w.state(), command, around);
  if (!decision.ok) return decision.error.code;
  w.journal.append({ kind: "user", id: user }, decision.value);
  w.executor.poke();
  return "ok";
}

/** What the step's tool was told. */
export const told = (w: World, at = 0) => w.state().nodes[0]?.tools[at]?.result;

export const openApprovals = (w: World) => w.state().approvals.filter((one) => one.status === "open");
export const openQuestions = (w: World) => w.state().questions.filter((one) => one.status === "open");

export function only<T>(list: readonly T[]): T {
  expect(list).toHaveLength(1);
  const [one] = list;
  if (one === undefined) throw new Error("nothing there");
  return one;
}
