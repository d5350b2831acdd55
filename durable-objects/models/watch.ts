/** Limits of one call, milliseconds. */
export interface CallLimits {
  /** Longest silence, counted in bytes of the connection (keep-alive pings included), headers included. */
  readonly stallMs: number;
  /** Longest call in all: a provider that drips for ever must not hold a step for ever. */
  readonly totalMs: number;
}

export const CALL_LIMITS: CallLimits = { stallMs: 90_000, totalMs: 600_000 };

/** Watches one call from request to last byte, and ends it. */
export interface Watch {
  /** Fires when the caller gives up or a limit is passed; given to the SDK. */
  readonly signal: AbortSignal;
  /** `fetch` that counts every byte as a sign of life. SDKs swallow pings, so events would not do. */
  readonly fetch: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;
  /** Why the call was ended from this side; null while it runs or when it ended by itself. */
  readonly ended: () => "stalled" | "too_long" | "cancelled" | null;
  /** Milliseconds since the last request left; null when none did. */
  readonly sinceSent: () => number | null;
  /** Resolves when the call is ended from this side. An SDK that ignores its signal cannot hold us. */
  readonly broken: Promise<void>;
  /** Clears the timers and listeners. */
  readonly close: () => void;
}

export function watchCall(caller: AbortSignal, limits: CallLimits): Watch {
  const controller = new AbortController();
  const { promise: broken, resolve } = Promise.withResolvers<void>();
  let ended: ReturnType<Watch["ended"]> = null;
  let sentAt: number | null = null;
  let closed = false;
  let silence: ReturnType<typeof setTimeout> | undefined;

  const end = (reason: "stalled" | "too_long" | "cancelled") => {
    if (ended) return;
    ended = reason;
    clearTimeout(silence);
    resolve();
    controller.abort();
  };
  const alive = () => {
    clearTimeout(silence);
    if (!ended && !closed) silence = setTimeout(() => end("stalled"), limits.stallMs);
  };
  const total = setTimeout(() => end("too_long"), limits.totalMs);
  const onCancel = () => end("cancelled");
  if (caller.aborted) onCancel();
  else caller.addEventListener("abort", onCancel, { once: true });

  return {
    signal: controller.signal,
    broken,
    ended: () => ended,
    sinceSent: () => (sentAt === null ? null : performance.now() - sentAt),
    close: () => {
      closed = true;
      clearTimeout(silence);
      clearTimeout(total);
      caller.removeEventListener("abort", onCancel);
    },
    fetch: async (input, init) => {
      sentAt = performance.now();
      alive();
      // A redirect would carry the key to another host.
      const response = await fetch(input, { ...init, redirect: "manual" });
      alive();
      if (!response.body) return response;
      const body = response.body.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, out) {
            alive();
            out.enqueue(chunk);
          },
        }),
      );
      return new Response(body, {
        status: response.status,
        statusText: response.statusText,
        headers: response.headers,
      });
    },
  };
}
