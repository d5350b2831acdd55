import type { CDPSession, Page } from "playwright-core";

/** Slow 4G and a mid-range phone, as Lighthouse applies them through the browser (its `mobileSlow4G` with devtools throttling). */
const SLOW_4G = {
  offline: false,
  latency: 562.5,
  downloadThroughput: (1474.56 * 1024) / 8,
  uploadThroughput: (675 * 1024) / 8,
};
export const CPU_SLOWDOWN = 4;
/** No long task and no new largest paint for this long: the page has come to rest. */
const QUIET_MS = 2000;

export interface Load {
  readonly fcpMs: number;
  readonly lcpMs: number;
  /** Sum of what long tasks take beyond 50 ms each, from the first paint on. */
  readonly tbtMs: number;
  readonly cls: number;
  readonly transferredKb: number;
}

/** Loads `path` with an empty cache on a slow phone and a slow network. */
export async function measureLoad(page: Page, path: string): Promise<Load> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.clearBrowserCache");
  await session.send("Network.emulateNetworkConditions", SLOW_4G);
  await session.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.addInitScript(() => {
    const seen = { fcp: 0, lcp: 0, cls: 0, tasks: [] as [number, number][], last: 0 };
    Object.assign(globalThis, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        seen.last = performance.now();
        if (entry.name === "first-contentful-paint") seen.fcp = entry.startTime;
      }
    }).observe({ type: "paint", buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.lcp = entry.startTime;
      seen.last = performance.now();
    }).observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        if ("value" in entry && "hadRecentInput" in entry && !entry.hadRecentInput) seen.cls += Number(entry.value);
    }).observe({ type: "layout-shift", buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.tasks.push([entry.startTime, entry.duration]);
      seen.last = performance.now();
    }).observe({ type: "longtask", buffered: true });
  });
  await page.goto(path, { waitUntil: "networkidle" });
  await page.waitForFunction((quiet) => {
    const { lcp, last }: { lcp: number; last: number } = Reflect.get(globalThis, "seen");
    return lcp > 0 && performance.now() - last > quiet;
  }, QUIET_MS);
  const seen: { fcp: number; lcp: number; cls: number; tasks: [number, number][] } = await page.evaluate("seen");
  await session.detach();
  const tbt = seen.tasks.reduce((sum, [at, took]) => sum + (at + took > seen.fcp ? Math.max(0, took - 50) : 0), 0);
  return {
    fcpMs: Math.round(seen.fcp),
    lcpMs: Math.round(seen.lcp),
    tbtMs: Math.round(tbt),
    cls: Math.round(seen.cls * 1000) / 1000,
    transferredKb: Math.round(bytes / 102.4) / 10,
  };
}

/** Seconds the page's main thread worked so far. */
export async function mainThreadSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
}
