import { beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../shared/lib/ids.ts";
import { logged, newPerson, Person, problemOf } from "../testing/person.ts";

type Account = Awaited<ReturnType<typeof newPerson>>;
let person: Account;
let projectId: string;
let workflowId: string;

beforeAll(async () => {
  person = await newPerson();
  projectId = await person.project();
  const made = await person.json<{ id: string }>("POST", `/api/projects/${projectId}/workflows`, {
    message: "Total my invoices by client",
  });
  workflowId = made.id;
});

const json = { "content-type": "application/json" };
const expectProblem = async (answer: Promise<Response>, status: number, code: string) =>
  expect(await problemOf(await answer)).toMatchObject({ status, code });

describe("bodies", () => {
  test("that are no JSON, cut, absent, of another type or too large each have a code", async () => {
    const path = "/api/projects";
    await expectProblem(person.post(path, "{", json), 400, "bad_json");
    await expectProblem(person.post(path, "", json), 400, "bad_json");
    await expectProblem(person.post(path, new Uint8Array([0x22, 0xff, 0x22]), json), 400, "bad_json");
    await expectProblem(person.send("POST", path), 400, "bad_json");
    await expectProblem(
      person.post(path, "name=x", { "content-type": "application/x-www-form-urlencoded" }),
      415,
      "unsupported_media_type",
    );
    await expectProblem(
      person.post(path, '{"name":"x"}', { "content-type": "text/plain" }),
      415,
      "unsupported_media_type",
    );
    await expectProblem(person.post(path, { name: "x".repeat(1_100_000) }), 413, "body_too_large");
  });

  test("of the wrong shape name each field in the caller's language", async () => {
    const english = await problemOf(await person.post(`/api/workflows/${workflowId}/approve`, { planVersion: "1" }));
    expect(english.body.fields).toEqual([
      { path: "planVersion", message: "is of the wrong kind" },
      { path: "capMicros", message: "is missing" },
    ]);
    expect(english.body.detail).toContain("planVersion");
    const arabic = await person.post(`/api/workflows/${workflowId}/approve`, {}, { "accept-language": "ar" });
    expect((await problemOf(arabic)).body.fields?.[0]?.message).toBe("ناقص");
    expect(arabic.headers.get("content-language")).toBe("ar");
    for (const body of [[], "x", 7, null])
      await expectProblem(
        person.post(`/api/workflows/${workflowId}/approve`, JSON.stringify(body), json),
        400,
        "invalid_request",
      );
  });
});

describe("messages", () => {
  const long = "م".repeat(20_001);

  test("empty and over 20,000 characters have codes of their own, wherever a message goes", async () => {
    const messages = `/api/projects/${projectId}/messages`;
    const workflows = `/api/projects/${projectId}/workflows`;
    await expectProblem(person.post(messages, { text: " " }), 400, "message_empty");
    await expectProblem(person.post(messages, { text: long }), 413, "message_too_long");
    await expectProblem(person.post(workflows, { message: "" }), 400, "message_empty");
    await expectProblem(person.post(workflows, { message: long }), 413, "message_too_long");
    await expectProblem(person.post("/api/workflows", { projectId, message: long }), 413, "message_too_long");
    await expectProblem(person.post(`/api/workflows/${workflowId}/steer`, { message: long }), 413, "message_too_long");
    const { body } = await problemOf(await person.post(messages, { text: long }));
    expect(body.detail).toContain("20001");
    await expectProblem(person.post(messages, { text: 7 }), 400, "invalid_request");
  });

  test("with a file that is not of this project are refused as not found", async () => {
    const fileIds = [newId("fil")];
    await expectProblem(person.post(`/api/projects/${projectId}/messages`, { text: "hi", fileIds }), 404, "not_found");
    await expectProblem(
      person.post(`/api/projects/${projectId}/workflows`, { message: "x", fileIds }),
      404,
      "not_found",
    );
  });
});

describe("places", () => {
  test("unknown ids below a workflow are not found", async () => {
    await expectProblem(person.get(`/api/workflows/${workflowId}/artifacts/${newId("art")}`), 404, "not_found");
    for (const query of ["since=-1", "since=x", "limit=0", "limit=5000"])
      await expectProblem(person.get(`/api/workflows/${workflowId}/events?${query}`), 400, "invalid_request");
  });

  test("unknown paths are 404 problems, known ones with another method 405 with Allow", async () => {
    await expectProblem(person.get("/api/nothing/here"), 404, "not_found");
    await expectProblem(person.get("/api"), 404, "not_found");
    const answer = await person.send("PUT", `/api/projects/${projectId}`, {});
    expect(answer.headers.get("allow")).toBe("GET, PATCH, DELETE, HEAD");
    await expectProblem(Promise.resolve(answer), 405, "method_not_allowed");
  });

  test("every answer carries the headers that protect, and a name for the log", async () => {
    const answers = [
      await person.get("/api/health"),
      await person.get("/api/nothing"),
      await new Person().get("/api/me"),
    ];
    for (const { headers } of answers) {
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cache-control")).toBe("private, no-store");
      const id = headers.get("x-request-id") ?? "";
      expect(id).toMatch(/^req_/);
      expect(logged.some((line) => line.includes(id))).toBe(true);
    }
  });

  test("acting on a cancelled workflow says so and changes nothing", async () => {
    const { id } = await person.json<{ id: string }>("POST", `/api/projects/${projectId}/workflows`, { message: "x" });
    expect(await person.json("DELETE", `/api/workflows/${id}`)).toMatchObject({ status: "cancelled" });
    await expectProblem(person.post(`/api/workflows/${id}/pause`), 409, "workflow_finished");
    await expectProblem(person.send("DELETE", `/api/workflows/${id}`), 409, "workflow_finished");
  });
});

describe("Idempotency-Key", () => {
  const key = (value: string) => ({ "idempotency-key": value });

  test("the same request gives the first answer again and happens once", async () => {
    const first = await person.post("/api/projects", { name: "Once" }, key("once"));
    const again = await person.post("/api/projects", { name: "Once" }, key("once"));
    expect(again.status).toBe(201);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(await again.json()).toEqual(await first.json());
    const { items } = await person.json<{ items: { name: string }[] }>("GET", "/api/projects");
    expect(items.filter((item) => item.name === "Once")).toHaveLength(1);
  });

  test("many at once create one; the others wait for it or get its answer", async () => {
    const path = `/api/projects/${projectId}/workflows`;
    const before = (await person.json<{ items: unknown[] }>("GET", `${path}?limit=100`)).items.length;
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => person.post(path, { message: "One of many" }, key("many"))),
    );
    expect(answers.every((answer) => answer.status === 201 || answer.status === 409)).toBe(true);
    const ids = await Promise.all(
      answers.filter((answer) => answer.status === 201).map(async (answer) => (await answer.json<{ id: string }>()).id),
    );
    expect(new Set(ids).size).toBe(1);
    await expect
      .poll(async () => (await person.json<{ items: unknown[] }>("GET", `${path}?limit=100`)).items.length)
      .toBe(before + 1);
  });

  test("another content under the same key is refused; another person or path is another key", async () => {
    await person.post("/api/projects", { name: "A" }, key("mixed"));
    await expectProblem(person.post("/api/projects", { name: "B" }, key("mixed")), 409, "idempotency_mismatch");
    const other = await newPerson();
    expect((await other.post("/api/projects", { name: "B" }, key("mixed"))).status).toBe(201);
    expect((await person.post(`/api/projects/${projectId}/workflows`, { message: "B" }, key("mixed"))).status).toBe(
      201,
    );
  });

  test("a refusal uses no key up", async () => {
    await expectProblem(person.post("/api/projects", { name: "" }, key("refused")), 400, "invalid_request");
    expect((await person.post("/api/projects", { name: "Right" }, key("refused"))).status).toBe(201);
    await expectProblem(person.post("/api/projects", { name: "A" }, key("k".repeat(201))), 400, "invalid_request");
  });
});
