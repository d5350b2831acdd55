import type { Tier, Usage } from "../workflow/content.ts";

/** Nano-dollars per token (USD per million tokens × 1000), so that every price is an integer. */
export interface Price {
  readonly model: string;
  /** First day it holds, ISO date. */
  readonly from: string;
  readonly input: number;
  readonly output: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly cacheRead: number;
  /** Prompt tokens (input + cache reads + cache writes) beyond which `long` holds for the whole request. */
  readonly longFrom?: number;
  readonly long?: Omit<Price, "model" | "from" | "longFrom" | "long">;
}

const price = (
  model: string,
  from: string,
  input: number,
  output: number,
  w5: number,
  w1h: number,
  read: number,
): Price => ({
  model,
  from,
  input: input * 1000,
  output: output * 1000,
  cacheWrite5m: w5 * 1000,
  cacheWrite1h: w1h * 1000,
  cacheRead: read * 1000,
});

const DEAREST = price("claude-fable-5-1", "2026-09-01", 10, 50, 12.5, 20, 0.25);

/** Anthropic's list prices, USD per million tokens, as published in November 2026. */
export const PRICES: readonly Price[] = [
  price("claude-opus-5-5", "2026-09-22", 4, 20, 5, 8, 0.2),
  price("claude-sonnet-5-5", "2026-09-28", 2, 10, 2.5, 4, 0.2),
  price("claude-sonnet-5-5", "2026-10-07", 2, 10, 2.5, 4, 0.1),
  {
    ...price("claude-haiku-5-5", "2026-10-07", 0.1, 0.5, 0.125, 0.2, 0.01),
    longFrom: 100_000,
    long: { input: 500, output: 2500, cacheWrite5m: 625, cacheWrite1h: 1000, cacheRead: 50 },
  },
  DEAREST,
  price("claude-opus-5", "2025-11-01", 5, 25, 6.25, 10, 0.5),
  price("claude-opus-4-5", "2025-11-01", 5, 25, 6.25, 10, 0.5),
  price("claude-sonnet-4-6", "2025-09-01", 3, 15, 3.75, 6, 0.3),
  price("claude-sonnet-4-5", "2025-09-01", 3, 15, 3.75, 6, 0.3),
  price("claude-haiku-4-5", "2025-10-01", 1, 5, 1.25, 2, 0.1),
];

/** The model that answers each tier unless configured otherwise; the offline model is priced as these too. */
export const TIER_MODELS: Readonly<Record<Tier, string>> = {
  fast: "claude-haiku-5-5",
  standard: "claude-sonnet-5-5",
  deep: "claude-opus-5-5",
};

/** The price of a model on a day. An unknown model is priced as the dearest known, so that a cap still holds. */
export function priceOf(model: string, at: number): Price {
  const day = new Date(at).toISOString().slice(0, 10);
  const known = PRICES.filter((one) => one.model === model && one.from <= day).sort((a, b) =>
    b.from.localeCompare(a.from),
  );
  return known[0] ?? PRICES.find((one) => one.model === model) ?? DEAREST;
}

/** Micro-dollars of one call: Σ tokens × price, rounded up once. */
export function costOf(usage: Usage, rate: Price): number {
  const prompt = usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
  const row = rate.long && rate.longFrom !== undefined && prompt > rate.longFrom ? rate.long : rate;
  const nanos =
    usage.input * row.input +
    usage.output * row.output +
    usage.cacheRead * row.cacheRead +
    usage.cacheWrite5m * row.cacheWrite5m +
    usage.cacheWrite1h * row.cacheWrite1h;
  return Math.ceil(Math.round(nanos) / 1000);
}

/** UTF-8 bytes per token at the least. Measured text runs at 3–4 for prose, 2–3 for tables of digits and for Arabic. */
const MIN_BYTES_PER_TOKEN = 2;

/** Most tokens a prompt of `bytes` UTF-8 bytes is taken to have when a call is reserved. */
export const inputTokenCeiling = (bytes: number): number => Math.ceil(bytes / MIN_BYTES_PER_TOKEN) + 600;

/** Worst case of a call before it is made: the whole prompt written to the cache, every output token used. */
export function reservationFor(bytes: number, maxTokens: number, rate: Price): number {
  const input = inputTokenCeiling(bytes);
  return Math.max(
    costOf({ input: 0, output: maxTokens, cacheRead: 0, cacheWrite5m: input, cacheWrite1h: 0 }, rate),
    costOf({ input, output: maxTokens, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }, rate),
  );
}

/** The most output tokens that fit `available` micro-dollars after the prompt's worst case; 0 when none do. */
export function affordableTokens(bytes: number, available: number, rate: Price): number {
  const left = available - reservationFor(bytes, 0, rate);
  const perToken =
    rate.long && rate.longFrom !== undefined && inputTokenCeiling(bytes) > rate.longFrom
      ? rate.long.output
      : rate.output;
  return left <= 0 ? 0 : Math.floor((left * 1000) / perToken);
}
