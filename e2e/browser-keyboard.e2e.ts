import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { launchBrowser } from "./harness/browser.ts";
import { newPerson } from "./harness/client.ts";
import { expectFocused, expectTrapped, tabTo } from "./support/browser/keyboard.ts";
import { plannedCard } from "./support/browser/steps.ts";
import { poll, type Visit, visit } from "./support/browser/visit.ts";
import { awkwardCsv, HEADERS, makeInvoices } from "./support/invoices.ts";

/* What axe cannot judge: the whole journey without a mouse, and what a screen reader is told (NFR-U2, FR-4). */

const baseUrl = inject("baseUrl");
const STATUSES = /Not started|Working|Repairing|Tries again soon|Waits for you|Being checked|Done|Needs you|Skipped/;

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** Everything the polite region says from now on. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const said: string[] = [];
    Object.assign(globalThis, { said });
    const region = document.querySelector('[data-testid="live-region"]');
    if (!region) throw new Error("no live region");
    new MutationObserver(() => said.push(region.textContent ?? "")).observe(region, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  return () => page.evaluate("said");
}

/** Moves along the tabs of the workflow with arrows until `tab` is the chosen one. */
async function arrowTo(me: Visit, tab: "plan" | "now" | "map" | "outline" | "results"): Promise<void> {
  const { page } = me;
  const target = page.getByRole("tab", { name: me.t(`tab.${tab}`), exact: true });
  await tabTo(page, page.locator('[role="tab"][aria-selected="true"]'), "Shift+Tab");
  for (let pressed = 0; pressed < 6; pressed++) {
    if ((await target.getAttribute("aria-selected")) === "true") return;
    const before = await page.locator('[role="tab"]:focus').textContent();
    await page.keyboard.press("ArrowRight");
    const next = page.locator('[role="tab"][aria-selected="true"]:focus');
    await poll(async () => (await next.count()) === 1 && (await next.textContent()) !== before).toBe(true);
  }
  throw new Error(`arrows never came to ${tab}`);
}

interface Step {
  readonly id: string;
  readonly label: string;
  readonly dependsOn: readonly string[];
}

/** The planned steps as the API has them now. */
const stepsOf = (page: Page, workflowId: string | undefined): Promise<readonly Step[]> =>
  page.evaluate(async (id) => {
    const { plan }: { plan: { nodes: Step[] } } = await (await fetch(`/api/workflows/${id}`)).json();
    return plan.nodes;
  }, workflowId);

test("the whole journey by keyboard, heard by a screen reader, without motion where it is not wanted", {
  timeout: 240_000,
}, async () => {
  const me = await visit(browser, baseUrl, { reducedMotion: true });
  const { page } = me;
  const detail = page.getByTestId("workflow");
  const person = newPerson("Keys Only");

  await page.goto("/sign-up");
  await page.getByLabel(me.t("auth.name"), { exact: true }).waitFor();
  for (const [field, typed] of [
    ["auth.name", person.name],
    ["auth.email", person.email],
    ["auth.password", person.password],
  ] as const) {
    await tabTo(page, page.getByLabel(me.t(field), { exact: true }));
    await page.keyboard.type(typed);
  }
  await page.keyboard.press("Enter");
  await page.waitForURL("**/projects");
  await page.getByLabel(me.t("projects.name"), { exact: true }).waitFor();
  await tabTo(page, page.getByLabel(me.t("projects.name"), { exact: true }));
  await page.keyboard.type("Keyboard");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/p/*/chat");
  await page.getByText(me.t("chat.lead")).waitFor();

  const attach = page.getByRole("button", { name: me.t("chat.attach"), exact: true });
  const asked = page.waitForEvent("filechooser");
  await tabTo(page, attach);
  await page.keyboard.press("Enter");
  const chooser = await asked;
  const csv = awkwardCsv(makeInvoices(21, 30), HEADERS, ["Paid", "Unpaid"]);
  await chooser.setFiles({ name: "invoices.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await page.locator('li[data-state="ready"]').waitFor();
  await tabTo(page, page.getByLabel(me.t("chat.write")));
  await page.keyboard.type("Totals by client and month, flag the overdue ones, and write a summary to send");
  await page.keyboard.press("Enter");
  const card = await plannedCard(me);

  await tabTo(page, me.button("plan.review", card), "Shift+Tab");
  await page.keyboard.press("Enter");
  const rows = detail.getByTestId("plan-step");
  await rows.first().waitFor();
  const row = (id: string) => detail.locator(`[data-testid="plan-step"][data-step="${id}"]`);

  // A dialog takes the focus, keeps it, and gives it back.
  const opener = row("totals").getByRole("button").first();
  await tabTo(page, opener);
  await page.keyboard.press("Enter");
  const sheet = page.getByTestId("step-sheet");
  await sheet.waitFor();
  await poll(() => sheet.evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true);
  await expectTrapped(page, sheet);
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
  await expectFocused(opener);

  // Reordered and removed without a mouse.
  const ids = () => rows.evaluateAll((all) => all.map((one) => one.getAttribute("data-step")));
  const before = await ids();
  await tabTo(page, row("totals").getByRole("button", { name: me.like("plan.down") }));
  await page.keyboard.press("Enter");
  await poll(ids).toEqual(before.map((id) => (id === "totals" ? "overdue" : id === "overdue" ? "totals" : id)));
  await tabTo(page, row("overdue").getByRole("button", { name: me.like("plan.remove") }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await poll(ids).toEqual(before.filter((id) => id !== "overdue"));

  // The map is one stop; arrows follow the links; Enter and Escape.
  await arrowTo(me, "map");
  const scene = detail.getByTestId("scene");
  await scene.locator("canvas").waitFor();
  await tabTo(page, scene);
  const workflowId = new URL(page.url()).pathname.split("/")[4];
  const nodes = await stepsOf(page, workflowId);
  const at = () => detail.locator('p.sr-only[aria-live="polite"]').textContent();
  let here = nodes.find((node) => node.dependsOn.length === 0);
  await page.keyboard.press("ArrowRight");
  for (let moved = 0; here && moved < nodes.length; moved++) {
    const name = here.label;
    await poll(async () => (await at())?.startsWith(`${name}. `)).toBe(true);
    const from = here.id;
    const next = nodes.filter((node) => node.dependsOn.includes(from));
    if (next.length === 0) break;
    await page.keyboard.press("ArrowRight");
    let told = "";
    await poll(async () => {
      told = (await at()) ?? "";
      return next.some((node) => told.startsWith(`${node.label}. `));
    }).toBe(true);
    here = next.find((node) => told.startsWith(`${node.label}. `));
  }
  expect(here?.label).toBe(nodes.at(-1)?.label);
  await page.keyboard.press("ArrowLeft");
  await poll(async () => (await at())?.startsWith(`${here?.label}. `)).toBe(false);
  await page.keyboard.press("Escape");
  await poll(at).toBe("");
  await page.keyboard.press("Tab");
  expect(await scene.evaluate((element) => element.contains(document.activeElement))).toBe(false);

  await arrowTo(me, "plan");
  const said = await listen(page);
  const approve = me.button("plan.approve", detail);
  await tabTo(page, approve);
  await page.keyboard.press("Enter");
  const dialog = page.getByTestId("approve-sheet");
  await dialog.waitFor();
  await expectTrapped(page, dialog);
  await tabTo(page, dialog.getByRole("radio", { checked: true }));
  await page.keyboard.press("ArrowUp");
  await dialog
    .getByRole("radio", { name: me.t("approve.high") })
    .and(dialog.locator(":checked"))
    .waitFor();
  await tabTo(page, dialog.getByRole("button", { name: me.like("approve.confirm") }));
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });

  // The live run as a screen reader has it: a tree that names each step with its status.
  await page.getByRole("tab", { name: me.t("tab.now"), exact: true }).waitFor();
  const moving = await page.evaluate(() =>
    document.getAnimations().flatMap((one) => (one instanceof CSSAnimation ? [one.animationName] : [])),
  );
  expect(moving).toEqual([]);
  await arrowTo(me, "outline");
  const tree = detail.getByRole("tree");
  await tree.waitFor();
  const heard = await tree.ariaSnapshot();
  const labels = (await stepsOf(page, workflowId)).map((node) => node.label);
  for (const label of labels) {
    const line = heard.split("\n").find((one) => one.includes(`treeitem "${label}`));
    expect(line, `${label} in\n${heard}`).toMatch(STATUSES);
  }

  await page.locator('[data-testid="workflow"][data-status="completed"]').waitFor({ timeout: 90_000 });
  expect(await page.locator(".animate-\\[confetti_1\\.4s_ease-out_forwards\\]").count()).toBe(0);
  await poll(async () => (await said()).join(" ")).toMatch(/: Done/);
  const end = await tree.ariaSnapshot();
  for (const label of labels) expect(end).toContain(`treeitem "${label} Done`);
  const session = await page.context().newCDPSession(page);
  const { nodes: spoken } = await session.send("Accessibility.getFullAXTree");
  const items = spoken
    .filter((node) => node.role?.value === "treeitem" && !node.ignored)
    .map((node) => String(node.name?.value));
  for (const label of labels) expect(items.some((name) => name.startsWith(`${label} Done`))).toBe(true);

  // One stop for the outline, arrows inside; Enter opens a step and Escape comes back to it.
  const first = tree.locator('[role="treeitem"][data-step]').first();
  await tabTo(page, first);
  await page.keyboard.press("ArrowDown");
  const second = tree.locator('[role="treeitem"][data-step]').nth(1);
  await expectFocused(second);
  await page.keyboard.press("Enter");
  const step = page.getByTestId("node-sheet");
  await step.waitFor();
  await page.keyboard.press("Escape");
  await step.waitFor({ state: "detached" });
  await expectFocused(second);

  await arrowTo(me, "results");
  const link = detail.getByTestId("artifact").first().getByRole("link");
  await tabTo(page, link);
  const [file] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  expect(file.suggestedFilename()).not.toBe("");

  const account = page.getByRole("button", { name: me.like("account.menu") });
  await tabTo(page, account, "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: me.t("account.signOut"), exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await expectFocused(account);
  await page.keyboard.press("Enter");
  const leave = page.getByRole("menuitem", { name: me.t("account.signOut"), exact: true });
  await leave.waitFor();
  await poll(() => page.getByRole("menu").evaluate((menu) => menu.contains(document.activeElement))).toBe(true);
  const marked = () => page.getByRole("menu").locator(":focus").textContent();
  for (let before = await marked(); before !== me.t("account.signOut"); before = await marked()) {
    await page.keyboard.press("ArrowDown");
    const left = before;
    await poll(async () => (await marked()) !== left).toBe(true);
  }
  await expectFocused(leave);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/sign-in/);
  await me.finish();
});
