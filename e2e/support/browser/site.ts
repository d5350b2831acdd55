import type { Page } from "playwright-core";
import { expect } from "vitest";
import { openTab, untilCompleted } from "./steps.ts";
import { poll, type Visit } from "./visit.ts";

/** A published page in a tab of its own, as a visitor has it. */

/** Approves the plan for real, in the sheet, as proposed. */
export async function startForReal(me: Visit): Promise<void> {
  const { page, t } = me;
  await me.button("plan.approve", page.getByTestId("workflow")).click();
  const sheet = page.getByTestId("approve-sheet");
  // Nothing leaves unless a person says so.
  await sheet
    .getByRole("radio", { name: t("mode.rehearsal") })
    .and(sheet.locator(":checked"))
    .waitFor();
  await sheet.getByRole("radio", { name: t("mode.live") }).check();
  await me.look("approval of a plan that publishes");
  await sheet.getByRole("button", { name: me.like("approve.confirm") }).click();
}

/** Approves what would go online and waits for the end; gives what the card said of the address. */
export async function approvePublishing(me: Visit): Promise<string> {
  const { page, t } = me;
  const detail = page.getByTestId("workflow");
  const card = detail.getByTestId("effect-approval");
  const foresight = card.getByTestId("site-approval");
  await foresight.getByRole("link", { name: t("publish.look") }).waitFor();
  await me.look("what would go online");
  const said = (await foresight.textContent()) ?? "";
  expect(said).toContain("index.html");
  expect(said).toContain(t("publish.noNotes"));
  await card.getByRole("button", { name: t("outside.approveSite"), exact: true }).click();
  await untilCompleted(me);
  await openTab(me, "results");
  await detail.getByTestId("site-card").and(page.locator('[data-state="live"]')).waitFor();
  await me.look("result with a live site");
  return said;
}

/** Clicks the live address on the result; it opens beside the app. */
export async function openLive(me: Visit): Promise<Page> {
  const link = me.page.getByTestId("site-card").getByRole("link", { name: me.t("site.open") });
  const [live] = await Promise.all([me.context.waitForEvent("page"), link.click()]);
  await live.waitForLoadState();
  return live;
}

/** Loads the address again; its status must be `status`. */
export async function again(live: Page, status = 200): Promise<void> {
  const answer = await live.reload();
  expect(answer?.status()).toBe(status);
}

/** On an origin of its own, behind strict headers, and without a cookie of anybody's. */
export async function expectApart(me: Visit, live: Page, baseUrl: string): Promise<void> {
  const url = new URL(live.url());
  const app = new URL(baseUrl);
  expect(url.origin).not.toBe(app.origin);
  expect(url.hostname).toMatch(/^[a-z0-9]{12,}\.sites\.localhost$/);
  const answer = await live.reload();
  const headers = (await answer?.allHeaders()) ?? {};
  const sent = (await answer?.request().allHeaders()) ?? {};
  expect(answer?.status()).toBe(200);
  expect(headers["content-security-policy"]).toMatch(/^sandbox (?!.*allow-same-origin).*default-src 'none'/);
  expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
  expect(headers["set-cookie"]).toBeUndefined();
  expect(sent.cookie).toBeUndefined();
  expect(await me.context.cookies(live.url())).toEqual([]);
  // An opaque origin: asking for cookies is refused, not answered.
  expect(
    await live.evaluate(() => {
      try {
        return document.cookie;
      } catch (error) {
        return error instanceof DOMException ? error.name : "other";
      }
    }),
  ).toBe("SecurityError");
  expect(await live.evaluate(() => [window.opener, self.origin])).toEqual([null, "null"]);
}

const PAGE_WORDS = {
  en: { dir: "ltr", hours: "Opening hours", contact: "Contact", gap: "To be added", change: "English" },
  ar: { dir: "rtl", hours: "أوقات العمل", contact: "التواصل", gap: "يُضاف لاحقًا", change: "العربية" },
} as const;

/** Both languages with their sections, switched by the page's own link; what is not known is marked, not invented. */
export async function expectBothLanguages(
  live: Page,
  today: { readonly en: string | null; readonly ar: string | null },
) {
  for (const lang of ["en", "ar"] as const) {
    const words = PAGE_WORDS[lang];
    const side = live.locator(`main > [lang="${lang}"][dir="${words.dir}"]`);
    if (!(await side.isVisible())) await live.locator("a.switch:visible").getByText(words.change).click();
    await side.waitFor();
    expect(await live.locator("main > [lang]:visible").count()).toBe(1);
    const hours = side.getByRole("region", { name: words.hours, exact: true });
    expect(await hours.getByRole("row").count()).toBeGreaterThan(1);
    const shown = (await hours.textContent()) ?? "";
    const expected = today[lang];
    expect(shown).toContain(expected ?? words.gap);
    if (expected === null) expect(shown).not.toMatch(/\d/);
    const contact = side.getByRole("region", { name: words.contact, exact: true });
    // Nobody gave a number or an address: none is made up.
    expect(await contact.textContent()).toContain(words.gap);
    expect(await contact.locator("a[href^='tel:'], a[href^='mailto:'], a[href*='wa.me']").count()).toBe(0);
  }
  const wide = await live.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide).toBe(0);
}

/** Puts another version online, from the site's card on the result. */
export async function rollBack(me: Visit, to: number): Promise<void> {
  const { page, t } = me;
  await page
    .getByTestId("site-card")
    .getByRole("button", { name: t("site.more"), exact: true })
    .click();
  await page.getByRole("menuitem", { name: t("site.versions"), exact: true }).click();
  const sheet = page.getByTestId("site-sheet");
  const versions = sheet.getByTestId("site-version");
  await versions.first().waitFor();
  await me.look("versions of a site");
  // Newest first.
  const all = await versions.count();
  const row = versions.nth(all - to);
  await row.getByRole("button", { name: t("site.rollback"), exact: true }).click();
  const confirm = page.getByTestId("site-confirm");
  await me.look("before another version goes online");
  await confirm.getByRole("button", { name: t("site.rollback"), exact: true }).click();
  await confirm.waitFor({ state: "detached" });
  await row.getByText(t("site.now"), { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
}

/** Takes the site offline, or puts it back. */
export async function setOnline(me: Visit, online: boolean): Promise<void> {
  const { page, t } = me;
  const card = page.getByTestId("site-card");
  if (online) await card.getByRole("button", { name: t("site.putBack"), exact: true }).click();
  else {
    await card.getByRole("button", { name: t("site.more"), exact: true }).click();
    await page.getByRole("menuitem", { name: t("site.unpublish"), exact: true }).click();
  }
  const confirm = page.getByTestId("site-confirm");
  await confirm.getByRole("button", { name: t(online ? "site.putBack" : "site.unpublish"), exact: true }).click();
  await confirm.waitFor({ state: "detached" });
  await poll(() => card.getAttribute("data-state")).toBe(online ? "live" : "unpublished");
  await me.look(online ? "a site back online" : "a site taken offline");
}
