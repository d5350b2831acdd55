import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { DESKTOP, launchBrowser, PHONE } from "./harness/browser.ts";
import { expectRightFiles } from "./support/browser/figures.ts";
import { drawnShare } from "./support/browser/layout.ts";
import {
  approveWithCap,
  attach,
  download,
  expectedPrice,
  firstProject,
  openTab,
  plannedCard,
  say,
  signUp,
  untilCompleted,
} from "./support/browser/steps.ts";
import { poll, type Visit, visit } from "./support/browser/visit.ts";
import { dollars, type Locale } from "./support/browser/words.ts";
import {
  ARABIC_HEADERS,
  awkwardCsv,
  decimal,
  HEADERS,
  makeInvoices,
  sumOf,
  totalsByClientAndMonth,
} from "./support/invoices.ts";

/* Issue "from a fresh clone to a finished workflow", its path in a real browser, at both sizes and in both languages. */

const IN = {
  en: {
    name: "Salem",
    project: "Salem Clinic",
    file: "invoices 2025.csv",
    headers: HEADERS,
    statuses: ["Paid", "Unpaid"],
    request:
      "I need totals by client and month from this invoice list, with the overdue ones flagged, and a summary I can send to my partner.",
    added: "Average amount by client",
    renamed: "Sums per client and month, for the board",
    cap: "2.50",
  },
  ar: {
    name: "سالم العلي",
    project: "عيادة السالم",
    file: "فواتير ٢٠٢٥.csv",
    headers: ARABIC_HEADERS,
    statuses: ["مدفوعة", "غير مدفوعة"],
    request: "أريد مجموع المبالغ حسب العميل والشهر من قائمة الفواتير، مع تمييز الفواتير المتأخرة، وملخص أرسله لشريكي.",
    added: "متوسط المبلغ حسب العميل",
    renamed: "المجاميع حسب العميل والشهر لمجلس الإدارة",
    cap: "٢٫٥٠",
  },
} as const;

interface Run {
  readonly locale: Locale;
  readonly size: "phone" | "desktop";
  /** What the person changes in the plan. */
  readonly edit: "remove overdue" | "add" | "rename and reorder";
  readonly seed: number;
}
const RUNS: readonly Run[] = [
  { locale: "en", size: "phone", edit: "remove overdue", seed: 11 },
  { locale: "ar", size: "phone", edit: "rename and reorder", seed: 12 },
  { locale: "en", size: "desktop", edit: "rename and reorder", seed: 13 },
  { locale: "ar", size: "desktop", edit: "add", seed: 14 },
];

const baseUrl = inject("baseUrl");
let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** Changes the plan as a person would; the price must follow what changes the work. */
async function changePlan(me: Visit, { edit, locale }: Run): Promise<void> {
  const { page } = me;
  const editor = page.getByTestId("workflow");
  const rows = editor.getByTestId("plan-step");
  const row = (id: string): Locator => editor.locator(`[data-testid="plan-step"][data-step="${id}"]`);
  const order = () => rows.evaluateAll((all) => all.map((one) => one.getAttribute("data-step")));
  const price = () => expectedPrice(me, editor);
  await rows.first().waitFor();
  const before = { price: await price(), order: await order() };
  const { title } = await rows.first().evaluate((one) => ({ title: one.textContent }));
  expect(title).not.toBe("");

  if (edit === "remove overdue") {
    await row("overdue")
      .getByRole("button", { name: me.like("plan.remove") })
      .click();
    await row("overdue").waitFor({ state: "detached" });
    await poll(async () => (await price()).high).toBeLessThan(before.price.high);
    // Taken back and done again: undo brings step and price back.
    await me.button("action.undo", editor).click();
    await row("overdue").waitFor();
    await poll(price).toEqual(before.price);
    await row("overdue")
      .getByRole("button", { name: me.like("plan.remove") })
      .click();
    await poll(async () => (await price()).high).toBeLessThan(before.price.high);
  } else if (edit === "add") {
    await me.button("plan.add", editor).click();
    const sheet = page.getByTestId("add-step-sheet");
    await sheet.getByLabel(me.t("step.label"), { exact: true }).fill(IN[locale].added);
    await me.look("add step");
    await me.button("plan.addConfirm", sheet).click();
    await rows.filter({ hasText: IN[locale].added }).waitFor();
    await poll(async () => (await price()).high).toBeGreaterThan(before.price.high);
    expect(await order()).toHaveLength(before.order.length + 1);
  } else {
    await row("totals").getByRole("button").first().click();
    const sheet = page.getByTestId("step-sheet");
    await sheet.getByLabel(me.t("step.label"), { exact: true }).fill(IN[locale].renamed);
    await sheet.getByRole("radio", { name: me.t("tier.deep") }).click();
    await me.look("change step");
    await me.button("action.save", sheet).click();
    await row("totals").filter({ hasText: IN[locale].renamed }).waitFor();
    await poll(async () => (await price()).high).toBeGreaterThan(before.price.high);
    expect(before.order.indexOf("totals")).toBeLessThan(before.order.indexOf("overdue"));
    await row("totals").getByRole("button").first().click();
    await me.button("step.later", sheet).click();
    await poll(async () => {
      const now = await order();
      return now.indexOf("totals") > now.indexOf("overdue");
    }).toBe(true);
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
  }
  await me.look("plan editor");
}

/** All views of the run, while it goes on and after it. */
async function watch(me: Visit, steps: number): Promise<void> {
  const { page } = me;
  const detail = page.getByTestId("workflow");
  await page
    .getByRole("tab", { name: me.t("tab.now"), exact: true })
    .and(page.locator('[aria-selected="true"]'))
    .waitFor();
  await detail
    .getByText(me.t("now.running"))
    .or(detail.getByText(me.t("now.between")))
    .or(detail.getByText(me.t("now.done")))
    .first()
    .waitFor();
  await me.look("now");

  await openTab(me, "map");
  await detail.getByTestId("scene").locator("canvas").waitFor();
  await poll(() => drawnShare(page, '[data-testid="scene"] canvas')).toBeGreaterThan(0.01);
  await me.look("map");

  await openTab(me, "outline");
  await poll(() => detail.locator('[role="treeitem"][data-step]').count()).toBe(steps);
  await me.look("outline");

  await openTab(me, "timeline");
  await poll(() =>
    detail
      .getByRole("list", { name: me.t("tab.timeline") })
      .getByRole("listitem")
      .count(),
  ).toBeGreaterThan(1);
  await me.look("timeline");

  await untilCompleted(me);
  await openTab(me, "outline");
  await poll(() => detail.locator('[role="treeitem"][data-step][data-status="success"]').count()).toBe(steps);
  await openTab(me, "costs");
  await detail.getByText(me.t("costs.perStep")).waitFor();
  await me.look("costs");
  await openTab(me, "now");
  await detail.getByText(me.t("now.done")).waitFor();
  await me.look("now, done");
}

test.concurrent.each(RUNS)(
  "from sign-up to right numbers in a browser: $locale on a $size, $edit (FR-2, FR-4, FR-7, FR-9, NFR-P3.1, NFR-S4.1)",
  { timeout: 240_000 },
  async (run) => {
    const { locale, size, seed } = run;
    const words = IN[locale];
    const me = await visit(browser, baseUrl, { viewport: size === "phone" ? PHONE : DESKTOP, locale });
    const { page } = me;
    await signUp(me, words.name);
    expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir])).toEqual([
      locale,
      locale === "ar" ? "rtl" : "ltr",
    ]);
    await firstProject(me, words.project);

    const invoices = makeInvoices(seed, 45);
    const csv = awkwardCsv(invoices, words.headers, words.statuses);
    await attach(me, words.file, "text/csv", csv);
    await say(me, words.request);
    const card = await plannedCard(me);
    await me.look("plan in the chat");

    const variants = card.getByRole("radio");
    expect(await variants.count()).toBe(3);
    const [lean = 0, balanced = 0, thorough = 0] = (await variants.allInnerTexts()).map((one) => dollars(one)[0] ?? 0);
    expect(lean).toBeGreaterThan(0);
    expect(balanced).toBeGreaterThan(lean);
    expect(thorough).toBeGreaterThan(balanced);
    const first = await expectedPrice(me, card);
    expect(first.high).toBe(balanced);
    expect(first.low).toBeLessThan(first.high);
    await variants.nth(2).click();
    await poll(async () => (await expectedPrice(me, card)).high).toBe(thorough);
    await variants.nth(1).click();
    await poll(async () => (await expectedPrice(me, card)).high).toBe(balanced);

    await me.button("plan.review", card).click();
    await changePlan(me, run);
    const detail = page.getByTestId("workflow");
    const steps = await detail.getByTestId("plan-step").count();
    await openTab(me, "map");
    await detail.getByTestId("scene").locator("canvas").waitFor();
    await poll(() => drawnShare(page, '[data-testid="scene"] canvas')).toBeGreaterThan(0.01);
    await me.look("map of the plan");
    await openTab(me, "plan");

    await approveWithCap(me, words.cap);
    await watch(me, steps);

    await openTab(me, "results");
    await detail.getByTestId("result-summary").waitFor();
    const summary = await detail.getByTestId("result-summary").textContent();
    expect(summary?.replace(/[,٬]/g, "")).toContain(decimal(sumOf(invoices)));
    await me.look("results");
    const files = detail.getByTestId("artifact");
    const texts = new Map<string, string>();
    for (const file of await files.all()) {
      const { name, text } = await download(me, file.getByRole("link", { name: me.like("results.downloadFile") }));
      texts.set(name, text);
    }
    expectRightFiles({ texts, invoices, headers: words.headers, locale, flagged: run.edit !== "remove overdue" });

    await files
      .filter({ hasText: /totals|إجمالي/ })
      .first()
      .getByRole("button")
      .click();
    const sheet = page.getByTestId("artifact-sheet");
    await sheet.getByRole("table").waitFor();
    const shown = (await sheet.getByRole("table").textContent()) ?? "";
    const some = [...totalsByClientAndMonth(invoices).values()].map(decimal).filter((figure) => shown.includes(figure));
    expect(some.length).toBeGreaterThan(0);
    await me.look("preview");
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });

    await page.goto("/settings");
    await page.getByRole("heading", { level: 1, name: me.t("nav.settings") }).waitFor();
    await me.look("settings");
    await page.goto("/projects");
    await page.getByRole("link", { name: words.project }).first().waitFor();
    await me.look("projects");
    await page.goto("/");
    await page
      .getByRole("navigation", { name: me.t("nav.label") })
      .getByRole("link", { name: me.t("nav.workflows") })
      .click();
    await page.getByText(me.t("workflows.history"), { exact: true }).waitFor();
    await me.look("workflows");
    await me.finish();
  },
);
