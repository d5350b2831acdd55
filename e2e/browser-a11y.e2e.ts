import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { DESKTOP, launchBrowser, PHONE } from "./harness/browser.ts";
import { seriousProblems } from "./support/browser/axe.ts";
import { smallTargets, tinyTexts } from "./support/browser/layout.ts";
import { enter, visitAs } from "./support/browser/person.ts";
import { openTab } from "./support/browser/steps.ts";
import { poll, type Visit, visit } from "./support/browser/visit.ts";
import type { Locale } from "./support/browser/words.ts";
import { awkwardCsv, HEADERS, makeInvoices } from "./support/invoices.ts";
import { ask, newPlace, type Place, plannedView, runToEnd, upload } from "./support/journey.ts";

/* WCAG 2.2 AA as far as a program can judge it (NFR-U2), on every view, in both languages and both themes. */

const baseUrl = inject("baseUrl");
const REQUEST = "Totals by client and month, flag the overdue invoices, and write a summary I can send.";

let browser: Browser;
let place: Place;
let emptyProject: string;
let done: string;
let planned: string;

beforeAll(async () => {
  const launched = launchBrowser();
  place = await newPlace(baseUrl, "Clinic");
  const { client } = place;
  emptyProject = (await client.post<{ id: string }>("/api/projects", { name: "فرع الجهراء" })).id;
  const file = await upload(place, "invoices.csv", awkwardCsv(makeInvoices(3, 30), HEADERS, ["Paid", "Unpaid"]));
  done = (await ask(place, REQUEST, { fileIds: [file.id] })).workflowId;
  await runToEnd(client, done);
  planned = (await ask(place, REQUEST, { fileIds: [file.id] })).workflowId;
  await plannedView(client, planned);
  browser = await launched;
});
afterAll(() => browser.close());

interface Look {
  readonly locale: Locale;
  readonly theme: "dark" | "light";
  readonly size: "phone" | "desktop" | "landscape";
}
const VIEWPORTS = { phone: PHONE, desktop: DESKTOP, landscape: { width: 667, height: 375 } } as const;

/** Walks through every view; `judge` is called on each, once it shows what it is about. */
async function everyView(me: Visit, judge: (where: string) => Promise<void>): Promise<void> {
  const { page } = me;
  const main = page.getByRole("main");
  for (const path of ["/sign-in", "/sign-up"]) {
    await page.goto(path);
    await main.getByLabel(me.t("auth.email")).waitFor();
    await judge(path);
  }
  await main.getByRole("button", { name: me.t("auth.signUp") }).click();
  await page.getByText(me.t("auth.nameMissing")).waitFor();
  await judge("sign-up, refused");

  await enter(me.context, place.client);
  await page.goto("/projects");
  await page.getByRole("link", { name: "Clinic" }).first().waitFor();
  await judge("projects");
  await page.goto(`/p/${emptyProject}/chat`);
  await page.getByText(me.t("chat.lead")).waitFor();
  await judge("empty chat");
  const base = `/p/${place.projectId}`;
  await page.goto(`${base}/chat`);
  await page.locator('[data-testid="plan-card"][data-status="pending_approval"]').waitFor();
  await judge("chat with plan");

  await page.goto(`${base}/workflows/${planned}/plan`);
  const detail = page.getByTestId("workflow");
  await detail.getByTestId("plan-step").first().waitFor();
  await judge("plan editor");
  await detail.getByTestId("plan-step").nth(2).getByRole("button").first().click();
  await page.getByTestId("step-sheet").waitFor();
  await judge("step of the plan");
  await page.keyboard.press("Escape");
  await me.button("plan.add", detail).click();
  await page.getByTestId("add-step-sheet").waitFor();
  await judge("add a step");
  await page.keyboard.press("Escape");
  await me.button("plan.approve", detail).click();
  await page.getByTestId("approve-sheet").waitFor();
  await judge("approve");
  await page.keyboard.press("Escape");

  await page.goto(`${base}/workflows/${done}/now`);
  await detail.getByText(me.t("now.done")).waitFor();
  await judge("now");
  await openTab(me, "map");
  await detail.getByTestId("scene").locator("canvas").waitFor();
  await judge("map");
  await openTab(me, "outline");
  await detail.getByRole("tree").waitFor();
  await judge("outline");
  await openTab(me, "timeline");
  await detail
    .getByRole("list", { name: me.t("tab.timeline") })
    .getByRole("listitem")
    .first()
    .waitFor();
  await judge("timeline");
  await openTab(me, "costs");
  await detail.getByText(me.t("costs.perStep")).waitFor();
  await judge("costs");
  await openTab(me, "results");
  await detail.getByTestId("result-summary").waitFor();
  await judge("results");
  await detail.getByTestId("artifact").filter({ hasText: ".csv" }).first().getByRole("button").click();
  await page.getByTestId("artifact-sheet").getByRole("table").waitFor();
  await judge("preview of a table");
  await page.keyboard.press("Escape");
  await openTab(me, "outline");
  await detail.locator('[role="treeitem"][data-step]').nth(2).click();
  await page.getByTestId("node-sheet").waitFor();
  await judge("a step of the run");
  await page.keyboard.press("Escape");

  await page.goto(`${base}/workflows`);
  await page.getByText(me.t("workflows.history"), { exact: true }).waitFor();
  await judge("workflows");
  await page.goto("/settings");
  await page.getByText(me.t("settings.thisDevice")).first().waitFor();
  await judge("settings");
  await page.goto("/nowhere");
  await page.getByText(me.t("notFound.title")).waitFor();
  await judge("not found");
}

const LOOKS: readonly Look[] = [
  { locale: "en", theme: "dark", size: "phone" },
  { locale: "ar", theme: "light", size: "phone" },
  { locale: "en", theme: "light", size: "desktop" },
  { locale: "ar", theme: "dark", size: "desktop" },
  { locale: "en", theme: "dark", size: "landscape" },
];

test.concurrent.each(LOOKS)(
  "every view: nothing serious for axe, fingers and eyes; $locale, $theme, $size (NFR-U2, NFR-P3.1, NFR-P3.2, NFR-P3.3)",
  { timeout: 240_000 },
  async ({ locale, theme, size }) => {
    const me = await visit(browser, baseUrl, { viewport: VIEWPORTS[size], locale });
    await me.context.addInitScript(
      (state) => localStorage.setItem("nexus.settings", JSON.stringify({ state, version: 0 })),
      { locale, theme },
    );
    const found: Record<string, readonly string[]> = {};
    const views: string[] = [];
    await everyView(me, async (where) => {
      views.push(where);
      await me.look(where);
      const problems = [...(await tinyTexts(me.page)), ...(size === "desktop" ? [] : await smallTargets(me.page))];
      // Axe judges the same elements in landscape as in portrait.
      if (size !== "landscape") problems.push(...(await seriousProblems(me.page)));
      if (problems.length > 0) found[where] = problems;
    });
    expect(found).toEqual({});
    expect(views).toHaveLength(21);
    await me.finish();
  },
);

test.concurrent("landscape on a phone: what one came for is in sight without scrolling (NFR-P3.2)", async () => {
  const me = await visitAs(browser, place.client, { viewport: VIEWPORTS.landscape });
  const { page } = me;
  const heightOf = async (selector: string) => (await page.locator(selector).first().boundingBox())?.height ?? 0;
  await page.goto(`/p/${place.projectId}/chat`);
  await page.locator('[data-testid="plan-card"]').last().waitFor();
  expect(await heightOf('[data-testid="conversation"]')).toBeGreaterThan(180);
  await page.goto(`/p/${place.projectId}/workflows/${planned}/plan`);
  const approve = me.button("plan.approve", page.getByTestId("workflow"));
  await approve.waitFor();
  const box = await approve.boundingBox();
  expect((box?.y ?? 999) + (box?.height ?? 999)).toBeLessThanOrEqual(375);
  await page.goto(`/p/${place.projectId}/workflows/${done}/map`);
  await page.getByTestId("scene").locator("canvas").waitFor();
  expect(await heightOf('[data-testid="scene"]')).toBeGreaterThan(180);
  await me.finish();
});

test.concurrent("tabs follow the arrows as the text runs: right in English, left in Arabic (NFR-S4.1)", async () => {
  for (const [locale, key] of [
    ["en", "ArrowRight"],
    ["ar", "ArrowLeft"],
  ] as const) {
    const me = await visitAs(browser, place.client, { locale });
    const { page } = me;
    await page.goto(`/p/${place.projectId}/workflows/${done}/now`);
    await page.getByRole("tab", { name: me.t("tab.now"), exact: true }).focus();
    await page.keyboard.press(key);
    const map = page.getByRole("tab", { name: me.t("tab.map"), exact: true });
    await map.and(page.locator('[aria-selected="true"]')).waitFor();
    await poll(() => map.evaluate((element) => element === document.activeElement)).toBe(true);
    await me.finish();
  }
});
