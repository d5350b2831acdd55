import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { SiteDetail } from "../shared/api/sites.ts";
import { DESKTOP, launchBrowser } from "./harness/browser.ts";
import { Client } from "./harness/client.ts";
import { visitAs } from "./support/browser/person.ts";
import {
  again,
  approvePublishing,
  expectApart,
  expectBothLanguages,
  openLive,
  rollBack,
  setOnline,
  startForReal,
} from "./support/browser/site.ts";
import { expectedPrice, firstProject, plannedCard, say, signUp } from "./support/browser/steps.ts";
import { type Visit, visit } from "./support/browser/visit.ts";
import type { Locale } from "./support/browser/words.ts";

/*
 * From "a one-page site for my clinic" to a live address, a changed page, and the way back to the first one, in a
 * browser: without a container, with the offline model (FR-9.5).
 */

const IN = {
  en: {
    name: "Salem",
    project: "Salem Clinic",
    request: "a one-page site for my clinic with opening hours and a contact section, in Arabic and English",
    change: "change the opening hours to 8–4, Friday closed",
  },
  ar: {
    name: "سالم العلي",
    project: "عيادة السالم",
    request: "أريد موقعاً من صفحة واحدة لعيادتي مع أوقات الدوام وقسم للتواصل، بالعربية والإنجليزية",
    change: "غيّر أوقات الدوام إلى ٨–٤ والجمعة مغلق",
  },
} as const;

const PHONE = { width: 375, height: 812 } as const;
const UNKNOWN = { en: null, ar: null };
const CHANGED = { en: "8:00 AM – 4:00 PM", ar: "8:00 ص – 4:00 م" };

const baseUrl = inject("baseUrl");
let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** Somebody of the owner's project, in a browser of their own, in the other language. */
async function member(owner: Visit, projectId: string, role: "collaborator" | "viewer"): Promise<[Visit, Client]> {
  const client = new Client(baseUrl);
  const { email } = await client.signUp();
  const invited = await owner.page.request.post(`/api/projects/${projectId}/members`, {
    data: { email, role },
    headers: { origin: baseUrl },
  });
  expect(invited.ok(), await invited.text()).toBe(true);
  const locale: Locale = owner.locale === "en" ? "ar" : "en";
  return [await visitAs(browser, client, { locale, viewport: owner.phone ? PHONE : DESKTOP }), client];
}

/** From the words in the chat to the live page. */
async function publish(me: Visit, locale: Locale): Promise<void> {
  const { page } = me;
  await say(me, IN[locale].request);
  const card = await plannedCard(me);
  const price = await expectedPrice(me, card);
  expect(price.low).toBeGreaterThan(0);
  expect(price.high).toBeGreaterThanOrEqual(price.low);
  await me.look("plan of a site");
  await me.button("plan.review", card).click();
  const detail = page.getByTestId("workflow");
  expect(await detail.getByTestId("touches").textContent()).toContain(locale === "ar" ? "النشر" : "Publishing");
  await startForReal(me);
  expect(await approvePublishing(me)).toContain(me.t("publish.newAddress"));
}

/** The page was opened by who made it and by who reviewed it, and the result shows it. */
async function expectProof(me: Visit): Promise<void> {
  const { page } = me;
  const detail = page.getByTestId("workflow");
  const address = (await detail.getByTestId("site-card").getByRole("link").getAttribute("href")) ?? "-";
  expect(await detail.getByTestId("result-summary").textContent()).toContain(address);
  const step = detail.locator("details").filter({ hasText: IN_STEP[me.locale] });
  await step.locator("summary").click();
  const fetched = step.getByRole("listitem").filter({ has: page.getByText(me.like("proof.page")) });
  expect(await fetched.first().getByRole("link").getAttribute("href")).toBe(address);
  await me.look("proof of a live page");
}
const IN_STEP = { en: "Publish and look at it live", ar: "النشر وفحص الصفحة المنشورة" } as const;

test.concurrent.each([
  { locale: "en", size: "phone", whole: true },
  { locale: "ar", size: "phone", whole: false },
  { locale: "en", size: "desktop", whole: false },
  { locale: "ar", size: "desktop", whole: true },
] as const)(
  "a site is asked for, approved, live, changed, and rolled back by a collaborator: $locale on a $size (FR-9.5, FR-12, NFR-S4.1)",
  { timeout: 240_000 },
  async ({ locale, size, whole }) => {
    const me = await visit(browser, baseUrl, { viewport: size === "phone" ? PHONE : DESKTOP, locale });
    const { page, t } = me;
    await signUp(me, IN[locale].name);
    const projectId = await firstProject(me, IN[locale].project);
    await publish(me, locale);
    await expectProof(me);
    const live = await openLive(me);
    await expectApart(me, live, baseUrl);
    await expectBothLanguages(live, UNKNOWN);

    // The second version, in the owner's own words on the result.
    const first = new URL(page.url()).pathname;
    const adjust = page.getByTestId("adjust");
    await adjust.getByLabel(t("adjust.label")).fill(IN[locale].change);
    await adjust.getByRole("button", { name: t("adjust.send"), exact: true }).click();
    await page.waitForURL((url) => url.pathname.split("/")[4] !== first.split("/")[4]);
    await page.locator('[data-testid="workflow"][data-status="pending_approval"]').waitFor();
    await me.look("plan of a change");
    await startForReal(me);
    const { origin } = new URL(live.url());
    expect(await approvePublishing(me)).toContain(origin);
    await again(live);
    await expectBothLanguages(live, CHANGED);

    const [other, theirs] = await member(me, projectId, "collaborator");
    await other.page.goto(`${new URL(page.url()).pathname.split("/").slice(0, 5).join("/")}/results`);
    await rollBack(other, 1);
    await again(live);
    await expectBothLanguages(live, UNKNOWN);

    if (whole) {
      await setOnline(other, false);
      await again(live, 410);
      await setOnline(other, true);
      await again(live);
      await expectBothLanguages(live, UNKNOWN);
      const siteId = new URL(origin).hostname.split(".")[0] ?? "";
      const detail = await theirs.get<SiteDetail>(`/api/sites/${siteId}`);
      expect(detail).toMatchObject({ state: "live", version: 1 });
      expect(detail.versions.map((one) => one.version)).toEqual([2, 1]);
      await expectViewer(me, projectId, siteId);
    }
    await live.close();
    await other.finish();
    await me.finish();
  },
);

/** Who may only look sees the versions, no button that changes anything, and is refused by the API. */
async function expectViewer(me: Visit, projectId: string, siteId: string): Promise<void> {
  const [them, api] = await member(me, projectId, "viewer");
  const { page, t } = them;
  await page.goto(`${new URL(me.page.url()).pathname.split("/").slice(0, 5).join("/")}/results`);
  const card = page.getByTestId("site-card");
  await card.getByRole("button", { name: t("site.more"), exact: true }).click();
  expect(await page.getByRole("menuitem").allInnerTexts()).toEqual([t("site.versions")]);
  await page.getByRole("menuitem", { name: t("site.versions"), exact: true }).click();
  const sheet = page.getByTestId("site-sheet");
  await sheet.getByText(t("site.viewer")).waitFor();
  expect(await sheet.getByRole("button", { name: t("site.rollback"), exact: true }).count()).toBe(0);
  expect(await page.getByTestId("adjust").count()).toBe(0);
  for (const [action, body] of [
    ["rollback", { version: 2 }],
    ["unpublish", {}],
    ["publish", {}],
  ] as const)
    expect((await api.call("POST", `/api/sites/${siteId}/${action}`, body)).status, action).toBe(403);
  await them.finish();
}
