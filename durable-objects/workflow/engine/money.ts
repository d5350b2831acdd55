import { affordableTokens, type Price, priceOf, reservationFor } from "../../../shared/money/prices.ts";
import type { Message } from "../../../shared/workflow/content.ts";
import type { Cost, WorkflowState } from "../../../shared/workflow/state.ts";
import type { CallSpec } from "../../orchestrators/port.ts";

/**
 * Spendable on planning before a plan is approved: $0.30. Planning costs cents; the cap leaves room for two calls that
 * a crash left in doubt, booked at their worst case, and for a model of unknown price, which counts as the dearest.
 */
export const PLANNING_CAP_MICROS = 300_000;
/** Budget is fetched from the project in pieces of this size, so that few calls wait for another object: $0.50. */
export const TRANCHE_MICROS = 500_000;
const CENT = 10_000;
/** Answers shorter than this help nobody: a call that cannot afford them is not made. */
const MIN_TOKENS = { fast: 400, standard: 1024, deep: 1024 } as const;
/** Most tokens a picture is taken to have, as UTF-8 bytes of prompt (see inputTokenCeiling). */
const IMAGE_BYTES = 10_000;

const utf8 = new TextEncoder();

/** UTF-8 bytes of all a call sends; pictures count as their ceiling. */
export function promptBytes(spec: Pick<CallSpec, "system" | "messages" | "tools">): number {
  const images = spec.messages.reduce((sum, message: Message) => sum + imagesIn(message), 0);
  return utf8.encode(JSON.stringify([spec.system, spec.tools, spec.messages])).length + images * IMAGE_BYTES;
}

const imagesIn = (message: Message): number => message.content.filter((block) => block.type === "image").length;

/** What may still be promised: under the cap, and under the budget leased so far. Negative when overrun. */
export const roomUnderCap = (cost: Cost): number => cost.capMicros - committed(cost);
export const roomUnderLease = (cost: Cost): number => cost.leasedMicros - committed(cost);
const committed = (cost: Cost): number => cost.spentMicros + cost.reservedMicros + cost.unconfirmedMicros;

export type Reservation =
  | { readonly kind: "reserved"; readonly maxTokens: number; readonly micros: number }
  /** Money is promised to other calls; some of it comes back when they settle. */
  | { readonly kind: "wait" }
  /** The project must lease this much more first. */
  | { readonly kind: "lease"; readonly micros: number }
  /** The cap is too low; `neededMicros` is the worst case of this call. */
  | { readonly kind: "cap"; readonly neededMicros: number }
  /** The project has nothing left to lease. */
  | { readonly kind: "project" };

/**
 * Reserves the worst case of a call. A call that does not fit gets fewer output tokens, but only when no other
 * call is open: what those give back may let it run in full. `leaseDry`: the project granted less than asked.
 */
export function reserve(
  state: WorkflowState,
  spec: CallSpec,
  model: string,
  now: number,
  leaseDry: boolean,
): Reservation {
  const rate = priceOf(model, now);
  const bytes = promptBytes(spec);
  const minimum = Math.min(MIN_TOKENS[spec.tier], spec.maxTokens);
  const others = state.cost.reservedMicros > 0;

  const capped = tokensWithin(spec.maxTokens, bytes, roomUnderCap(state.cost), rate);
  if (capped < spec.maxTokens && others) return { kind: "wait" };
  if (capped < minimum) return { kind: "cap", neededMicros: reservationFor(bytes, spec.maxTokens, rate) };

  const leased = tokensWithin(capped, bytes, roomUnderLease(state.cost), rate);
  if (leased === capped) return { kind: "reserved", maxTokens: capped, micros: reservationFor(bytes, capped, rate) };
  if (!leaseDry) {
    const missing = reservationFor(bytes, capped, rate) - roomUnderLease(state.cost);
    const unleased = state.cost.capMicros - state.cost.leasedMicros;
    return { kind: "lease", micros: Math.max(missing, Math.min(TRANCHE_MICROS, unleased)) };
  }
  if (others) return { kind: "wait" };
  if (leased < minimum) return { kind: "project" };
  return { kind: "reserved", maxTokens: leased, micros: reservationFor(bytes, leased, rate) };
}

/** Output tokens, at most `wanted`, whose worst case fits into `room`. */
function tokensWithin(wanted: number, bytes: number, room: number, rate: Price): number {
  if (reservationFor(bytes, wanted, rate) <= room) return wanted;
  const tokens = Math.min(wanted, affordableTokens(bytes, room, rate));
  // affordableTokens divides, reservationFor rounds up: give back the token that rounding may cost.
  return tokens > 0 && reservationFor(bytes, tokens, rate) > room ? tokens - 1 : tokens;
}

/** The cap to propose when `neededMicros` does not fit: enough for the call and for what is left, in whole cents. */
export function proposedCap(state: WorkflowState, neededMicros: number): number {
  const left = state.nodes
    .filter((node) => node.status !== "success" && node.status !== "warning" && node.status !== "skipped")
    .reduce((sum, node) => sum + Math.max(0, node.estimate.p90Micros - node.costMicros), 0);
  const used = state.cost.spentMicros + state.cost.unconfirmedMicros;
  const wanted = Math.max(used + Math.max(neededMicros * 2, left), state.cost.capMicros + neededMicros);
  return Math.ceil(wanted / CENT) * CENT;
}

/** Leased and neither spent, promised nor in doubt: what goes back to the project at the end. */
export const unusedLease = (cost: Cost): number => Math.max(0, roomUnderLease(cost));
