import { isDeepStrictEqual } from "node:util";
import type { WorkflowEvent } from "../../../shared/workflow/events.ts";
import { fold } from "../../../shared/workflow/fold.ts";
import { FINISHED, type WorkflowState } from "../../../shared/workflow/state.ts";
import type { Kill, Memory, Watched } from "./memory.ts";

/** What the outside wrote into its own books: the effect of one request, with the key it came under. */
export interface Carried {
  readonly service: string;
  readonly mark: string;
  readonly key: string | null;
  /** Requests that came under this key; one of them had the effect. */
  readonly requests: number;
}

export interface Logs {
  readonly watched: Watched;
  readonly events: readonly WorkflowEvent[];
  readonly end: WorkflowState;
}

/** Everything that was told and is no longer true, one sentence each; empty when nothing was lost or done twice. */
export function findLost(memory: Memory, logs: readonly Logs[]): string[] {
  const byId = new Map(logs.map((one) => [one.watched.id, one]));
  const lost: string[] = [];
  for (const { watched, events } of logs) {
    lost.push(...watched.gaps);
    events.forEach((event, index) => {
      if (event.version !== index + 1) lost.push(`${watched.id}: version ${event.version} stands at ${index + 1}`);
    });
    for (const [version, event] of watched.heard)
      if (!isDeepStrictEqual(events[version - 1], event))
        lost.push(`${watched.id}: version ${version} was told as ${event.name} and is ${events[version - 1]?.name}`);
  }
  for (const { workflowId, what, is, version } of memory.acknowledged) {
    const found = (byId.get(workflowId)?.events ?? []).filter(is);
    if (found.length === 0) lost.push(`${workflowId}: ${what} was acknowledged at ${version} and is gone`);
    else if (!found.some((event) => event.version <= version))
      lost.push(`${workflowId}: ${what} was acknowledged at ${version} and stands later`);
  }
  return lost;
}

/** Everything that happened more often than it may. */
export function findDoubled(memory: Memory, logs: readonly Logs[], carried: readonly Carried[]): string[] {
  const byId = new Map(logs.map((one) => [one.watched.id, one]));
  const doubled: string[] = [];
  for (const { workflowId, what, is } of [...memory.acknowledged, ...memory.unanswered]) {
    const times = (byId.get(workflowId)?.events ?? []).filter(is).length;
    if (times > 1) doubled.push(`${workflowId}: ${what} is in the log ${times} times`);
  }
  for (const { watched, events } of logs) doubled.push(...rerunSteps(watched, events));
  const byMark = Map.groupBy(carried, (one) => `${one.service} ${one.mark}`);
  for (const [place, effects] of byMark)
    if (effects.length > 1) doubled.push(`${place} was carried out ${effects.length} times`);
  return doubled;
}

/** A step that was settled is never done again; only one in flight may be. */
function rerunSteps(watched: Watched, events: readonly WorkflowEvent[]): string[] {
  const settled = new Set<string>();
  const again: string[] = [];
  for (const event of events) {
    if (event.name === "node.finished") settled.add(event.data.nodeId);
    if (event.name === "node.started" && settled.has(event.data.nodeId))
      again.push(`${watched.id}: the finished step ${event.data.nodeId} was started again`);
  }
  return again;
}

/** What the log says was done outside and the outside does not know, and the other way round. */
export function findUnmatched(logs: readonly Logs[], carried: readonly Carried[]): string[] {
  const unmatched: string[] = [];
  const books = new Set(carried.map((one) => `${one.service} ${one.mark}`));
  for (const { watched, end } of logs)
    for (const effect of end.effects) {
      const there = books.has(`${effect.service} ${watched.mark}`);
      if (effect.status === "done" && !there)
        unmatched.push(`${watched.id}: ${effect.service} is said to be done and is not`);
      if (effect.status === "intended") unmatched.push(`${watched.id}: ${effect.service} was never settled`);
    }
  return unmatched;
}

/** Confirmed ≤ the provider's bill ≤ confirmed + unconfirmed. */
export function moneyOf(logs: readonly Logs[]): { confirmedMicros: number; unconfirmedMicros: number } {
  const sum = (of: (state: WorkflowState) => number): number => logs.reduce((total, { end }) => total + of(end), 0);
  return {
    confirmedMicros: sum((state) => state.cost.spentMicros),
    unconfirmedMicros: sum((state) => state.cost.unconfirmedMicros),
  };
}

/** Neither ended nor waiting for a person or a time: such a run is stuck. */
export function findStuck(logs: readonly Logs[]): string[] {
  return logs.flatMap(({ watched, end }) =>
    end.phase === "completed"
      ? []
      : [
          `${watched.id}: ${end.phase} ${end.pause?.reason ?? ""} ${end.pause?.failure?.code ?? ""} ${end.failure?.code ?? ""}`,
        ],
  );
}

/** A torn run moves again within this time of the runtime's start. */
const RESUME_WITHIN_MS = 2000;

export interface Resumed {
  /** Milliseconds from the start of the server's process to the first event of each run that was torn. */
  readonly delays: number[];
  /** Runs that first moved more than {@link RESUME_WITHIN_MS} after the server listened. */
  slow: number;
  readonly missing: string[];
}

/** How soon each run that a kill tore came back, while no client said a word. */
export function resumedAfter(kill: Kill, logs: readonly Logs[]): Resumed {
  const found: Resumed = { delays: [], missing: [], slow: 0 };
  for (const { watched, events } of logs) {
    let state: WorkflowState | null = null;
    let next: WorkflowEvent | undefined;
    for (const event of events) {
      if (Date.parse(event.at) > kill.at) {
        next = event;
        break;
      }
      state = fold(state, event);
    }
    if (!state || !isTorn(state)) continue;
    if (!next || Date.parse(next.at) > kill.quietUntil)
      found.missing.push(
        `${watched.id}: nothing happened for ${kill.quietUntil - kill.upAt} ms after a ${kill.trigger} kill`,
      );
    else {
      found.delays.push(Date.parse(next.at) - kill.startedAt);
      if (Date.parse(next.at) > kill.upAt + RESUME_WITHIN_MS) found.slow += 1;
    }
  }
  return found;
}

/** Something was under way that only the engine can bring on. */
function isTorn(state: WorkflowState): boolean {
  if (state.pause || FINISHED.includes(state.phase) || state.phase === "pending_approval") return false;
  return Object.keys(state.calls).length > 0;
}
