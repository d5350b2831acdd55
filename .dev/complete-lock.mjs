/**
 * Adds to package-lock.json the platform packages that npm left out because the registry it asked did not have them
 * (`npm ci` refuses such a lockfile everywhere). They are optional and skipped on other platforms, so their version,
 * pinned by the package that wants them, is all npm needs. Run after `npm install`; `--check` only tells.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { at } from "./lib/paths.mjs";
import { runMain, Stop, say } from "./lib/say.mjs";

const OS = /(?:^|[-/])(android|darwin|freebsd|linux|openharmony|win32|windows)(?=-|$)/;
const CPU = /-(x64|arm64|arm|ia32|ppc64|riscv64|s390x|wasm32|64)(?=-|$)/;

/** The nearest place from which `from` would load `name`, or null. */
function resolveIn(packages, from, name) {
  for (let base = from; ; base = base.slice(0, base.lastIndexOf("node_modules/")).replace(/\/$/, "")) {
    const candidate = `${base === "" ? "" : `${base}/`}node_modules/${name}`;
    if (packages[candidate] !== undefined) return candidate;
    if (base === "") return null;
  }
}

function platformEntry(name, version, dev) {
  const os = OS.exec(name)?.[1];
  const cpu = CPU.exec(name)?.[1];
  return {
    version,
    ...(cpu === undefined ? {} : { cpu: [cpu === "64" ? "x64" : cpu] }),
    ...(dev ? { dev: true } : {}),
    ...(os === "linux" && name.includes("musl") ? { libc: ["musl"] } : {}),
    ...(os === "linux" && name.includes("gnu") ? { libc: ["glibc"] } : {}),
    optional: true,
    ...(os === undefined ? {} : { os: [os === "windows" ? "win32" : os] }),
  };
}

/** Returns the names it added to `lock.packages`. @throws Stop for an optional dependency without an exact version. */
export function completeLock(lock) {
  const added = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (resolveIn(lock.packages, path, name) !== null) continue;
      if (!/^\d+\.\d+\.\d+/.test(version))
        throw new Stop(`${path} wants ${name}@${version}, which package-lock.json does not pin.`);
      lock.packages[`node_modules/${name}`] = platformEntry(name, version, entry.dev === true);
      added.push(name);
    }
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en")));
  return added;
}

if (process.argv[1] === import.meta.filename) {
  await runMain(() => {
    const file = at("package-lock.json");
    const lock = JSON.parse(readFileSync(file, "utf8"));
    const added = completeLock(lock);
    if (process.argv.includes("--check")) {
      if (added.length > 0)
        throw new Stop(`package-lock.json misses ${added.length} platform packages: run \`npm run lock\`.`);
      return;
    }
    if (added.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
    say(`package-lock.json: ${added.length} platform packages added.`);
  });
}
