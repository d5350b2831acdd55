import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DESKTOP, launchBrowser, PHONE } from "./harness/browser.ts";
import { Client } from "./harness/client.ts";
import { seriousProblems } from "./support/browser/axe.ts";
import { expectFocused, tabTo } from "./support/browser/keyboard.ts";
import { visitAs } from "./support/browser/person.ts";
import { poll, type Visit } from "./support/browser/visit.ts";
import { newPlace, view } from "./support/journey.ts";
import {
  approveAs,
  completed,
  decide,
  type OutsideApp,
  proposeOver,
  startOutside,
  waitingApprovals,
} from "./support/outside.ts";

/* Acting on the world as a person does it: in a browser, with the service's own ledger as the witness (FR-9). */

const CSV = "Name,Date,Seats\nSara,01/12/2026,2\nAhmed,02/12/2026,4\n";
const BOOK = { en: "Book every row of this list at Bookings.", ar: "احجز كل صف من القائمة في الحجوزات" } as const;

let outside: OutsideApp;
let browser: Browser;
beforeAll(async () => {
  [outside, browser] = await Promise.all([startOutside(), launchBrowser()]);
});
afterAll(() => Promise.all([browser?.close(), outside?.stop()]));

const entries = (before: number) =>
  outside.fake
    .ledger()
    .effects.slice(before)
    .map(({ action, values }) => [action, values.name] as const);
const count = (): number => outside.fake.ledger().effects.length;

/** The page as it is now has no serious problem of access, and nothing sticks out of it. */
async function sound(me: Visit, where: string): Promise<void> {
  await me.look(where);
  expect(await seriousProblems(me.page), where).toEqual([]);
}

const workflowIn = (page: Page): string => new URL(page.url()).pathname.split("/")[4] ?? "";

test.each([
  { locale: "en", size: "phone", colorScheme: "dark" },
  { locale: "ar", size: "desktop", colorScheme: "light" },
] as const)(
  "rehearsed, run for real, approved with a changed value, declined, taken back: $locale, $size",
  {
    timeout: 240_000,
  },
  async ({ locale, size, colorScheme }) => {
    const place = await newPlace(outside.app.baseUrl);
    const before = count();
    const planned = await proposeOver(place, BOOK[locale], CSV, locale);
    const viewport = size === "phone" ? PHONE : DESKTOP;
    const me = await visitAs(browser, place.client, { locale, viewport, colorScheme });
    const { page, t } = me;
    const detail = page.getByTestId("workflow");

    await page.goto(`/p/${place.projectId}/workflows/${planned.id}`);
    await detail.getByTestId("touches").waitFor();
    await me.button("plan.approve", detail).click();
    const approveSheet = page.getByTestId("approve-sheet");
    // Nothing leaves unless a person says so.
    await approveSheet
      .getByRole("radio", { name: t("mode.rehearsal") })
      .and(approveSheet.locator(":checked"))
      .waitFor();
    await sound(me, "approval of a plan that reaches outside");
    await approveSheet.getByRole("button", { name: me.like("mode.startRehearsal") }).click();
    await page.locator('[data-testid="workflow"][data-status="completed"]').waitFor({ timeout: 90_000 });
    await page.getByRole("tab", { name: t("tab.results"), exact: true }).click();
    await detail.getByText(t("rehearsal.title"), { exact: true }).waitFor();
    await poll(() => detail.getByTestId("rehearsed").count()).toBe(2);
    await sound(me, "a rehearsal's results");
    expect(entries(before)).toEqual([]);

    await detail.getByRole("button", { name: t("rehearsal.promote"), exact: true }).click();
    await page.waitForURL((url) => !url.pathname.includes(planned.id));
    const real = workflowIn(page);
    await me.button("plan.approve", detail).click();
    await approveSheet.getByRole("radio", { name: t("mode.live") }).check();
    await approveSheet.getByRole("button", { name: me.like("approve.confirm") }).click();

    const cards = detail.getByTestId("effect-approval");
    await poll(() => cards.count()).toBe(2);
    await sound(me, "two writes wait");
    const sara = cards.filter({ hasText: "Sara" });
    await sara.getByRole("button", { name: t("outside.change"), exact: true }).click();
    const sheet = page.getByTestId("effect-sheet");
    await sheet.locator('[data-field="body.seats"] input').fill("two?");
    await sheet.getByText(t("outside.wrongNumber")).waitFor();
    expect(await sheet.getByRole("button", { name: t("outside.approveEdited"), exact: true }).isDisabled()).toBe(true);
    await sheet.locator('[data-field="body.seats"] input').fill(locale === "ar" ? "٥" : "5");
    await sheet.locator('[data-field="body.name"] input').fill("Sara Al-Noor");
    await poll(() => sheet.getByText(t("outside.changed"), { exact: true }).count()).toBe(2);
    await sound(me, "values of a write");
    // Closed without a decision: what was typed is kept.
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
    const edited = cards.filter({ hasText: "Sara Al-Noor" });
    await edited.getByRole("button", { name: t("outside.approveEdited"), exact: true }).click();
    await poll(() => cards.count()).toBe(1);
    await cards.getByRole("button", { name: t("outside.reject"), exact: true }).click();
    await page.locator('[data-testid="workflow"][data-status="completed"]').waitFor({ timeout: 90_000 });
    expect(entries(before)).toEqual([["created", "Sara Al-Noor"]]);
    expect(outside.fake.ledger().effects.at(-1)?.values).toMatchObject({ seats: 5 });

    await page.getByRole("tab", { name: t("tab.outside"), exact: true }).click();
    await detail.locator('[data-testid="effect"][data-status="done"]').waitFor();
    await detail.getByText(t("ledger.notSent"), { exact: true }).waitFor();
    await sound(me, "what was done outside");
    await detail.getByRole("button", { name: t("undo.run"), exact: true }).click();
    await sound(me, "before taking back");
    await page
      .getByTestId("undo-sheet")
      .getByRole("button", { name: t("undo.confirm"), exact: true })
      .click();
    await detail.locator('[data-testid="effect"][data-status="undone"]').waitFor();
    expect(entries(before).map(([action]) => action)).toEqual(["created", "deleted"]);

    // Both runs name each other.
    await page.getByRole("tab", { name: t("tab.now"), exact: true }).click();
    await detail.getByRole("link", { name: t("lineage.openRehearsal"), exact: true }).click();
    await page.waitForURL((url) => url.pathname.includes(planned.id));
    await page.getByRole("tab", { name: t("tab.results"), exact: true }).click();
    expect(await detail.getByTestId("lineage").getByRole("link").getAttribute("href")).toContain(real);
    await me.finish();
  },
);

test.each(["en", "ar"] as const)(
  "looking back and starting again from there, by keyboard: %s",
  {
    timeout: 240_000,
  },
  async (locale) => {
    const place = await newPlace(outside.app.baseUrl);
    const planned = await proposeOver(place, BOOK[locale], CSV, locale);
    await approveAs(place.client, planned, "live");
    for (const approval of await waitingApprovals(place.client, planned.id, 2))
      await decide(place.client, planned.id, approval.id, "approved");
    await completed(place.client, planned.id);
    const done = count();
    const me = await visitAs(browser, place.client, { locale, viewport: PHONE });
    const { page, t } = me;
    const detail = page.getByTestId("workflow");
    const bar = page.getByTestId("time-bar");
    const at = async (): Promise<number> => Number(await bar.getAttribute("data-version"));

    await page.goto(`/p/${place.projectId}/workflows/${planned.id}/outline`);
    await detail.getByRole("tree").waitFor();
    const look = page.getByRole("button", { name: t("time.open"), exact: true });
    await tabTo(page, look);
    await page.keyboard.press("Enter");
    const slider = bar.getByRole("slider", { name: t("time.slider") });
    await tabTo(page, slider);
    await expectFocused(slider);
    await page.keyboard.press("Home");
    await poll(at).toBe(1);
    // Arrows move as the text runs.
    await page.keyboard.press(locale === "ar" ? "ArrowLeft" : "ArrowRight");
    await poll(at).toBe(2);
    for (let page10 = 0; page10 < 5; page10++) await page.keyboard.press("PageUp");
    await poll(at).toBeGreaterThan(20);
    const then = await at();
    await poll(() => page.evaluate(() => new URLSearchParams(location.search).get("at"))).toBe(String(then));
    expect(await slider.getAttribute("aria-valuetext")).toMatch(/[\d٠-٩]/);
    expect(await detail.getAttribute("data-status")).not.toBe("completed");
    expect(await detail.locator('[role="treeitem"][data-status="success"]').count()).toBeLessThan(
      planned.plan?.nodes.length ?? 0,
    );
    await sound(me, "the past");

    // The same moment on the map and in the costs, and after a reload.
    await page.reload();
    await poll(at).toBe(then);
    const costs = page.getByRole("tab", { name: t("tab.costs"), exact: true });
    await costs.focus();
    await page.keyboard.press("Enter");
    await poll(at).toBe(then);
    const fork = bar.getByRole("button", { name: t("time.forkHere"), exact: true });
    await tabTo(page, fork);
    await page.keyboard.press("Enter");
    const sheet = page.getByTestId("fork-sheet");
    await sheet.waitFor();
    await sheet.getByTestId("fork-after").or(sheet.getByTestId("fork-before")).first().waitFor();
    await sound(me, "starting again");
    await tabTo(page, sheet.getByRole("button", { name: t("fork.start"), exact: true }));
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => !url.pathname.includes(planned.id));
    const next = await view(place.client, workflowIn(page));
    expect(next.lineage).toMatchObject({ reason: "fork", workflowId: planned.id, version: then });
    expect(next.status).toBe("pending_approval");
    expect(count()).toBe(done);
    await me.finish();
  },
);

test("two people before the same write: one decides, the other is told who", { timeout: 180_000 }, async () => {
  const place = await newPlace(outside.app.baseUrl);
  const second = new Client(outside.app.baseUrl);
  const person = await second.signUp();
  await place.client.post(`/api/projects/${place.projectId}/members`, { email: person.email, role: "collaborator" });
  await second.patch("/api/me", { name: "Mona Salem" });
  const planned = await proposeOver(place, BOOK.en, CSV);
  await approveAs(place.client, planned, "live");
  const [first] = await waitingApprovals(place.client, planned.id, 2);
  const me = await visitAs(browser, place.client, { viewport: PHONE });
  const { page } = me;
  await page.goto(`/p/${place.projectId}/workflows/${planned.id}/now`);
  const card = page.locator(`[data-approval="${first?.id}"]`);
  await card.waitFor();
  await decide(second, planned.id, first?.id ?? "", "rejected");
  await card.waitFor({ state: "detached" });
  await page.getByTestId("overtaken").getByText("Mona Salem").waitFor();
  await sound(me, "somebody else decided");
  await me.finish();
});
