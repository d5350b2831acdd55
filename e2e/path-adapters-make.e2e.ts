import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { SiteDetail, SiteView } from "../shared/api/sites.ts";
import type { WorkflowView } from "../shared/api/workflows.ts";
import { startFakeAnthropic } from "./fakes/anthropic.ts";
import { type Brain, offlineBrain } from "./fakes/brain.ts";
import type { FakeServer } from "./fakes/http.ts";
import { startFakeOpenAi } from "./fakes/openai.ts";
import { type App, startApp } from "./harness/app.ts";
import { Client } from "./harness/client.ts";
import {
  ask,
  follow,
  isAtRest,
  newPlace,
  type Place,
  pagedEvents,
  plannedView,
  upload,
  view,
} from "./support/journey.ts";
import { livePage } from "./support/live-page.ts";
import { completed, decide, effectsOf, waitingApprovals } from "./support/outside.ts";
import { COLUMNS, expectReconciles, makeTables, Unpacked } from "./support/program.ts";
import { expectMoneyAddsUp } from "./support/proof.ts";

/* A tested program and a live site, made by the real adapters against servers that speak the providers' protocols. */

const KEY = "sk-e2e-make-0000000000";
const PROGRAM = "a program that reconciles two CSV files, with tests";
const SITE = "a one-page site for my clinic with opening hours and a contact section, in Arabic and English";

/** What the brain does worse than the offline model, once: see `faulty`. */
const mood = { breaksProgram: false, floods: false };

/**
 * The offline model, which on request writes a program that does not work and claims that its tests passed all the
 * same, or prints more than a conversation holds, in letters of two halves.
 */
const faulty =
  (offline: Brain): Brain =>
  async (request, images) => {
    const answer = await offline(request, images);
    if (request.operation !== "building") return answer;
    if (mood.breaksProgram) {
      const run = request.messages
        .flatMap((message) => message.content)
        .findLast((block) => block.type === "tool_use" && block.name === "run_tests");
      if (run?.type === "tool_use") {
        mood.breaksProgram = false;
        const evidence = [{ type: "tests", toolUseId: run.id, label: "All tests passed" }];
        return [{ type: "tool_use", id: "", name: "finish", input: { summary: "It works.", evidence } }];
      }
      return answer.map((block) =>
        block.type === "tool_use" && block.input.path === "reconcile/reconcile.mjs"
          ? { ...block, input: { ...block.input, content: `${block.input.content}\nthrow new Error("broken");\n` } }
          : block,
      );
    }
    const runs = answer.findIndex((block) => block.type === "tool_use" && block.name === "run_command");
    if (mood.floods && runs !== -1) {
      mood.floods = false;
      const command = "printf '\\360\\237\\230'; printf '😀%.0s' $(seq 1 30001); seq 1 20000";
      return answer.toSpliced(runs, 0, { type: "tool_use", id: "", name: "run_command", input: { command } });
    }
    return answer;
  };

interface Part {
  readonly app: App;
  readonly fake: FakeServer;
}
let parts: Readonly<Record<"anthropic" | "openai-compatible", Part>>;

beforeAll(async () => {
  const [anthropic, openai] = await Promise.all([
    startFakeAnthropic({ brain: faulty(offlineBrain()), keys: [KEY] }),
    startFakeOpenAi({ brain: faulty(offlineBrain()), keys: [KEY] }),
  ]);
  const [claude, compatible] = await Promise.all([
    startApp({ env: { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: anthropic.url } }),
    startApp({
      env: { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: `${openai.url}/v1`, MODEL_STANDARD: "house-model-70b" },
    }),
  ]);
  parts = { anthropic: { app: claude, fake: anthropic }, "openai-compatible": { app: compatible, fake: openai } };
});
afterAll(() => Promise.all(Object.values(parts ?? {}).flatMap(({ app, fake }) => [app.stop(), fake.close()])));
afterEach(() => {
  for (const { fake } of Object.values(parts)) fake.faults.clear();
});

const PROVIDERS = ["anthropic", "openai-compatible"] as const;
/** Each is followed by a good answer, so that a call is tried again once and not given up. */
const FAULTS = ["429:1", "529", "cut", "error_event"].flatMap((fault) => [fault, "ok"]);

/** What is billed from here on; nothing of it was refused for its form. */
function watchBill(fake: FakeServer) {
  const before = fake.bill.totals().costMicros;
  const first = fake.bill.entries.length;
  return {
    billed: () => fake.bill.totals().costMicros - before,
    refused: () => fake.bill.entries.slice(first).filter((one) => one.status === 400),
  };
}

/** Every tool that was offered to a model, by name. */
const offered = (fake: FakeServer): Set<string> =>
  new Set(
    fake.requests.flatMap(({ body }) =>
      [...JSON.stringify(body).matchAll(/"name":"(\w+)","description"/g)].map(([, name]) => name ?? ""),
    ),
  );

/** Calls that break off are paid for without an answer: the limit leaves room for them. */
const approveLive = (client: Client, planned: WorkflowView): Promise<WorkflowView> =>
  client.post<WorkflowView>(`/api/workflows/${planned.id}/approve`, {
    planVersion: planned.plan?.version ?? 0,
    capMicros: 10_000_000,
    mode: "live",
  });

const codes = async ({ client }: Place, id: string): Promise<Set<string>> =>
  new Set(
    (await pagedEvents(client, id, 500)).flatMap((event) =>
      event.name === "call.settled" && !event.data.outcome.ok ? [event.data.outcome.failure.code] : [],
    ),
  );

/** Files of the result under a folder, on this machine. */
const fetched = async (client: Client, shown: WorkflowView, folder: string): Promise<Unpacked> =>
  new Unpacked(await client.bytes(`/api/workflows/${shown.id}/zip?folder=${folder}`));

const testsOf = (shown: WorkflowView) =>
  shown.plan?.nodes.flatMap((node) => node.evidence.flatMap((one) => (one.type === "tests" ? [one] : []))) ?? [];

test.each(PROVIDERS)(
  "%s: a program ends with its tests green, whatever the model claims; it runs here, and its cost is the bill (FR-9.4, M2)",
  async (provider) => {
    const { app, fake } = parts[provider];
    const place = await newPlace(app.baseUrl);
    const { client } = place;
    const { billed, refused } = watchBill(fake);
    const tables = makeTables(provider.length, COLUMNS.en, 40);
    const files = [await upload(place, "bank.csv", tables.bankCsv), await upload(place, "books.csv", tables.booksCsv)];
    const { workflowId, said } = await ask(place, PROGRAM, { fileIds: files.map((file) => file.id) });
    mood.breaksProgram = true;
    mood.floods = true;
    await approveLive(client, await plannedView(client, workflowId));
    const shown = await completed(client, workflowId);
    expect(mood).toEqual({ breaksProgram: false, floods: false });
    expect(shown.model).toEqual({ provider, simulated: false });

    // The claim stood over a red run: nothing was delivered before a green one.
    const events = await pagedEvents(client, workflowId, 500);
    const story = events.flatMap((event) => {
      if (event.name === "node.delivered" && event.data.nodeId === "program") return ["delivered"];
      const report = event.name === "tool.settled" ? event.data.run?.tests : undefined;
      return report ? [report.failed > 0 ? "red" : "green"] : [];
    });
    expect(story).toEqual(["red", "green", "delivered", "green"]);
    const [tests, ...others] = testsOf(shown);
    expect(others).toEqual([]);
    expect(tests).toMatchObject({ failed: 0 });

    // The long output was cut for the model; all of it is kept.
    const log = shown.artifacts.find((one) => one.role === "log");
    const text = new TextDecoder().decode(await client.bytes(`/api/workflows/${workflowId}/artifacts/${log?.id}`));
    expect(text).toContain("😀".repeat(30_001));
    expect(text).toContain("\n20000\n");

    const program = await fetched(client, shown, "reconcile");
    try {
      expect(program.test()).toBe(tests?.passed);
      const written = expectReconciles(program, tables, ["--options", "options.json"]);
      const results = await fetched(client, shown, "reconciled");
      expect(results.texts(".")).toEqual(written);
      results.remove();
    } finally {
      program.remove();
    }
    expectMoneyAddsUp(events, shown);
    expect(refused()).toEqual([]);
    expect(shown.cost.unconfirmedMicros).toBe(0);
    expect((said.answer.costMicros ?? 0) + shown.cost.spentMicros).toBe(billed());
  },
);

test.each(PROVIDERS)(
  "%s: a site is approved, published once, live and looked at; its change is a second version that a collaborator takes back (FR-9.5)",
  async (provider) => {
    const { app, fake } = parts[provider];
    const place = await newPlace(app.baseUrl);
    const { client, projectId } = place;
    const { billed, refused } = watchBill(fake);
    fake.faults.push("429:1", "ok");
    const { id } = await client.post<WorkflowView>(`/api/projects/${projectId}/workflows`, { message: SITE });
    const planned = await plannedView(client, id);
    expect(planned.plan.nodes.some((node) => node.touches?.includes("sites"))).toBe(true);
    fake.faults.push(...FAULTS);
    await approveLive(client, planned);
    const [approval] = await waitingApprovals(client, id, 1);
    // Also right after the publishing the answer that would go on from it breaks off.
    fake.faults.clear();
    fake.faults.push("cut", "ok", "529", "ok");
    await decide(client, id, approval?.id ?? "", "approved");
    const shown = await completed(client, id);
    expect(fake.faults.waiting).toHaveLength(0);
    for (const code of ["model_overloaded", "model_stream_cut", "model_rate_limited"])
      expect(await codes(place, id)).toContain(code);

    const effects = await effectsOf(client, id);
    expect(effects.map((one) => [one.service, one.status])).toEqual([["sites", "done"]]);
    const { items } = await client.get<{ items: SiteView[] }>(`/api/projects/${projectId}/sites`);
    const [site, ...others] = items;
    if (!site) throw new Error("nothing was published");
    expect(others).toEqual([]);
    expect(effects[0]?.receipt?.link).toBe(site.url);
    const detail = () => client.get<SiteDetail>(`/api/sites/${site.id}`);
    expect((await detail()).versions.map((one) => [one.version, one.live])).toEqual([[1, true]]);
    expect((await detail()).history.map((one) => one.action)).toEqual(["published"]);
    const first = await livePage(site.url);
    expect(first.status).toBe(200);
    expect(first.headers["set-cookie"]).toBeUndefined();
    for (const words of [/opening hours/i, /contact/i, /أوقات|ساعات/, /تواصل|اتصل/, /dir="rtl"/])
      expect(first.text).toMatch(words);
    const looks = shown.plan?.nodes.flatMap((node) => node.evidence.filter((one) => one.type === "page"));
    expect(looks).toContainEqual(expect.objectContaining({ url: site.url, status: 200 }));

    expectMoneyAddsUp(await pagedEvents(client, id, 500), shown);
    expect(refused()).toEqual([]);
    expect(shown.cost.spentMicros).toBeLessThanOrEqual(billed());
    expect(billed()).toBeLessThanOrEqual(shown.cost.spentMicros + shown.cost.unconfirmedMicros);

    const version = (await pagedEvents(client, id, 500)).find((event) => event.name === "plan.approved")?.version ?? 0;
    const message = `${SITE}. Open Sunday to Thursday 8am to 4pm, phone 2222 3344`;
    const fork = await client.post<WorkflowView>(`/api/workflows/${id}/fork`, { version, message });
    await approveLive(client, await plannedView(client, fork.id));
    await follow(client, fork.id, (state) => state.approvals.some((one) => one.status === "open") || isAtRest(state));
    const change = (await view(client, fork.id)).approvals.find((one) => one.status === "open");
    await decide(client, fork.id, change?.id ?? "", "approved");
    await completed(client, fork.id);
    const second = await livePage(site.url);
    expect(second.text).toMatch(/2222 ?3344/);
    expect((await detail()).versions.map((one) => [one.version, one.live])).toEqual([
      [2, true],
      [1, false],
    ]);

    const collaborator = new Client(app.baseUrl);
    const { email } = await collaborator.signUp();
    await client.post(`/api/projects/${projectId}/members`, { email, role: "collaborator" });
    await collaborator.post(`/api/sites/${site.id}/rollback`, { version: 1 });
    expect((await livePage(site.url)).text).toBe(first.text);
    expect((await detail()).history.map((one) => one.action)).toEqual(["rolled_back", "published", "published"]);
  },
);

test.each(PROVIDERS)("%s: every tool of agents was offered with a schema the provider takes", (provider) => {
  const { fake } = parts[provider];
  const names = ["read_file", "write_file", "patch_file", "search_files", "run_code", "run_command", "run_tests"];
  for (const name of [...names, "fetch_page", "publish_site", "finish", "verdict", "propose_plan"])
    expect(offered(fake)).toContain(name);
});
