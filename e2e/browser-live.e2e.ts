import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { WorkflowView } from "../shared/api/workflows.ts";
import { launchBrowser, PHONE } from "./harness/browser.ts";
import { visitAs } from "./support/browser/person.ts";
import { attach, plannedCard, say } from "./support/browser/steps.ts";
import { poll, visit, visitIn } from "./support/browser/visit.ts";
import { awkwardCsv, HEADERS, makeInvoices } from "./support/invoices.ts";
import {
  approve,
  ask,
  follow,
  isAtRest,
  newPlace,
  type Place,
  plannedView,
  runToEnd,
  upload,
  view,
} from "./support/journey.ts";

/* What a phone does to a page: reloads, closed tabs, tunnels, second devices, hostile names, no WebGL (FR-1.6, FR-4.2, NFR-P3.4). */

const baseUrl = inject("baseUrl");
const REQUEST = "Totals by client and month, flag the overdue invoices, and write a summary I can send.";
const CSV = awkwardCsv(makeInvoices(8, 30), HEADERS, ["Paid", "Unpaid"]);

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const planFor = async (place: Place, name = "invoices.csv", content = CSV): Promise<string> => {
  const file = await upload(place, name, content);
  const { workflowId } = await ask(place, REQUEST, { fileIds: [file.id] });
  await plannedView(place.client, workflowId);
  return workflowId;
};

test.concurrent("a draft survives a reload, in its own project only (NFR-P3.4)", async () => {
  const place = await newPlace(baseUrl);
  const other = await place.client.post<{ id: string }>("/api/projects", { name: "Other" });
  const me = await visitAs(browser, place.client, { viewport: PHONE });
  const { page } = me;
  const draft = "Totals by client … مسودة\nsecond line";
  await page.goto(`/p/${place.projectId}/chat`);
  await page.getByLabel(me.t("chat.write")).fill(draft);
  await page.reload();
  await poll(() => page.getByLabel(me.t("chat.write")).inputValue()).toBe(draft);
  await page.goto(`/p/${other.id}/chat`);
  await poll(() => page.getByLabel(me.t("chat.write")).inputValue()).toBe("");
  await me.finish();
});

test.concurrent("a tab closed in the middle of an answer: the answer and its cost are whole when it is opened again (FR-2)", async () => {
  const place = await newPlace(baseUrl);
  const me = await visitAs(browser, place.client);
  await me.page.goto(`/p/${place.projectId}/chat`);
  await attach(me, "invoices.csv", "text/csv", CSV);
  const sent = me.page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/messages"));
  await say(me, REQUEST);
  await sent;
  // The Director's bubble is there and not finished: now the person leaves.
  await me.page
    .getByRole("list", { name: me.t("chat.messages") })
    .getByText(REQUEST)
    .waitFor();
  await me.page.close();

  const again = await visitIn(me.context);
  await again.page.goto(`/p/${place.projectId}/chat`);
  await plannedCard(again);
  const { items } = await place.client.get<{
    items: { role: string; status: string; text: string; costMicros?: number }[];
  }>(`/api/projects/${place.projectId}/messages`);
  const answers = items.filter((one) => one.role === "assistant");
  expect(items.filter((one) => one.role === "user")).toHaveLength(1);
  expect(answers).toHaveLength(1);
  expect(answers[0]).toMatchObject({ status: "complete" });
  expect(answers[0]?.costMicros).toBeGreaterThan(0);
  const shown = await again.page.getByRole("list", { name: me.t("chat.messages") }).textContent();
  for (const word of answers[0]?.text.match(/[\p{L}\d]{4,}/gu) ?? []) expect(shown).toContain(word);
  await again.finish();
});

test.concurrent("offline: a banner says since when, a message is kept; back online nothing is missing or doubled (FR-4.2, NFR-P3.4)", {
  timeout: 180_000,
}, async () => {
  const place = await newPlace(baseUrl);
  const id = await planFor(place);
  const me = await visitAs(browser, place.client, { viewport: PHONE });
  const { page, context } = me;
  await page.goto(`/p/${place.projectId}/workflows/${id}`);
  await page.getByTestId("plan-step").first().waitFor();
  await context.setOffline(true);
  const banner = page.getByRole("status").filter({ hasText: me.t("connection.offline") });
  await banner.waitFor();
  expect(await banner.textContent()).toMatch(/as of \d{1,2}:\d{2}/);
  await me.look("offline");

  // The run begins and ends while this phone is in the tunnel.
  const planned = await view(place.client, id);
  await approve(place.client, id, planned.plan?.version ?? 0, 2_000_000);
  const { events } = await follow(place.client, id, isAtRest);
  expect(await page.getByTestId("workflow").getAttribute("data-status")).toBe("pending_approval");

  await context.setOffline(false);
  await banner.waitFor({ state: "detached" });
  await page.locator('[data-testid="workflow"][data-status="completed"]').waitFor();
  const all = planned.plan?.nodes.length ?? 0;
  await page.getByRole("tab", { name: me.t("tab.outline"), exact: true }).click();
  await poll(() => page.locator('[role="treeitem"][data-step][data-status="success"]').count()).toBe(all);
  const worked = new Set(events.flatMap((event) => (event.name === "node.started" ? [event.data.nodeId] : [])));
  await page.getByRole("tab", { name: me.t("tab.timeline"), exact: true }).click();
  await poll(() =>
    page
      .getByRole("list", { name: me.t("tab.timeline") })
      .locator("li[aria-setsize]")
      .first()
      .getAttribute("aria-setsize"),
  ).toBe(String(worked.size + 1));

  await page.goto(`/p/${place.projectId}/chat`);
  await page.getByLabel(me.t("chat.write")).waitFor();
  await context.setOffline(true);
  await banner.waitFor();
  await say(me, "Written in the tunnel");
  const list = page.getByRole("list", { name: me.t("chat.messages") });
  await list.getByText(me.t("chat.pending")).waitFor();
  await context.setOffline(false);
  await list.getByText(me.t("chat.pending")).waitFor({ state: "detached" });
  const said = async () => {
    const { items } = await place.client.get<{ items: { role: string; text: string }[] }>(
      `/api/projects/${place.projectId}/messages`,
    );
    return items.filter((one) => one.text === "Written in the tunnel").length;
  };
  await poll(said).toBe(1);
  await page.reload();
  await poll(() => list.getByText("Written in the tunnel", { exact: true }).count()).toBe(1);
  await context.close();
});

test.concurrent("two tabs show the same plan, run and end (FR-4.2)", { timeout: 180_000 }, async () => {
  const place = await newPlace(baseUrl);
  const id = await planFor(place);
  const one = await visitAs(browser, place.client);
  const two = await visitIn(one.context, { viewport: PHONE });
  await two.page.setViewportSize(PHONE);
  const path = `/p/${place.projectId}/workflows/${id}`;
  await Promise.all([one, two].map(({ page }) => page.goto(path)));
  const row = (page: Page) => page.locator('[data-testid="plan-step"][data-step="overdue"]');
  await Promise.all([one, two].map(({ page }) => row(page).waitFor()));
  await row(one.page)
    .getByRole("button", { name: one.like("plan.remove") })
    .click();
  await row(two.page).waitFor({ state: "detached" });
  await one.button("plan.approve", one.page.getByTestId("workflow")).click();
  await one.page
    .getByTestId("approve-sheet")
    .getByRole("button", { name: one.like("approve.confirm") })
    .click();
  await Promise.all(
    [one, two].map(async ({ page, t }) => {
      await page.locator('[data-testid="workflow"][data-status="completed"]').waitFor({ timeout: 90_000 });
      await page.getByRole("tab", { name: t("tab.outline"), exact: true }).click();
    }),
  );
  const tree = ({ page }: { page: Page }) =>
    page
      .locator('[role="treeitem"][data-step]')
      .evaluateAll((all) => all.map((item) => item.getAttribute("aria-label")));
  await poll(async () => (await tree(one)).length).toBeGreaterThan(3);
  const seen = await tree(one);
  await poll(() => tree(two)).toEqual(seen);
  await two.page.close();
  await one.finish();
});

test.concurrent("a link to a step, opened signed out: after signing in it shows that step (FR-4.7)", {
  timeout: 180_000,
}, async () => {
  const place = await newPlace(baseUrl);
  const stranger = await newPlace(baseUrl);
  const person = await place.client.signUp();
  const project = await place.client.post<{ id: string }>("/api/projects", { name: "Deep" });
  const mine: Place = { client: place.client, projectId: project.id };
  const id = await planFor(mine);
  await runToEnd(place.client, id);
  const shown = await view(place.client, id);
  const step = shown.plan?.nodes[2];
  const link = `/p/${project.id}/workflows/${id}/outline?node=${step?.id}`;
  const me = await visit(browser, baseUrl, { viewport: PHONE });
  const { page } = me;
  await page.goto(link);
  await page.waitForURL("**/sign-in?next=*");
  await page.getByLabel(me.t("auth.email"), { exact: true }).fill(person.email);
  await page.getByLabel(me.t("auth.password"), { exact: true }).fill(person.password);
  await page
    .getByRole("main")
    .getByRole("button", { name: me.t("auth.signIn") })
    .click();
  const sheet = page.getByTestId("node-sheet");
  await sheet.getByRole("heading", { name: step?.label ?? "", exact: true }).waitFor();
  await me.look("deep link");
  await me.finish();

  // The same link in another account says that nothing is there, and shows nothing.
  const other = await visitAs(browser, stranger.client);
  await other.page.goto(link);
  await other.page
    .getByRole("alert")
    .or(other.page.getByText(other.t("notFound.title")))
    .first()
    .waitFor();
  expect(await other.page.getByText(step?.label ?? "").count()).toBe(0);
  await other.context.close();
});

const NASTY = '<img src=x onerror="window.hacked=1">';

test.concurrent("hostile file names, cells, names and requests are shown as text and nothing else (NFR-S1)", {
  timeout: 180_000,
}, async () => {
  const place = await newPlace(baseUrl, `${NASTY} <b>project</b>`);
  const name = `${NASTY.replaceAll("/", "")}\u202Egpj.csv`;
  const csv = [
    "Client,Invoice date,Due date,Amount,Status",
    `"${NASTY.replaceAll('"', '""')}",2025-01-05,2025-02-05,10.500,Unpaid`,
    `"[click](javascript:window.hacked=1)",2025-01-06,2025-02-05,20.250,Unpaid`,
    '"=HYPERLINK(""https://evil.example"",""x"")",2025-02-07,2025-03-05,1.125,Paid',
    '"<script>window.hacked=1</script>",2025-02-07,2025-03-05,2.000,Paid',
    '"![x](https://evil.example/pixel.png)",2025-03-07,2025-04-05,3.000,Paid',
  ].join("\n");
  const asked: string[] = [];
  const me = await visitAs(browser, place.client);
  const { page } = me;
  page.on("request", (request) => {
    if (!request.url().startsWith(baseUrl)) asked.push(request.url());
  });
  await page.goto(`/p/${place.projectId}/chat`);
  await page.getByTestId("file-input").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(csv) });
  await page.locator('li[data-state="ready"]').waitFor();
  await say(me, `${NASTY} Total Amount by Client, and write a summary I can send`);
  const card = await plannedCard(me);
  await page.getByText(NASTY, { exact: false }).first().waitFor();
  await me.button("plan.approve", card).click();
  await page
    .getByTestId("approve-sheet")
    .getByRole("button", { name: me.like("approve.confirm") })
    .click();
  await page.locator('[data-testid="plan-card"][data-status="completed"]').waitFor({ timeout: 90_000 });
  await me.button("plan.seeResult", page.getByTestId("plan-card")).click();
  const files = page.getByTestId("artifact");
  await files.first().waitFor();
  const sheet = page.getByTestId("artifact-sheet");
  for (const file of await files.all()) {
    await file.getByRole("button").click();
    await sheet.getByText("<script>window.hacked=1</script>", { exact: false }).first().waitFor();
    expect(await sheet.locator("img, script, iframe, a[href^='javascript']").count()).toBe(0);
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
  }
  expect(await page.evaluate("window.hacked")).toBeUndefined();
  expect(asked).toEqual([]);
  await me.finish();
});

test.concurrent("without WebGL the map's place shows the outline, with the same steps and actions (FR-4, experience rule 3)", {
  timeout: 180_000,
}, async () => {
  const place = await newPlace(baseUrl);
  const id = await planFor(place);
  const { plan }: WorkflowView = await view(place.client, id);
  const me = await visitAs(browser, place.client, { viewport: PHONE });
  await me.context.addInitScript(() => {
    const real = HTMLCanvasElement.prototype.getContext;
    Object.defineProperty(HTMLCanvasElement.prototype, "getContext", {
      value(this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
        return kind.startsWith("webgl") ? null : Reflect.apply(real, this, [kind, ...rest]);
      },
    });
  });
  const { page } = me;
  await page.goto(`/p/${place.projectId}/workflows/${id}/map`);
  await page.getByText(me.t("map.noWebgl")).waitFor();
  expect(await page.getByTestId("scene").count()).toBe(0);
  await poll(() => page.locator('[role="treeitem"][data-step]').count()).toBe(plan?.nodes.length ?? -1);
  await me.look("no WebGL");
  await runToEnd(place.client, id);
  await page.getByRole("tab", { name: me.t("tab.map"), exact: true }).click();
  await page.locator('[role="treeitem"][data-step]').nth(1).click();
  await page.getByTestId("node-sheet").waitFor();
  await me.finish();
});
