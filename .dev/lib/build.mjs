import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { hashOf } from "./hash.mjs";
import { at, CACHE, NODE, WRANGLER } from "./paths.mjs";
import { Stop, say } from "./say.mjs";

const TOOLS = ["package-lock.json", "tsconfig.base.json"];

/** The Workers that run locally, each in a process of its own, with the folders their bundle is made from. */
export const WORKERS = {
  sandbox: { config: "sandbox/wrangler.toml", sources: ["sandbox", "shared", ...TOOLS] },
  // In place of the one above where containers were asked for.
  sandboxWithContainers: { config: "sandbox/wrangler.containers.toml", sources: ["sandbox", "shared", ...TOOLS] },
  api: {
    config: "wrangler.toml",
    sources: ["worker", "durable-objects", "sandbox", "shared", "wrangler.toml", ...TOOLS],
  },
};

export const TOOL_ENV = {
  WRANGLER_SEND_METRICS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_LOG: "warn",
};

/**
 * Bundles a Worker exactly as a deployment would and returns the folder of its modules. Bundles are kept by the hash
 * of their sources: nothing changed means nothing to build.
 */
export async function bundleWorker(name) {
  const { config, sources } = WORKERS[name];
  const kept = join(CACHE, `${name}-${hashOf(sources)}`);
  if (existsSync(kept)) return kept;
  const fresh = join(CACHE, `building-${name}-${process.pid}`);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  await runTool(
    // The bundle alone: an image, where there is one, is not its business.
    [WRANGLER, "deploy", "--dry-run", "--containers-rollout", "none", "--config", at(config), "--outdir", fresh],
    `The ${name} Worker does not build`,
  );
  try {
    renameSync(fresh, kept);
  } catch {
    // Another process built the same sources meanwhile: its result is as good.
    rmSync(fresh, { recursive: true, force: true });
  }
  dropOld(`${name}-`);
  return kept;
}

/** Keeps the six newest bundles of a kind. */
function dropOld(prefix) {
  const all = readdirSync(CACHE).filter((entry) => entry.startsWith(prefix));
  const byAge = all.map((entry) => ({
    entry,
    at: statSync(join(CACHE, entry), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  }));
  for (const { entry } of byAge.sort((a, b) => b.at - a.at).slice(6))
    rmSync(join(CACHE, entry), { recursive: true, force: true });
}

/**
 * The modules of a bundle in miniflare's shape, entry first.
 * @param {string} folder
 * @returns {{type: "ESModule" | "CompiledWasm" | "Data" | "Text", path: string}[]}
 */
export function bundleModules(folder) {
  const files = readdirSync(folder);
  const entry = files.find((file) => file.endsWith(".js"));
  if (entry === undefined) throw new Stop(`The bundle in ${folder} has no module: remove ${CACHE} and start again.`);
  const kinds = { wasm: "CompiledWasm", bin: "Data", txt: "Text", html: "Text", sql: "Text" };
  const others = files.flatMap((file) => {
    const type = kinds[file.split(".").at(-1)];
    return type === undefined ? [] : [{ type, path: join(folder, file) }];
  });
  return [{ type: "ESModule", path: join(folder, entry) }, ...others];
}

/** Builds the client into web/dist when its sources changed since the build that is there. */
export async function ensureClient() {
  const hash = hashOf(["web", "shared", ...TOOLS]);
  const stamp = join(CACHE, "client-stamp");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === `${hash} ${builtAt()}`) return false;
  say("Building the client …");
  const fresh = join(CACHE, `building-client-${process.pid}`);
  const vite = at("node_modules", "vite", "bin", "vite.js");
  const args = [
    vite,
    "build",
    "--config",
    at("web", "vite.config.ts"),
    "--outDir",
    fresh,
    "--emptyOutDir",
    "--logLevel",
    "warn",
  ];
  await runTool(args, "The client does not build");
  // Swapped in whole, so that a running app never serves half of a build.
  const old = `${fresh}-old`;
  if (existsSync(at("web", "dist"))) move(at("web", "dist"), old);
  move(fresh, at("web", "dist"));
  rmSync(old, { recursive: true, force: true });
  writeFileSync(stamp, `${hash} ${builtAt()}`);
  return true;
}

/** Tells our build from one that something else put into web/dist. */
const builtAt = () => statSync(at("web", "dist", "index.html"), { throwIfNoEntry: false })?.mtimeMs ?? "missing";

function move(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (error.code !== "EXDEV") throw error;
    cpSync(from, to, { recursive: true });
    rmSync(from, { recursive: true, force: true });
  }
}

/** Applies D1 migrations to the local database when they changed since the last start on this state folder. */
export async function ensureMigrated(state) {
  if (!existsSync(at("migrations"))) return;
  const hash = hashOf(["migrations"]);
  const stamp = join(state, "migrated");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  say("Applying database migrations …");
  const args = [
    WRANGLER,
    "d1",
    "migrations",
    "apply",
    "nexus",
    "--local",
    "--config",
    at("wrangler.toml"),
    "--persist-to",
    state,
  ];
  await runTool(args, "The database migrations could not be applied");
  writeFileSync(stamp, hash);
}

/** Runs a tool on the pinned Node, silent unless it fails; then its output's end is part of the sentence. */
function runTool(args, failure) {
  return new Promise((resolve, reject) => {
    const child = spawn(NODE, args, {
      cwd: at(),
      env: { ...process.env, ...TOOL_ENV, CI: "true", NO_COLOR: "1", FORCE_COLOR: undefined },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const keep = (chunk) => {
      output = (output + chunk).slice(-6000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", (error) => reject(new Stop(`${failure}: ${error.message}`)));
    child.once("exit", (code) => (code === 0 ? resolve() : reject(new Stop(`${failure}:\n${output.trim()}`))));
  });
}
