import type { Admissions } from "./admissions.ts";

/** Longer than two beats and two questions of a waiting workflow: who is silent for this long is asked. */
export const SILENT_MS = 30_000;
/** Who could not even be asked for this long loses its slot; should it come back, it enters again. */
export const GONE_MS = 5 * 60_000;
/** Asked at once. */
const WIDTH = 20;

/** Has a workflow look again now; says whether it wants to run. @throws when it cannot be reached. */
export type Nudge = (workflowId: string) => Promise<{ readonly active: boolean }>;

export interface Watch {
  readonly admissions: Admissions;
  readonly nudge: Nudge;
  readonly now: () => number;
  readonly report: (what: string, error: unknown) => void;
}

/** Tells workflows that it is their turn, or that they were not heard of; takes back what they no longer want. */
export async function nudgeAll(watch: Watch, workflowIds: readonly string[]): Promise<void> {
  const queue = [...workflowIds];
  const lane = async (): Promise<void> => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) queue.push(...(await nudgeOne(watch, id)));
  };
  await Promise.all(Array.from({ length: Math.min(WIDTH, workflowIds.length) }, lane));
}

/** Gives those who got the slot that became free. */
async function nudgeOne({ admissions, nudge, now, report }: Watch, workflowId: string): Promise<string[]> {
  const before = admissions.heardAt(workflowId);
  try {
    const { active } = await nudge(workflowId);
    if (active) {
      admissions.heard(workflowId, now());
      return [];
    }
  } catch (error) {
    report(`the workflow ${workflowId} does not answer`, error);
    if (now() - before < GONE_MS) return [];
  }
  // It may have asked again while the answer was under way.
  if (admissions.heardAt(workflowId) !== before) return [];
  admissions.leave(workflowId);
  return admissions.grant(now());
}

/** Asks all who have been silent for `silentMs`. */
export function lookAfter(watch: Watch, silentMs: number): Promise<void> {
  return nudgeAll(watch, watch.admissions.silent(watch.now(), silentMs));
}
