import { beforeAll, describe, expect, inject, test } from "vitest";
import type { FileView } from "../shared/api/files.ts";
import type { MessageView } from "../shared/api/messages.ts";
import type { WorkflowView } from "../shared/api/workflows.ts";
import { newId } from "../shared/lib/ids.ts";
import { Client, newPerson } from "./harness/client.ts";
import {
  approve,
  follow,
  isAtRest,
  newPlace,
  type Place,
  pagedEvents,
  plannedView,
  say,
  upload,
  view,
} from "./support/journey.ts";
import { has, listenBySocket, listenByStream } from "./support/live.ts";
import { expectRefused, form, refused } from "./support/refusals.ts";

const baseUrl = inject("baseUrl");
const CSV = "Client,Amount,Date\nNoor,10.500,2026-01-05\nGulf,20.250,2026-02-06\nNoor,1.125,2026-02-07\n";

let place: Place;
let file: FileView;
/** A plan that nobody approves. */
let waiting: WorkflowView;

const newWorkflow = async ({ client, projectId }: Place, fileIds: readonly string[]): Promise<WorkflowView> => {
  const made = await client.post<WorkflowView>(`/api/projects/${projectId}/workflows`, {
    message: "Total amount by client",
    fileIds,
  });
  return plannedView(client, made.id);
};

beforeAll(async () => {
  place = await newPlace(baseUrl);
  file = await upload(place, "sales.csv", CSV);
  waiting = await newWorkflow(place, [file.id]);
});

const json = { "content-type": "application/json" };
describe("requests that make no sense (NFR-U1.3)", () => {
  test("empty, oversized, non-JSON, wrong type: each has its code in both languages, and the conversation keeps nothing of it", async () => {
    const { client, projectId } = place;
    const messages = `/api/projects/${projectId}/messages`;
    const workflows = `/api/projects/${projectId}/workflows`;
    const plan = `/api/workflows/${waiting.id}/plan`;
    const long = "م".repeat(20_001);
    const before = await client.get(messages);
    for (const one of [
      refused("message_empty", "POST", messages, { text: "" }),
      refused("message_empty", "POST", messages, { text: " \n\t " }),
      refused("message_too_long", "POST", messages, { text: long }),
      refused("message_empty", "POST", workflows, { message: "" }),
      refused("message_too_long", "POST", workflows, { message: long }),
      refused("message_too_long", "POST", "/api/workflows", { projectId, message: long }),
      refused("message_too_long", "POST", `/api/workflows/${waiting.id}/steer`, { message: long }),
      refused("bad_json", "POST", messages, "{", json),
      refused("bad_json", "POST", messages, "", json),
      refused("bad_json", "POST", messages, new Uint8Array([0x22, 0xff, 0x22]), json),
      refused("unsupported_media_type", "POST", messages, "text=hello", {
        "content-type": "application/x-www-form-urlencoded",
      }),
      refused("unsupported_media_type", "POST", messages, '{"text":"hello"}', { "content-type": "text/plain" }),
      refused("body_too_large", "POST", "/api/projects", { name: "x".repeat(1_100_000) }),
      refused("invalid_request", "POST", messages, { text: 7 }),
      refused("invalid_request", "POST", messages, { text: "hi", fileIds: "all" }),
      refused("invalid_request", "POST", messages, { text: "hi", locale: "fr" }),
      refused("invalid_request", "POST", messages, "[]", json),
      refused("invalid_request", "POST", "/api/projects", { name: "  " }),
      refused("invalid_request", "PATCH", plan, { planVersion: "1", variant: "lean" }),
      refused("invalid_request", "PATCH", plan, { planVersion: 1, variant: "gold" }),
      refused("invalid_request", "PATCH", plan, { planVersion: 1 }),
      refused("invalid_request", "PATCH", plan, { planVersion: 1, nodes: [{ id: "../x", label: "x" }] }),
      refused("invalid_request", "POST", `/api/workflows/${waiting.id}/approve`, { planVersion: 1, capMicros: -1 }),
      refused("invalid_request", "POST", `/api/workflows/${waiting.id}/approve`, { planVersion: 1, capMicros: 0.5 }),
      refused("invalid_request", "POST", `/api/workflows/${waiting.id}/approve`, { planVersion: 1, capMicros: 1e300 }),
      refused("invalid_request", "GET", `/api/workflows/${waiting.id}/events?since=-1`),
      refused("invalid_request", "GET", `/api/workflows/${waiting.id}/events?limit=1e9`),
      refused("invalid_request", "GET", `/api/workflows/${waiting.id}/stream?since=yesterday`),
      refused("method_not_allowed", "PUT", `/api/projects/${projectId}`, {}),
      refused("not_found", "GET", "/api/nothing-here"),
    ])
      await expectRefused(client, one);
    expect(await client.get(messages)).toEqual(before);
    expect(await view(client, waiting.id)).toEqual(waiting);
  });

  test("unknown and foreign ids are the same 404, whatever is asked of them", async () => {
    const stranger = await newPlace(baseUrl);
    const shapes = (projectId: string, fileId: string, workflowId: string): [string, string, unknown?][] => [
      ["GET", `/api/projects/${projectId}`],
      ["PATCH", `/api/projects/${projectId}`, { name: "Mine now" }],
      ["DELETE", `/api/projects/${projectId}`],
      ["GET", `/api/projects/${projectId}/members`],
      ["GET", `/api/projects/${projectId}/messages`],
      ["POST", `/api/projects/${projectId}/messages`, { text: "hello" }],
      ["GET", `/api/projects/${projectId}/files`],
      ["GET", `/api/projects/${projectId}/workflows`],
      ["POST", `/api/projects/${projectId}/workflows`, { message: "x" }],
      ["POST", "/api/workflows", { projectId, message: "x" }],
      ["GET", `/api/files/${fileId}`],
      ["GET", `/api/workflows/${workflowId}`],
      ["PATCH", `/api/workflows/${workflowId}/plan`, { planVersion: 1, variant: "lean" }],
      ["POST", `/api/workflows/${workflowId}/approve`, { planVersion: 1, capMicros: 1_000_000 }],
      ["POST", `/api/workflows/${workflowId}/pause`, {}],
      ["POST", `/api/workflows/${workflowId}/resume`, {}],
      ["POST", `/api/workflows/${workflowId}/retry`, {}],
      ["POST", `/api/workflows/${workflowId}/steer`, { message: "stop" }],
      ["POST", `/api/workflows/${workflowId}/answers`, { questionId: "q", answer: "a" }],
      ["POST", `/api/workflows/${workflowId}/approvals/x`, { decision: "approved" }],
      ["DELETE", `/api/workflows/${workflowId}`],
      ["GET", `/api/workflows/${workflowId}/events`],
      ["GET", `/api/workflows/${workflowId}/stream`],
      ["GET", `/api/workflows/${workflowId}/artifacts`],
      ["GET", `/api/workflows/${workflowId}/artifacts/x`],
    ];
    const foreign = shapes(place.projectId, file.id, waiting.id);
    const made = shapes(newId("prj"), newId("fil"), newId("wf"));
    const nonsense = shapes("%00", "..%2f..%2fetc", "1%20OR%201=1");
    for (const [method, path, body] of foreign)
      await expectRefused(stranger.client, refused("not_found", method, path, body));
    for (const [method, path, body] of [...made, ...nonsense])
      await expectRefused(stranger.client, refused("not_found", method, path, body), ["en"]);
    // A file of another project cannot be taken along either.
    for (const path of ["messages", "workflows"])
      await expectRefused(
        stranger.client,
        refused("not_found", "POST", `/api/projects/${stranger.projectId}/${path}`, {
          text: "x",
          message: "x",
          fileIds: [file.id],
        }),
      );
    const nobody = new Client(baseUrl);
    for (const [method, path, body] of foreign)
      await expectRefused(nobody, refused("unauthenticated", method, path, body), ["ar"]);
    expect(await view(place.client, waiting.id)).toEqual(waiting);
  });

  test("a write from another site is refused before anything else (CSRF)", async () => {
    const { client, projectId } = place;
    const path = `/api/projects/${projectId}`;
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: baseUrl.replace("localhost", "localhost.evil.example") },
    ])
      await expectRefused(client, refused("bad_origin", "PATCH", path, { name: "Hacked" }, headers));
    expect(await client.get(path)).toMatchObject({ name: "Clinic" });
  });
});

describe("duplicate and stale requests", () => {
  test("Idempotency-Key: the same write twice, also at once, is one; other content under the key is refused", async () => {
    const { client, projectId } = place;
    const headers = { "idempotency-key": "once-1" };
    const path = `/api/projects/${projectId}/workflows`;
    const body = { message: "Total amount by client", fileIds: [file.id] };
    const answers = await Promise.all([1, 2, 3].map(() => client.call<WorkflowView>("POST", path, body, headers)));
    const made = answers.filter((answer) => answer.status === 201);
    const held = answers.filter((answer) => answer.status === 409);
    expect(made.length + held.length).toBe(3);
    for (const answer of held) expect(answer.body).toMatchObject({ code: "request_in_progress" });
    const again = await client.call<WorkflowView>("POST", path, body, headers);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(new Set([...made, again].map((answer) => answer.body.id)).size).toBe(1);
    await expectRefused(client, refused("idempotency_mismatch", "POST", path, { ...body, message: "Other" }, headers));

    const talk = `/api/projects/${projectId}/messages`;
    const key = { "idempotency-key": "talk-1" };
    const first = await client.call<string>("POST", talk, { text: "Hello there" }, key);
    const second = await client.call<string>("POST", talk, { text: "Hello there" }, key);
    expect(second.body).toBe(first.body);
    const { items } = await client.get<{ items: MessageView[] }>(talk);
    expect(items.filter((message) => message.text === "Hello there")).toHaveLength(1);
  });

  test("approve twice at once: exactly one wins; an old plan version cannot be approved or edited (C1, P1)", async () => {
    const { client } = place;
    const made = await newWorkflow(place, [file.id]);
    const path = `/api/workflows/${made.id}`;
    await client.patch(`${path}/plan`, { planVersion: 1, variant: "lean" });
    await expectRefused(
      client,
      refused("plan_stale", "POST", `${path}/approve`, { planVersion: 1, capMicros: 1_000_000 }),
    );
    await expectRefused(
      client,
      refused("plan_stale", "PATCH", `${path}/plan`, { planVersion: 1, variant: "balanced" }),
    );
    await expectRefused(
      client,
      refused("plan_stale", "POST", `${path}/approve`, { planVersion: 9, capMicros: 1_000_000 }),
    );
    await expectRefused(client, refused("cap_too_low", "POST", `${path}/approve`, { planVersion: 2, capMicros: 1 }));
    const both = await Promise.all(
      [400_000, 500_000, 600_000].map((capMicros) =>
        client.call<WorkflowView & { code?: string }>("POST", `${path}/approve`, { planVersion: 2, capMicros }),
      ),
    );
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 409, 409]);
    for (const answer of both) if (answer.status === 409) expect(answer.body.code).toBe("plan_already_approved");
    const { events } = await follow(client, made.id, isAtRest);
    const approvals = events.filter((event) => event.name === "plan.approved");
    expect(approvals).toHaveLength(1);
    const winner = both.find((answer) => answer.status === 200);
    expect(approvals[0]?.data).toMatchObject({ capMicros: winner?.body.cost.capMicros });

    await expectRefused(
      client,
      refused("plan_already_approved", "POST", `${path}/approve`, { planVersion: 2, capMicros: 1_000_000 }),
    );
  });

  test("nothing acts on a finished workflow (C3)", async () => {
    const { client } = place;
    const made = await newWorkflow(place, [file.id]);
    const path = `/api/workflows/${made.id}`;
    await approve(client, made.id, 1, 1_000_000);
    await follow(client, made.id, isAtRest);
    const events = await pagedEvents(client, made.id, 500);
    for (const one of [
      refused("workflow_finished", "POST", `${path}/pause`, {}),
      refused("workflow_finished", "POST", `${path}/resume`, {}),
      refused("workflow_finished", "POST", `${path}/steer`, { message: "more" }),
      refused("workflow_finished", "DELETE", path),
      refused("plan_already_approved", "PATCH", `${path}/plan`, { planVersion: 1, variant: "lean" }),
      refused("plan_already_approved", "POST", `${path}/approve`, { planVersion: 1, capMicros: 1_000_000 }),
      refused("workflow_finished", "POST", `${path}/answers`, { questionId: "q", answer: "a" }),
      refused("workflow_finished", "POST", `${path}/approvals/x`, { decision: "approved" }),
    ])
      await expectRefused(client, one);
    const after = await pagedEvents(client, made.id, 500);
    // The lease may go back meanwhile; nothing a person asked for was added.
    expect(after.filter((event) => event.actor.kind === "user")).toEqual(
      events.filter((event) => event.actor.kind === "user"),
    );
  });

  test("a cancelled workflow stays cancelled, with what it spent", async () => {
    const { client } = place;
    const made = await newWorkflow(place, [file.id]);
    const path = `/api/workflows/${made.id}`;
    const cancelled = await client.delete<WorkflowView>(path);
    expect(cancelled.status).toBe("cancelled");
    await expectRefused(client, refused("workflow_finished", "DELETE", path));
    await expectRefused(
      client,
      refused("workflow_finished", "POST", `${path}/approve`, { planVersion: 1, capMicros: 1_000_000 }),
    );
    expect((await view(client, made.id)).cost.spentMicros).toBe(made.cost.spentMicros);
  });
});

describe("live connections", () => {
  test("bad frames are answered, the third closes with 1008, and the log is untouched (S6)", async () => {
    const { client } = place;
    const socket = await client.socket(`/api/workflows/${waiting.id}/socket?since=0`);
    const got: string[] = [];
    const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve, { once: true }));
    socket.addEventListener("message", ({ data }) => got.push(String(data)));
    socket.send('{"type":"ping"}');
    socket.send('{"type":"approve","capMicros":1}');
    socket.send(new Uint8Array([0, 1, 2]));
    socket.send(`{"type":"ping","x":"${"y".repeat(100_000)}"}`);
    expect((await closed).code).toBe(1008);
    const types = got.map((text) => JSON.parse(text).type);
    expect(types.filter((type) => type === "pong")).toHaveLength(1);
    expect(types.filter((type) => type === "error").length).toBeGreaterThanOrEqual(2);
    expect(await view(client, waiting.id)).toEqual(waiting);
  });

  test("a stranger, a visitor and a foreign page get no socket; a removed member hears nothing more (S7)", async () => {
    const { client, projectId } = place;
    const path = `/api/workflows/${waiting.id}/socket`;
    const stranger = await newPlace(baseUrl);
    await expect(stranger.client.socket(path)).rejects.toThrow("refused");
    await expect(new Client(baseUrl).socket(path)).rejects.toThrow("refused");
    await expect(stranger.client.socket(`/api/projects/${projectId}/socket`)).rejects.toThrow("refused");
    await expectRefused(client, refused("invalid_request", "GET", path));

    const made = await newWorkflow(place, [file.id]);
    const guest = new Client(baseUrl);
    const { email } = await guest.signUp(newPerson("Guest"));
    await client.post(`/api/projects/${projectId}/members`, { email, role: "viewer" });
    const me = await guest.get<{ id: string }>("/api/me");
    const theirs = await listenBySocket(guest, made.id, 0);
    const streamed = listenByStream(guest, made.id, 0);
    const ours = await listenBySocket(client, made.id, 0);
    await Promise.all([theirs, streamed, ours].map((each) => each.until(has(made.version))));
    await client.delete(`/api/projects/${projectId}/members/${me.id}`);
    await client.patch(`/api/workflows/${made.id}/plan`, { planVersion: 1, variant: "lean" });
    await ours.until(has(made.version + 1));
    for (const each of [theirs, streamed]) expect(each.events.at(-1)?.version).toBe(made.version);
    await expectRefused(guest, refused("not_found", "GET", `/api/workflows/${made.id}`));
    for (const each of [theirs, streamed, ours]) each.close();
  });

  test("?since ahead of the log starts again from the state (S2)", async () => {
    const ahead = await listenBySocket(place.client, waiting.id, waiting.version + 1000);
    await ahead.until(({ frames }) => frames.some((frame) => frame.type === "snapshot"));
    ahead.close();
    expect(ahead.frames.map((frame) => frame.type)).toEqual(["hello", "snapshot"]);
  });
});

test("a viewer sees everything and changes nothing (FR-12.2)", async () => {
  const { client, projectId } = place;
  const viewer = new Client(baseUrl);
  const { email } = await viewer.signUp(newPerson("Viewer"));
  await client.post(`/api/projects/${projectId}/members`, { email, role: "viewer" });
  expect((await view(viewer, waiting.id)).id).toBe(waiting.id);
  expect(new TextDecoder().decode(await viewer.bytes(`/api/files/${file.id}`))).toBe(CSV);
  const path = `/api/workflows/${waiting.id}`;
  for (const one of [
    refused("role_forbidden", "POST", `/api/projects/${projectId}/messages`, { text: "hi" }),
    refused("role_forbidden", "POST", `/api/projects/${projectId}/workflows`, { message: "hi" }),
    refused("role_forbidden", "POST", "/api/workflows", { projectId, message: "hi" }),
    refused("role_forbidden", "POST", `/api/projects/${projectId}/files`, form("x.csv", CSV)),
    refused("role_forbidden", "PATCH", `${path}/plan`, { planVersion: 1, variant: "lean" }),
    refused("role_forbidden", "POST", `${path}/approve`, { planVersion: 1, capMicros: 1_000_000 }),
    refused("role_forbidden", "DELETE", path),
    refused("role_forbidden", "PATCH", `/api/projects/${projectId}`, { name: "Mine" }),
    refused("role_forbidden", "DELETE", `/api/projects/${projectId}`),
    refused("role_forbidden", "POST", `/api/projects/${projectId}/members`, { email, role: "collaborator" }),
  ])
    await expectRefused(viewer, one);
  expect(await view(client, waiting.id)).toEqual(waiting);
});

test("closing the chat in the middle of an answer loses neither the answer nor its cost", async () => {
  const target = await newPlace(baseUrl);
  const { client, projectId } = target;
  const stored = await upload(target, "sales.csv", CSV);
  const path = `/api/projects/${projectId}/messages`;
  for await (const _ of client.sse("POST", path, { text: "Total amount by client", fileIds: [stored.id] })) break;
  // The next message waits its turn, and its stream ends after the first answer did.
  let said = await client.call("POST", path, { text: "thank you" });
  while (said.status === 409) said = await client.call("POST", path, { text: "thank you" });
  const { items } = await client.get<{ items: MessageView[] }>(path);
  const answers = items.filter((message) => message.role === "assistant");
  expect(answers).toHaveLength(2);
  for (const answer of answers) {
    expect(answer.status).toBe("complete");
    expect(answer.text).not.toBe("");
    expect(answer.costMicros).toBeGreaterThan(0);
  }
  expect(items.some((message) => message.workflowId !== undefined)).toBe(true);
  expect((await say(target, "hello")).answer.status).toBe("complete");
});
