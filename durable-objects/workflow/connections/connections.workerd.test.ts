import { evictDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { foldAll } from "../../../shared/workflow/fold.ts";
import { redactState } from "../../../shared/workflow/redact.ts";
import { says } from "../testing/scripted.ts";
import { must, owner, Stage, script } from "../testing/stage.ts";

afterEach(() => vi.restoreAllMocks());

describe("sockets", () => {
  test("S1 S3 a client that joins in the middle gets every event once, in order, and folds to the same state", async () => {
    script(() => says("done"));
    const stage = new Stage();
    await stage.create();
    const socket = await stage.socket(0);
    await stage.until("pending_approval");
    must(await stage.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 500_000 }));
    await stage.untilEvent("money.returned");
    const events = await stage.events();
    await socket.until(({ versions }) => versions.length >= events.length);
    expect(socket.versions).toEqual(events.map((event) => event.version));
    expect(socket.frames[0]).toMatchObject({ type: "hello", protocol: 2 });

    const again = await stage.socket();
    await again.until(({ frames }) => frames.length >= 2);
    const state = foldAll(null, events);
    const got = again.frames[1];
    expect(got?.type === "snapshot" && got.state).toEqual(JSON.parse(JSON.stringify(state && redactState(state))));
  });

  test("S2 reconnecting with since brings the missing events only; ahead of the log brings a snapshot", async () => {
    script(() => says("done"));
    const stage = new Stage();
    await stage.approve();
    await stage.untilEvent("money.returned");
    const { length } = await stage.events();
    const late = await stage.socket(length - 3);
    await late.until(({ versions }) => versions.length === 3);
    expect(late.frames.map((frame) => frame.type)).toEqual(["hello", "event", "event", "event"]);
    const present = await stage.socket(length);
    const ahead = await stage.socket(length + 1);
    await ahead.until(({ frames }) => frames.length === 2);
    expect(ahead.frames.map((frame) => frame.type)).toEqual(["hello", "snapshot"]);
    expect(present.frames.map((frame) => frame.type)).toEqual(["hello"]);
  });

  test("S5 S6 bad frames are answered, the third closes with 1008; the count survives hibernation", async () => {
    script(() => says("done"));
    const stage = new Stage();
    await stage.create();
    await stage.until("pending_approval");
    const socket = await stage.socket(0);
    const errors = () => socket.frames.filter((frame) => frame.type === "error").length;
    socket.send('{"type":"ping"}');
    socket.send('{ "type": "ping" }');
    await socket.until(({ frames }) => frames.filter((frame) => frame.type === "pong").length === 2);
    socket.send("not json");
    await socket.until(() => errors() === 1);
    await evictDurableObject(stage.stub);
    socket.send(new ArrayBuffer(8));
    await socket.until(() => errors() === 2);
    socket.send(JSON.stringify({ type: "ping", padding: "x".repeat(5000) }));
    await socket.until(({ closed }) => closed !== null);
    expect(socket.closed).toEqual({ code: 1008 });
  });

  test("S5 events reach a socket that slept through an eviction", async () => {
    script(() => says("done"));
    const stage = new Stage();
    await stage.create();
    await stage.until("pending_approval");
    const socket = await stage.socket();
    await evictDurableObject(stage.stub);
    must(await stage.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 500_000 }));
    await socket.until(({ frames }) =>
      frames.some((frame) => frame.type === "event" && frame.event.name === "workflow.completed"),
    );
  });

  test("S7 who left the project is cut off; others stay", async () => {
    script(() => says("done"));
    const stage = new Stage();
    await stage.create();
    await stage.until("pending_approval");
    const mine = await stage.socket(0);
    const theirs = await stage.socket(0, { userId: "usr_gone", role: "viewer" });
    await stage.workflow.dropMember("usr_gone", null);
    await theirs.until(({ closed }) => closed !== null);
    expect(theirs.closed).toEqual({ code: 1008 });
    expect(mine.closed).toBeNull();
  });

  test("S8 who signed out elsewhere is cut off before the next event; a session that lives gets it (NFR-S2.4)", async () => {
    const ended = new Set<string>();
    const isSessionLive = async (id: string) => !ended.has(id);
    script(() => says("done"), undefined, { isSessionLive });
    const stage = new Stage();
    await stage.create();
    await stage.until("pending_approval");
    const kept = await stage.socket(0, { ...owner, sessionId: "kept" });
    const lost = await stage.socket(0, { ...owner, sessionId: "lost" });
    // What was proved a moment ago is not asked about again; an object that slept asks anew.
    await evictDurableObject(stage.stub);
    const stream = await stage.request("/stream", { ...owner, sessionId: "kept" });
    const { length } = lost.frames;
    ended.add("lost");
    must(await stage.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 500_000 }));
    await lost.until(({ closed }) => closed !== null);
    expect(lost.closed).toEqual({ code: 4401 });
    expect(lost.frames).toHaveLength(length);
    await kept.until(({ frames }) =>
      frames.some((frame) => frame.type === "event" && frame.event.name === "workflow.completed"),
    );
    expect(kept.versions).toEqual(kept.versions.map((_, index) => index + 1));
    await stream.body?.cancel();
  });

  test("S4 text is told as it streams, throttled, to those who watch, and is not logged", async () => {
    let finish: () => void = () => {};
    script(async (request, { onText }) => {
      if (request.system !== "s1") return says("done");
      for (const word of ["Adding ", "up ", "the ", "invoices"]) onText(word);
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return says("Adding up the invoices");
    });
    const stage = new Stage();
    await stage.create();
    await stage.until("pending_approval");
    const socket = await stage.socket();
    must(await stage.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 500_000 }));
    await socket.until(({ frames }) => frames.some((frame) => frame.type === "progress"));
    await stage.inside(() => finish());
    await stage.until("completed");
    const told = socket.frames.filter((frame) => frame.type === "progress");
    expect(told).toEqual([{ type: "progress", nodeId: "s1", text: "Adding up the invoices" }]);
  });
});

describe("the door", () => {
  test("C2 nobody without a member header, no other path, no plain GET, no nonsense as since", async () => {
    script(() => says("done"));
    const stage = new Stage();
    expect((await stage.request("/socket", owner, { upgrade: "websocket" })).status).toBe(404);
    await stage.create();
    expect((await stage.request("/socket", null, { upgrade: "websocket" })).status).toBe(404);
    expect((await stage.request("/elsewhere", owner)).status).toBe(404);
    expect((await stage.request("/socket", owner)).status).toBe(426);
    expect((await stage.request("/socket?since=-1", owner, { upgrade: "websocket" })).status).toBe(400);
    expect((await stage.request("/stream?since=abc", owner)).status).toBe(400);
  });

  test("S1 S2 the stream carries the same frames; Last-Event-ID goes on where it stopped", async () => {
    script(() => says("done"));
    const stage = new Stage();
    await stage.approve();
    await stage.untilEvent("money.returned");
    const { length } = await stage.events();
    const response = await stage.request("/stream?since=1", owner, { "last-event-id": String(length - 2) });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const reader = response.body?.getReader();
    let text = "";
    while (!text.includes(`id: ${length}\n`)) text += new TextDecoder().decode((await reader?.read())?.value);
    await reader?.cancel();
    expect(text.match(/^id: \d+$/gm)).toEqual([`id: ${length - 1}`, `id: ${length}`]);
    expect(text.startsWith("event: hello\n")).toBe(true);
  });
});
