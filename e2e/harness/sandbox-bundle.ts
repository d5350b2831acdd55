import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

type ModuleType = "ESModule" | "CompiledWasm" | "Text" | "Data";

/** The sandbox Worker in the shape of miniflare's `workers` option. A type, not an interface: miniflare wants an index. */
export type SandboxWorker = {
  readonly name: "nexus-sandbox";
  readonly compatibilityDate: string;
  readonly compatibilityFlags: string[];
  readonly modulesRoot: string;
  readonly modules: { type: ModuleType; path: string }[];
};

let bundled: Promise<SandboxWorker> | undefined;

/**
 * Bundles sandbox/ once per process, exactly as a deployment would, so that workerd tests call the real
 * sandbox over RPC instead of a stand-in.
 */
export function bundleSandbox(): Promise<SandboxWorker> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<SandboxWorker> {
  const outdir = await mkdtemp(join(tmpdir(), "nexus-sandbox-"));
  process.once("exit", () => rmSync(outdir, { recursive: true, force: true }));
  const wrangler = join("node_modules", "wrangler", "bin", "wrangler.js");
  await run(
    process.execPath,
    [wrangler, "deploy", "--dry-run", "--config", "sandbox/wrangler.toml", "--outdir", outdir],
    { env: { ...process.env, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" } },
  );
  const files = await readdir(outdir);
  const entry = files.find((file) => file.endsWith(".js"));
  if (entry === undefined) throw new Error(`wrangler built no module for the sandbox in ${outdir}`);
  return {
    name: "nexus-sandbox",
    compatibilityDate: "2026-10-01",
    compatibilityFlags: ["nodejs_compat"],
    modulesRoot: outdir,
    modules: [
      { type: "ESModule", path: join(outdir, entry) },
      ...files
        .filter((file) => file.endsWith(".wasm"))
        .map((file) => ({ type: "CompiledWasm" as const, path: join(outdir, file) })),
    ],
  };
}
