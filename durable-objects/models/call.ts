import { NO_USAGE, type Usage } from "../../shared/workflow/content.ts";
import { codeOf, type FailedOutcome, failed, readFault, redact } from "./failures.ts";
import { loadImages } from "./images.ts";
import type { CallOptions, ModelOutcome, ModelPort, ModelRequest } from "./port.ts";
import { type CallLimits, type Watch, watchCall } from "./watch.ts";

/** What is known of an answer while it arrives, so that a failure can tell what it cost. */
export interface Progress {
  /** Tokens the provider has already told of. */
  usage: Usage;
  /** True once the answer began: from here on a failure may have been billed. */
  began: boolean;
}

export interface Attempt {
  readonly watch: Watch;
  readonly images: ReadonlyMap<string, string>;
  readonly progress: Progress;
  /** Text for the screen; goes silent when the call was ended from this side. */
  readonly onText: (delta: string) => void;
}

/** A prompt that is not answered by a header within this time was not worked on: there was no time to. */
const QUICKEST_WORK_MS = 50;

/** Whether the provider had time to begin. workerd tells a refused connection and a broken one in the same words. */
const served = (watch: Watch): boolean => (watch.sinceSent() ?? 0) >= QUICKEST_WORK_MS;

/**
 * One call, provider apart: images loaded, silence and cancelling watched, everything thrown turned into a value.
 * `run` throws what its SDK throws. Never rejects.
 */
export async function makeCall(
  adapter: { readonly provider: ModelPort["provider"]; readonly key: string; readonly limits: CallLimits },
  request: ModelRequest,
  options: CallOptions,
  run: (attempt: Attempt) => Promise<ModelOutcome>,
): Promise<ModelOutcome> {
  const { provider, limits } = adapter;
  const watch = watchCall(options.signal, limits);
  const progress: Progress = { usage: NO_USAGE, began: false };

  const endedHere = (): FailedOutcome =>
    failed(
      provider,
      watch.ended() === "cancelled" ? "model_cancelled" : "model_stalled",
      `${watch.ended()} ${progress.began ? "in the middle of the answer" : "before the answer began"}`,
      {
        usage: progress.usage,
        billingUnknown: watch.sinceSent() !== null,
        params: {
          model: request.model,
          seconds: Math.ceil((watch.ended() === "too_long" ? limits.totalMs : limits.stallMs) / 1000),
        },
      },
    );

  const work = async (): Promise<ModelOutcome> => {
    let images: ReadonlyMap<string, string>;
    try {
      images = await loadImages(request.messages, options.loadImage);
    } catch (error) {
      // The request never left: our own storage failed, and the engine may simply try again.
      const outcome = failed(provider, "model_bad_request", `image not loaded: ${String(error)}`);
      return { ...outcome, failure: { ...outcome.failure, code: "storage_error" }, retryable: true };
    }
    if (watch.ended()) return endedHere();
    const onText = (delta: string) => {
      if (!watch.ended() && delta !== "") options.onText(delta);
    };
    try {
      const outcome = await run({ watch, images, progress, onText });
      return watch.ended() && !outcome.ok ? endedHere() : outcome;
    } catch (error) {
      if (watch.ended()) return endedHere();
      const fault = readFault(error, Date.now());
      return failed(provider, codeOf(fault, progress.began), redact(fault.message, adapter.key), {
        usage: progress.usage,
        // Refused by status: not billed. Broken before the headers: the provider may be at work on it all the same.
        billingUnknown: progress.began || fault.perhapsServed || (fault.network && !fault.neverSent && served(watch)),
        retryAfterMs: fault.retryAfterMs,
        params: { model: request.model, ...(fault.status === null ? {} : { status: fault.status }) },
      });
    }
  };

  try {
    return await Promise.race([work(), watch.broken.then(endedHere)]);
  } finally {
    watch.close();
  }
}
