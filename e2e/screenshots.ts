/** Makes the pictures of the README from the running app: `node e2e/screenshots.ts [address]`; without one it starts the app. */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { at } from "../.dev/lib/paths.mjs";
import type { WorkflowView } from "../shared/api/workflows.ts";
import type { PlanNode } from "../shared/workflow/plan.ts";
import { startApp } from "./harness/app.ts";
import { launchBrowser } from "./harness/browser.ts";
import { enter } from "./support/browser/person.ts";
import type { Locale } from "./support/browser/words.ts";
import { ARABIC_HEADERS, awkwardCsv, HEADERS, makeInvoices } from "./support/invoices.ts";
import { approve, ask, follow, isAtRest, newPlace, type Place, plannedView, upload } from "./support/journey.ts";

const OUT = at("docs", "screenshots");
const MAX_BYTES = 250_000;
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 720 };

const REQUESTS = {
  en: "Totals by client and month from this invoice list, flag what is overdue, and write a summary I can send.",
  ar: "أريد مجموع المبالغ حسب العميل والشهر من قائمة الفواتير، مع تمييز الفواتير المتأخرة، وملخص أرسله لشريكي.",
} as const;

interface Prepared {
  readonly place: Place;
  readonly planned: WorkflowView & { readonly plan: object };
}

async function prepare(
  baseUrl: string,
  locale: Locale,
  project: string,
  person: string,
  file: string,
): Promise<Prepared> {
  const place = await newPlace(baseUrl, project);
  await place.client.patch("/api/me", { name: person, locale });
  const [headers, statuses] =
    locale === "ar" ? ([ARABIC_HEADERS, ["مدفوعة", "غير مدفوعة"]] as const) : ([HEADERS, ["Paid", "Unpaid"]] as const);
  const uploaded = await upload(place, file, awkwardCsv(makeInvoices(5, 60), headers, statuses));
  const { workflowId } = await ask(place, REQUESTS[locale], { fileIds: [uploaded.id], locale });
  return { place, planned: await plannedView(place.client, workflowId) };
}

/** A page of this person, with the settings the picture needs. */
async function open(
  browser: Browser,
  { place }: Prepared,
  size: { width: number; height: number },
  settings: { locale?: Locale; mapMode?: "map" | "office" } = {},
) {
  const phone = size.width < 768;
  const context = await browser.newContext({
    baseURL: place.client.baseUrl,
    viewport: size,
    deviceScaleFactor: phone ? 2 : 1.5,
    locale: settings.locale === "ar" ? "ar-KW" : "en-GB",
    timezoneId: "Asia/Kuwait",
    colorScheme: "dark",
    hasTouch: phone,
    isMobile: phone,
  });
  await enter(context, place.client);
  await context.addInitScript(
    (state) => localStorage.setItem("nexus.settings", JSON.stringify({ state, version: 0 })),
    settings,
  );
  const page = await context.newPage();
  page.setDefaultTimeout(45_000);
  /** Still, with its fonts and without notices, compressed as PNG by the browser. */
  const shoot = async (name: string) => {
    await page.evaluate(() => document.fonts.ready);
    await page.mouse.move(0, 0);
    const path = join(OUT, `${name}.png`);
    await page.screenshot({ path, animations: "disabled" });
    const { size: bytes } = statSync(path);
    console.log(`${name}.png ${Math.round(bytes / 1000)} kB`);
    if (bytes > MAX_BYTES) throw new Error(`${name}.png is larger than ${MAX_BYTES / 1000} kB`);
  };
  return { page, shoot, close: () => context.close() };
}

const path = ({ place, planned }: Prepared, view: string): string =>
  `/p/${place.projectId}/workflows/${planned.id}/${view}`;

/** The plan itself as the API takes it back. */
const nodesOf = (view: Prepared["planned"]): readonly PlanNode[] => view.plan?.nodes ?? [];

/** The offline model is quicker than a camera: what comes after the `steps`th step began is kept from the page. */
async function holdAt(page: Page, steps: number): Promise<void> {
  let begun = 0;
  await page.routeWebSocket(/\/socket/, (socket) => {
    socket.connectToServer().onMessage((message) => {
      if (begun >= steps) return;
      if (String(message).includes('"node.started"')) begun += 1;
      socket.send(message);
    });
  });
}

async function english(browser: Browser, baseUrl: string): Promise<void> {
  const prepared = await prepare(baseUrl, "en", "Salem Clinic", "Salem Al-Ali", "invoices 2025.csv");
  const { place, planned } = prepared;
  console.log(`${nodesOf(planned).length} steps`);

  const phone = await open(browser, prepared, PHONE);
  await phone.page.goto(`/p/${place.projectId}/chat`);
  await phone.page.locator('[data-testid="plan-card"][data-status="pending_approval"]').waitFor();
  await phone.page.getByTestId("conversation").evaluate((box) => box.scrollTo(0, 0));
  await phone.shoot("chat-phone");
  await phone.page.goto(path(prepared, "plan"));
  await phone.page.getByTestId("plan-step").first().waitFor();
  await phone.shoot("plan-phone");

  const [map, office] = [
    await open(browser, prepared, DESKTOP, { mapMode: "map" }),
    await open(browser, prepared, DESKTOP, { mapMode: "office" }),
  ];
  await Promise.all(
    [map, office].map(async ({ page }) => {
      await holdAt(page, 4);
      await page.goto(path(prepared, "map"));
      await page.getByTestId("scene").locator("canvas").waitFor();
    }),
  );
  // The pictures are of the run, not of its end.
  const chosen = await place.client.patch<WorkflowView>(`/api/workflows/${planned.id}/plan`, {
    planVersion: planned.plan?.version ?? 0,
    variant: "thorough",
  });
  await approve(place.client, planned.id, chosen.plan?.version ?? 0, 9_000_000);
  await follow(place.client, planned.id, isAtRest);
  await Promise.all([map, office].map(({ page }) => page.getByRole("button", { name: "Show everything" }).click()));
  await Promise.all([map.shoot("map-desktop"), office.shoot("office-desktop")]);
  await Promise.all([map.close(), office.close()]);

  await phone.page.goto(path(prepared, "results"));
  await phone.page.locator('[data-testid="workflow"][data-status="completed"]').waitFor();
  await phone.page.getByTestId("result-summary").waitFor();
  await phone.shoot("result-phone");
  await phone.close();
}

async function arabic(browser: Browser, baseUrl: string): Promise<void> {
  const prepared = await prepare(baseUrl, "ar", "عيادة السالم", "سالم العلي", "فواتير ٢٠٢٥.csv");
  const phone = await open(browser, prepared, PHONE, { locale: "ar" });
  await phone.page.goto(path(prepared, "plan"));
  await phone.page.getByTestId("plan-step").first().waitFor();
  await phone.shoot("arabic-phone");
  await phone.close();
}

const app = process.argv[2] === undefined ? await startApp() : null;
const baseUrl = process.argv[2] ?? app?.baseUrl ?? "";
const browser = await launchBrowser();
mkdirSync(OUT, { recursive: true });
try {
  await english(browser, baseUrl);
  await arabic(browser, baseUrl);
} finally {
  await browser.close();
  await app?.stop();
}
