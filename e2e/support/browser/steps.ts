import { readFile } from "node:fs/promises";
import type { Locator } from "playwright-core";
import type { Tab } from "../../../web/src/features/workflow/tabs.ts";
import { newPerson, type Person } from "../../harness/client.ts";
import { PATIENCE_MS, type Visit } from "./visit.ts";
import { dollars } from "./words.ts";

/** What a person does in the app, in the words they see. */

export async function signUp(visit: Visit, name: string): Promise<Person> {
  const { page, t } = visit;
  const person = newPerson(name);
  await page.goto("/sign-up");
  await page.getByLabel(t("auth.name"), { exact: true }).fill(person.name);
  await page.getByLabel(t("auth.email"), { exact: true }).fill(person.email);
  await page.getByLabel(t("auth.password"), { exact: true }).fill(person.password);
  await visit.look("sign-up");
  await page
    .getByRole("main")
    .getByRole("button", { name: t("auth.signUp") })
    .click();
  await page.waitForURL("**/projects");
  return person;
}

export async function firstProject(visit: Visit, name: string): Promise<string> {
  const { page, t } = visit;
  await page.getByLabel(t("projects.name"), { exact: true }).fill(name);
  await visit.look("first project");
  await page.getByRole("button", { name: t("projects.begin") }).click();
  await page.waitForURL("**/p/*/chat");
  await page.getByText(t("chat.lead")).waitFor();
  await visit.look("empty chat");
  return new URL(page.url()).pathname.split("/")[2] ?? "";
}

/** Attaches and waits until the file was read. */
export async function attach(visit: Visit, name: string, mimeType: string, content: string): Promise<void> {
  const { page, t } = visit;
  await page.getByTestId("file-input").setInputFiles({ name, mimeType, buffer: Buffer.from(content) });
  const row = page.getByRole("list", { name: t("upload.list") }).locator('li[data-state="ready"]', { hasText: name });
  await row.waitFor();
}

export async function say(visit: Visit, words: string): Promise<void> {
  const { page, t } = visit;
  await page.getByLabel(t("chat.write")).fill(words);
  await page.getByRole("button", { name: t("chat.send"), exact: true }).click();
}

/** The plan of the last message, once it waits for approval. */
export async function plannedCard(visit: Visit): Promise<Locator> {
  const card = visit.page.getByTestId("plan-card").last();
  await card.and(visit.page.locator('[data-status="pending_approval"]')).waitFor();
  return card;
}

/** The lower and the upper dollars that stand beside "Expected price". */
export async function expectedPrice(visit: Visit, within: Locator): Promise<{ low: number; high: number }> {
  const label = visit.t("plan.price");
  const beside = within.locator(`xpath=.//*[text()[normalize-space()="${label}"]]/following-sibling::bdi`);
  const [low = Number.NaN, high = low] = dollars((await beside.first().textContent()) ?? "");
  return { low, high };
}

/** Opens a tab of the workflow by its name. */
export async function openTab(visit: Visit, tab: Tab): Promise<void> {
  const name = visit.t(`tab.${tab}`);
  const button = visit.page.getByRole("tab", { name, exact: true });
  await button.click();
  await button.and(visit.page.locator('[aria-selected="true"]')).waitFor();
}

export const untilCompleted = (visit: Visit): Promise<void> =>
  visit.page.locator('[data-testid="workflow"][data-status="completed"]').waitFor({ timeout: 2 * PATIENCE_MS });

/** Downloads by a click and gives the name and the text of the file. */
export async function download(visit: Visit, link: Locator): Promise<{ name: string; text: string }> {
  const [file] = await Promise.all([visit.page.waitForEvent("download"), link.click()]);
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
}

/** Approves with a limit of one's own, typed as a person would; the header then shows it. */
export async function approveWithCap(visit: Visit, typed: string): Promise<void> {
  const { page, t } = visit;
  await visit.button("plan.approve", page.getByTestId("workflow")).click();
  const sheet = page.getByTestId("approve-sheet");
  await sheet.getByRole("radio", { name: t("approve.own") }).check();
  await sheet.getByLabel(t("approve.ownLabel")).fill(typed);
  await visit.look("approve");
  await sheet.getByRole("button", { name: visit.like("approve.confirm") }).click();
  await sheet.waitFor({ state: "detached" });
}
