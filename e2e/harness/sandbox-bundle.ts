import { bundleModules, bundleWorker } from "../../.dev/lib/build.mjs";

/** The sandbox Worker in the shape of miniflare's `workers` option. A type, not an interface: miniflare wants an index. */
type SandboxWorker = {
  readonly name: "nexus-sandbox";
  readonly compatibilityDate: string;
  readonly compatibilityFlags: string[];
  readonly modulesRoot: string;
  readonly modules: ReturnType<typeof bundleModules>;
  readonly durableObjects: Record<string, { className: string; useSQLite: boolean }>;
};

/**
 * Bundles sandbox/ as a deployment would (kept until its sources change), so that workerd tests call the real sandbox
 * over RPC instead of a stand-in.
 */
export async function bundleSandbox(): Promise<SandboxWorker> {
  const folder: string = await bundleWorker("sandbox");
  return {
    name: "nexus-sandbox",
    compatibilityDate: "2026-10-01",
    compatibilityFlags: ["nodejs_compat"],
    modulesRoot: folder,
    modules: bundleModules(folder),
    durableObjects: { FILES: { className: "SandboxObject", useSQLite: true } },
  };
}
