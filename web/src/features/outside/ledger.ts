import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import type { EffectRecord } from "../../../../shared/workflow/effects.ts";
import type { WorkflowState } from "../../../../shared/workflow/state.ts";

/** A line of the ledger: one outside write. What took it back is part of it, not a line of its own. */
export interface Line {
  readonly effect: EffectRecord;
  readonly canUndo: boolean;
  /** Why there is no way back for it; null where there is one, or nothing to take back. */
  readonly stuck: "irreversible" | "nothing" | "inherited" | "refused" | "uncertain" | null;
}

/** What an earlier rehearsal wrote down is no deed of this run, and never was one. */
const isDeed = (effect: EffectRecord): boolean =>
  effect.undoOf === null && !(effect.mode === "rehearsal" && effect.inheritedFrom !== null);

/** Newest first. */
export function linesOf(effects: readonly EffectRecord[]): Line[] {
  return effects
    .filter(isDeed)
    .map((effect) => ({ effect, canUndo: canUndo(effect), stuck: stuckOf(effect) }))
    .reverse();
}

/**
 * Where a receipt leads, null when it is no link. A service's word is data: only an address a browser opens safely
 * becomes one, https or a site on this very machine.
 */
export function linkOf({ receipt }: Pick<EffectRecord, "receipt">): string | null {
  const url = receipt?.link && URL.canParse(receipt.link) ? new URL(receipt.link) : null;
  const isLocalSite = url?.protocol === "http:" && url.hostname.endsWith(".localhost");
  return url && (url.protocol === "https:" || isLocalSite) ? url.href : null;
}

/** Own, done, live, with what its service needs to take it back, and nobody has asked for it yet. */
export const canUndo = (effect: EffectRecord): boolean =>
  effect.status === "done" &&
  effect.mode === "live" &&
  effect.undoOf === null &&
  effect.inheritedFrom === null &&
  hasWayBack(effect) &&
  effect.undo === null;

/** Once done, the receipt tells: what changed nothing, or was settled by a person's word, left nothing to take back. */
export const hasWayBack = ({ reversible, status, mode, receipt }: EffectRecord): boolean =>
  reversible && (status !== "done" || mode !== "live" || receipt?.undo != null);

function stuckOf(effect: EffectRecord): Line["stuck"] {
  if (effect.mode !== "live") return null;
  if (effect.status === "unknown") return "uncertain";
  if (effect.status !== "done") return null;
  if (effect.inheritedFrom !== null) return "inherited";
  if (!effect.reversible) return "irreversible";
  if (!hasWayBack(effect)) return "nothing";
  return effect.undo?.status === "refused" ? "refused" : null;
}

/** What is there to be listed as done, or to be done, outside. */
export const hasLedger = (view: WorkflowView, state: WorkflowState | null): boolean =>
  state?.effects.some(isDeed) === true || notSent(view).length > 0;

/** Writes that a person declined, or nobody decided about in time. */
export const notSent = (view: WorkflowView): WorkflowView["approvals"] =>
  view.approvals.filter((one) => one.kind === "effect" && (one.status === "rejected" || one.status === "expired"));

/** What a rehearsal would send, by service, in the order it would be sent. */
export function rehearsedOf(
  effects: readonly EffectRecord[],
): { readonly service: string; readonly effects: EffectRecord[] }[] {
  const groups = new Map<string, EffectRecord[]>();
  for (const effect of effects)
    if (effect.status === "recorded" && effect.inheritedFrom === null)
      groups.set(effect.service, [...(groups.get(effect.service) ?? []), effect]);
  return [...groups].map(([service, list]) => ({ service, effects: list }));
}

/** Writes of a run that lie on either side of a moment; taken-back ones and rehearsed ones are not done. */
export function effectsAround(all: readonly EffectRecord[], then: readonly EffectRecord[]) {
  const known = new Set(then.map((one) => one.effectId));
  const real = all.filter(
    (one) => one.mode === "live" && one.undoOf === null && (one.status === "done" || one.status === "unknown"),
  );
  return {
    before: real.filter((one) => known.has(one.effectId)),
    after: real.filter((one) => !known.has(one.effectId)),
  };
}
