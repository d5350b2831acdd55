/** `npm run check`: format and lint, types per folder, the rules of the house, unused code, the lockfile. Seconds. */
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { findHouseProblems } from "./lib/house.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { at, NODE } from "./lib/paths.mjs";
import { runMain, Stop, say } from "./lib/say.mjs";

const bin = (...parts) => at("node_modules", ...parts);
const tsc = (project) => [bin("typescript", "bin", "tsc"), "--project", at(project), "--pretty", "false"];

const CHECKS = {
  "format and lint": [bin("@biomejs", "biome", "bin", "biome"), "check", "--error-on-warnings", "--max-diagnostics=30"],
  "types of the Workers": tsc("tsconfig.json"),
  "types of their tests": tsc("tsconfig.test.json"),
  "types of the client": tsc("web/tsconfig.json"),
  "types of e2e and bench": tsc("e2e/tsconfig.json"),
  "unused code": [bin("knip", "bin", "knip.js"), "--no-progress"],
  lockfile: [at(".dev", "complete-lock.mjs"), "--check"],
};

/** Runs every check; returns [{name, ok, output}]. */
export async function runChecks() {
  await ensureInstalled();
  const house = Promise.resolve().then(houseRules);
  const queue = Object.entries(CHECKS);
  const results = [];
  const next = async () => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) results.push(await runCheck(...one));
  };
  await Promise.all([next(), next(), next()]);
  return [...results, await house];
}

function runCheck(name, args) {
  return new Promise((resolve) => {
    const child = spawn(NODE, args, {
      cwd: at(),
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, CI: "true" },
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.once("error", (error) => resolve({ name, ok: false, output: error.message }));
    child.once("exit", (code) => resolve({ name, ok: code === 0, output: output.trim() }));
  });
}

function houseRules() {
  const { stdout, status } = spawnSync("git", ["ls-files", "-co", "--exclude-standard"], {
    cwd: at(),
    encoding: "utf8",
  });
  const files = status === 0 ? stdout.split("\n") : [];
  const problems = files.filter(isSource).flatMap((path) => findHouseProblems(path, readSource(path)));
  return { name: "rules of the house", ok: problems.length === 0 && files.length > 0, output: problems.join("\n") };
}

const isSource = (path) =>
  /\.(ts|tsx|mjs|css)$/.test(path) && !/(^|\/)(migrations|generated)\/|\.generated\.|\.d\.ts$/.test(path);

/** A file that is in the index but deleted on disk has nothing to say. */
function readSource(path) {
  try {
    return readFileSync(at(path), "utf8");
  } catch {
    return "";
  }
}

if (process.argv[1] === import.meta.filename) {
  await runMain(async () => {
    const results = await runChecks();
    for (const { name, ok, output } of results) {
      say(`${ok ? "✓" : "✗"} ${name}`);
      if (!ok) say(`${output}\n`);
    }
    const failed = results.filter(({ ok }) => !ok);
    if (failed.length > 0) throw new Stop(`Failed: ${failed.map(({ name }) => name).join(", ")}.`);
  });
}
