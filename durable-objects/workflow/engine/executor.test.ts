import { describe, expect, it } from "vitest";
import { says, scriptedModel, scriptedOrchestrator, scriptedPlan, uses } from "../testing/scripted.ts";
import { APPROVED, world } from "../testing/world.ts";

const USER = { kind: "user" as const, id: "usr_1" };

describe("Executor", () => {
  it("R1 carries a workflow from creation to its end, with a tool on the way", async () => {
    const model = scriptedModel((request, _options, call) =>
      request.system === "s1" && call === 2 ? uses("list_files", {}) : says("done"),
    );
    const w = world({ orchestrator: scriptedOrchestrator(scriptedPlan(2)), model });
    await w.executor.run(60_000);
    expect(w.state().phase).toBe("pending_approval");
    w.journal.append(USER, [APPROVED]);
    await w.executor.run(60_000);
    expect(w.state().phase).toBe("completed");
    expect(w.names()).toMatchInlineSnapshot(`
      [
        "workflow.created",
        "money.leased",
        "call.intended",
        "call.settled",
        "plan.proposed",
        "plan.approved",
        "stage.entered",
        "node.started",
        "call.intended",
        "call.settled",
        "tool.started",
        "tool.settled",
        "call.intended",
        "call.settled",
        "node.finished",
        "node.started",
        "call.intended",
        "call.settled",
        "node.finished",
        "stage.entered",
        "node.started",
        "call.intended",
        "call.settled",
        "node.finished",
        "workflow.completed",
        "money.returned",
      ]
    `);
    expect(w.journal.findTampering()).toBeNull();
    expect(w.project.delivered.at(-1)?.summary.status).toBe("completed");
    expect(w.reports).toEqual([]);
  });
});
