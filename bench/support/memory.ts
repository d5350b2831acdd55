import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const EVERY_MS = 250;
const PAGE_BYTES = 4096;

/**
 * Watches the resident memory of a running app: all processes of the groups that its supervisor wrote into its lock
 * (Linux only, elsewhere 0). Shared pages count once per process, so the figure is an upper bound.
 */
export function watchMemory(stateDir: string): { stop(): { peakMb: number } } {
  let peak = 0;
  const sample = () => {
    peak = Math.max(peak, residentBytes(stateDir));
  };
  sample();
  const timer = setInterval(sample, EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      sample();
      return { peakMb: Math.round(peak / 1024 / 1024) };
    },
  };
}

/** The resident memory of a running app at this moment, MB; counted as in {@link watchMemory}. */
export const residentMb = (stateDir: string): number => Math.round(residentBytes(stateDir) / 1024 / 1024);

function residentBytes(stateDir: string): number {
  if (process.platform !== "linux") return 0;
  const lock: { pid: number; groups: { pid: number }[] } = JSON.parse(
    readFileSync(join(stateDir, "lock.json"), "utf8"),
  );
  const groups = new Set(lock.groups.map(({ pid }) => pid));
  let pages = 0;
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      // The name in brackets may hold anything; state, parent and group follow it.
      const group = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
      if (Number(name) !== lock.pid && !groups.has(group)) continue;
      pages += Number(readFileSync(`/proc/${name}/statm`, "utf8").split(" ")[1]);
    } catch {
      // It ended meanwhile.
    }
  }
  return pages * PAGE_BYTES;
}
