const KEY = "nexus.reloaded";
const AGAIN_AFTER_MS = 30_000;

/** Loads the page anew after a release; never in a loop. False when it has just been done. */
export function reloadOnce(): boolean {
  if (Date.now() - Number(sessionStorage.getItem(KEY) ?? 0) < AGAIN_AFTER_MS) return false;
  sessionStorage.setItem(KEY, String(Date.now()));
  location.reload();
  return true;
}
