import { readFileSync } from "node:fs";
import { join } from "node:path";
import { at } from "../../.dev/lib/paths.mjs";
import { parseVars } from "../../.dev/lib/vars.mjs";
import type { App } from "../harness/app.ts";

/** What must stand in nothing that guest code, a person in a terminal or a model can read. */
export function secretsOf(app: App, more: readonly string[] = []): readonly string[] {
  const file = join(app.stateDir, "vars");
  const vars: Record<string, string> = parseVars(readFileSync(file, "utf8"), file);
  const values = Object.values(vars).filter((value) => value.length >= 16);
  return [...values, ...more, app.stateDir, at(), "miniflare", "wrangler", "cloudflare"];
}

/** The secrets that stand in the text. */
export const leaksIn = (text: string, secrets: readonly string[]): string[] =>
  secrets.filter((secret) => text.includes(secret));
