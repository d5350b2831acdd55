import { expect, inject, test } from "vitest";
import { num, raw, workbook } from "../sandbox/worker/documents/fixtures/office.ts";
import type { WorkflowView } from "../shared/api/workflows.ts";
import type { PlanNode } from "../shared/workflow/plan.ts";
import {
  ARABIC_HEADERS,
  awkwardCsv,
  decimal,
  HEADERS,
  type Headers,
  type Invoice,
  makeInvoices,
  overdue,
  sumOf,
  todayInKuwait,
  totalsByClientAndMonth,
} from "./support/invoices.ts";
import {
  approve,
  ask,
  follow,
  isAtRest,
  newPlace,
  pagedEvents,
  plannedView,
  resultTexts,
  runToEnd,
  upload,
  view,
} from "./support/journey.ts";
import { has, listenBySocket, listenByStream } from "./support/live.ts";
import { expectBytesMatchLog, expectLogTells, expectMoneyAddsUp, expectProofOfEachStep } from "./support/proof.ts";
import { columnBy, type Table, tablesOf, tableWith } from "./support/tables.ts";

/* Issue "from a fresh clone to a finished workflow", its path through the API: every part is real, the offline model answers. */

const baseUrl = inject("baseUrl");
const REQUEST =
  "I need totals by client and month from this invoice list, with the overdue ones flagged, and a summary I can send to my partner.";
const ARABIC_REQUEST =
  "أريد مجموع المبالغ حسب العميل والشهر من قائمة الفواتير، مع تمييز الفواتير المتأخرة، وملخص أرسله لشريكي.";

interface Words {
  readonly headers: Headers;
  readonly month: string;
  readonly total: string;
  readonly overdue: string;
  readonly overdueAmount: string;
  readonly days: string;
}
const ENGLISH: Words = {
  headers: HEADERS,
  month: "Month",
  total: `Total ${HEADERS.amount}`,
  overdue: "Overdue",
  overdueAmount: "Overdue amount",
  days: "Days overdue",
};
const ARABIC: Words = {
  headers: ARABIC_HEADERS,
  month: "الشهر",
  total: `إجمالي ${ARABIC_HEADERS.amount}`,
  overdue: "متأخر",
  overdueAmount: "المبلغ المتأخر",
  days: "أيام التأخير",
};

/** Amounts as decimals to the fils; keys of rows without a client as "" whatever they are called in the result. */
function amounts(cells: ReadonlyMap<string, string>, known: ReadonlySet<string>): Map<string, string> {
  return new Map(
    [...cells].map(([key, value]) => [known.has(key) ? key : key.replace(/^.* \/ (\d{4}-\d\d)$/, " / $1"), value]),
  );
}

/** Every figure of the results against the invoices themselves, to the last decimal. */
function expectRightNumbers(tables: readonly Table[], invoices: readonly Invoice[], words: Words): void {
  const { headers } = words;
  const today = todayInKuwait();
  const expected = totalsByClientAndMonth(invoices);
  const known = new Set(expected.keys());

  const totals = tableWith(tables, [headers.client, words.month, words.total]);
  const found = amounts(columnBy(totals, [headers.client, words.month], words.total), known);
  expect(found).toEqual(new Map([...expected].map(([key, fils]) => [key, decimal(fils)])));

  const late = overdue(invoices, today);
  const list = tableWith(tables, [headers.number, words.days]);
  const days = columnBy(list, [headers.number], words.days);
  expect(new Set(days.keys())).toEqual(new Set(late.map((one) => one.number)));
  const dayOf = (iso: string): number => Date.parse(iso) / 86_400_000;
  for (const { number, due } of late) expect(days.get(number)).toBe(String(dayOf(today) - dayOf(due)));

  const marked = tableWith(tables, [headers.client, words.month, words.overdue]);
  const marks = amounts(columnBy(marked, [headers.client, words.month], words.overdueAmount), known);
  const lateBy = totalsByClientAndMonth(late);
  expect(marks).toEqual(new Map([...expected.keys()].map((key) => [key, decimal(lateBy.get(key) ?? 0)])));
}

/** The summary to send says the figures that the tables say. */
function expectRightSummary(texts: ReadonlyMap<string, string>, invoices: readonly Invoice[]): void {
  const written = [...texts].filter(([name]) => name.endsWith(".md") || name.endsWith(".txt"));
  expect(written.length).toBeGreaterThan(0);
  const plain = written.map(([, text]) => text.replace(/[,٬]/g, "")).join("\n");
  expect(plain).toContain(decimal(sumOf(invoices)));
  expect(plain).toContain(decimal(sumOf(overdue(invoices, todayInKuwait()))));
}

/** Takes a step out and ties what depended on it to what it depended on. */
function without(nodes: readonly PlanNode[], id: string): PlanNode[] {
  const gone = nodes.find((node) => node.id === id);
  return nodes
    .filter((node) => node.id !== id)
    .map((node) => ({
      ...node,
      dependsOn: [...new Set(node.dependsOn.flatMap((from) => (from === id ? (gone?.dependsOn ?? []) : [from])))],
    }));
}

const steps = (shown: WorkflowView): PlanNode[] =>
  (shown.plan?.nodes ?? []).map(
    ({ id, type, label, instructions, agent, stage, dependsOn, tier, optional, position, estimate }) => ({
      id,
      type,
      label,
      instructions,
      agent,
      stage,
      dependsOn,
      tier,
      optional,
      position,
      estimate,
    }),
  );

test("the whole path by API: awkward CSV, plan changed, cap, live by socket and stream, right to the last decimal (FR-2.3, FR-3, FR-4, FR-7, FR-9, NFR-R2.4)", async () => {
  const place = await newPlace(baseUrl);
  const { client } = place;
  const invoices = makeInvoices(20261123, 60);
  const file = await upload(place, "فواتير 2025.csv", awkwardCsv(invoices, HEADERS, ["Paid", "Unpaid"]));
  expect(file.profile?.delimiter).toBe(";");
  expect(file.profile?.tables[0]?.rows).toBe(invoices.length);

  const { workflowId, said } = await ask(place, REQUEST, { fileIds: [file.id] });
  expect(said.answer.text).not.toBe("");
  expect(said.answer.costMicros).toBeGreaterThan(0);
  const planned = await plannedView(client, workflowId);
  const { plan } = planned;
  expect(plan?.variants.map((one) => one.name).sort()).toEqual(["balanced", "lean", "thorough"]);
  for (const { p50Micros, p90Micros } of plan?.variants ?? []) {
    expect(p50Micros).toBeGreaterThan(0);
    expect(p90Micros).toBeGreaterThan(p50Micros);
  }
  const sum = (pick: (node: { estimate: { p50Micros: number; p90Micros: number } }) => number): number =>
    (plan?.nodes ?? []).reduce((total, node) => total + pick(node), 0);
  expect(sum((node) => node.estimate.p50Micros)).toBe(plan?.p50Micros);
  expect(sum((node) => node.estimate.p90Micros)).toBe(plan?.p90Micros);

  const all = steps(planned);
  const version = plan?.version ?? 0;
  const [first] = all;
  const last = all.at(-1);
  if (!first || !last) throw new Error("an empty plan");
  const review = all.filter((node) => node.stage === "reviewing").map((node) => node.id);
  const lonely: PlanNode = { ...first, id: "lonely", dependsOn: [], label: "Left alone" };
  const refused: [code: string, nodes: PlanNode[]][] = [
    ["plan_cycle", all.map((node) => (node.id === first.id ? { ...node, dependsOn: [last.id] } : node))],
    ["plan_orphan", [...all, lonely]],
    ["plan_missing_dependency", all.filter((node) => node.id !== first.id)],
    ["plan_missing_dependency", all.map((node) => (node.id === last.id ? { ...node, dependsOn: ["nobody"] } : node))],
    ["plan_no_review", review.reduce(without, all)],
    ["plan_no_work", all.filter((n) => n.stage === "building").reduce((left, n) => without(left, n.id), all)],
    ["plan_duplicate_id", [...all, { ...last }]],
    ["plan_empty", []],
  ];
  for (const [code, nodes] of refused) {
    const answer = await client.call("PATCH", `/api/workflows/${workflowId}/plan`, { planVersion: version, nodes });
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 422, body: { code, status: 422 } });
    expect((await view(client, workflowId)).plan).toEqual(plan);
  }

  const scope = all.find((node) => node.stage === "orchestrating" || node.id === "scope") ?? first;
  const patched = await client.patch<WorkflowView>(`/api/workflows/${workflowId}/plan`, {
    planVersion: version,
    nodes: without(all, scope.id),
  });
  expect(patched.plan?.version).toBe(version + 1);
  expect(patched.plan?.nodes.map((node) => node.id)).toEqual(all.map((n) => n.id).filter((id) => id !== scope.id));
  expect(patched.plan?.p50Micros).toBeLessThan(plan?.p50Micros ?? 0);

  const cap = 900_000;
  const stale = await client.call("POST", `/api/workflows/${workflowId}/approve`, {
    planVersion: version,
    capMicros: cap,
  });
  expect(stale).toMatchObject({ status: 409, body: { code: "plan_stale" } });
  const socket = await listenBySocket(client, workflowId, 0);
  const approved = await approve(client, workflowId, version + 1, cap);
  expect(approved.cost.capMicros).toBe(cap);
  // A phone that goes away in the middle and comes back where it was, by each of the two ways.
  const at = approved.version + 5;
  const before = listenByStream(client, workflowId, 2);
  await before.until(has(at));
  before.close();
  const seen = before.events.at(-1)?.version ?? 0;
  const [bySocket, byStream] = [
    await listenBySocket(client, workflowId, seen),
    listenByStream(client, workflowId, seen),
  ];
  const { state } = await follow(client, workflowId, isAtRest);
  expect({ phase: state.phase, failure: state.failure ?? state.pause?.failure }).toEqual({
    phase: "completed",
    failure: undefined,
  });
  const events = await pagedEvents(client, workflowId, 7);
  const shown = await view(client, workflowId);
  const end = state.version;
  await Promise.all([socket, bySocket, byStream].map((each) => each.until(has(end))));
  for (const each of [socket, bySocket, byStream]) each.close();
  expect(socket.events.slice(0, end)).toEqual(events.slice(0, end));
  for (const resumed of [bySocket, byStream])
    expect([...before.events, ...resumed.events].slice(0, end - 2)).toEqual(events.slice(2, end));

  expectLogTells(events, shown, "en");
  expectMoneyAddsUp(events, shown);
  expect(shown.cost.simulated).toBe(true);
  expectProofOfEachStep(shown);
  await expectBytesMatchLog(client, shown);
  const texts = await resultTexts(client, shown);
  expectRightNumbers(tablesOf(texts), invoices, ENGLISH);
  expectRightSummary(texts, invoices);
  expect(shown.resultSummary ?? "").not.toBe("");
});

test("the same asked in Arabic: plan, results and summary are Arabic and right (NFR-S4.1)", async () => {
  const place = await newPlace(baseUrl, "عيادة");
  const { client } = place;
  const invoices = makeInvoices(7, 45);
  const file = await upload(place, "فواتير.csv", awkwardCsv(invoices, ARABIC_HEADERS, ["مدفوعة", "غير مدفوعة"]));
  const { workflowId, said } = await ask(place, ARABIC_REQUEST, { fileIds: [file.id], locale: "ar" });
  expect(said.answer.text).toMatch(/[\u0600-\u06ff]/);
  const { events } = await runToEnd(client, workflowId);
  const shown = await view(client, workflowId);
  for (const text of [
    shown.plan?.title,
    shown.plan?.summary,
    shown.resultSummary,
    ...(shown.plan?.nodes ?? []).map((node) => node.label),
  ])
    expect(text).toMatch(/[\u0600-\u06ff]/);
  expectMoneyAddsUp(await pagedEvents(client, workflowId, 500), shown);
  expect(events.length).toBeGreaterThan(10);
  expectProofOfEachStep(shown);
  const texts = await resultTexts(client, shown);
  expectRightNumbers(tablesOf(texts), invoices, ARABIC);
  expectRightSummary(texts, invoices);
});

test("the same from a workbook: serial dates, stored numbers, currency formats (FR-2.3)", async () => {
  const place = await newPlace(baseUrl);
  const { client } = place;
  const invoices = makeInvoices(99, 40);
  const serial = (iso: string): string => String(Date.parse(iso) / 86_400_000 + 25_569);
  const book = workbook([
    {
      name: "Invoices",
      rows: [
        Object.values(HEADERS),
        ...invoices.map((one) => [
          one.number,
          one.client === "" ? null : one.client,
          num(serial(one.date), 2),
          num(serial(one.due), 1),
          // Excel stores what it calculated: more digits than it shows.
          one.fils === null ? null : raw('s="5"', `<v>${one.fils / 1000}</v>`),
          one.paid ? "Paid" : "Unpaid",
          one.note,
        ]),
      ],
    },
  ]);
  const file = await upload(place, "invoices.xlsx", new Uint8Array(book));
  const { workflowId } = await ask(place, REQUEST, { fileIds: [file.id] });
  await runToEnd(client, workflowId);
  const shown = await view(client, workflowId);
  expectProofOfEachStep(shown);
  const texts = await resultTexts(client, shown);
  expectRightNumbers(tablesOf(texts), invoices, ENGLISH);
  expectRightSummary(texts, invoices);
});

test("an odd table it has never seen: average, rank and duplicates (FR-2.3)", async () => {
  const place = await newPlace(baseUrl);
  const { client } = place;
  const rows = [
    ["Zeb", "Q1", "4.25", "A-7"],
    ["Mog", "Q2", "10", "A-8"],
    ["Zeb", "Q3", "5.5", "A-7"],
    ["Tiv", "Q1", "", "A-9"],
    ["Mog", "Q9", "٧٫٥", "B-1"],
    ["Ulu", "Q2", "100.75", "A-7"],
    ["Tiv", "Q4", "3", "B-2"],
  ];
  const file = await upload(
    place,
    "odd.tsv",
    `Zorb\tQuux\tFlim\tPlonk\n${rows.map((row) => row.join("\t")).join("\n")}\n`,
  );

  const tables = async (request: string): Promise<Table[]> => {
    const { workflowId } = await ask(place, request, { fileIds: [file.id] });
    await runToEnd(client, workflowId);
    return tablesOf(await resultTexts(client, await view(client, workflowId)));
  };
  const averages = await tables("Average Flim by Zorb");
  expect(columnBy(tableWith(averages, ["Zorb", "Average Flim"]), ["Zorb"], "Average Flim")).toEqual(
    new Map([
      ["Mog", "8.75"],
      ["Tiv", "3.00"],
      ["Ulu", "100.75"],
      ["Zeb", "4.88"],
    ]),
  );
  const top = tableWith(await tables("Top 2 Zorb by total Flim"), ["Zorb", "Total Flim"]);
  expect([...columnBy(top, ["Zorb"], "Total Flim")]).toEqual([
    ["Ulu", "100.75"],
    ["Mog", "17.50"],
  ]);
  const same = tableWith(await tables("Find duplicates in Plonk"), ["Zorb", "Quux", "Flim", "Plonk"]);
  const at = same.header.indexOf("Quux");
  expect(same.rows.map((row) => row[at]).sort()).toEqual(["Q1", "Q2", "Q3"]);
});

test("a text: steps, people, dates and amounts are taken out, and a message is drafted (FR-2.3, FR-2A.8)", async () => {
  const place = await newPlace(baseUrl);
  const { client } = place;
  const text = `# Month-end closing

Owner: Sara Al-Mutairi. Deputy: Ahmed Hassan.

1. Ahmed collects the bank statements by 3 December 2026.
2. Sara checks the rent of KD 1,250.500 and the salaries of KD 18,400.
3. Send the report to Dr. Khalid Al-Sabah before 07/12/2026.
`;
  const file = await upload(place, "closing.md", text);
  const request = "Extract the steps, people, dates and amounts from this document and draft a message to the team.";
  const { workflowId } = await ask(place, request, { fileIds: [file.id] });
  await runToEnd(client, workflowId);
  const shown = await view(client, workflowId);
  expectProofOfEachStep(shown);
  const results = await resultTexts(client, shown);
  const all = [...results.values()].join("\n");
  for (const fact of ["bank statements", "Ahmed", "Sara", "Khalid", "1,250.500", "18,400", "report"])
    expect(all).toContain(fact);
  expect(all).toMatch(/2026-12-03|3 December 2026/);
  expect(all).toMatch(/2026-12-07|07\/12\/2026/);
  expect([...results.keys()].some((name) => name.startsWith("message"))).toBe(true);
});
