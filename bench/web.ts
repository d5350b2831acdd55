/** The client: weight of its chunks, how it loads on a slow phone, and what the map costs with 500 steps that change. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import tailwind from "@tailwindcss/vite";
import type { Browser } from "playwright-core";
import { build } from "vite";
import { findChromium } from "../.dev/lib/chromium.mjs";
import { at, CACHE } from "../.dev/lib/paths.mjs";
import { startApp } from "../e2e/harness/app.ts";
import { launchBrowser, newVisitor, PHONE } from "../e2e/harness/browser.ts";
import { enter } from "../e2e/support/browser/person.ts";
import { ask, newPlace, plannedView, upload } from "../e2e/support/journey.ts";
import { weighClient } from "./support/chunks.ts";
import { percentile, report } from "./support/figures.ts";
import { CPU_SLOWDOWN, type Load, mainThreadSeconds, measureLoad } from "./support/web-page.ts";

/** Fetched when the benchmark runs: 200 packages that nothing else needs. */
const LIGHTHOUSE = "lighthouse@12.8.2";
const NODES = 500;
const UPDATES_PER_S = 50;
const WATCH_MS = 5_000;
const CSV = "Client,Amount,Date\nNoor,10.500,2026-01-05\nGulf,20.250,2026-02-06\n";

const scratch = mkdtempSync(join(tmpdir(), "nexus-bench-web-"));
const browser = await launchBrowser();
try {
  const sizes = await weighClient(at("web", "vite.config.ts"), join(scratch, "client"));
  const scene = await measureScene(browser);
  const app = await startApp();
  try {
    const place = await newPlace(app.baseUrl);
    const file = await upload(place, "sales.csv", CSV);
    const { workflowId } = await ask(place, "Total Amount by Client and month", { fileIds: [file.id] });
    await plannedView(place.client, workflowId);
    const chat = `/p/${place.projectId}/chat`;
    const load = async (path: string, signedIn: boolean): Promise<Load> => {
      const context = await newVisitor(browser, app.baseUrl, { viewport: PHONE });
      if (signedIn) await enter(context, place.client);
      const measured = await measureLoad(await context.newPage(), path);
      await context.close();
      return measured;
    };
    const loads = { signIn: await load("/sign-in", false), chat: await load(chat, true) };
    const lighthouse = {
      signIn: runLighthouse(`${app.baseUrl}/sign-in`),
      chat: runLighthouse(`${app.baseUrl}${chat}`, place.client.cookie),
    };
    report("web", {
      gzipKb: {
        main: sizes.main.kb,
        scene: sizes.scene.kb,
        total: sizes.totalKb,
        terminalAside: sizes.terminal.kb,
        mainIs: sizes.main.files,
        sceneIs: sizes.scene.files,
        chunks: sizes.chunks,
      },
      withinLimits: { main: sizes.main.kb <= 150, scene: sizes.scene.kb <= 280, total: sizes.totalKb < 500 },
      lighthouseMobile: lighthouse,
      load: { network: "slow 4G", cpuSlowdown: CPU_SLOWDOWN, ...loads },
      scene,
    });
  } finally {
    await app.stop();
  }
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true, force: true });
}

/** Scores of 100 by Lighthouse's mobile run; why not, when it cannot run here (no network, no browser). */
function runLighthouse(url: string, cookie?: string): Record<string, number | string | null> {
  const out = join(scratch, "lighthouse.json");
  const headers = join(scratch, "headers.json");
  writeFileSync(headers, JSON.stringify(cookie === undefined ? {} : { Cookie: cookie }));
  const run = spawnSync(
    "npx",
    [
      "--yes",
      LIGHTHOUSE,
      url,
      "--quiet",
      "--output=json",
      `--output-path=${out}`,
      `--extra-headers=${headers}`,
      "--only-categories=performance,accessibility,best-practices",
      "--chrome-flags=--headless=new --no-sandbox --disable-background-networking",
    ],
    { cwd: scratch, encoding: "utf8", timeout: 180_000, env: { ...process.env, CHROME_PATH: findChromium() ?? "" } },
  );
  if (run.status !== 0)
    return { notMeasured: (run.stderr || String(run.error ?? "it ended without a result")).trim().slice(-200) };
  const result: {
    categories: Record<string, { score: number | null }>;
    audits: Record<string, { numericValue?: number }>;
  } = JSON.parse(readFileSync(out, "utf8"));
  const scores = Object.entries(result.categories).map(([name, { score }]) => [
    name,
    score === null ? null : Math.round(score * 100),
  ]);
  const lcpMs = Math.round(result.audits["largest-contentful-paint"]?.numericValue ?? 0);
  return { ...Object.fromEntries(scores), lcpMs };
}

/** The app's own map on a page of its own: first frame, draw calls, frame time and main thread while steps change. */
async function measureScene(browser: Browser): Promise<Record<string, unknown>> {
  const root = join(CACHE, "bench-scene");
  mkdirSync(root, { recursive: true });
  const page = at("bench", "support", "scene-page.ts");
  writeFileSync(join(root, "main.ts"), `import ${JSON.stringify(page)};\n`);
  writeFileSync(
    join(root, "index.html"),
    '<!doctype html><html lang="en" data-theme="dark"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><body style="margin:0"><div id="root" style="height:100vh"></div><script type="module" src="./main.ts"></script></body></html>',
  );
  const outDir = join(scratch, "scene");
  await build({
    root,
    configFile: false,
    logLevel: "error",
    plugins: [tailwind()],
    build: { outDir, target: "es2022" },
  });
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
    try {
      const body = readFileSync(join(outDir, path === "/" ? "index.html" : path));
      response
        .writeHead(200, { "content-type": types[extname(path === "/" ? ".html" : path)] ?? "text/html" })
        .end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const origin = `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
  try {
    const runs = [
      { name: "firstMap", query: "nodes=7&mode=map", slowdown: 1, watch: false },
      { name: "map500", query: `nodes=${NODES}&mode=map`, slowdown: 1, watch: true },
      { name: "map500Slow", query: `nodes=${NODES}&mode=map`, slowdown: CPU_SLOWDOWN, watch: true },
      { name: "office500", query: `nodes=${NODES}&mode=office`, slowdown: 1, watch: true },
    ];
    const measured: Record<string, unknown> = {
      rendering: "software (SwiftShader)",
      nodes: NODES,
      updatesPerS: UPDATES_PER_S,
    };
    for (const { name, query, slowdown, watch } of runs)
      measured[name] = await measureRun(browser, `${origin}/?${query}`, slowdown, watch);
    return measured;
  } finally {
    server.close();
    rmSync(root, { recursive: true, force: true });
  }
}

async function measureRun(
  browser: Browser,
  url: string,
  slowdown: number,
  watch: boolean,
): Promise<Record<string, unknown>> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable");
  await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  await page.goto(url);
  await page.waitForFunction("bench.seen.firstDraw > 0");
  const first: { mount: number; load: number } = await page.evaluate(
    "({ mount: bench.seen.firstDraw - bench.mountedAt, load: bench.seen.firstDraw })",
  );
  const figures: Record<string, unknown> = {
    cpuSlowdown: slowdown,
    firstFrameMs: { afterMount: Math.round(first.mount), afterNavigation: Math.round(first.load) },
  };
  if (watch) {
    const before = await mainThreadSeconds(session);
    const began = performance.now();
    const seen: { gaps: number[]; draws: number[]; made: number } = await page.evaluate(
      `bench.update(${UPDATES_PER_S}, ${WATCH_MS})`,
    );
    const seconds = (performance.now() - began) / 1000;
    const busy = (await mainThreadSeconds(session)) - before;
    Object.assign(figures, {
      updates: seen.made,
      frameMs: { p50: percentile(seen.gaps, 0.5), p95: percentile(seen.gaps, 0.95), max: percentile(seen.gaps, 1) },
      drawnPerS: Math.round(seen.draws.length / seconds),
      drawCalls: { p50: percentile(seen.draws, 0.5), max: percentile(seen.draws, 1) },
      mainThreadShare: Math.round((busy / seconds) * 1000) / 1000,
    });
  }
  await context.close();
  return figures;
}
