import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { at } from "../../.dev/lib/paths.mjs";

/** The bench Worker in the real runtime, as `npm start` runs the app (.dev/runtime.mjs), on a state folder of its own. */
export interface Runtime {
  /** Asks the Worker; the answer's JSON. @throws Error with its text when it fails. */
  ask<T>(path: string, body: unknown): Promise<T>;
  /** Resident memory of workerd now, MB; 0 where /proc is missing. */
  memoryMb(): number;
  stop(): Promise<void>;
}

/** Milliseconds at which each workflow's steps were durable, in the order of `ids`. */
export interface Driven {
  readonly ids: readonly string[];
  readonly marks: readonly (readonly number[])[];
}

export async function startRuntime(inspectorPort?: number): Promise<Runtime> {
  const folder = mkdtempSync(join(tmpdir(), "nexus-bench-"));
  const script = join(folder, "worker.js");
  await build({
    entryPoints: [at("bench", "engine", "worker.ts")],
    outfile: script,
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    loader: { ".wasm": "copy" },
    logLevel: "error",
  });
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      cf: false,
      log: new Log(LogLevel.WARN),
      resourcePersistencePath: join(folder, "state"),
      ...(inspectorPort === undefined ? {} : { inspectorPort }),
      workers: [
        {
          name: "bench",
          modules: [{ type: "ESModule", path: script }],
          modulesRoot: folder,
          compatibilityDate: "2026-10-01",
          compatibilityFlags: ["nodejs_compat"],
          durableObjects: {
            WORKFLOW: { className: "BenchWorkflow", useSQLite: true },
            BARE: { className: "Bare", useSQLite: true },
          },
        },
      ],
    }),
  );
  const url = await runtime.ready;
  return {
    async ask<T>(path: string, body: unknown) {
      const response = await runtime.dispatchFetch(new URL(path, url), { method: "POST", body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
      // SAFETY: the Worker beside this file answers what its caller here expects.
      return (await response.json()) as T;
    },
    memoryMb: () => Math.round(residentBytes() / 1024 / 1024),
    async stop() {
      await runtime.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Of the workerd processes that this process started. */
function residentBytes(): number {
  if (process.platform !== "linux") return 0;
  let pages = 0;
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      // The name in brackets may hold anything; state and parent follow it.
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      if (parent === process.pid) pages += Number(readFileSync(`/proc/${name}/statm`, "utf8").split(" ")[1]);
    } catch {
      // It ended meanwhile.
    }
  }
  return pages * 4096;
}
