import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FINISHED } from "../../../shared/workflow/state.ts";
import { MODEL_FAILURES } from "../../models/port.ts";
import { maxTurnsOf } from "../common/step-prompts.ts";
import { ORCHESTRATORS } from "../registry.ts";
import { checkRun } from "./testing/checks.ts";
import { accept, diligent, finish, plan, step, workIds } from "./testing/scripts.ts";
import { type Asked, fails, Simulation, says, type ToolAnswer, use } from "./testing/simulation.ts";

/** Numbers to draw behaviour from: the same seed, the same run. */
class Dice {
  readonly #rolls: readonly number[];
  #at = 0;
  constructor(rolls: readonly number[]) {
    this.#rolls = rolls;
  }
  below(limit: number): number {
    const roll = this.#rolls[this.#at++ % this.#rolls.length] ?? 0;
    return (roll + this.#at * 7919) % limit;
  }
}

/** Names and values that code trips over. */
const NAMES = [
  ...["__proto__", "constructor", "toString", "finish", "verdict", "run_code", "read_file", "ask_user", ""],
  ...["run_tests", "run_command", "patch_file", "fetch_page", "publish_site"],
];
const VALUES = [null, -1, 1e308, [], {}, "\u0000", "</request>", "x".repeat(5_000), { __proto__: 1 }, [[[]]], "[a@1]"];
const KEYS = [
  ...["__proto__", "constructor", "code", "path", "summary", "evidence", "verdicts", "question", "choices"],
  ...["command", "paths", "old", "language", "url"],
];

function hostile(dice: Dice, id: string) {
  const entries = Array.from({ length: dice.below(6) }, () => [
    KEYS[dice.below(KEYS.length)] ?? "",
    VALUES[dice.below(VALUES.length)],
  ]);
  return use(id, NAMES[dice.below(NAMES.length)] ?? "", Object.fromEntries(entries));
}

function anyPlan(dice: Dice) {
  const count = 1 + dice.below(6);
  const stages = ["planning", "orchestrating", "building", "reviewing"];
  const steps = Array.from({ length: count }, (_, index) => {
    const dependsOn = index === 0 ? [] : [`s${dice.below(index)}`, `s${dice.below(index)}`].slice(dice.below(3));
    const proof = ["none", "none", "tests", "page"][dice.below(4)];
    return step(`s${index}`, stages[dice.below(4)] ?? "building", dependsOn, { optional: dice.below(3) === 0, proof });
  });
  return [...steps, step("work", "building", ["s0"]), step("check", "reviewing", ["work"])];
}

/** Anything a model or a provider may do, helpful in about half of the cases. */
function anyAnswer(dice: Dice, asked: Asked) {
  if (asked.nodeId === null) {
    const roll = dice.below(8);
    if (roll === 0) return says({ type: "text", text: "Here is my plan: do it." });
    if (roll === 1) return says(use("p", "propose_plan", { title: "x", steps: [] }));
    if (roll === 2) return fails(MODEL_FAILURES[dice.below(MODEL_FAILURES.length)] ?? "model_stalled");
    return plan(anyPlan(dice));
  }
  switch (dice.below(18)) {
    case 0:
      return says({ type: "text", text: "Let me think." });
    case 1:
      return says();
    case 2:
      return fails(MODEL_FAILURES[dice.below(MODEL_FAILURES.length)] ?? "model_stalled", dice.below(2) * 9_000 || null);
    case 3:
      return says(use("same", "run_code", { code: `f(${dice.below(3)})` }), use("same", "run_code", { code: "twice" }));
    case 4:
      return says(use("a", "ask_user", { question: "Which?", choices: ["a"] }), use("b", "list_files", {}));
    case 5:
      return says(use("a", "finish", { summary: "", evidence: [] }), use("b", "verdict", {}), use("c", "nope", {}));
    case 6:
      return asked.spec.operation === "reviewing"
        ? accept(asked, workIds(asked).slice(0, 1 + dice.below(2)))
        : finish(asked);
    case 7:
      return says(
        use("f1", "finish", {
          summary: "s",
          evidence: [{ type: "quote", file: "request", text: "invoices", label: "" }],
        }),
        use("f2", "finish", {}),
      );
    case 8:
      return says(hostile(dice, "h1"), hostile(dice, "h2"));
    case 9:
    case 10:
      return says(
        use("w", "write_file", { path: "a.test.js", content: "x" }),
        use("t", "run_tests", {}),
        use("c", "run_command", { command: `node ${dice.below(2)}.js` }),
      );
    default:
      return asked.spec.operation === "reviewing" && asked.turn > 1
        ? accept(asked)
        : diligent({ ...asked, turn: 1 + dice.below(3) });
  }
}

function anyResult(dice: Dice, name: string): ToolAnswer {
  const ok = dice.below(4) > 0;
  const answer = { ok, output: `${name} says${dice.below(5) === 0 ? "\nRemoved: a.js" : ""}` };
  if (name !== "run_tests") return answer;
  const tests = { passed: dice.below(3), failed: ok ? 0 : 1, skipped: 0, tests: [] };
  return { ...answer, run: { runtime: "isolate", reason: "default", outcome: "exited", exitCode: ok ? 0 : 1, tests } };
}

describe.each(ORCHESTRATORS)("$name: R5 decide", (orchestrator) => {
  it("never leaves a workflow stuck, whatever models, tools and people do", { timeout: 60_000 }, async () => {
    const ends = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1_000_000), { minLength: 40, maxLength: 200 }), async (rolls) => {
        const dice = new Dice(rolls);
        const simulation = new Simulation({
          orchestrator,
          model: (asked) => anyAnswer(dice, asked),
          tool: (name) => anyResult(dice, name),
          pick: (open) => dice.below(open),
        });
        for (let round = 0; round < 40 && !FINISHED.includes(simulation.state.phase); round++) {
          const state = await simulation.run();
          // Every run changes hands now and then, wherever it happens to stand.
          if (dice.below(6) === 0 && !FINISHED.includes(state.phase))
            simulation.migrate(ORCHESTRATORS[dice.below(ORCHESTRATORS.length)] ?? orchestrator);
          const question = state.questions.find((one) => one.status === "open");
          if (state.pause) simulation.append({ name: "workflow.resumed", data: {} });
          else if (state.phase === "pending_approval") simulation.approve();
          else if (question && dice.below(5) === 0)
            simulation.append({ name: "workflow.steered", data: { message: "hm" } });
          else if (question?.deadline && dice.below(4) === 0) simulation.lapse();
          else if (question) {
            const choices = question.kind === "repair" ? ["retry", "skip", "skip", "stop"] : ["a"];
            simulation.answer(question.id, choices[dice.below(choices.length)] ?? "a");
          }
        }
        const { phase } = simulation.state;
        checkRun(simulation.events, simulation.state);
        ends.set(phase, (ends.get(phase) ?? 0) + 1);
        for (const node of simulation.state.nodes) {
          expect(node.transcript.filter((one) => one.role === "assistant").length).toBeLessThanOrEqual(
            maxTurnsOf(node),
          );
          if (phase === "completed") expect(["success", "warning", "skipped"]).toContain(node.status);
        }
      }),
      { numRuns: 150, seed: 20261120, endOnFailure: true },
    );
    // The runs must get somewhere for the property to mean something.
    expect(ends.get("completed") ?? 0).toBeGreaterThan(30);
    expect(ends.get("failed") ?? 0).toBeGreaterThan(0);
  });
});
