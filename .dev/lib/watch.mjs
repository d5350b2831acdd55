import { existsSync, watch } from "node:fs";
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
  for (const folder of ["worker", "durable-objects", "sandbox", "shared"]) {
    if (!existsSync(at(folder))) continue;
    watch(at(folder), { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        running = running.then(check);
      }, 200);
    });
  }
}
