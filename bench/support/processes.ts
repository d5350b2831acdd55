import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Ticks of /proc are hundredths of a second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

export interface Process {
  readonly pid: number;
  /** Seconds of processor time, with those of its ended children. */
  readonly cpuSeconds: number;
}

/** The processes of a running app: its supervisor and the groups in its lock. Linux only, elsewhere none. */
export function processesOf(stateDir: string): Process[] {
  if (process.platform !== "linux") return [];
  const lock: { pid: number; groups: { pid: number }[] } = JSON.parse(
    readFileSync(join(stateDir, "lock.json"), "utf8"),
  );
  const groups = new Set(lock.groups.map(({ pid }) => pid));
  return readdirSync("/proc").flatMap((name): Process[] => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      // The name in brackets may hold anything; state, parent and group follow it.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (Number(name) !== lock.pid && !groups.has(Number(fields[2]))) return [];
      const ticks = fields.slice(11, 15).reduce((sum, one) => sum + Number(one), 0);
      return [{ pid: Number(name), cpuSeconds: ticks / TICKS_PER_SECOND }];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}

interface Mark {
  /** Seconds. */
  readonly at: number;
  readonly busySeconds: number;
  readonly ownSeconds: number;
}

/**
 * Starts to count how many processors programs other than this one and the app keep busy: with much of it, figures
 * taken meanwhile say less. The function gives the average since, null where it cannot be known.
 */
export function watchOthers(stateDir: string): () => number | null {
  const from = mark(stateDir);
  return () => {
    const to = mark(stateDir);
    if (from === null || to === null) return null;
    const others = to.busySeconds - from.busySeconds - (to.ownSeconds - from.ownSeconds);
    return Math.max(0, Math.round((others / Math.max(0.01, to.at - from.at)) * 100) / 100);
  };
}

function mark(stateDir: string): Mark | null {
  if (process.platform !== "linux") return null;
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n", 1);
  const [user = 0, nice = 0, system = 0, , , irq = 0, soft = 0, stolen = 0] = line
    .trim()
    .split(/ +/)
    .slice(1)
    .map(Number);
  const own = process.cpuUsage();
  return {
    at: performance.now() / 1000,
    busySeconds: (user + nice + system + irq + soft + stolen) / TICKS_PER_SECOND,
    ownSeconds:
      (own.user + own.system) / 1e6 + processesOf(stateDir).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
  };
}
