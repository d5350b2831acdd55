import { readdirSync, watch } from "node:fs";
import { WORKERS } from "./build.mjs";
import { hashOf } from "./hash.mjs";
import { at } from "./paths.mjs";
import { say } from "./say.mjs";

/**
 * Rebuilds and restarts the Workers whose sources really changed. State is on disk, so a restart loses nothing.
 * @param workers {sandbox: {reload()}, api: {reload()}}
 */
export function watchSources(workers) {
  const seen = Object.fromEntries(Object.keys(workers).map((name) => [name, hashOf(WORKERS[name].sources)]));
  let timer;
  let running = Promise.resolve();
  const check = async () => {
    for (const [name, worker] of Object.entries(workers)) {
      const hash = hashOf(WORKERS[name].sources);
      if (hash === seen[name]) continue;
      seen[name] = hash;
      await worker.reload().catch((error) => say(error.message));
    }
  };
  watchFolders(["worker", "durable-objects", "sandbox", "shared"], () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(check);
    }, 200);
  });
}

/**
 * Calls `onChange` for any change below the folders. One watcher a folder: Node's recursive one follows files on Linux
 * and loses those that an editor replaces.
 */
function watchFolders(roots, onChange) {
  const watchers = new Map();
  const refresh = () => {
    const present = new Set(roots.flatMap(foldersBelow));
    for (const folder of present) {
      if (watchers.has(folder)) continue;
      const watcher = watch(at(folder), () => {
        refresh();
        onChange();
      });
      watcher.on("error", () => undefined);
      watchers.set(folder, watcher);
    }
    for (const [folder, watcher] of watchers) {
      if (present.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
  };
  refresh();
}

function foldersBelow(folder) {
  try {
    const inside = readdirSync(at(folder), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [folder, ...inside.flatMap((entry) => foldersBelow(`${folder}/${entry.name}`))];
  } catch {
    return [];
  }
}
