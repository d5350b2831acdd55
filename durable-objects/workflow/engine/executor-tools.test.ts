import { describe, expect, it } from "vitest";
import { MemoryLog } from "../log/memory-log.ts";
import { answerOf, says, scriptedModel, scriptedOrchestrator, scriptedPlan, uses } from "../testing/scripted.ts";
import { APPROVED, USER, world } from "../testing/world.ts";

const MINUTE = 60_000;

describe("Executor: tools", () => {
  it("T3 results come before the settlement of the tool that made them, in one append", async () => {
    const artifact = {
      id: "art_1",
      nodeId: "s1",
      name: "a.csv",
      mediaType: "text/csv",
      size: 1,
      sha256: "",
      key: "k",
      header: "h",
    };
    const model = scriptedModel((request) =>
      request.system === "s1" && request.messages.length === 0
        ? answerOf([{ type: "tool_use", id: "u", name: "write_file", input: {} }])
        : says("done"),
    );
    const w = world({
      orchestrator: scriptedOrchestrator(scriptedPlan(1)),
      model,
      tools: { run: async () => ({ ok: true, output: "Saved", artifacts: [artifact] }) },
    });
    await w.executor.run(MINUTE);
    w.journal.append(USER, [APPROVED]);
    await w.executor.run(MINUTE);
    const names = w.names();
    const at = names.indexOf("artifact.created");
    expect(names[at + 1]).toBe("tool.settled");
    expect(w.state().artifacts).toEqual([artifact]);
  });

  it("L3 a result and what the orchestrator makes of it are written together", async () => {
    const store = new MemoryLog();
    const appends: string[][] = [];
    const append = store.append.bind(store);
    store.append = (...rows) => {
      appends.push(rows.map((row) => row.name));
      append(...rows);
    };
    const model = scriptedModel((request) =>
      request.system === "s1" && request.messages.length === 0 ? uses("list_files", {}) : says("done"),
    );
    const w = world({ orchestrator: scriptedOrchestrator(scriptedPlan(1)), model, store });
    await w.executor.run(MINUTE);
    w.journal.append(USER, [APPROVED]);
    await w.executor.run(MINUTE);
    expect(appends).toContainEqual(["call.settled", "tool.started"]);
    expect(appends).toContainEqual(["tool.settled", "call.intended"]);
    expect(w.state().phase).toBe("completed");
  });

  it("R6 a tool that breaks is a failed tool, not a failed run", async () => {
    const model = scriptedModel((request) =>
      request.system === "s1" && request.messages.length === 0 ? uses("run_code", {}) : says("done"),
    );
    const w = world({
      orchestrator: scriptedOrchestrator(scriptedPlan(1)),
      model,
      tools: { run: () => Promise.reject(new Error("R2 is away: secret")) },
    });
    await w.executor.run(MINUTE);
    w.journal.append(USER, [APPROVED]);
    await w.executor.run(MINUTE);
    expect(w.state().phase).toBe("completed");
    expect(w.state().nodes[0]?.tools[0]?.result).toMatchObject({ ok: false });
    expect(w.state().nodes[0]?.tools[0]?.result?.output).not.toContain("secret");
  });
});
