import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { WorkflowListItem, WorkflowView } from "../shared/api/workflows.ts";
import type { WorkflowEvent } from "../shared/workflow/events.ts";
import { startFakeAnthropic } from "./fakes/anthropic.ts";
import { offlineBrain } from "./fakes/brain.ts";
import type { FakeServer } from "./fakes/http.ts";
import { type App, startApp } from "./harness/app.ts";
import { Client, newPerson, type Person } from "./harness/client.ts";
import { awkwardCsv, decimal, HEADERS, makeInvoices, random, totalsByClientAndMonth } from "./support/invoices.ts";
import {
  approve,
  follow,
  isAtRest,
  pagedEvents,
  plannedView,
  resultTexts,
  upload,
  view,
  within,
} from "./support/journey.ts";
import { has, listenByStream } from "./support/live.ts";
import { expectBytesMatchLog, expectLogTells, expectMoneyAddsUp, expectProofOfEachStep } from "./support/proof.ts";
import { columnBy, tablesOf, tableWith } from "./support/tables.ts";

/* SIGKILL to everything, as a power cut would; the same state folder comes back (NFR-R2.1, R2.2, R1.2; SPEC R3). */

const KEY = "sk-ant-e2e-resume-0000";
const CAP = 3_000_000;
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** A provider whose calls can be waited for: it tells when one arrives, before anything is answered. */
class Provider {
  fake: FakeServer | null = null;
  calls = 0;
  #waiting: (() => void)[] = [];

  async start(): Promise<string> {
    const think = offlineBrain();
    this.fake = await startFakeAnthropic({
      keys: [KEY],
      delays: { betweenMs: 2 },
      brain: (request, images) => {
        this.calls += 1;
        for (const wake of this.#waiting.splice(0)) wake();
        return think(request, images);
      },
    });
    cleanups.push(() => this.fake?.close());
    return this.fake.url;
  }

  /** Resolves with the next call that arrives. */
  next(): Promise<void> {
    const arrived = new Promise<void>((resolve) => this.#waiting.push(resolve));
    return within(arrived, Date.now() + 60_000, () => "no model call came");
  }
}

async function back(app: App, person: Person): Promise<Client> {
  const client = new Client(app.baseUrl);
  await client.signIn(person);
  return client;
}

/** The workflow's status as the project lists it: asking there never wakes the workflow itself. */
async function listedAs(client: Client, projectId: string, statuses: readonly string[]): Promise<WorkflowListItem> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { items } = await client.get<{ items: WorkflowListItem[] }>(`/api/projects/${projectId}/workflows`);
    const [item] = items;
    if (item && statuses.includes(item.status)) return item;
    if (Date.now() > deadline) throw new Error(`Still ${JSON.stringify(item)}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

test.each([11, 42])(
  "killed while planning and twice while building (seed %i), a run comes back by itself, loses nothing and never overspends",
  async (seed) => {
    const next = random(seed);
    const stateDir = mkdtempSync(join(tmpdir(), "nexus-resume-"));
    cleanups.push(() => rmSync(stateDir, { recursive: true, force: true }));
    const provider = new Provider();
    const env = { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: await provider.start() };
    let app = await startApp({ stateDir, env });
    cleanups.push(() => app.stop());

    const person = newPerson();
    const first = new Client(app.baseUrl);
    await first.signUp(person);
    const { id: projectId } = await first.post<{ id: string }>("/api/projects", { name: "Clinic" });
    const invoices = makeInvoices(seed, 25).filter((one) => one.client !== "");
    const file = await upload(
      { client: first, projectId },
      "invoices.csv",
      awkwardCsv(invoices, HEADERS, ["Paid", "Unpaid"]),
    );

    const planningCall = provider.next();
    const { id } = await first.post<WorkflowView>(`/api/projects/${projectId}/workflows`, {
      message: "Totals by client and month, flag the overdue invoices, and write a summary I can send.",
      fileIds: [file.id],
    });
    await planningCall;
    await app.kill();
    const retried = provider.next();
    app = await startApp({ stateDir, env });
    // Nobody has asked for anything yet: the object woke by itself.
    await retried;

    let client = await back(app, person);
    await listedAs(client, projectId, ["pending_approval"]);
    const planned = await plannedView(client, id);
    await approve(client, id, planned.plan?.version ?? 0, CAP);

    const acknowledged: WorkflowEvent[] = [];
    let at = planned.version + 1;
    for (let kills = 0; kills < 2; kills++) {
      at += 8 + next(14);
      const listener = listenByStream(client, id, 0);
      await within(listener.until(has(at)), Date.now() + 60_000, () => `version ${at} never came`);
      await app.kill();
      const seen = [...listener.events];
      listener.close();
      expect(seen.slice(0, acknowledged.length)).toEqual(acknowledged);
      acknowledged.splice(0, acknowledged.length, ...seen);
      app = await startApp({ stateDir, env });
      client = await back(app, person);
    }
    const done = await listedAs(client, projectId, ["completed", "paused", "failed"]);
    expect(done.status).toBe("completed");

    const { state } = await follow(client, id, isAtRest);
    expect(state.phase).toBe("completed");
    const events = await pagedEvents(client, id, 500);
    expect(events.slice(0, acknowledged.length)).toEqual(acknowledged);
    const shown = await view(client, id);
    expect(shown.plan?.nodes.map((node) => node.id)).toEqual(planned.plan?.nodes.map((node) => node.id));
    expectLogTells(events, shown, "en");
    expectMoneyAddsUp(events, shown);
    expectProofOfEachStep(shown);
    await expectBytesMatchLog(client, shown);
    expect(events.some((event) => event.name === "call.unconfirmed")).toBe(true);
    const bill = provider.fake?.bill.totals().costMicros ?? 0;
    expect(shown.cost.spentMicros).toBeLessThanOrEqual(bill);
    expect(bill).toBeLessThanOrEqual(shown.cost.spentMicros + shown.cost.unconfirmedMicros);
    expect(shown.cost.spentMicros + shown.cost.unconfirmedMicros).toBeLessThanOrEqual(CAP);
    const totals = tableWith(tablesOf(await resultTexts(client, shown)), [
      HEADERS.client,
      "Month",
      `Total ${HEADERS.amount}`,
    ]);
    expect(columnBy(totals, [HEADERS.client, "Month"], `Total ${HEADERS.amount}`)).toEqual(
      new Map([...totalsByClientAndMonth(invoices)].map(([key, fils]) => [key, decimal(fils)])),
    );
  },
);
