import { readFileSync } from "node:fs";
import { processesOf } from "./processes.ts";

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
  let pages = 0;
  for (const { pid } of processesOf(stateDir)) {
    try {
      pages += Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
    } catch {
      // It ended meanwhile.
    }
  }
  return pages * PAGE_BYTES;
}
