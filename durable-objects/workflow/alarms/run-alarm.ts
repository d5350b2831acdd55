import { SYSTEM } from "../../../shared/workflow/records.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { nextDeadline } from "../effects/deadlines.ts";
import { isUnsettled } from "../effects/ledger.ts";
import { isActive } from "../engine/commands.ts";
import type { Executor } from "../engine/executor.ts";
import { failureOf } from "../engine/faults.ts";
import type { Journal } from "../engine/journal.ts";
import type { LogGuard } from "../log/log-guard.ts";
import type { LogStore } from "../ports.ts";
import type { KeyedAlarms } from "./keyed-alarms.ts";
import type { SteadyClock } from "./steady-clock.ts";

/** `run`: a command has brought something to do. `timer`: what the executor waits for is due. `look`: the guard's. */
export type AlarmKey = "run" | "timer" | "look";

/** The platform ends a handler after 15 minutes; work still open is adopted by the next run. */
const RUN_BUDGET_MS = 9 * 60_000;
const AFTER_FAULT_MS = 2_000;
/** No alarm of a run that should be going is further away than this, whatever it waits for; of one at rest, an hour. */
export const HEARTBEAT_MS = 5 * 60_000;
const LONGEST_REST_MS = 60 * 60_000;
/** An alarm this late was lost. */
const LOST_MS = 60_000;
/** Runs that were begun and not ended, with nothing written between, before a person is asked to look. */
const MAX_BEGUN = 12;
const BEGUN = "begun";
const BEGUN_AT = "begunAt";

export interface AlarmDeps {
  readonly alarms: KeyedAlarms<AlarmKey>;
  readonly executor: Pick<Executor, "run" | "running" | "poke">;
  readonly journal: Pick<Journal, "state" | "damage" | "append">;
  readonly guard: Pick<LogGuard, "look">;
  readonly store: Pick<LogStore, "number" | "setNumber">;
  readonly clock: SteadyClock;
  /** The machine's time, milliseconds UTC. */
  readonly wall: () => number;
  readonly report: (what: string, error: unknown) => void;
}

/**
 * One alarm of a workflow (SPEC R11). Before any work the next alarm is set, so that whatever ends this one (a throw, a
 * kill, a lack of memory) the platform's count of retries does not matter. `isCurrent`: the object was not erased.
 */
export async function runAlarm(deps: AlarmDeps, isCurrent: () => boolean): Promise<void> {
  const { alarms, executor, journal, guard, store, wall, report } = deps;
  if (journal.damage) {
    alarms.take(wall());
    return alarms.arm();
  }
  try {
    const begun = countBegun(deps);
    alarms.hold(wall() + againAfterMs(begun));
    alarms.take(wall());
    if (begun > MAX_BEGUN) giveUp(journal, begun);
    const looking = guard.look(new AbortController().signal).catch((error) => report("the log was not checked", error));
    const next = await executor.run(RUN_BUDGET_MS);
    await looking;
    if (!isCurrent()) return;
    if (store.number(BEGUN) > 0) store.setNumber(BEGUN, 0);
    alarms.set("timer", nextAlarm(deps, next));
    alarms.arm();
  } catch (error) {
    report("a run broke", error);
    if (isCurrent()) alarms.hold(wall() + Math.max(AFTER_FAULT_MS, againAfterMs(store.number(BEGUN))));
  }
}

function giveUp(journal: AlarmDeps["journal"], begun: number): void {
  if (!journal.state || !isActive(journal.state)) return;
  const failure = failureOf("internal", `${begun - 1} runs ended without getting on`);
  journal.append(SYSTEM, [{ name: "workflow.paused", data: { reason: "attention", failure, resumeAt: null } }]);
}

/** Runs in a row that did not come to their end, this one among them; what was written between them counts as progress. */
function countBegun({ journal, store }: AlarmDeps): number {
  const version = journal.state?.version ?? 0;
  const begun = version > store.number(BEGUN_AT) ? 1 : store.number(BEGUN) + 1;
  if (begun === 1) store.setNumber(BEGUN_AT, version);
  store.setNumber(BEGUN, begun);
  return begun;
}

/** The first two come back at once (a deploy, a restart); what ends every run comes back more and more slowly. */
const againAfterMs = (begun: number): number => (begun <= 2 ? 0 : Math.min(60_000, 1000 * 2 ** (begun - 3)));

function nextAlarm({ journal, clock, wall }: AlarmDeps, next: number | null): number | null {
  const state = journal.state;
  if (!state || journal.damage) return null;
  const active = isActive(state);
  if (next === null && !active) return null;
  const due = next === null ? Number.POSITIVE_INFINITY : clock.toWall(next);
  return Math.min(due, wall() + (active ? HEARTBEAT_MS : LONGEST_REST_MS));
}

/** Whether a run with something to do has no alarm, one that was lost, or one that a clock set wrong put far away. */
export function isStranded({ alarms, executor, journal, store, wall }: AlarmDeps): boolean {
  const state = journal.state;
  if (!state || journal.damage || executor.running) return false;
  const next = alarms.next();
  const longest = isActive(state) ? HEARTBEAT_MS : LONGEST_REST_MS;
  if (next !== null && next >= wall() - LOST_MS && next <= wall() + longest + LOST_MS) return false;
  return isActive(state) || isOwing(state) || store.number("projected") < state.version;
}

/** Whether a run at rest or over has something left that only its alarm brings: a time that comes, or work outside. */
const isOwing = (state: WorkflowState): boolean =>
  nextDeadline(state) !== null || (state.pause?.resumeAt ?? null) !== null || isUnsettled(state);

/** There is something to do: the loop looks again, or is started by the alarm. */
export function nudge({ alarms, executor, wall }: AlarmDeps): void {
  if (executor.running) executor.poke();
  else {
    alarms.set("run", wall());
    // Even where one was kept: the platform may have dropped it.
    alarms.arm();
  }
}
