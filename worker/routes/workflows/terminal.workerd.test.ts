import { env } from "cloudflare:test";
import { afterEach, beforeAll, expect, test } from "vitest";
import { projectKey } from "../../../durable-objects/storage/project-key.ts";
import { createSealedStore } from "../../../durable-objects/storage/sealed-store.ts";
import type { ExecIo, ExecRequest, TranscriptEntry } from "../../../shared/protocol/sandbox-rpc.ts";
import { logged, newPerson, problemOf, replaced } from "../../testing/person.ts";
import { toEventStream } from "./terminal-stream.ts";

/* The sandbox is a stand-in that remembers what it was asked; roles, limits, audit and routes are real. */

type Account = Awaited<ReturnType<typeof newPerson>>;
let owner: Account;
let collaborator: Account;
let viewer: Account;
let projectId: string;
let path: string;

beforeAll(async () => {
  [owner, collaborator, viewer] = await Promise.all([newPerson("Mona"), newPerson("Salem"), newPerson("Noor")]);
  projectId = await owner.project();
  for (const [person, role] of [
    [collaborator, "collaborator"],
    [viewer, "viewer"],
  ] as const)
    await owner.json("POST", `/api/projects/${projectId}/members`, { email: person.email, role });
  const { id } = await owner.json<{ id: string }>("POST", `/api/projects/${projectId}/workflows`, {
    message: "Total it",
  });
  path = `/api/workflows/${id}/terminal`;
});
afterEach(() => {
  replaced.env = {};
});

const entry = (seq: number): TranscriptEntry => ({
  seq,
  at: "2026-11-23T10:00:00.000Z",
  execId: "exe_1",
  kind: "output",
  text: `line ${seq} مرحبا\n`,
});

function sandbox(given: { lines?: readonly TranscriptEntry[]; exec?: () => Promise<unknown> } = {}) {
  const asked: { exec: ExecRequest[]; supply: ExecIo["supply"][]; cancel: string[]; watch: number[] } = {
    exec: [],
    supply: [],
    cancel: [],
    watch: [],
  };
  const stub = {
    exec: async (request: ExecRequest, io: ExecIo) => {
      asked.exec.push(request);
      asked.supply.push(io.supply);
      return given.exec?.();
    },
    cancel: async (_: unknown, execId: string) => void asked.cancel.push(execId),
    watch: async (_: unknown, since: number) => {
      asked.watch.push(since);
      const text = (given.lines ?? []).filter((one) => one.seq > since).map((one) => `${JSON.stringify(one)}\n`);
      return new Response(text.join("")).body ?? new ReadableStream();
    },
  };
  // SAFETY: these routes call nothing else of the sandbox.
  replaced.env = { SANDBOX: stub as never };
  return asked;
}

const dataOf = (text: string): TranscriptEntry[] =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json ?? ""));

test("FR-14.3: everybody in the project watches the terminal, from where they left", async () => {
  const asked = sandbox({ lines: [entry(1), entry(2), entry(3)] });
  const answer = await viewer.get(`${path}/stream?since=1`);
  expect(answer.headers.get("content-type")).toMatch(/^text\/event-stream/);
  const text = await answer.text();
  expect(dataOf(text).map((one) => one.seq)).toEqual([2, 3]);
  expect(text).toContain("id: 3\n");
  await (await viewer.get(`${path}/stream`, { "last-event-id": "2" })).text();
  expect(asked.watch).toEqual([1, 2]);
});

test("FR-12: a collaborator runs a line in the workflow's own workspace, a viewer does not", async () => {
  const asked = sandbox();
  expect(await problemOf(await viewer.post(path, { line: "ls" }))).toMatchObject({
    status: 403,
    code: "role_forbidden",
  });
  const answer = await collaborator.post(path, { line: "ls -l" });
  expect(answer.status).toBe(202);
  const { execId } = await answer.json<{ execId: string }>();
  expect(asked.exec).toHaveLength(1);
  expect(asked.exec[0]).toMatchObject({
    execId,
    workspace: { projectId, workflowId: path.split("/")[3] },
    command: { kind: "shell", script: "ls -l" },
    egress: [],
    manifest: [],
    by: { kind: "user", id: collaborator.userId, label: "Salem" },
  });
});

test("FR-14.3: a person's line finds what the workflow has made by now, under the versions its steps know", async () => {
  const asked = sandbox();
  const workflowId = path.split("/")[3] ?? "";
  const store = createSealedStore(env.BUCKET, () => projectKey(env, projectId));
  const artifact = async (nodeId: string, name: string, content: string, role?: "log") => {
    const key = `${projectId}/artifacts/${workflowId}/${nodeId}/${name}`;
    const bytes = new TextEncoder().encode(content);
    const { header } = await store.put(key, bytes);
    return { id: key, nodeId, name, mediaType: "text/plain", size: bytes.length, sha256: "0", key, header, role };
  };
  const artifacts = [
    await artifact("s1", "notes.txt", "old"),
    await artifact("s2", "notes.txt", "newest"),
    await artifact("s2", "logs/s2-1.txt", "all of it", "log"),
  ];
  const real = env.WORKFLOW.getByName(workflowId);
  const snapshot = async (member: Parameters<typeof real.snapshot>[0]) => {
    const found = await real.snapshot(member);
    // As the object gives it: without what opens a result.
    const shown = artifacts.map((one) => ({ ...one, key: "", header: "" }));
    return found.ok
      ? { ...found, value: { ...found.value, state: { ...found.value.state, artifacts: shown } } }
      : found;
  };
  const stored = async () => ({ ok: true, value: artifacts.map(({ id, key, header }) => ({ id, key, header })) });
  // SAFETY: the route asks the object for nothing else.
  replaced.env = { ...replaced.env, WORKFLOW: { getByName: () => ({ snapshot, stored }) } as never };
  expect((await collaborator.post(path, { line: "cat notes.txt" })).status).toBe(202);
  expect(asked.exec[0]?.manifest).toEqual([{ path: "notes.txt", size: 6, version: artifacts[1]?.key }]);
  expect(new TextDecoder().decode(await asked.supply[0]?.("notes.txt"))).toBe("newest");
});

test("the same Idempotency-Key runs a line once", async () => {
  const asked = sandbox();
  const headers = { "idempotency-key": crypto.randomUUID() };
  const answers = [
    await owner.post(path, { line: "date" }, headers),
    await owner.post(path, { line: "date" }, headers),
  ];
  const ids = await Promise.all(answers.map(async (one) => (await one.json<{ execId: string }>()).execId));
  expect(ids[0]).toBe(ids[1]);
  expect(new Set(asked.exec.map((one) => one.execId)).size).toBe(1);
  expect(await problemOf(await owner.post(path, { line: "other" }, headers))).toMatchObject({
    code: "idempotency_mismatch",
  });
});

test("FR-12.5: the audit trail says that a line was run, and neither it nor the log what it was", async () => {
  sandbox();
  await collaborator.post(path, { line: "echo s3cret-w0rd" });
  const { items } = await owner.json<{ items: { eventType: string; actor: { id: string }; data: object }[] }>(
    "GET",
    `/api/projects/${projectId}/audit?limit=50`,
  );
  const line = items.find((one) => one.eventType === "terminal.command" && one.actor.id === collaborator.userId);
  expect(Object.keys(line?.data ?? {}).sort()).toEqual(["execId", "workflowId"]);
  expect(JSON.stringify(items) + logged.join("")).not.toContain("s3cret-w0rd");
});

test("a person's own line is stopped; what an agent runs is not reached this way", async () => {
  const asked = sandbox();
  const { execId } = await owner.json<{ execId: string }>("POST", path, { line: "sleep 5" });
  expect((await owner.send("DELETE", `${path}/${execId}`)).status).toBe(200);
  expect(asked.cancel).toEqual([execId]);
  expect(await problemOf(await owner.send("DELETE", `${path}/tool_1`))).toMatchObject({ status: 404 });
  expect(await problemOf(await viewer.send("DELETE", `${path}/${execId}`))).toMatchObject({ status: 403 });
  expect(asked.cancel).toHaveLength(1);
});

test("a sandbox that is away is told as such, in both ways", async () => {
  sandbox({ exec: () => Promise.reject(new Error("no such service")) });
  expect(await problemOf(await owner.post(path, { line: "ls" }))).toMatchObject({ code: "sandbox_unavailable" });
  // SAFETY: the stream asks for nothing else.
  replaced.env = { SANDBOX: { watch: () => Promise.reject(new Error("gone")) } as never };
  expect(await problemOf(await owner.get(`${path}/stream`))).toMatchObject({ code: "sandbox_unavailable" });
});

test.each([[{}], [{ line: "" }], [{ line: "x".repeat(4_001) }], [{ line: 5 }]])("%o is no line", async (body) => {
  const asked = sandbox();
  expect(await problemOf(await owner.post(path, body))).toMatchObject({ status: 400, code: "invalid_request" });
  expect(asked.exec).toEqual([]);
});

test("a flood of lines waits", async () => {
  sandbox();
  const busy = await newPerson("Busy");
  const project = await busy.project();
  const { id } = await busy.json<{ id: string }>("POST", `/api/projects/${project}/workflows`, { message: "Total it" });
  const limit = env.DB.prepare("INSERT INTO rate_window VALUES (?, 60, ?)");
  await limit.bind(`terminal:${busy.userId}`, Date.now() + 30_000).run();
  const answer = await busy.post(`/api/workflows/${id}/terminal`, { line: "ls" });
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await problemOf(answer)).toMatchObject({ status: 429, code: "rate_limited" });
});

test("NFR-S1.4: who was removed gets no further line of an open stream", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  let now = 0;
  let member = true;
  const stream = toEventStream(readable, { mayRead: async () => member, now: () => now });
  const say = (seq: number) => void writer.write(new TextEncoder().encode(`${JSON.stringify(entry(seq))}\n`));
  const reading = new Response(stream).text();
  say(1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  member = false;
  now = 2_000;
  say(2);
  expect(dataOf(await reading).map((one) => one.seq)).toEqual([1]);
});

test("lines are whole wherever the sandbox's answer is cut, also inside a letter", async () => {
  const bytes = new TextEncoder().encode([1, 2, 3].map((seq) => `${JSON.stringify(entry(seq))}\n`).join(""));
  for (const size of [1, 7, 64]) {
    const cut = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });
    const text = await new Response(toEventStream(cut, { mayRead: async () => true, now: () => 0 })).text();
    expect(dataOf(text)).toEqual([entry(1), entry(2), entry(3)]);
  }
});
