import { afterEach, describe, expect, test, vi } from "vitest";
import { answerOf, says, scriptedPlan, uses } from "../testing/scripted.ts";
import { codeOf, must, owner, Stage, script } from "../testing/stage.ts";
import { MAX_EVENT_CHARS } from "./journal.ts";

afterEach(() => vi.restoreAllMocks());

const MIB = 1024 * 1024;

describe("R13 what is too large for the runtime", () => {
  test("an answer of 40 MiB fails its call by name, and the run goes on", async () => {
    let calls = 0;
    script((request) => (request.system === "s1" && ++calls === 1 ? says("x".repeat(40 * MIB)) : says("done")));
    const stage = new Stage();
    await stage.approve();
    const view = await stage.until("completed");
    const settled = (await stage.events()).filter((event) => event.name === "call.settled");
    const failed = settled.flatMap(({ data }) => (data.outcome.ok ? [] : [data.outcome.failure.code]));
    expect(failed).toEqual(["result_too_large"]);
    expect(view.cost).toMatchObject({ reservedMicros: 0, unconfirmedMicros: 0 });
  });

  test("a checkpoint that is too long to begin from is refused by name, and leaves nothing", async () => {
    script(() => says("done"), scriptedPlan(1));
    const stage = new Stage();
    await stage.approve();
    await stage.until("completed");
    const { version } = await stage.view();
    const checkpoint = must(await stage.workflow.checkpoint(owner, { reason: "fork", version, locale: "en" }));
    const next = new Stage();
    const state = { ...checkpoint.state, steering: ["x".repeat(MAX_EVENT_CHARS)] };
    const input = { ...checkpoint, state, id: next.id, projectId: stage.projectId, createdBy: owner.userId };
    expect(codeOf(await next.workflow.importState(input))).toBe("result_too_large");
    expect(codeOf(await next.workflow.view(owner))).toBe("not_found");
    must(await next.workflow.importState({ ...input, state: checkpoint.state }));
  });

  test("what was said in steps that are settled is left behind where it would be too long", async () => {
    const long = "x".repeat(MAX_EVENT_CHARS / 2 + 1000);
    const thought = { type: "thinking" as const, text: long, signature: "" };
    script(() => answerOf([thought, { type: "text", text: "done" }]), scriptedPlan(3));
    const stage = new Stage();
    await stage.approve();
    await stage.until("completed");
    const { version } = await stage.view();
    const checkpoint = must(await stage.workflow.checkpoint(owner, { reason: "fork", version, locale: "en" }));
    const input = { ...checkpoint, id: new Stage().id, projectId: stage.projectId, createdBy: owner.userId };
    expect(JSON.stringify(input.state).length).toBeLessThan(MAX_EVENT_CHARS);
    must(await new Stage().workflow.importState(input));
  });

  test("code of 40 MiB that a model wants to run never reaches the log", async () => {
    let calls = 0;
    script((request) => {
      const first = request.system === "s1" && ++calls === 1;
      return first ? uses("run_code", { code: "x".repeat(40 * MIB) }) : says("done");
    }, scriptedPlan(1));
    const stage = new Stage();
    await stage.approve();
    await stage.until("completed");
    expect((await stage.events()).filter((event) => event.name === "tool.started")).toEqual([]);
  });

  test("the longest events that are kept, in letters of three bytes, pass calls between objects and sockets", async () => {
    const long = "ﷺ".repeat(MAX_EVENT_CHARS - 2_000);
    let calls = 0;
    const use = { type: "tool_use" as const, id: "u1", name: "list_files", input: {} };
    script((request) => {
      const first = request.system === "s1" && ++calls === 1;
      return first ? answerOf([{ type: "text", text: long }, use]) : says("done");
    }, scriptedPlan(1));
    const stage = new Stage();
    await stage.create();
    await stage.until("pending_approval");
    const socket = await stage.socket(0);
    must(await stage.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 1_000_000 }));
    // So long a conversation does not fit under the cap: the run asks for more.
    await stage.until("paused");
    const page = must(await stage.workflow.events(owner, 0, 1000));
    const settled = page.events.find((event) => JSON.stringify(event).length > MAX_EVENT_CHARS - 3_000);
    expect(settled?.name).toBe("call.settled");
    await socket.until(({ versions }) => versions.includes(settled?.version ?? 0));
    const late = await stage.socket(0);
    await late.until(({ frames }) => frames.length > 1);
    expect(late.closed).toBeNull();
  });
});
