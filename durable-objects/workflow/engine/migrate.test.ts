import { describe, expect, it } from "vitest";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { DESK, FakeDesk } from "../testing/fake-outside.ts";
import { act, only, openApprovals, outsideRun, settle } from "../testing/outside-world.ts";
import { migrate } from "./migrate.ts";

const OTHER = { name: "other", version: "2" };
const yes = () => true;
const codeOf = (decision: ReturnType<typeof migrate>) => (decision.ok ? "ok" : decision.error.code);

describe("another orchestrator", () => {
  it("W3 may take over while only a person is awaited, and carries the decision out", async () => {
    const desk = new FakeDesk();
    const tool = desk.tool();
    const outside = { services: [DESK], tools: [tool] };
    const w = await settle(await outsideRun({ tool }));
    const { id: approvalId } = only(openApprovals(w));
    expect(act(w, { kind: "migrate", framework: OTHER }, outside)).toBe("ok");
    expect(w.state().framework).toEqual(OTHER);
    expect(act(w, { kind: "decide", approvalId, decision: "approved" }, outside)).toBe("ok");
    await settle(w);
    expect(w.state().phase).toBe("completed");
    expect(desk.sent).toHaveLength(1);
  });

  it("W3 waits for a call and for a tool, and takes no state that cannot be read back", async () => {
    const w = await settle(await outsideRun({ tool: new FakeDesk().tool() }));
    const state = w.state();
    const call = {
      callId: "c",
      nodeId: null,
      operation: "building",
      tier: "fast",
      model: "m",
      maxTokens: 1,
      reservedMicros: 1,
      attempt: 1,
      intendedAt: state.createdAt,
    } as const;
    expect(codeOf(migrate({ ...state, calls: { c: call } }, OTHER, yes))).toBe("workflow_busy");
    expect(codeOf(migrate({ ...state, approvals: [] }, OTHER, yes))).toBe("workflow_busy");
    const broken: WorkflowState = { ...state, createdBy: JSON.parse("null") };
    expect(codeOf(migrate(broken, OTHER, yes))).toBe("snapshot_invalid");
    expect(codeOf(migrate(state, OTHER, () => false))).toBe("framework_unknown");
    expect(migrate(state, state.framework, yes)).toEqual({ ok: true, value: [] });
  });
});
