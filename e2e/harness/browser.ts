import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { findChromium } from "../../.dev/lib/chromium.mjs";

/** The two sizes every journey is proven at. */
export const PHONE = { width: 375, height: 667 } as const;
export const DESKTOP = { width: 1280, height: 800 } as const;

/** Starts the machine's Chromium, headless, with a fresh profile. */
export function launchBrowser(): Promise<Browser> {
  const executablePath: string | null = findChromium();
  if (executablePath === null) throw new Error("No Chromium found: npm test installs it, or set CHROMIUM_PATH.");
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--use-angle=swiftshader",
      "--enable-unsafe-swiftshader",
    ],
  });
}

export interface VisitOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly locale?: "en" | "ar";
  /** Default dark, as the app's own. */
  readonly colorScheme?: "dark" | "light";
  readonly reducedMotion?: boolean;
}

/** A visitor with a storage of their own. Phone-sized viewports come with touch. */
export function newVisitor(browser: Browser, baseURL: string, options: VisitOptions = {}): Promise<BrowserContext> {
  const viewport = options.viewport ?? DESKTOP;
  const phone = viewport.width < 768;
  return browser.newContext({
    baseURL,
    viewport,
    locale: options.locale === "ar" ? "ar-KW" : "en-GB",
    timezoneId: "Asia/Kuwait",
    colorScheme: options.colorScheme ?? "dark",
    reducedMotion: options.reducedMotion === true ? "reduce" : "no-preference",
    hasTouch: phone,
    isMobile: phone,
    acceptDownloads: true,
  });
}

/** Collects what a page must not have: uncaught errors and error lines in its console. */
export function watchForErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(`console: ${message.text()}`);
  });
  return errors;
}
