import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const at = (...parts) => join(ROOT, ...parts);

/** The pinned Node that comes with `npm ci`; Workers tooling needs it even where the machine's own Node is 20. */
export const NODE = at("node_modules", "node", "bin", "node");

export const WRANGLER = at("node_modules", "wrangler", "bin", "wrangler.js");

/** Bundles and stamps that can be thrown away at any time. */
export const CACHE = at("node_modules", ".cache", "nexus");

/** Everything the running app keeps: databases, objects, files, logs. `NEXUS_STATE` moves it. */
export const stateDir = () => resolve(ROOT, process.env.NEXUS_STATE || ".state");

/** The file with the secrets. `NEXUS_DEV_VARS` moves it (tests keep their own). */
export const devVarsPath = () => resolve(ROOT, process.env.NEXUS_DEV_VARS || ".dev.vars");
