import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { ShareCreated } from "../shared/api/shares.ts";
import { DESKTOP, launchBrowser, PHONE } from "./harness/browser.ts";
import { Client } from "./harness/client.ts";
import { seriousProblems } from "./support/browser/axe.ts";
import { expectFocused } from "./support/browser/keyboard.ts";
import { visitAs } from "./support/browser/person.ts";
import { poll, type Visit, visit } from "./support/browser/visit.ts";
import { ask, newPlace, runToEnd, upload } from "./support/journey.ts";

/* Files, the terminal and shared links as people use them, in a browser (FR-14.2, FR-14.3, FR-9.4). */

const CSV = "Client,Amount,Date\nNoor,10.500,2026-01-05\nشركة الخليج,20.250,2026-02-06\n";
const REQUEST = "Total Amount by Client and month";
/** Above 10 MB, so that it goes in parts. */
const LARGE = Buffer.from(`Client,Amount\n${"Noor,10.500\n".repeat(1_100_000)}`);
/** A program, by its first bytes. */
const PROGRAM = Buffer.concat([Buffer.from("MZ"), Buffer.alloc(11_000_000)]);
const OTHER = Buffer.from(`Client,Amount\n${"Salm,10.500\n".repeat(1_100_000)}`);

const baseUrl = inject("baseUrl");
let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

/** The page as it is now has no serious problem of access, and nothing sticks out of it. */
async function sound(me: Visit, where: string): Promise<void> {
  await me.look(where);
  expect(await seriousProblems(me.page), where).toEqual([]);
}

test("FR-14.2: a large upload goes on after a reload with the same file only; deleting has a way back", async () => {
  const place = await newPlace(baseUrl);
  const me = await visitAs(browser, place.client, { viewport: PHONE });
  const { page } = me;
  await page.goto(`/p/${place.projectId}/chat`);
  await page.getByRole("button", { name: me.like("projects.switch") }).click();
  await page.getByRole("menuitem", { name: me.t("projects.files") }).click();
  await page.getByText(me.t("files.none")).waitFor();

  let parts = 0;
  await page.route("**/api/uploads/*/parts/*", async (route) => {
    parts += 1;
    if (parts <= 1) await route.continue();
  });
  const file = { name: "ledger.csv", mimeType: "text/csv", buffer: LARGE };
  const received = page.waitForResponse((answer) => answer.url().includes("/parts/") && answer.ok());
  await page.getByTestId("library-input").setInputFiles(file);
  await received;
  await page.reload();
  await page.unroute("**/api/uploads/*/parts/*");
  const row = page.getByTestId("upload");
  await poll(() => row.getAttribute("data-phase")).toBe("needs-file");
  await page.getByTestId("pick-again").setInputFiles({ ...file, buffer: OTHER });
  await page.getByText(me.like("send.otherFile")).waitFor();
  const sent: string[] = [];
  page.on("request", (request) => request.method() === "PUT" && sent.push(request.url()));
  await page.getByTestId("pick-again").setInputFiles(file);
  await poll(() => row.getAttribute("data-phase")).toBe("done");
  expect(sent.length).toBe(2);
  await page.getByTestId("file").waitFor();
  await sound(me, "files");

  // What the server is certain to refuse is not sent to it first.
  await page.getByTestId("library-input").setInputFiles({ name: "setup.exe", mimeType: "", buffer: PROGRAM });
  await page.locator('[data-testid="upload"][data-phase="refused"]').waitFor();
  expect(sent.length).toBe(2);

  // The name is ready to be typed over, its ending kept.
  await page.getByRole("button", { name: me.like("files.actions") }).click();
  await page.getByRole("menuitem", { name: me.t("file.rename") }).click();
  await expectFocused(page.getByLabel(me.t("file.name"), { exact: true }));
  await page.keyboard.type("accounts");
  await page.keyboard.press("Enter");
  await page.getByTestId("file").filter({ hasText: "accounts.csv" }).waitFor();

  await page.getByRole("button", { name: me.like("files.actions") }).click();
  await page.getByRole("menuitem", { name: me.t("file.delete") }).click();
  await poll(() => page.getByTestId("file").count()).toBe(0);
  // Another note with a way back, of the renaming, may still stand beside it.
  await page
    .getByRole("region", { name: me.t("toast.region") })
    .locator("> div")
    .filter({ has: page.getByText(me.like("file.deleted")) })
    .getByRole("button", { name: me.t("file.undo") })
    .click();
  await poll(() => page.getByTestId("file").count()).toBe(1);
  await me.finish();
});

test.each([
  { locale: "en", viewport: DESKTOP },
  { locale: "ar", viewport: PHONE },
] as const)(
  "FR-14.3: a collaborator types in the terminal and Arabic output is read beside it; a viewer watches: $locale",
  async ({ locale, viewport }) => {
    const place = await newPlace(baseUrl);
    const { id } = await upload(place, "sales.csv", CSV);
    const { workflowId } = await ask(place, REQUEST, { fileIds: [id] });
    await runToEnd(place.client, workflowId);
    const address = `/p/${place.projectId}/workflows/${workflowId}/details`;
    const me = await visitAs(browser, place.client, { locale, viewport });
    await me.page.goto(address);
    const line = me.page.getByTestId("terminal-line");
    await line.fill("printf 'المجموع: 12\\n\\033]52;c;ZXZpbA==\\007plain\\n'; ls");
    await line.press("Enter");
    const arabic = me.page.getByTestId("terminal-rtl").getByRole("listitem");
    await poll(async () => (await arabic.allTextContents()).includes("المجموع: 12")).toBe(true);
    const log = me.page.getByRole("log");
    await poll(async () => (await log.textContent())?.includes("plain") ?? false).toBe(true);
    expect(await log.textContent()).not.toContain("ZXZpbA==\u0007");
    await me.page.getByTestId("terminal-picture").waitFor();
    await sound(me, "terminal");
    await me.finish();

    const viewer = new Client(baseUrl);
    const { email } = await viewer.signUp();
    await place.client.post(`/api/projects/${place.projectId}/members`, { email, role: "viewer" });
    const they = await visitAs(browser, viewer, { locale, viewport });
    await they.page.goto(address);
    await they.page.getByText(they.t("terminal.viewer")).waitFor();
    await poll(async () => (await they.page.getByRole("log").textContent())?.includes("plain") ?? false).toBe(true);
    expect(await they.page.getByTestId("terminal-line").count()).toBe(0);
    await they.page.goto(`/p/${place.projectId}/workflows/${workflowId}/results`);
    await they.page.getByText(they.t("results.viewer")).waitFor();
    expect(await they.page.locator("a[download]").count()).toBe(0);
    await they.finish();
  },
);

test("FR-9.4: who has a link reads the result without an account, until it is switched off", async () => {
  const place = await newPlace(baseUrl);
  const { id } = await upload(place, "sales.csv", CSV);
  const { workflowId } = await ask(place, REQUEST, { fileIds: [id] });
  await runToEnd(place.client, workflowId);
  const me = await visitAs(browser, place.client, { viewport: PHONE });
  await me.page.goto(`/p/${place.projectId}/workflows/${workflowId}/results`);
  await me.button("share.title").click();
  await me.button("share.create").click();
  const url = await me.page.getByTestId("share-url").inputValue();
  await sound(me, "share");

  const stranger = await visit(browser, baseUrl, { locale: "ar", viewport: PHONE });
  await stranger.page.goto(url);
  await stranger.page.getByTestId("shared").waitFor();
  await stranger.page.getByText(stranger.t("shared.proof")).waitFor();
  await sound(stranger, "shared page");
  const download = stranger.page.waitForEvent("download");
  await stranger.page.getByTestId("shared").locator("a[download]").first().click();
  expect((await download).suggestedFilename()).not.toBe("");

  await me.page.getByTestId("share").getByRole("button").click();
  await poll(() => me.page.getByTestId("share").getAttribute("data-state")).toBe("revoked");
  // Said where it can be read and heard, and what is dead is not offered any more.
  await me.page.getByTestId("share-sheet").getByText(me.t("share.revoked")).waitFor();
  expect(await me.page.getByTestId("share-url").count()).toBe(0);
  await stranger.page.reload();
  await stranger.page.getByText(stranger.t("shared.gone")).waitFor();
  await stranger.context.close();
  await me.finish();
  const { url: again } = await place.client.post<ShareCreated>(`/api/workflows/${workflowId}/shares`, {
    expiresInHours: 1,
  });
  expect(again).not.toBe(url);
});
