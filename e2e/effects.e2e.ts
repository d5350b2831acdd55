import { afterAll, beforeAll, expect, test } from "vitest";
import type { EffectView } from "../shared/api/workflows.ts";
import { ask, follow, newPlace, pagedEvents, plannedView, upload, view } from "./support/journey.ts";
import { has, listenBySocket } from "./support/live.ts";
import {
  approveAs,
  completed,
  decide,
  effectsOf,
  type OutsideApp,
  proposeOver,
  startOutside,
  TOKEN,
  waitingApprovals,
} from "./support/outside.ts";

/*
 * Acting on the world, from outside: the real server, the real protocol of a service, and the service's own ledger as
 * the only witness of what was done there.
 */

const CSV = `Name,Date,Seats
Sara,01/12/2026,2
Ahmed,02/12/2026,4
Mona,13/12/2026,3
`;
const BOOK = "Book every row of this list at Bookings.";
const NOTIFY = "Post each row to Notices.";

let outside: OutsideApp;
beforeAll(async () => {
  outside = await startOutside();
});
afterAll(() => outside.stop());

/** Created there, in order, with what they hold; of one kind of record and after the `before` first entries. */
const created = (before: number) =>
  outside.fake
    .ledger()
    .effects.slice(before)
    .map(({ action, values }) => [action, values]);
const entries = (): number => outside.fake.ledger().effects.length;

const short = (effects: readonly EffectView[]) => effects.map(({ status, mode, sent }) => ({ status, mode, sent }));

test("rehearse, promote, approve with a change and a refusal, take back: the service's ledger agrees at every point", async () => {
  const place = await newPlace(outside.app.baseUrl);
  const { client } = place;
  const before = entries();
  const planned = await proposeOver(place, BOOK, CSV);
  expect(planned.plan?.nodes.filter((node) => node.touches?.length)).toMatchObject([
    { type: "integration", touches: ["bookings"] },
  ]);

  await approveAs(client, planned, "rehearsal");
  const rehearsed = await completed(client, planned.id);
  expect(rehearsed.mode).toBe("rehearsal");
  expect(rehearsed.resultSummary).toMatch(/Rehearsed: nothing was sent to Bookings/);
  const listed = await effectsOf(client, planned.id);
  expect(short(listed)).toEqual(Array.from({ length: 3 }, () => ({ status: "recorded", mode: "rehearsal", sent: 0 })));
  expect(listed.map((one) => one.arguments["body.name"])).toEqual(["Sara", "Ahmed", "Mona"]);
  expect(entries()).toBe(before);

  const promoted = await client.post<{ id: string }>(`/api/workflows/${planned.id}/promote`);
  const live = await view(client, promoted.id);
  expect(live).toMatchObject({ status: "pending_approval", mode: "live" });
  expect(live.cost.spentMicros).toBe(0);
  const socket = await listenBySocket(client, live.id, 0);
  await approveAs(client, live, "live");
  const waiting = await waitingApprovals(client, live.id, 3);
  expect(waiting).toMatchObject(
    ["Sara", "Ahmed", "Mona"].map((name) => ({
      kind: "effect",
      preview: { service: "Bookings", action: "POST /bookings", target: name, reversible: true },
      arguments: { service: "Bookings", method: "POST", path: "/bookings", "body.name": name },
      deadline: expect.stringMatching(/^\d{4}-/),
      remindAt: expect.stringMatching(/^\d{4}-/),
      onDeadline: "reject",
    })),
  );
  expect(entries()).toBe(before);
  const started = (await pagedEvents(client, live.id, 500)).flatMap((event) =>
    event.name === "node.started" ? [event.data.nodeId] : [],
  );
  expect(started).toEqual(["send-bookings"]);

  const [sara, ahmed, mona] = waiting;
  if (!sara || !ahmed || !mona) throw new Error("three were to wait");
  const evil = await client.call("POST", `/api/workflows/${live.id}/approvals/${ahmed.id}`, {
    decision: "approved",
    arguments: { ...ahmed.arguments, path: "/../admin" },
  });
  expect(evil).toMatchObject({ status: 422, body: { code: "approval_arguments_invalid" } });
  await decide(client, live.id, sara.id, "approved");
  await decide(client, live.id, ahmed.id, "approved", { ...ahmed.arguments, "body.seats": 6 });
  await decide(client, live.id, mona.id, "rejected");
  const done = await completed(client, live.id);
  expect(created(before)).toEqual([
    ["created", { name: "Sara", date: "2026-12-01", seats: 2 }],
    ["created", { name: "Ahmed", date: "2026-12-02", seats: 6 }],
  ]);
  expect(done.resultSummary).toMatch(/Sent to Bookings: 2 of 3/);
  expect(done.resultSummary).toMatch(/seats: 6 — done, reference bk_/);
  expect(done.resultSummary).toMatch(/Mona.*you declined it/);
  const ledger = (await effectsOf(client, live.id)).filter((one) => one.inheritedFrom === null);
  expect(ledger.map(({ status, sent, reversible, canUndo }) => ({ status, sent, reversible, canUndo }))).toEqual(
    Array.from({ length: 2 }, () => ({ status: "done", sent: 1, reversible: true, canUndo: true })),
  );
  expect(ledger.every((one) => one.approvedBy !== null && one.receipt?.reference?.startsWith("bk_"))).toBe(true);

  await client.post(`/api/workflows/${live.id}/undo`);
  await follow(client, live.id, (state) => state.effects.filter((one) => one.status === "undone").length === 2);
  expect(
    created(before)
      .slice(2)
      .map(([action, values]) => [action, values]),
  ).toEqual([
    ["deleted", { name: "Ahmed", date: "2026-12-02", seats: 6 }],
    ["deleted", { name: "Sara", date: "2026-12-01", seats: 2 }],
  ]);
  expect(outside.fake.ledger().records.filter((one) => one.kind === "bookings")).toEqual([]);

  const events = await pagedEvents(client, live.id, 500);
  await socket.until(has(events.length));
  socket.close();
  expect(socket.events.slice(0, events.length)).toEqual(events);
  const told = JSON.stringify([events, await view(client, live.id), await effectsOf(client, live.id)]);
  expect(told.includes(TOKEN)).toBe(false);
  expect(outside.app.logs().includes(TOKEN)).toBe(false);
});

test("an answer lost after the deed: nobody can tell, the person looks and says so, and it is never sent twice", async () => {
  const place = await newPlace(outside.app.baseUrl);
  const { client } = place;
  const before = entries();
  const planned = await proposeOver(place, NOTIFY, "Name,Date\nSara,01/12/2026\n");
  await approveAs(client, planned, "live");
  const [approval] = await waitingApprovals(client, planned.id, 1);
  outside.fake.fail("reset_after");
  await decide(client, planned.id, approval?.id ?? "", "approved");
  await follow(client, planned.id, (state) => state.questions.some((one) => one.status === "open"));
  const asked = (await view(client, planned.id)).questions.find((one) => one.status === "open");
  expect(asked).toMatchObject({ kind: "effect", choices: ["done", "again", "leave"] });
  expect(await effectsOf(client, planned.id)).toMatchObject([{ status: "unknown", sent: 1 }]);
  await client.post(`/api/workflows/${planned.id}/answers`, { questionId: asked?.id, answer: "done" });
  const done = await completed(client, planned.id);
  expect(done.resultSummary).toMatch(/Sent to Notices: 1 of 1/);
  expect(await effectsOf(client, planned.id)).toMatchObject([{ status: "done", knownBy: "person", sent: 1 }]);
  expect(created(before)).toHaveLength(1);
});

test("an error after the deed at a service that knows keys: sent again under the same key, one record", async () => {
  const place = await newPlace(outside.app.baseUrl);
  const { client } = place;
  const before = entries();
  const planned = await proposeOver(place, BOOK, "Name,Date,Seats\nSara,05/12/2026,2\n");
  await approveAs(client, planned, "live");
  const [approval] = await waitingApprovals(client, planned.id, 1);
  outside.fake.fail("500_after");
  await decide(client, planned.id, approval?.id ?? "", "approved");
  await completed(client, planned.id);
  expect(created(before)).toEqual([["created", { name: "Sara", date: "2026-12-05", seats: 2 }]]);
  expect(await effectsOf(client, planned.id)).toMatchObject([{ status: "done", sent: 2 }]);
  const key = outside.fake.ledger().effects.at(-1)?.key ?? "";
  expect(outside.fake.ledger().arrivals[key]).toBe(2);
});

test("the same in Arabic: labels, values, sentences (NFR-S4.1)", async () => {
  const place = await newPlace(outside.app.baseUrl, "مطعم");
  const { client } = place;
  const before = entries();
  const csv = "الاسم,التاريخ,العدد\nسارة,٠١/١٢/٢٠٢٦,٢\nأحمد,02/12/2026,4\n";
  const planned = await proposeOver(place, "احجز كل صف من القائمة في الحجوزات", csv, "ar");
  await approveAs(client, planned, "live");
  const waiting = await waitingApprovals(client, planned.id, 2);
  expect(waiting[0]).toMatchObject({ preview: { service: "الحجوزات" }, arguments: { service: "الحجوزات" } });
  expect(waiting[0]?.summary).toContain("إرسال إلى الحجوزات");
  await decide(client, planned.id, waiting[0]?.id ?? "", "approved");
  await decide(client, planned.id, waiting[1]?.id ?? "", "rejected");
  const done = await completed(client, planned.id);
  expect(done.resultSummary).toMatch(/أُرسل إلى الحجوزات: 1 من 2/);
  expect(created(before)).toEqual([["created", { name: "سارة", date: "2026-12-01", seats: 2 }]]);
  expect((await effectsOf(client, planned.id))[0]?.receipt?.detail).toMatch(/^أجابت الحجوزات/);
});

test("asked of the Director: totals are worked out, shown, and sent as one summary (FR-2.4)", async () => {
  const place = await newPlace(outside.app.baseUrl);
  const { client } = place;
  const before = entries();
  const file = await upload(place, "list.csv", `${CSV}Sara,14/12/2026,5\n`);
  const { workflowId, said } = await ask(place, "Total Seats by Name and send the totals to Notices.", {
    fileIds: [file.id],
  });
  expect(said.answer.text).toMatch(/Send to Notices/);
  expect(said.answer.text).not.toMatch(/cannot|can't|no access/i);
  const planned = await plannedView(client, workflowId);
  await approveAs(client, planned, "live");
  const [approval, ...more] = await waitingApprovals(client, workflowId, 1);
  expect(more).toEqual([]);
  await decide(client, workflowId, approval?.id ?? "", "approved");
  const done = await completed(client, workflowId);
  expect(done.resultSummary).toMatch(/Sent to Notices: 1 of 1/);
  const [sent, ...others] = created(before);
  expect(others).toEqual([]);
  const text = JSON.stringify(sent);
  for (const figure of ["Sara", "7", "Ahmed", "4", "Mona", "3"]) expect(text).toContain(figure);
});

test("a run forked from one that booked never books again: it is answered from the ledger", async () => {
  const place = await newPlace(outside.app.baseUrl);
  const { client } = place;
  const planned = await proposeOver(place, BOOK, "Name,Date,Seats\nNoor,06/12/2026,2\n");
  await approveAs(client, planned, "live");
  const [approval] = await waitingApprovals(client, planned.id, 1);
  await decide(client, planned.id, approval?.id ?? "", "approved");
  await completed(client, planned.id);
  const before = entries();
  const events = await pagedEvents(client, planned.id, 500);
  // Right after the booking, and from before the step that booked had even started.
  for (const name of ["effect.settled", "plan.approved"]) {
    const version = events.find((event) => event.name === name)?.version ?? 0;
    const fork = await client.post<{ id: string }>(`/api/workflows/${planned.id}/fork`, { version });
    const forked = await view(client, fork.id);
    if (forked.status === "pending_approval") await approveAs(client, forked, "live");
    const done = await completed(client, fork.id);
    expect(entries()).toBe(before);
    expect(done.resultSummary).toMatch(/Sent to Bookings: 1 of 1/);
    expect((await effectsOf(client, fork.id)).map((one) => [one.status, one.inheritedFrom])).toEqual([
      ["done", planned.id],
    ]);
  }
});

test("without credentials a run is a rehearsal unless somebody says otherwise", async () => {
  const place = await newPlace(outside.app.baseUrl);
  const { client } = place;
  const before = entries();
  const planned = await proposeOver(place, "Enter every row at Agenda.", CSV);
  expect(planned.plan?.limits.join(" ")).toMatch(/no credentials/);
  await approveAs(client, planned);
  const done = await completed(client, planned.id);
  expect(done.mode).toBe("rehearsal");
  expect(short(await effectsOf(client, planned.id))).toHaveLength(3);
  expect(entries()).toBe(before);
});
