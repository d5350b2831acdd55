import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_USAGE } from "../workflow/content.ts";
import { formatUsd } from "./micros.ts";
import { affordableTokens, costOf, PRICES, priceOf, reservationFor } from "./prices.ts";

const AT = Date.UTC(2026, 10, 1);

describe("prices", () => {
  test("a call costs the sum of tokens times price, rounded up once", () => {
    const haiku = priceOf("claude-haiku-5-5", AT);
    expect(costOf({ ...NO_USAGE, input: 1 }, haiku)).toBe(1);
    expect(costOf({ ...NO_USAGE, input: 10, output: 2, cacheRead: 100 }, haiku)).toBe(3);
    expect(
      costOf(
        { input: 1_000_000, output: 1_000_000, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
        priceOf("claude-opus-5-5", AT),
      ),
    ).toBe(24_000_000);
  });
  test("the price of the day counts", () => {
    expect(priceOf("claude-sonnet-5-5", Date.UTC(2026, 9, 6)).cacheRead).toBe(200);
    expect(priceOf("claude-sonnet-5-5", Date.UTC(2026, 9, 7)).cacheRead).toBe(100);
  });
  test("a prompt beyond 100,000 tokens is dear as a whole", () => {
    const haiku = priceOf("claude-haiku-5-5", AT);
    expect(costOf({ ...NO_USAGE, input: 60_000, cacheRead: 40_001 }, haiku)).toBe(
      Math.ceil(60_000 * 0.5 + 40_001 * 0.05),
    );
  });
  test("an unknown model is priced as the dearest, so that a cap still holds", () => {
    expect(priceOf("somebody-elses-model", AT).output).toBe(Math.max(...PRICES.map((price) => price.output)));
  });
  test("what is reserved covers any bill whose prompt is within the ceiling and whose output within the limit", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PRICES),
        fc.nat(400_000),
        fc.nat(16_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rate, bytes, maxTokens, share) => {
          const prompt = Math.ceil(bytes / 2);
          const cacheWrite5m = Math.floor(prompt * share);
          const bill = costOf({ ...NO_USAGE, input: prompt - cacheWrite5m, cacheWrite5m, output: maxTokens }, rate);
          expect(bill).toBeLessThanOrEqual(reservationFor(bytes, maxTokens, rate));
        },
      ),
    );
  });
  test("affordable output never reserves more than is available", () => {
    fc.assert(
      fc.property(fc.constantFrom(...PRICES), fc.nat(400_000), fc.nat(5_000_000), (rate, bytes, available) => {
        const tokens = affordableTokens(bytes, available, rate);
        if (tokens > 0) expect(reservationFor(bytes, tokens, rate)).toBeLessThanOrEqual(available + 1);
      }),
    );
  });
});

test("FR-7.2: dollars, never tokens, in both scripts", () => {
  expect(formatUsd(21_300)).toBe("$0.021");
  expect(formatUsd(1_500_000)).toBe("$1.50");
  expect(formatUsd(0)).toBe("$0.00");
  expect(formatUsd(42)).toBe("<$0.0001");
  expect(formatUsd(1_500_000, "ar-u-nu-arab")).toContain("١٫٥٠");
});
