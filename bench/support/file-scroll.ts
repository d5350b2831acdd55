import { launchBrowser, newVisitor, PHONE } from "../../e2e/harness/browser.ts";
import { enter } from "../../e2e/support/browser/person.ts";
import type { Place } from "../../e2e/support/journey.ts";
import { percentile } from "./figures.ts";
import { CPU_SLOWDOWN, mainThreadSeconds } from "./web-page.ts";

/** A row a frame: as fast as eyes follow. */
const PX_A_FRAME = 72;
const FRAMES = 240;
const LIST = "[data-testid=file-list]";

/** A folder of many files on a slow phone: what is drawn of it, how it scrolls, and how long its end takes to come. */
export async function scrollFigures({ client, projectId }: Place, folder: string) {
  const browser = await launchBrowser();
  try {
    const context = await newVisitor(browser, client.baseUrl, { viewport: PHONE });
    await enter(context, client);
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    const session = await context.newCDPSession(page);
    await session.send("Performance.enable");
    await session.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
    await page.goto(`/p/${projectId}/files?${new URLSearchParams({ path: folder })}`);
    await page.getByTestId("file").first().waitFor();
    const before = await mainThreadSeconds(session);
    const gaps: number[] = await page.evaluate(
      `new Promise((done) => {
        const list = document.querySelector("${LIST}");
        const gaps = [];
        let last = performance.now();
        const frame = (now) => {
          gaps.push(now - last);
          last = now;
          list.scrollTop += ${PX_A_FRAME};
          if (gaps.length < ${FRAMES}) requestAnimationFrame(frame);
          else done(gaps);
        };
        requestAnimationFrame(frame);
      })`,
    );
    const busy = (await mainThreadSeconds(session)) - before;
    const nodes: number = await page.evaluate("document.querySelectorAll('*').length");
    const began = performance.now();
    await page.waitForFunction((selector) => {
      const list = document.querySelector(selector);
      if (list) list.scrollTop = list.scrollHeight;
      const last = [...(list?.querySelectorAll("li") ?? [])].at(-1);
      const isEnd = last?.getAttribute("aria-posinset") === last?.getAttribute("aria-setsize");
      return isEnd && last?.querySelector("[data-testid=file]") !== null;
    }, LIST);
    const endMs = Math.round(performance.now() - began);
    const removing = performance.now();
    const size = await page.locator(`${LIST} li`).first().getAttribute("aria-setsize");
    await page.getByTestId("file").last().getByRole("button").last().click();
    await page.getByRole("menuitem").last().click();
    await page.waitForFunction(
      ([selector, was]) => document.querySelector(`${selector} li`)?.getAttribute("aria-setsize") !== was,
      [LIST, size] as const,
    );
    return {
      cpuSlowdown: CPU_SLOWDOWN,
      nodes,
      frameMs: { p50: percentile(gaps, 0.5), p95: percentile(gaps, 0.95), max: percentile(gaps, 1) },
      mainThreadMsPerFrame: Math.round((busy / FRAMES) * 10_000) / 10,
      endMs,
      deleteAtEndMs: Math.round(performance.now() - removing),
    };
  } finally {
    await browser.close();
  }
}
