import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { expect, vi } from "vitest";
import { DESKTOP, newVisitor, type VisitOptions, watchForErrors } from "../../harness/browser.ts";
import { expectFits } from "./layout.ts";
import { type Locale, pattern, type TextId, text } from "./words.ts";

/** How long the page may take for one thing on a busy machine, milliseconds. */
export const PATIENCE_MS = 45_000;

const eventually = <T>(look: () => Promise<T>, judge: (seen: T) => void): Promise<void> =>
  vi.waitFor(async () => judge(await look()), { timeout: PATIENCE_MS, interval: 50 });

/** Looks again and again until it sees what is expected. Unlike `expect.poll` it may be used in concurrent tests. */
export const poll = <T>(look: () => Promise<T>) => ({
  toBe: (value: T) => eventually(look, (seen) => expect(seen).toBe(value)),
  toEqual: (value: T) => eventually(look, (seen) => expect(seen).toEqual(value)),
  toMatch: (value: RegExp) => eventually(look, (seen) => expect(seen).toMatch(value)),
  toBeGreaterThan: (value: number) => eventually(look, (seen) => expect(seen).toBeGreaterThan(value)),
  toBeLessThan: (value: number) => eventually(look, (seen) => expect(seen).toBeLessThan(value)),
});

/** Asked before anybody is signed in, and answered 401 as it should be: the browser writes that down as an error. */
const EXPECTED = /Failed to load resource: the server responded with a status of 401/;

export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly locale: Locale;
  readonly phone: boolean;
  /** The client's own words in this visit's language. */
  t(id: TextId): string;
  like(id: TextId): RegExp;
  button(id: TextId, within?: Page | Locator): Locator;
  /** Nothing sticks out of the screen here. */
  look(where: string): Promise<void>;
  /** No uncaught error, no error line in the console (but the 401 of the first /api/me), then the end. */
  finish(): Promise<void>;
}

/** Somebody with a browser profile of their own. */
export async function visit(browser: Browser, baseUrl: string, options: VisitOptions = {}): Promise<Visit> {
  const context = await newVisitor(browser, baseUrl, options);
  return visitIn(context, options);
}

/** Another tab of the same person. */
export async function visitIn(context: BrowserContext, options: VisitOptions = {}): Promise<Visit> {
  const locale = options.locale ?? "en";
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const errors = watchForErrors(page);
  return {
    context,
    page,
    locale,
    phone: (options.viewport ?? DESKTOP).width < 768,
    t: (id) => text(locale, id),
    like: (id) => pattern(locale, id),
    button: (id, within = page) => within.getByRole("button", { name: pattern(locale, id) }),
    look: (where) => expectFits(page, where),
    async finish() {
      expect(errors.filter((line) => !EXPECTED.test(line))).toEqual([]);
      await context.close();
    },
  };
}
