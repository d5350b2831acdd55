import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe calls serious or critical on the page as it is now, one line each. */
export async function seriousProblems(page: Page): Promise<string[]> {
  // Transitions would be judged half-way; their end is what people read.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .flatMap((one) =>
          one.effect?.getComputedTiming().iterations === Infinity ? [] : [one.finished.catch(() => undefined)],
        ),
    ),
  );
  await page.evaluate(SOURCE);
  const results: AxeResults = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })");
  return results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map((node) => `${id}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`),
    );
}
