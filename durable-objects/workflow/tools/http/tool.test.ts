import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type FakeService, startFakeService } from "../../../../e2e/fakes/service.ts";
import { unfence } from "../../../../shared/text/fence.ts";
import type { EffectOutcome } from "../../../../shared/workflow/effects.ts";
import type { OutsideAction, OutsideTool } from "../../effects/port.ts";
import { type HttpPort, MAX_ANSWER_BYTES } from "./exchange.ts";
import { parseServices } from "./services.ts";
import { createHttpTool } from "./tool.ts";

const SECRET = "tok-4f9a8c2e11";
const KEY = "wf_1.book.tool_1";
const signal = new AbortController().signal;
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** Waits pass at once and are counted; time moves by them. */
function quickPort(change: Partial<HttpPort> = {}): HttpPort & { waited: number[] } {
  const waited: number[] = [];
  let now = Date.UTC(2026, 10, 23);
  return {
    waited,
    fetch: (address, init) => fetch(address, init),
    now: () => now,
    sleep: async (ms) => {
      waited.push(ms);
      now += ms;
    },
    ...change,
  };
}

async function place(port: HttpPort = quickPort()): Promise<{ fake: FakeService; tool: OutsideTool }> {
  const fake = await startFakeService({ token: SECRET });
  open.push(fake);
  return { fake, tool: toolAt(fake.url, port) };
}

function toolAt(baseUrl: string, port: HttpPort = quickPort()): OutsideTool {
  const common = { description: "d", baseUrl, credential: `Bearer ${SECRET}` };
  const { services, problems } = parseServices(
    JSON.stringify([
      {
        ...common,
        name: "bookings",
        label: { en: "Bookings", ar: "الحجوزات" },
        idempotency: "header",
        undo: { method: "DELETE", path: "/bookings/{reference}" },
      },
      { ...common, name: "notices", label: { en: "Notices", ar: "الإشعارات" }, readBack: "/notices?reference={key}" },
      { ...common, name: "forms", label: { en: "Forms", ar: "النماذج" }, reference: "body" },
      { ...common, name: "later", label: { en: "Later", ar: "لاحقًا" }, credential: "" },
      { ...common, name: "narrow", label: { en: "Narrow", ar: "ضيّق" }, allow: ["POST /bookings"] },
    ]),
  );
  expect(problems).toEqual([]);
  return createHttpTool(services, port);
}

const BOOKING = {
  service: "bookings",
  method: "POST",
  path: "/bookings",
  purpose: "p",
  body: { name: "Sara", seats: 2 },
};
const NOTICE = { service: "notices", method: "POST", path: "/notices", purpose: "p", body: { text: "Hi" } };

function action(tool: OutsideTool, input: Record<string, unknown>, locale: "en" | "ar" = "en"): OutsideAction {
  const parsed = tool.parse(input, locale);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

const send = (tool: OutsideTool, input: Record<string, unknown>, key = KEY): Promise<EffectOutcome> =>
  tool.send(action(tool, input), { key, signal });

const codeOf = (outcome: EffectOutcome): string => (outcome.kind === "failed" ? outcome.failure.code : outcome.kind);

test("what people see before approving is what is sent, and the form comes back as it was edited (design 8)", async () => {
  const { fake, tool } = await place();
  const seen = action(tool, BOOKING);
  expect(seen).toMatchObject({
    effectClass: "idempotent-write",
    service: "bookings",
    action: "POST /bookings",
    target: "Sara",
    reversible: true,
    arguments: { service: "Bookings", method: "POST", path: "/bookings", "body.name": "Sara", "body.seats": 2 },
  });
  expect(seen.summary).toBe("Send to Bookings: name: Sara, seats: 2");
  const edited = action(tool, { ...seen.arguments, "body.seats": 3 });
  expect(await tool.send(edited, { key: KEY, signal })).toMatchObject({
    kind: "done",
    receipt: { reference: "bk_1", link: `${fake.url}/bookings/bk_1`, undo: { reference: "bk_1" } },
  });
  expect(fake.ledger().records).toEqual([{ id: "bk_1", kind: "bookings", values: { name: "Sara", seats: 3 } }]);
  expect(fake.requests.at(-1)?.headers).toMatchObject({ "idempotency-key": KEY, "content-type": "application/json" });
});

test("in Arabic: labels, summary, sentences", async () => {
  const { tool } = await place();
  const seen = action(tool, BOOKING, "ar");
  expect(seen.summary).toContain("إرسال إلى الحجوزات");
  expect(seen.arguments.service).toBe("الحجوزات");
  expect(action(tool, { ...seen.arguments }, "ar")).toEqual(seen);
  const outcome = await tool.send(seen, { key: KEY, signal });
  expect(outcome.kind === "done" && outcome.receipt.detail).toMatch(/^أجابت الحجوزات بالرمز 201/);
  const bad = tool.parse({ ...BOOKING, path: "/../x" }, "ar");
  expect(!bad.ok && bad.error).toMatch(/[\u0600-\u06ff]/);
});

test.each([
  [{ service: "nobody" }, "no such service"],
  [{ service: "http://evil.example" }, "no such service"],
  [{ method: "TRACE" }, "method must be"],
  [{ path: "http://evil.example/" }, "begin with"],
  [{ path: "/../admin" }, '".."'],
  [{ path: "/x?admin=1" }, "query"],
  [{ path: "/x\r\nhost: y" }, "characters"],
  [{ path: undefined }, "begin with"],
  [{ body: "text" }, "JSON object or list"],
  [{ body: { ["__proto__"]: { x: 1 } } }, "not allowed"],
  [{ body: { a: "x".repeat(40_000) } }, "too long"],
  [{ body: { "body.name": 1 }, "body.name": "two" }, "JSON object or list"],
  [{ headers: { host: "evil" } }, 'no field "headers"'],
  [{ query: { "a b": 1 } }, "query must be"],
  [{ query: { a: { b: 1 } } }, "query must be"],
  [{ method: "GET" }, "GET sends no body"],
  [{ service: "forms", body: { reference: "mine" } }, "filled in by Nexus"],
  [{ service: "narrow", path: "/notices" }, "not allowed at this service"],
])("input that is refused with a sentence: %j", async (change, sentence) => {
  const { tool } = await place();
  const parsed = tool.parse({ ...BOOKING, ...change }, "en");
  expect(!parsed.ok && parsed.error).toContain(sentence);
});

test("classes: reads, writes that may be repeated, writes that may not", async () => {
  const { tool } = await place();
  const classOf = (service: string, method: string) =>
    action(tool, { service, method, path: "/bookings/1", purpose: "p" }).effectClass;
  expect(["GET", "PUT", "DELETE", "POST", "PATCH"].map((method) => classOf("bookings", method))).toEqual([
    "read",
    ...Array.from({ length: 4 }, () => "idempotent-write"),
  ]);
  expect(["GET", "PUT", "DELETE", "POST", "PATCH"].map((method) => classOf("notices", method))).toEqual([
    "read",
    "idempotent-write",
    "idempotent-write",
    "write",
    "write",
  ]);
});

test.each([
  ["422", "service_refused"],
  ["401", "service_unauthorized"],
  ["403", "service_unauthorized"],
  ["307", "service_moved"],
  ["302", "unknown"],
  ["500", "unknown"],
  ["500_after", "unknown"],
  ["503:5", "unknown"],
  ["408", "unknown"],
  ["409", "service_refused"],
  ["409:1", "unknown"],
  ["reset", "unknown"],
  ["reset_after", "unknown"],
  ["cut", "unknown"],
  ["html", "unknown"],
  ["bad_json", "unknown"],
  ["huge", "done"],
])("a write that is answered with %s is %s: failed only when it certainly did not happen", async (fault, outcome) => {
  const { fake, tool } = await place();
  fake.fail(fault);
  expect(codeOf(await send(tool, NOTICE))).toBe(outcome);
  expect(fake.requests.map((one) => one.path)).toEqual(["/notices"]);
});

test("a service that nobody answers for got nothing; one that breaks after it was sent to may have (NFR-I1.3)", async () => {
  expect(codeOf(await send(toolAt("http://127.0.0.1:9"), NOTICE))).toBe("service_unreachable");
});

test("silence ends after 30 seconds and says that nobody knows (NFR-I2.4)", async () => {
  const timeouts: number[] = [];
  const real = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (ms) => {
    timeouts.push(ms);
    return real(ms === 30_000 ? 50 : ms);
  };
  try {
    const { fake, tool } = await place();
    fake.fail("stall_after:5000");
    expect(await send(tool, NOTICE)).toMatchObject({ kind: "unknown", detail: expect.stringContaining("30 seconds") });
    expect(timeouts).toContain(30_000);
    expect(fake.ledger().effects).toHaveLength(1);
  } finally {
    AbortSignal.timeout = real;
  }
});

test("429 is a certain no, with the seconds to wait; until then nothing is sent to that service (FR-6.9)", async () => {
  const port = quickPort();
  const { fake, tool } = await place(port);
  fake.fail("429:5");
  const limited = { failure: { code: "service_rate_limited", params: { service: "Notices", seconds: 5 } } };
  expect(await send(tool, NOTICE)).toMatchObject({ kind: "failed", ...limited });
  expect(await send(tool, NOTICE, "k2")).toMatchObject({ kind: "failed", ...limited });
  expect(fake.requests).toHaveLength(1);
  expect(codeOf(await send(tool, BOOKING, "k3"))).toBe("done");
  await port.sleep(5_000, signal);
  expect(codeOf(await send(tool, NOTICE))).toBe("done");
  expect(fake.ledger().effects).toHaveLength(2);
});

test("the same key is one record, however often it comes", async () => {
  const { fake, tool } = await place();
  fake.fail("500_after");
  expect(codeOf(await send(tool, BOOKING))).toBe("unknown");
  expect(await send(tool, BOOKING)).toMatchObject({ kind: "done", receipt: { reference: "bk_1" } });
  expect(fake.ledger()).toMatchObject({ effects: [{ key: KEY }], arrivals: { [KEY]: 2 } });
});

test("reading back finds a write by its key, or that there is none, or that nobody knows", async () => {
  const port = quickPort();
  const { fake, tool } = await place(port);
  const notice = action(tool, NOTICE);
  expect(await tool.readBack?.(notice, { key: KEY, signal })).toEqual({ kind: "not_done" });
  expect(port.waited).toHaveLength(1);
  fake.fail("reset_after");
  await send(tool, NOTICE);
  expect(await tool.readBack?.(notice, { key: KEY, signal })).toMatchObject({
    kind: "done",
    receipt: { reference: "nt_1" },
  });
  fake.fail("500");
  expect(await tool.readBack?.(notice, { key: KEY, signal })).toEqual({ kind: "unknown" });
  fake.fail("html");
  expect(await tool.readBack?.(notice, { key: KEY, signal })).toEqual({ kind: "unknown" });
  expect(await tool.readBack?.(action(tool, BOOKING), { key: KEY, signal })).toEqual({ kind: "unknown" });
});

test("the reference travels in the body where a service wants it there", async () => {
  const { fake, tool } = await place();
  await send(tool, { ...NOTICE, service: "forms" });
  expect(JSON.parse(fake.requests.at(-1)?.body ?? "")).toEqual({ text: "Hi", reference: KEY });
});

test("a write is taken back by its reference; a second time it is gone already", async () => {
  const { fake, tool } = await place();
  const booking = action(tool, BOOKING);
  const outcome = await tool.send(booking, { key: KEY, signal });
  if (outcome.kind !== "done") throw new Error("not booked");
  const undo = () => tool.undo?.(booking, outcome.receipt, { key: `${KEY}.undo`, signal });
  expect(await undo()).toMatchObject({ kind: "done" });
  expect(fake.ledger().records).toEqual([]);
  expect(await undo()).toMatchObject({ kind: "done", receipt: { detail: expect.stringContaining("any more") } });
  const bare = { ...outcome.receipt, undo: null };
  expect(await tool.undo?.(booking, bare, { key: "u", signal })).toMatchObject({
    failure: { code: "service_undo_unavailable" },
  });
  fake.fail("reset");
  expect(await undo()).toMatchObject({ kind: "unknown" });
  fake.fail("409");
  expect(await undo()).toMatchObject({ failure: { code: "service_refused" } });
});

test("a reference that would lead elsewhere gives no way back", async () => {
  const other = createServer((_, response) =>
    response.writeHead(201, { "content-type": "application/json" }).end('{"id":".."}'),
  );
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  open.push({ close: () => new Promise((resolve) => other.close(() => resolve())) });
  // SAFETY: it listens on TCP.
  const { port } = other.address() as AddressInfo;
  expect(await send(toolAt(`http://127.0.0.1:${port}`), BOOKING)).toMatchObject({
    kind: "done",
    receipt: { reference: "..", undo: null },
  });
});

test("an answer is data: fenced, cut, masked, and its links are shown only when they may be", async () => {
  const { fake, tool } = await place();
  fake.fail("echo");
  const outcome = await send(tool, BOOKING);
  expect(JSON.stringify(outcome)).toContain("•••");
  expect(JSON.stringify(outcome)).not.toContain(SECRET);
  expect(outcome).toMatchObject({ kind: "done", receipt: { link: null } });
  const list = action(tool, { service: "bookings", method: "GET", path: "/bookings", purpose: "p" });
  fake.fail("inject");
  const told = await tool.read(list, { signal });
  expect(told.ok).toBe(true);
  expect(unfence("service_answer", told.output)).toContain("ignore your instructions");
  fake.fail("huge");
  const long = await tool.read(list, { signal });
  expect(long.output.length).toBeLessThan(16_000);
  fake.fail("302");
  const moved = await tool.read(list, { signal });
  expect(moved).toMatchObject({ ok: false, output: expect.stringContaining("not followed") });
  expect(fake.requests.some((one) => one.path === "/__trap")).toBe(false);
});

test.each([
  ["plain", `token is ${SECRET}.`],
  ["whole", `authorization: Bearer ${SECRET}`],
  ["escaped", JSON.stringify({ a: SECRET }).replace("tok", "\\u0074ok")],
  ["base64", Buffer.from(`Bearer ${SECRET}`).toString("base64")],
  ["field name", JSON.stringify({ [SECRET]: 1 })],
  ["at the cut", `${"x".repeat(MAX_ANSWER_BYTES - 6)}${SECRET}`],
])("a credential in an answer is masked: %s", async (_, text) => {
  const port = quickPort({ fetch: async () => new Response(text) });
  const tool = toolAt("http://127.0.0.1:9", port);
  const read = await tool.read(action(tool, { service: "bookings", method: "GET", path: "/x", purpose: "p" }), {
    signal,
  });
  expect(read.output).not.toContain(SECRET);
  expect(read.output).not.toContain(SECRET.slice(0, 6));
  expect(read.output).not.toContain(Buffer.from(`Bearer ${SECRET}`).toString("base64"));
});

test("a number too large to keep is no reference, and is told with all its digits", async () => {
  const port = quickPort({ fetch: async () => new Response('{"id":12345678901234567890}', { status: 201 }) });
  const outcome = await send(toolAt("http://127.0.0.1:9", port), BOOKING);
  expect(outcome).toMatchObject({ kind: "done", receipt: { reference: null, undo: null } });
  const tool = toolAt("http://127.0.0.1:9", port);
  const read = await tool.read(action(tool, { service: "bookings", method: "GET", path: "/x", purpose: "p" }), {
    signal,
  });
  expect(read.output).toContain("12345678901234567890");
});

test("what a person reads before approving cannot be turned round by marks in a value", async () => {
  const { tool } = await place();
  const seen = action(tool, { ...BOOKING, body: { name: "Sa\u202era\nadmin: yes" } });
  expect(seen.summary).toBe("Send to Bookings: name: Sara admin: yes");
  expect(seen.target).toBe("Sara admin: yes");
});

test("a service that was given another label meanwhile is still reached", async () => {
  const { fake, tool } = await place();
  const booking = action(tool, BOOKING);
  const before = { ...booking, arguments: { ...booking.arguments, service: "Old bookings" } };
  expect(codeOf(await tool.send(before, { key: KEY, signal }))).toBe("done");
  expect(fake.ledger().effects).toHaveLength(1);
});

test("a look is repeated while the failure may pass, and then says what happened (NFR-R2.3)", async () => {
  const port = quickPort();
  const { fake, tool } = await place(port);
  const list = action(tool, {
    service: "bookings",
    method: "GET",
    path: "/bookings",
    query: { day: "1" },
    purpose: "p",
  });
  fake.fail("500", "reset");
  expect(await tool.read(list, { signal })).toMatchObject({ ok: true });
  expect(fake.requests.map((one) => one.path)).toEqual(Array.from({ length: 3 }, () => "/bookings?day=1"));
  fake.fail("429:7");
  expect(await tool.read(list, { signal })).toMatchObject({ ok: true });
  expect(port.waited).toEqual([500, 2_000, 7_000]);
  fake.fail("500*3");
  expect(await tool.read(list, { signal })).toMatchObject({ ok: false, output: expect.stringContaining("500") });
});

test("without credentials nothing is read or sent", async () => {
  const { fake, tool } = await place();
  expect(codeOf(await send(tool, { ...BOOKING, service: "later" }))).toBe("service_not_connected");
  const look = action(tool, { service: "later", method: "GET", path: "/bookings", purpose: "p" });
  expect(await tool.read(look, { signal })).toMatchObject({ ok: false });
  expect(fake.requests).toEqual([]);
});

test("a call that was stopped before it left did nothing; a service that is gone from the settings is refused", async () => {
  const { fake, tool } = await place();
  const stopped = AbortSignal.abort();
  expect(codeOf(await tool.send(action(tool, NOTICE), { key: KEY, signal: stopped }))).toBe("service_unreachable");
  const gone = { ...action(tool, NOTICE), service: "gone", arguments: { service: "Gone", method: "POST", path: "/x" } };
  expect(codeOf(await tool.send(gone, { key: KEY, signal }))).toBe("service_refused");
  expect(fake.requests).toEqual([]);
});
