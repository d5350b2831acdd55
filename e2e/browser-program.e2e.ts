import { readFile } from "node:fs/promises";
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { DESKTOP, launchBrowser, PHONE } from "./harness/browser.ts";
import { seriousProblems } from "./support/browser/axe.ts";
import {
  attach,
  download,
  firstProject,
  openTab,
  plannedCard,
  say,
  signUp,
  untilCompleted,
} from "./support/browser/steps.ts";
import { type Visit, visit } from "./support/browser/visit.ts";
import { type Locale, latin } from "./support/browser/words.ts";
import { COLUMNS, differencesOf, expectReconciles, makeTables, type TwoTables, Unpacked } from "./support/program.ts";

/* A person asks for a program with tests, sees that they passed, downloads it, and runs it on their own machine. */

const REQUEST = {
  en: "a program that reconciles two CSV files, with tests",
  ar: "برنامج يطابق بين ملفي CSV مع اختبارات",
} as const;

interface Run {
  readonly locale: Locale;
  readonly size: "phone" | "desktop";
  /** Whether two tables come with the request. */
  readonly files: boolean;
  readonly seed: number;
}
const RUNS: readonly Run[] = [
  { locale: "en", size: "phone", files: true, seed: 41 },
  { locale: "ar", size: "desktop", files: true, seed: 42 },
  { locale: "ar", size: "phone", files: false, seed: 43 },
  { locale: "en", size: "desktop", files: false, seed: 44 },
];

const baseUrl = inject("baseUrl");
let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

/** The plan is read, its sheet opened, and its limit taken as it is proposed. */
async function approve(me: Visit): Promise<void> {
  await me.button("plan.review", await plannedCard(me)).click();
  await me.page.getByTestId("plan-step").first().waitFor();
  await me.look("plan");
  await me.button("plan.approve", me.page.getByTestId("workflow")).click();
  const sheet = me.page.getByTestId("approve-sheet");
  await me.button("approve.confirm", sheet).click();
  await sheet.waitFor({ state: "detached" });
}

/** The passed tests as the result shows them, before anything is opened and one by one. Gives how many. */
async function shownTests(me: Visit, detail: Locator): Promise<number> {
  const shown = detail.getByTestId("tests");
  expect(await shown.count()).toBe(1);
  const count = Number(/\d+/.exec(latin((await shown.textContent()) ?? ""))?.[0]);
  await shown.click();
  const step = detail.locator("details", { has: me.page.getByTestId("tests") });
  await step.getByText(me.t("proof.accepted")).waitFor();
  const report = step.locator("details", { hasText: "reconcile.test.mjs" }).first();
  await report.locator("summary").click();
  await report.getByLabel(me.t("test.passed")).first().waitFor();
  expect(await report.getByLabel(me.t("test.passed")).count()).toBe(count);
  expect(await report.getByLabel(me.t("test.failed")).count()).toBe(0);
  await me.look("tests");
  expect(await seriousProblems(me.page)).toEqual([]);
  return count;
}

async function zipOf(me: Visit, detail: Locator, folder: string): Promise<Unpacked> {
  const link = detail.getByTestId("zip").and(detail.locator(`[href$="folder=${folder}"]`));
  const [file] = await Promise.all([me.page.waitForEvent("download"), link.click()]);
  expect(file.suggestedFilename()).toBe(`${folder}.zip`);
  return new Unpacked(new Uint8Array(await readFile(await file.path())));
}

/** What the person types: the options that came with the program, or the columns by name. */
const optionsFor = ({ columns }: TwoTables, files: boolean): string[] =>
  files
    ? ["--options", "options.json"]
    : ["--key", `${columns.bank[0]}=${columns.books[0]}`, "--amount", `${columns.bank[2]}=${columns.books[2]}`];

test.concurrent.each(RUNS)(
  "from a request to a program that runs on the person's machine: $locale on a $size, two tables given: $files (FR-9.4, NFR-S4.1)",
  { timeout: 180_000 },
  async ({ locale, size, files, seed }) => {
    const tables = makeTables(seed, COLUMNS[locale]);
    const me = await visit(browser, baseUrl, { viewport: size === "phone" ? PHONE : DESKTOP, locale });
    await signUp(me, "Salem");
    await firstProject(me, "Clinic");
    if (files) {
      await attach(me, "bank.csv", "text/csv", tables.bankCsv);
      await attach(me, "books.csv", "text/csv", tables.booksCsv);
    }
    await say(me, REQUEST[locale]);
    await approve(me);
    await untilCompleted(me);
    await openTab(me, "results");
    const detail = me.page.getByTestId("workflow");
    const summary = latin((await detail.getByTestId("result-summary").textContent()) ?? "");
    await me.look("results");
    const passed = await shownTests(me, detail);
    expect(passed).toBeGreaterThan(15);
    expect(summary).toContain(String(passed));

    const program = await zipOf(me, detail, "reconcile");
    const results = await zipOf(me, detail, "reconciled");
    try {
      expect(program.test()).toBe(passed);
      const written = expectReconciles(program, tables, optionsFor(tables, files));
      // Run here on the same tables it writes, byte for byte, what it wrote in the sandbox.
      if (files) {
        expect(results.texts(".")).toEqual(written);
        const { matched, different, totals } = differencesOf(tables);
        const said = summary.replaceAll(",", "");
        for (const figure of [String(matched), String(different.length), ...totals]) expect(said).toContain(figure);
      } else expect(results.texts(".").size).toBe(written.size);

      const one = detail.getByTestId("artifact").filter({ hasText: /^reconcile\.mjs/ });
      const single = await download(me, one.getByRole("link", { name: me.like("results.downloadFile") }));
      expect(single).toEqual({ name: "reconcile.mjs", text: program.texts(".").get("reconcile.mjs") });
    } finally {
      program.remove();
      results.remove();
    }
    await me.finish();
  },
);
