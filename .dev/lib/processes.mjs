import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/**
 * What runs on this machine: [{pid, ppid, pgid, started}]. `started` tells a process from a later one that was given
 * the same id. Linux is read from /proc, because slim images have no ps.
 */
function listProcesses() {
  if (process.platform !== "linux") return listWithPs();
  const all = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const one = readProc(Number(name));
    if (one !== null) all.push(one);
  }
  return all;
}

function readProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in brackets may hold spaces and brackets itself; the numbers follow the last one.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return null;
    return { pid, ppid: Number(fields[1]), pgid: Number(fields[2]), started: fields[19] };
  } catch {
    return null;
  }
}

function listWithPs() {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,pgid=,stat=,lstart="], { encoding: "utf8" });
  return (stdout ?? "").split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+)$/.exec(line);
    if (match === null || match[4].startsWith("Z")) return [];
    return [{ pid: Number(match[1]), ppid: Number(match[2]), pgid: Number(match[3]), started: match[5].trim() }];
  });
}

/** When the process `pid` began, or null when it no longer runs. */
export function startedAt(pid) {
  const one = process.platform === "linux" ? readProc(pid) : listWithPs().find((each) => each.pid === pid);
  return one?.started ?? null;
}

/** Processes of the group that `leader` ({pid, started}) led. A group whose leader's id was taken by another process is not ours. */
export function groupMembers(leader) {
  const members = listProcesses().filter((one) => one.pgid === leader.pid);
  const head = members.find((one) => one.pid === leader.pid);
  return head !== undefined && head.started !== leader.started ? [] : members;
}

/** Sends `signal` to a whole group; a group that is gone is fine. */
export function signalGroup(pgid, signal) {
  try {
    process.kill(-pgid, signal);
  } catch (error) {
    if (error.code !== "ESRCH" && error.code !== "EPERM") throw error;
  }
}

/** Ends a group: asks, waits up to `graceMs`, kills what is left of it, and returns once its ports are free again. */
export async function endGroup(leader, graceMs) {
  if (graceMs > 0 && groupMembers(leader).length > 0) signalGroup(leader.pid, "SIGTERM");
  if (await isGone(leader, graceMs)) return;
  signalGroup(leader.pid, "SIGKILL");
  await isGone(leader, 5000);
}

async function isGone(leader, withinMs) {
  const deadline = Date.now() + withinMs;
  for (;;) {
    if (groupMembers(leader).length === 0) return true;
    if (Date.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
