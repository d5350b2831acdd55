import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { ROOT } from "./paths.mjs";
import { endGroup, groupMembers, startedAt } from "./processes.mjs";
import { Stop, say } from "./say.mjs";

/**
 * One running app per state folder. The lock names its process and the process groups it started, so that the next
 * start recognises a lock left by a kill and ends runtimes that outlived their supervisor.
 */
export class StateLock {
  #file;
  #content;

  constructor(state, content) {
    this.#file = join(state, "lock.json");
    this.#content = content;
  }

  /** @throws Stop when another process holds the folder. */
  static async take(state, port) {
    mkdirSync(state, { recursive: true, mode: 0o700 });
    const content = { pid: process.pid, started: startedAt(process.pid), port, groups: [] };
    const file = join(state, "lock.json");
    for (let attempt = 0; attempt < 5; attempt += 1) {
      try {
        writeFileSync(file, JSON.stringify(content), { flag: "wx", mode: 0o600 });
        return new StateLock(state, content);
      } catch (error) {
        if (error.code !== "EEXIST") throw new Stop(`The state folder ${state} cannot be written: ${error.code}.`);
      }
      const held = readLock(file);
      if (held !== null && startedAt(held.pid) !== null && startedAt(held.pid) === held.started) {
        throw new Stop(
          `Nexus is already running with the state in ${relative(ROOT, state) || state}: process ${held.pid}, http://localhost:${held.port}. Stop it first, or set NEXUS_STATE to another folder.`,
        );
      }
      await endLeftovers(held?.groups ?? []);
      rmSync(file, { force: true });
    }
    throw new Stop(`The lock ${file} keeps coming back: several starts at once? Try again.`);
  }

  /** Remembers a started group ({pid, started}) in place of an ended one. */
  record(groups) {
    this.#content.groups = groups;
    const next = `${this.#file}.${process.pid}`;
    writeFileSync(next, JSON.stringify(this.#content), { mode: 0o600 });
    renameSync(next, this.#file);
  }

  release() {
    rmSync(this.#file, { force: true });
  }
}

/** A half-written lock (the machine stopped in between) reads as null, which counts as stale. */
function readLock(file) {
  try {
    const held = JSON.parse(readFileSync(file, "utf8"));
    return Number.isInteger(held.pid) ? held : null;
  } catch {
    return null;
  }
}

async function endLeftovers(groups) {
  for (const group of groups) {
    const left = groupMembers(group);
    if (left.length === 0) continue;
    say(`Ending ${left.length} process(es) left over from a start that was killed.`);
    await endGroup(group, 0);
  }
}
