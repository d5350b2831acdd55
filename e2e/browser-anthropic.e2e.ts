import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startFakeAnthropic } from "./fakes/anthropic.ts";
import { offlineBrain } from "./fakes/brain.ts";
import type { FakeServer } from "./fakes/http.ts";
import { type App, startApp } from "./harness/app.ts";
import { DESKTOP, launchBrowser, PHONE } from "./harness/browser.ts";
import { expectRightFiles } from "./support/browser/figures.ts";
import {
  approveWithCap,
  attach,
  download,
  firstProject,
  openTab,
  plannedCard,
  say,
  signUp,
  untilCompleted,
} from "./support/browser/steps.ts";
import { visit } from "./support/browser/visit.ts";
import { ARABIC_HEADERS, awkwardCsv, HEADERS, makeInvoices } from "./support/invoices.ts";

/* The path in a real browser with a real adapter, against a server that speaks Anthropic's protocol. */

const KEY = "sk-ant-browser-000000";
let anthropic: FakeServer;
let app: App;
let browser: Browser;
beforeAll(async () => {
  anthropic = await startFakeAnthropic({ brain: offlineBrain(), keys: [KEY] });
  [app, browser] = await Promise.all([
    startApp({ env: { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: anthropic.url } }),
    launchBrowser(),
  ]);
});
afterAll(() => Promise.all([browser?.close(), app?.stop(), anthropic?.close()]));

const RUNS = [
  {
    locale: "en",
    size: "phone",
    headers: HEADERS,
    statuses: ["Paid", "Unpaid"],
    request: "Totals by client and month, flag the overdue invoices, and write a summary I can send.",
    cap: "2.50",
  },
  {
    locale: "ar",
    size: "desktop",
    headers: ARABIC_HEADERS,
    statuses: ["مدفوعة", "غير مدفوعة"],
    request: "أريد مجموع المبالغ حسب العميل والشهر مع تمييز الفواتير المتأخرة وملخص أرسله لشريكي.",
    cap: "٢٫٥٠",
  },
] as const;

test.each(RUNS)(
  "behind ANTHROPIC_BASE_URL: $locale on a $size, from a table to right numbers, billed and not simulated (FR-2, FR-7, FR-9)",
  async ({ locale, size, headers, statuses, request, cap }) => {
    const before = anthropic.bill.totals().costMicros;
    const me = await visit(browser, app.baseUrl, { viewport: size === "phone" ? PHONE : DESKTOP, locale });
    await signUp(me, "Salem");
    await firstProject(me, "Clinic");
    const invoices = makeInvoices(21, 30);
    await attach(me, "invoices.csv", "text/csv", awkwardCsv(invoices, headers, statuses));
    await say(me, request);
    const card = await plannedCard(me);
    await me.button("plan.review", card).click();
    await approveWithCap(me, cap);
    await untilCompleted(me);
    await openTab(me, "results");
    const detail = me.page.getByTestId("workflow");
    await detail.getByTestId("result-summary").waitFor();
    const texts = new Map<string, string>();
    for (const file of await detail.getByTestId("artifact").all()) {
      const { name, text } = await download(me, file.getByRole("link", { name: me.like("results.downloadFile") }));
      texts.set(name, text);
    }
    expectRightFiles({ texts, invoices, headers, locale, flagged: true });
    expect(anthropic.bill.totals().costMicros).toBeGreaterThan(before);
    expect(await me.page.getByText(me.t("simulated.short"), { exact: true }).count()).toBe(0);
    await me.finish();
  },
);
