import type { RetryableCode, TerminalCode } from "../../../shared/errors/codes.ts";
import type { Failure } from "../../../shared/workflow/records.ts";

/** What a failed model call means for the run. */
export type CallFailureClass =
  /** The service could not answer: the same call again, later; costs no attempt. */
  | "service"
  /** It answered with something unusable: the same call again with a hint, a few times. */
  | "content"
  /** It will not do this: another approach, if any. */
  | "refused"
  /** Nothing here can mend it: a person must look. */
  | "attention";

type OfModels<Code extends string> = Extract<Code, `model_${string}`>;

/** What may go well the next time is tried again, by itself; a code that is new to the catalogue does not compile here. */
const RETRYABLE: Readonly<Record<OfModels<RetryableCode>, "service" | "content">> = {
  model_rate_limited: "service",
  model_overloaded: "service",
  model_server_error: "service",
  model_stream_cut: "service",
  model_stalled: "service",
  model_unreachable: "service",
  model_empty_answer: "content",
  model_bad_tool_call: "content",
  model_max_tokens: "content",
};

/** What would only fail again is never tried again unchanged. */
const TERMINAL: Readonly<Record<OfModels<TerminalCode>, "refused" | "attention">> = {
  model_refused: "refused",
  model_unauthorized: "attention",
  model_bad_request: "attention",
  model_cancelled: "attention",
  model_no_credit: "attention",
  model_misconfigured: "attention",
};

/** An answer too long to be kept would be so again: another approach makes smaller ones. */
const TOO_LARGE = { result_too_large: "refused" } as const;

const CLASSES: ReadonlyMap<string, CallFailureClass> = new Map(
  Object.entries({ ...RETRYABLE, ...TERMINAL, ...TOO_LARGE }),
);

/** Whatever is not a failure of a model call is for a person. */
export const classOf = (failure: Failure): CallFailureClass => CLASSES.get(failure.code) ?? "attention";

/** Waits before a call is made again, milliseconds; after the last one the workflow pauses. */
const SERVICE_DELAYS = [2_000, 5_000, 15_000, 30_000, 60_000, 120_000] as const;
const CONTENT_DELAYS = [500, 1_000, 2_000] as const;
const FIRST_PAUSE = 5 * 60_000;
const LONGEST_PAUSE = 30 * 60_000;
/** Between two attempts at a step. */
const LONGEST_ATTEMPT_DELAY = 4_000;

/** Milliseconds to wait after the n-th failure in a row (from 1); null when the limit is reached. */
export function callDelay(kind: "service" | "content", failures: number, seed: string): number | null {
  const delay = (kind === "service" ? SERVICE_DELAYS : CONTENT_DELAYS)[failures - 1];
  return delay === undefined ? null : Math.round(delay * spread(seed));
}

/** How long a workflow rests when a service stays away, milliseconds: doubled with every failure beyond the limit. */
export const pauseDelay = (failures: number): number =>
  Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.max(0, failures - SERVICE_DELAYS.length - 1));

/** Milliseconds before attempt n + 1 after the n-th failed attempt (from 1). */
export const attemptDelay = (failures: number): number => Math.min(LONGEST_ATTEMPT_DELAY, 1_000 * 4 ** (failures - 1));

/** Between 1 and 1.25, by the step's id: steps that failed together do not come back together. */
function spread(seed: string): number {
  let sum = 0;
  for (let index = 0; index < seed.length; index++) sum = (sum * 31 + seed.charCodeAt(index)) % 997;
  return 1 + sum / 997 / 4;
}

export const isoAt = (ms: number): string => new Date(ms).toISOString();
