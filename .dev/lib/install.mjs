import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter } from "node:path";
import { at, NODE } from "./paths.mjs";
import { Stop, say } from "./say.mjs";

/**
 * Whether node_modules holds exactly what package-lock.json asks for. npm's own hidden lockfile says what it put
 * there, so an install made by hand counts as well.
 */
export function isInstalled(root = at()) {
  const wanted = readPackages(`${root}/package-lock.json`);
  const present = readPackages(`${root}/node_modules/.package-lock.json`);
  if (wanted === null) throw new Stop("package-lock.json is missing or broken: check the repository out again.");
  if (present === null) return false;
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === "" || entry.link || entry.optional || entry.devOptional || present[path]?.version === entry.version,
  );
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages ?? null;
  } catch {
    return null;
  }
}

/** Installs the pinned packages when they are missing or differ from the lockfile. */
export async function ensureInstalled() {
  if (process.platform === "win32") throw new Stop("Nexus runs on Linux and macOS. On Windows, start it inside WSL.");
  if (isInstalled() && existsSync(NODE)) return;
  const env = npmEnv();
  if (spawnSync("npm", ["--version"], { env, stdio: "ignore" }).error) {
    throw new Stop(
      "npm was not found. Install Node.js 20 or newer together with npm (https://nodejs.org), then start again.",
    );
  }
  say("Installing the pinned packages (npm ci), a minute or two the first time …");
  if ((await runNpm(["ci"], env)) !== 0) {
    throw new Stop(
      "npm ci failed (its message is above). Check the network and the free disk space, then start again.",
    );
  }
  if (!existsSync(NODE)) {
    throw new Stop(
      "npm ci finished without the pinned Node (package `node`). Allow install scripts for it, then start again.",
    );
  }
}

/**
 * npm must not run on the pinned Node that it is about to replace, so this project's own bin folders leave PATH; npm's
 * settings of an outer `npm start` go too.
 */
function npmEnv() {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("npm_")));
  const own = at("node_modules");
  env.PATH = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((part) => !part.startsWith(own))
    .join(delimiter);
  return env;
}

function runNpm(args, env) {
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  return new Promise((resolve) => {
    const child = spawn("npm", [...args, ...quiet], { cwd: at(), env, stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", () => resolve(1));
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
