import type { Browser, BrowserContext } from "playwright-core";
import type { VisitOptions } from "../../harness/browser.ts";
import type { Client } from "../../harness/client.ts";
import { type Visit, visit } from "./visit.ts";

/** Carries a session of the API client into a browser, so that a test can begin where it is about. */
export async function enter(context: BrowserContext, client: Client): Promise<void> {
  const cookies = client.cookie.split("; ").map((pair) => {
    const cut = pair.indexOf("=");
    return {
      name: pair.slice(0, cut),
      value: pair.slice(cut + 1),
      url: client.baseUrl.replace(/^http:/, "https:"),
      secure: true,
      httpOnly: true,
      sameSite: "Lax" as const,
    };
  });
  await context.addCookies(cookies);
}

/** A browser in which the person of `client` is signed in already. */
export async function visitAs(browser: Browser, client: Client, options: VisitOptions = {}): Promise<Visit> {
  const made = await visit(browser, client.baseUrl, options);
  await enter(made.context, client);
  return made;
}
