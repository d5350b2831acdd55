/**
 * `npm test`: checks, unit and workerd tests, browser tests; the last line says `N passed, N failed`.
 * `npm test -- check unit workerd e2e` names the parts to run.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runChecks } from "./check.mjs";
import { ensureClient, TOOL_ENV } from "./lib/build.mjs";
import { ensureChromium } from "./lib/chromium.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { at, NODE } from "./lib/paths.mjs";
import { runMain, Stop, say } from "./lib/say.mjs";
import { countResults } from "./lib/test-report.mjs";

const PARTS = ["check", "unit", "workerd", "e2e"];

await runMain(async () => {
  const named = process.argv.slice(2);
  const unknown = named.find((part) => !PARTS.includes(part));
  if (unknown !== undefined) throw new Stop(`There is no part "${unknown}": choose from ${PARTS.join(", ")}.`);
  const parts = named.length === 0 ? PARTS : named;
  await ensureInstalled();
  const chromium = parts.includes("e2e") ? ensureChromium() : null;

  const total = { passed: 0, failed: 0 };
  const add = ({ passed, failed }) => {
    total.passed += passed;
    total.failed += failed;
  };
  if (parts.includes("check")) add(await checks());
  const quick = parts.filter((part) => part === "unit" || part === "workerd");
  if (quick.length > 0) add(await vitest(quick));
  if (chromium !== null) {
    try {
      await ensureClient();
      add(await vitest(["e2e"], { CHROMIUM_PATH: chromium }));
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      say(error.message);
      add({ passed: 0, failed: 1 });
    }
  }
  say(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
});

async function checks() {
  const results = await runChecks();
  for (const { name, ok, output } of results) say(ok ? `✓ ${name}` : `✗ ${name}\n${output}\n`);
  const passed = results.filter(({ ok }) => ok).length;
  return { passed, failed: results.length - passed };
}

/** Runs vitest projects and counts from its JSON report: a file that did not load, or no report at all, is a failure. */
async function vitest(projects, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), "nexus-test-"));
  const report = join(folder, "report.json");
  const args = [
    at("node_modules", "vitest", "vitest.mjs"),
    "run",
    ...projects.flatMap((name) => ["--project", name]),
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ];
  const code = await new Promise((resolve) => {
    const child = spawn(NODE, args, {
      cwd: at(),
      env: { ...process.env, ...TOOL_ENV, ...env },
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.once("error", () => resolve(1));
    child.once("exit", (exit) => resolve(exit ?? 1));
  });
  const counted = countResults(existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : null, code);
  rmSync(folder, { recursive: true, force: true });
  return counted;
}
