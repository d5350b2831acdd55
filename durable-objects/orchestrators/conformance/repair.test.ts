import { describe, expect, it } from "vitest";
import { unfence, unfenceJson } from "../../../shared/text/fence.ts";
import { ORCHESTRATORS } from "../registry.ts";
import { accept, approved, closingOf, diligent, plan, promptOf, STEPS } from "./testing/scripts.ts";
import { fails, says, use } from "./testing/simulation.ts";

const rejecting = (id: string, rounds: number) => {
  let left = rounds;
  return (asked: Parameters<typeof diligent>[0]) => {
    if (asked.nodeId === "check" && asked.turn === 2 && left > 0) {
      left--;
      return accept(asked, [id]);
    }
    return diligent(asked);
  };
};

describe.each(ORCHESTRATORS)("$name: rejected work", (orchestrator) => {
  it("starts again with the reasons, its dependents and the review too", async () => {
    const feedback: unknown[] = [];
    const failed: unknown[] = [];
    const model = rejecting("totals", 1);
    const simulation = await approved({
      orchestrator,
      model: (asked) => {
        if (asked.nodeId === "totals" && asked.turn === 1) {
          feedback.push(unfence("feedback", promptOf(asked)));
          failed.push(unfenceJson("failed_approaches", promptOf(asked)));
        }
        return model(asked);
      },
    });
    const state = await simulation.run();
    expect(state.phase).toBe("completed");
    expect(state.nodes.map((node) => [node.id, node.attempt])).toEqual([
      ["look", 1],
      ["totals", 2],
      ["overdue", 1],
      ["letter", 2],
      ["check", 2],
    ]);
    expect(feedback[0]).toBeNull();
    expect(feedback[1]).toContain("The total of March is 3, not 4.");
    expect(failed[1]).toEqual([
      expect.stringMatching(/step_rejected The total of March.*run_code "work" work-[0-9a-f]{8}/),
    ]);
  });

  it("sends rejected analysis back too, and everything that was built on it", async () => {
    const simulation = await approved({ orchestrator, model: rejecting("look", 1) });
    const state = await simulation.run();
    expect(state.phase).toBe("completed");
    expect(state.nodes.map((node) => node.attempt)).toEqual([2, 2, 2, 2, 2]);
  });

  it("FR-5.7 NFR-P2.2 asks the person after the third attempt; retry gives three more", async () => {
    const simulation = await approved({ orchestrator, model: rejecting("totals", 3), locale: "ar" });
    await simulation.run();
    const question = simulation.state.questions.find((one) => one.status === "open");
    expect(question).toMatchObject({ kind: "repair", nodeId: "totals", choices: ["retry", "skip", "stop"] });
    expect(question?.text).toContain("بعد ثلاث محاولات");
    expect(simulation.node("totals").attempt).toBe(3);
    simulation.answer(question?.id ?? "", "retry");
    const state = await simulation.run();
    expect(state.phase).toBe("completed");
    expect(simulation.node("totals").attempt).toBe(4);
  });

  it("F3 FR-5.8 each repair goes another way than every other, is told so, and says what it cost", async () => {
    const advice: string[] = [];
    const tiers: string[] = [];
    const model = rejecting("look", 3);
    const simulation = await approved({
      orchestrator,
      model: (asked) => {
        if (asked.nodeId === "look" && asked.turn === 1) {
          advice.push(promptOf(asked).split("</failed_approaches>")[1] ?? "");
          tiers.push(asked.spec.tier);
        }
        return model(asked);
      },
    });
    await simulation.run();
    simulation.answer(simulation.state.questions.find((one) => one.status === "open")?.id ?? "", "retry");
    expect((await simulation.run()).phase).toBe("completed");
    expect(advice).toHaveLength(4);
    expect(new Set(advice).size).toBe(4);
    expect(advice[0]?.trim()).toBe("");
    expect(tiers).toEqual(["fast", "fast", "standard", "fast"]);
    const { approaches, attempts } = simulation.node("look");
    expect(new Set(approaches).size).toBe(4);
    expect(attempts.map((one) => one.costMicros)).toEqual([200, 200, 200, 200]);
    expect(attempts.map((one) => one.failure?.code)).toEqual([...Array(3).fill("step_rejected"), undefined]);
  });

  it("goes on without a step the person skips, and reviews the rest", async () => {
    const simulation = await approved({ orchestrator, model: rejecting("totals", 3) });
    await simulation.run();
    simulation.answer(simulation.state.questions.find((one) => one.status === "open")?.id ?? "", "skip");
    const state = await simulation.run();
    expect(state.phase).toBe("completed");
    expect(simulation.node("totals").status).toBe("skipped");
    expect(simulation.node("letter").status).toBe("success");
  });

  it("ends as failed when the person stops; going on later starts the step again", async () => {
    const simulation = await approved({ orchestrator, model: rejecting("totals", 3) });
    await simulation.run();
    simulation.answer(simulation.state.questions.find((one) => one.status === "open")?.id ?? "", "stop");
    expect((await simulation.run()).phase).toBe("failed");
    expect(simulation.state.failure).toMatchObject({
      code: "step_failed",
      params: { label: "Step totals", attempts: 3 },
    });
    simulation.append({ name: "workflow.resumed", data: {} });
    expect((await simulation.run()).phase).toBe("completed");
  });

  it("FR-5.8 refuses code that failed in an earlier attempt, and the very work that was rejected", async () => {
    const refusals: string[] = [];
    const simulation = await approved({
      orchestrator,
      tool: (name, input) =>
        input.code === "bad()" ? { ok: false, output: "TypeError" } : { ok: true, output: `${name} ran` },
      model: (asked) => {
        if (asked.nodeId === "check" && asked.turn === 2 && asked.node.attempt === 1) return accept(asked, ["totals"]);
        if (asked.nodeId !== "totals") return diligent(asked);
        if (asked.turn === 1) return says(use("b1", "run_code", { code: "bad()" }));
        if (asked.turn === 2)
          return says(
            use("a1", "run_code", { code: "same()" }),
            use("a2", "write_file", { path: "totals.csv", content: "x" }),
          );
        refusals.push(closingOf(asked));
        if (asked.node.attempt === 2 && asked.turn === 4)
          return says(
            use("a1", "run_code", { code: "other()" }),
            use("a2", "write_file", { path: "totals.csv", content: "y" }),
          );
        return says(use("f", "finish", { summary: "done", evidence: [{ type: "run", toolUseId: "a1", label: "" }] }));
      },
    });
    const state = await simulation.run();
    expect(state.phase).toBe("completed");
    const second = simulation.node("totals");
    expect(second.tools[0]?.result).toEqual({
      ok: false,
      output: expect.stringContaining("failed in an earlier"),
      durationMs: 0,
    });
    expect(refusals.some((one) => one.includes("very work that was rejected"))).toBe(true);
  });
});

describe.each(ORCHESTRATORS)("$name: failing calls", (orchestrator) => {
  it("waits and repeats the same call when the service is busy; costs no attempt", async () => {
    let left = 3;
    const starts: number[] = [];
    const simulation = await approved({
      orchestrator,
      model: (asked) => {
        if (asked.nodeId === "look" && asked.turn === 2 && left-- > 0) {
          starts.push(simulation.now);
          return fails("model_overloaded", left === 0 ? 40_000 : null);
        }
        return diligent(asked);
      },
    });
    const from = simulation.now;
    const state = await simulation.run();
    expect(state.phase).toBe("completed");
    expect(simulation.node("look").attempt).toBe(1);
    expect(simulation.node("look").tools).toHaveLength(2);
    expect(simulation.now - from).toBeGreaterThan(40_000 + 2_000 + 5_000);
    const waits = starts.map((at, index) => at - (starts[index - 1] ?? from));
    expect(waits[1]).toBeGreaterThanOrEqual(2_000);
    expect(waits[2]).toBeGreaterThanOrEqual(5_000);
  });

  it("pauses for a service that stays away and goes on by itself when it is back", async () => {
    let left = 8;
    const simulation = await approved({
      orchestrator,
      model: (asked) => (asked.nodeId === "look" && left-- > 0 ? fails("model_unreachable") : diligent(asked)),
    });
    const state = await simulation.run();
    const pauses = simulation.events.flatMap((one) => (one.name === "workflow.paused" ? [one.data] : []));
    expect(pauses).toHaveLength(2);
    expect(pauses[0]).toMatchObject({ reason: "service", failure: { code: "model_unreachable" } });
    expect(state.phase).toBe("completed");
    expect(simulation.node("look").attempt).toBe(1);
  });

  it("pauses for attention on a refused key, and repeats the call once resumed", async () => {
    let left = 1;
    const simulation = await approved({
      orchestrator,
      model: (asked) => (asked.nodeId === "totals" && left-- > 0 ? fails("model_unauthorized") : diligent(asked)),
    });
    await simulation.run();
    expect(simulation.state.pause).toMatchObject({ reason: "attention", failure: { code: "model_unauthorized" } });
    simulation.append({ name: "workflow.resumed", data: {} });
    expect((await simulation.run()).phase).toBe("completed");
  });

  it("repairs cut, empty and malformed answers with a hint, then by another attempt", async () => {
    const hints: string[] = [];
    let left = 4;
    const simulation = await approved({
      orchestrator,
      model: (asked) => {
        if (asked.nodeId !== "totals") return diligent(asked);
        hints.push(closingOf(asked));
        return left-- > 0 ? fails("model_bad_tool_call") : diligent(asked);
      },
    });
    const state = await simulation.run();
    expect(state.phase).toBe("completed");
    expect(hints[1]).toContain("not valid JSON");
    expect(simulation.node("totals").attempt).toBe(2);
  });

  it("takes a refusal as a failed attempt", async () => {
    const simulation = await approved({
      orchestrator,
      model: (asked) => (asked.nodeId === "totals" ? fails("model_refused") : diligent(asked)),
    });
    await simulation.run();
    expect(simulation.node("totals").attempt).toBe(3);
    expect(simulation.state.questions.at(-1)).toMatchObject({ kind: "repair", nodeId: "totals" });
  });
});

describe.each(ORCHESTRATORS)("$name: answers that lead nowhere", (orchestrator) => {
  it("nudges after text without a tool, differently each time", async () => {
    const nudges: string[] = [];
    const simulation = await approved({
      orchestrator,
      model: (asked) => {
        if (asked.nodeId !== "look") return diligent(asked);
        if (asked.turn > 4) return diligent({ ...asked, turn: asked.turn - 4 });
        if (asked.turn > 1) nudges.push(closingOf(asked));
        return asked.turn === 3 ? says() : says({ type: "text", text: "I think I am done." });
      },
    });
    const state = await simulation.run();
    expect(state.phase).toBe("completed");
    expect(nudges).toHaveLength(3);
    expect(nudges[0]).toContain("Call finish");
    expect(nudges[1]).not.toBe(nudges[0]);
  });

  it("ends an attempt after five answers in a row that do nothing", async () => {
    let calls = 0;
    const simulation = await approved({
      orchestrator,
      model: (asked) => {
        if (asked.nodeId !== "look" || calls >= 5) return diligent(asked);
        calls++;
        return says({ type: "text", text: "I think I am done." });
      },
    });
    await simulation.run();
    const failed = simulation.events.find((one) => one.name === "node.failed");
    expect(failed?.data).toMatchObject({ attempt: 1, failure: { code: "step_too_many_turns" } });
    expect(simulation.state.phase).toBe("completed");
  });

  it("ends an attempt after 16 answers, and the step after three attempts with a question", async () => {
    let calls = 0;
    const simulation = await approved({
      orchestrator,
      model: (asked) => {
        if (asked.nodeId !== "look") return diligent(asked);
        calls++;
        return says(use("x", "list_files", {}));
      },
    });
    await simulation.run();
    expect(calls).toBe(48);
    const failures = simulation.events.flatMap((one) => (one.name === "node.failed" ? [one.data] : []));
    expect(failures.map((one) => [one.attempt, one.maxAttempts, one.failure.code, one.retryAt === null])).toEqual([
      [1, 3, "step_too_many_turns", false],
      [2, 3, "step_too_many_turns", false],
      [3, 3, "step_too_many_turns", true],
    ]);
    expect(simulation.state.questions.at(-1)?.kind).toBe("repair");
  });

  it("answers unknown tools and bad arguments instead of running them", async () => {
    const answers: string[] = [];
    const ran: string[] = [];
    const simulation = await approved({
      orchestrator,
      tool: (name) => {
        ran.push(name);
        return { ok: true, output: "ok" };
      },
      model: (asked) => {
        if (asked.nodeId !== "look") return diligent(asked);
        if (asked.turn === 1)
          return says(
            use("u1", "send_mail", {}),
            use("u2", "read_file", { path: 3 }),
            use("u3", "verdict", {}),
            use("u4", "read_file", { path: "a.csv", offset: -1 }),
            use("u5", "ask_user", { choices: [] }),
          );
        answers.push(closingOf(asked));
        return diligent({ ...asked, turn: asked.turn - 1 });
      },
    });
    const state = await simulation.run();
    expect(state.phase).toBe("completed");
    expect(answers[0]).toContain('There is no tool "send_mail"');
    expect(answers[0]).toContain('"path" of read_file must be a string');
    expect(answers[0]).toContain('There is no tool "verdict"');
    expect(answers[0]).toContain("whole number");
    expect(answers[0]).toContain('needs "question"');
    expect(ran).not.toContain("send_mail");
  });

  it("a review that looks at nothing, forgets a step or rejects without reasons is sent back", async () => {
    const answers: string[] = [];
    const simulation = await approved({
      orchestrator,
      model: (asked) => {
        if (asked.nodeId !== "check") return diligent(asked);
        answers.push(closingOf(asked));
        if (asked.turn === 1) return accept(asked);
        if (asked.turn === 2) return says(use("l", "list_files", {}));
        if (asked.turn === 3)
          return says(
            use("v", "verdict", {
              summary: "ok",
              verdicts: [{ nodeId: "totals", accepted: true, reasons: "", checks: [] }],
            }),
          );
        if (asked.turn === 4) {
          const verdicts = STEPS.slice(0, 4).map((one) => ({
            nodeId: one.id,
            accepted: false,
            reasons: " ",
            checks: [],
          }));
          return says(use("v", "verdict", { summary: "no", verdicts }));
        }
        return accept(asked);
      },
    });
    const state = await simulation.run();
    expect(answers[1]).toContain("not looked at anything");
    expect(answers[3]).toContain("says nothing about: look, overdue, letter");
    expect(answers[4]).toContain("rejected without reasons");
    expect(state.phase).toBe("completed");
  });

  it("a check that failed but was accepted ends as a warning", async () => {
    const simulation = await approved({
      orchestrator,
      model: (asked) => {
        if (asked.nodeId !== "check" || asked.turn === 1) return diligent(asked);
        const verdicts = STEPS.slice(0, 4).map(({ id }) => ({
          nodeId: id,
          accepted: true,
          reasons: "",
          checks: [{ label: "dates", passed: id !== "letter", detail: "two dates could not be read" }],
        }));
        return says(use("v", "verdict", { summary: "Mostly right.", verdicts }));
      },
    });
    const state = await simulation.run();
    expect(state.phase).toBe("completed");
    expect(simulation.node("letter").status).toBe("warning");
    expect(simulation.node("totals").status).toBe("success");
  });

  it("a review that never concludes ends at a person; skipping it leaves what it covered as a warning", async () => {
    const simulation = await approved({
      orchestrator,
      model: (asked) => (asked.nodeId === null ? plan() : asked.nodeId === "check" ? says() : diligent(asked)),
    });
    await simulation.run();
    expect(simulation.state.questions.at(-1)).toMatchObject({ kind: "repair", nodeId: "check" });
    simulation.answer(simulation.state.questions.at(-1)?.id ?? "", "skip");
    const state = await simulation.run();
    expect(state.phase).toBe("completed");
    expect(simulation.node("totals")).toMatchObject({
      status: "warning",
      summary: expect.stringContaining("Not checked"),
    });
  });
});
