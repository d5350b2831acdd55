import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { png } from "../sandbox/worker/documents/fixtures/media.ts";
import type { MessageView } from "../shared/api/messages.ts";
import type { WorkflowView } from "../shared/api/workflows.ts";
import { startFakeAnthropic } from "./fakes/anthropic.ts";
import { type Brain, offlineBrain } from "./fakes/brain.ts";
import type { FakeServer } from "./fakes/http.ts";
import { startFakeOpenAi } from "./fakes/openai.ts";
import { type App, startApp } from "./harness/app.ts";
import { awkwardCsv, decimal, HEADERS, makeInvoices, totalsByClientAndMonth } from "./support/invoices.ts";
import {
  approve,
  ask,
  follow,
  isAtRest,
  newPlace,
  type Place,
  pagedEvents,
  plannedView,
  resultTexts,
  say,
  upload,
  view,
} from "./support/journey.ts";
import { expectLogTells, expectMoneyAddsUp, expectProofOfEachStep } from "./support/proof.ts";
import { columnBy, tablesOf, tableWith } from "./support/tables.ts";

/* The same path with the real adapters, against local servers that speak the providers' own streaming protocols. */

const REQUEST = "Totals by client and month, flag the overdue invoices, and write a summary I can send.";
const ARABIC_REQUEST = "مجموع المبالغ حسب العميل والشهر مع تمييز الفواتير المتأخرة وملخص أرسله.";
const invoices = makeInvoices(31, 30).filter((one) => one.client !== "");
const csv = awkwardCsv(invoices, HEADERS, ["Paid", "Unpaid"]);
const KEY = "sk-ant-e2e-0000000000";

/** Reads every picture as one table; for all else the offline model answers. */
const seen: Uint8Array[] = [];
const READ = {
  name: "Receipts",
  columns: ["Shop", "Amount"],
  rows: [
    ["Al Noor", "12.500"],
    ["Gulf", ""],
  ],
};
const seeing =
  (offline: Brain): Brain =>
  (request, images) => {
    const shown = request.messages.at(-1)?.content.some((block) => block.type === "image");
    if (request.operation !== "chat" || !shown) return offline(request, images);
    seen.push(...images.values());
    return [{ type: "tool_use", id: "toolu_table", name: "show_table", input: READ }];
  };

let anthropic: FakeServer;
let openai: FakeServer;
let claude: App;
let compatible: App;

beforeAll(async () => {
  anthropic = await startFakeAnthropic({ brain: seeing(offlineBrain()), keys: [KEY] });
  openai = await startFakeOpenAi({ brain: offlineBrain(), keys: ["sk-local-0000000000"] });
  [claude, compatible] = await Promise.all([
    startApp({ env: { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: anthropic.url } }),
    startApp({
      env: {
        OPENAI_API_KEY: "sk-local-0000000000",
        OPENAI_BASE_URL: `${openai.url}/v1`,
        MODEL_STANDARD: "house-model-70b",
      },
    }),
  ]);
});
afterAll(() => Promise.all([claude?.stop(), compatible?.stop(), anthropic?.close(), openai?.close()]));
afterEach(() => anthropic.faults.clear());

const billed = (fake: FakeServer): number => fake.bill.totals().costMicros;

/** A workflow without the Director's call, so that the bill since then is the run's alone. */
async function proposed(place: Place, locale: "en" | "ar" = "en"): Promise<WorkflowView> {
  const file = await upload(place, "invoices.csv", csv);
  return place.client.post<WorkflowView>(`/api/projects/${place.projectId}/workflows`, {
    message: locale === "en" ? REQUEST : ARABIC_REQUEST,
    fileIds: [file.id],
    locale,
  });
}

function expectRightTotals(texts: ReadonlyMap<string, string>): void {
  const table = tableWith(tablesOf(texts), [HEADERS.client, "Month", `Total ${HEADERS.amount}`]);
  expect(columnBy(table, [HEADERS.client, "Month"], `Total ${HEADERS.amount}`)).toEqual(
    new Map([...totalsByClientAndMonth(invoices)].map(([key, fils]) => [key, decimal(fils)])),
  );
}

test.each([
  ["anthropic", () => ({ app: claude, fake: anthropic })],
  ["openai-compatible", () => ({ app: compatible, fake: openai })],
] as const)(
  "%s: the whole path completes, and what the ledger says is the provider's bill to the micro-dollar (M2)",
  async (provider, part) => {
    const { app, fake } = part();
    const place = await newPlace(app.baseUrl);
    const { client } = place;
    const before = billed(fake);
    const file = await upload(place, "invoices.csv", csv);
    const { workflowId, said } = await ask(place, REQUEST, { fileIds: [file.id] });
    const planned = await plannedView(client, workflowId);
    expect(planned.model).toEqual({ provider, simulated: false });
    await approve(client, workflowId, 1, 5_000_000);
    const { state } = await follow(client, workflowId, isAtRest);
    expect(state.phase).toBe("completed");

    const shown = await view(client, workflowId);
    const events = await pagedEvents(client, workflowId, 500);
    if (provider === "anthropic") expectLogTells(events, shown, "en");
    expectMoneyAddsUp(events, shown);
    expectProofOfEachStep(shown);
    expect(shown.cost.unconfirmedMicros).toBe(0);
    expect((said.answer.costMicros ?? 0) + shown.cost.spentMicros).toBe(billed(fake) - before);
    expectRightTotals(await resultTexts(client, shown));
    // The key goes to the provider and nowhere else.
    expect(JSON.stringify([events, shown, said])).not.toContain(KEY);
    expect(app.logs()).not.toMatch(/sk-ant-e2e-0000000000|sk-local-0000000000/);
  },
);

test("a screenshot goes to the model; what it read comes back as a table to check, and the checked table is used (FR-2.7, FR-2.8)", async () => {
  const place = await newPlace(claude.baseUrl);
  const picture = new Uint8Array(png(8, 8));
  const file = await upload(place, "receipts.png", picture);
  const { answer } = await say(place, "Please read these receipts", { fileIds: [file.id] });
  expect(answer.table).toEqual(READ);
  expect(answer.status).toBe("complete");
  expect(seen.at(-1)).toEqual(picture);

  const checked = await upload(place, "Receipts.csv", "Shop,Amount\nAl Noor,12.500\nGulf,7.250\n");
  const { workflowId } = await ask(place, "Total amount by shop", { fileIds: [checked.id] });
  await approve(place.client, workflowId, (await plannedView(place.client, workflowId)).plan.version, 2_000_000);
  const { state } = await follow(place.client, workflowId, isAtRest);
  expect(state.phase).toBe("completed");
  const texts = [...(await resultTexts(place.client, await view(place.client, workflowId))).values()].join("\n");
  expect(texts).toContain("7.250");
});

describe("a provider in trouble", () => {
  test("each fault ends in a retry or a repair: the run completes, no charge is missing (FR-5.1, FR-5.2)", async () => {
    const place = await newPlace(claude.baseUrl);
    const { client } = place;
    const before = billed(anthropic);
    anthropic.faults.push("529", "malformed_tool");
    const { id } = await proposed(place);
    await plannedView(client, id);
    expect(anthropic.faults.waiting).toHaveLength(0);
    const faults = [
      "429:1",
      "500",
      "cut",
      "max_tokens",
      "malformed_tool",
      "empty",
      "stall:1500",
      "error_event",
      "reset",
    ];
    anthropic.faults.push("parallel", "thinking", ...faults.flatMap((fault) => [fault, "ok"]));
    await approve(client, id, 1, 5_000_000);
    const { state, events } = await follow(client, id, isAtRest);
    expect({ phase: state.phase, pause: state.pause, failure: state.failure }).toEqual({
      phase: "completed",
      pause: null,
      failure: null,
    });
    expect(anthropic.faults.waiting).toHaveLength(0);
    const failures = events.flatMap((event) =>
      event.name === "call.settled" && !event.data.outcome.ok ? [event.data.outcome.failure.code] : [],
    );
    expect(new Set(failures)).toEqual(
      new Set([
        "model_overloaded",
        "model_bad_tool_call",
        "model_rate_limited",
        "model_server_error",
        "model_stream_cut",
        "model_empty_answer",
        "model_unreachable",
      ]),
    );

    // An answer cut at its limit is an answer: the step goes on from it.
    const stops = events.flatMap((event) =>
      event.name === "call.settled" && event.data.outcome.ok ? [event.data.outcome.stopReason] : [],
    );
    expect(stops).toContain("max_tokens");

    const shown = await view(client, id);
    expectMoneyAddsUp(await pagedEvents(client, id, 500), shown);
    expectProofOfEachStep(shown);
    const bill = billed(anthropic) - before;
    expect(shown.cost.spentMicros).toBeLessThanOrEqual(bill);
    expect(bill).toBeLessThanOrEqual(shown.cost.spentMicros + shown.cost.unconfirmedMicros);
    expectRightTotals(await resultTexts(client, shown));
  });

  test.each(["en", "ar"] as const)(
    "401 pauses with what happened, what is done and what to do (%s), and goes on when the key is accepted again",
    async (locale) => {
      const place = await newPlace(claude.baseUrl);
      const { client } = place;
      const before = billed(anthropic);
      anthropic.faults.push("401");
      const { id } = await proposed(place, locale);
      await follow(client, id, isAtRest);
      const expectPaused = async (): Promise<void> => {
        const shown = await view(client, id);
        expect(shown.status).toBe("paused");
        expect(shown.paused).toEqual({ reason: "attention", resumeAt: null });
        expect(shown.error?.code).toBe("model_unauthorized");
        for (const sentence of [shown.error?.title, shown.error?.detail, shown.error?.doing]) {
          expect(sentence).not.toBe("");
          expect(/[\u0600-\u06ff]/.test(sentence ?? "")).toBe(locale === "ar");
          expect(sentence).not.toMatch(/401|token|API|sk-ant/);
        }
      };
      await expectPaused();
      await client.post(`/api/workflows/${id}/resume`);
      await plannedView(client, id);
      anthropic.faults.push("ok", "ok", "ok", "401");
      await approve(client, id, 1, 5_000_000);
      await follow(client, id, isAtRest);
      await expectPaused();
      await client.post(`/api/workflows/${id}/resume`);
      const { state } = await follow(client, id, isAtRest);
      expect(state.phase).toBe("completed");
      const shown = await view(client, id);
      expect(shown.cost.spentMicros).toBe(billed(anthropic) - before);
      expect(shown.cost.unconfirmedMicros).toBe(0);
    },
  );

  test("a cap too small for the work stops it before the call, and one tap goes on (M1, M5, M6)", async () => {
    const place = await newPlace(claude.baseUrl);
    const { client } = place;
    const { id } = await proposed(place);
    const planned = await plannedView(client, id);
    const cap = planned.cost.spentMicros + 30_000;
    await approve(client, id, 1, cap);
    await follow(client, id, isAtRest);
    const shown = await view(client, id);
    expect(shown.paused?.reason).toBe("money");
    expect(shown.cost.spentMicros + shown.cost.unconfirmedMicros).toBeLessThanOrEqual(cap);
    const order = shown.approvals.find((one) => one.status === "open");
    expect(order?.kind).toBe("change_order");
    await client.post(`/api/workflows/${id}/approvals/${order?.id}`, {
      decision: "approved",
      arguments: { capMicros: 5_000_000 },
    });
    const { state } = await follow(client, id, isAtRest);
    expect(state.phase).toBe("completed");
    expectMoneyAddsUp(await pagedEvents(client, id, 500), await view(client, id));
  });

  test("the Director says so when no model answers, keeps the question, and answers the next", async () => {
    const place = await newPlace(claude.baseUrl);
    anthropic.faults.push("401");
    const failed = await say(place, "Hello, what can you do for my clinic?");
    expect(failed.answer).toMatchObject({ status: "failed", problem: "model_unauthorized" });
    anthropic.faults.push("cut");
    const answered = await say(place, "And now?");
    expect(answered.answer.status).toBe("complete");
    const { items } = await place.client.get<{ items: MessageView[] }>(`/api/projects/${place.projectId}/messages`);
    expect(items).toHaveLength(4);
  });

  test("a phone that leaves in the middle of a streaming answer loses neither it nor its cost", async () => {
    const place = await newPlace(claude.baseUrl);
    const { client, projectId } = place;
    const setDelay = (betweenMs: number) =>
      fetch(`${anthropic.url}/__delays`, { method: "POST", body: JSON.stringify({ betweenMs }) });
    const before = billed(anthropic);
    await setDelay(40);
    const socket = await client.socket(`/api/projects/${projectId}/socket`);
    const done = new Promise<MessageView>((resolve) =>
      socket.addEventListener("message", ({ data }) => {
        const frame = JSON.parse(String(data));
        if (frame.type === "message" && frame.message.role === "assistant" && frame.message.status !== "streaming")
          resolve(frame.message);
      }),
    );
    const path = `/api/projects/${projectId}/messages`;
    for await (const { data } of client.sse("POST", path, { text: "Hello, what can you do for my clinic?" }))
      if (JSON.parse(data).type === "delta") break;
    const answer = await done;
    await setDelay(0);
    socket.close();
    expect(answer.status).toBe("complete");
    expect(answer.costMicros).toBe(billed(anthropic) - before);
    const { items } = await client.get<{ items: MessageView[] }>(path);
    expect(items).toContainEqual(answer);
  });
});
