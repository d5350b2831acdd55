import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Turns } from "../turns.ts";
import { Budget } from "./budget.ts";
import { Place } from "./places.ts";

const HALF = 512 * 1024 * 1024;
const budgetOf = (signal = new AbortController().signal): Budget => new Budget(1_000, new Turns(signal));

describe("places of guests", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("lets in what memory allows, and the others in their order as places are left", async () => {
    const order: string[] = [];
    const take = async (name: string, bytes: number): Promise<Place | null> => {
      const place = await Place.take(bytes, budgetOf());
      order.push(name);
      return place;
    };
    const first = await take("first", HALF);
    const second = await take("second", HALF);
    const large = take("large", 2 * HALF);
    const small = take("small", 1);
    const later = async (): Promise<void> => {
      await vi.advanceTimersByTimeAsync(100);
    };
    await later();
    expect(order).toEqual(["first", "second"]);
    second?.leave();
    first?.keep();
    await later();
    expect(order).toEqual(["first", "second"]);
    first?.leave();
    await later();
    expect(order).toEqual(["first", "second", "large"]);
    (await large)?.leave();
    await later();
    expect(order).toEqual(["first", "second", "large", "small"]);
    (await small)?.leave();
  });

  it("does not wait for those whose request is gone", async () => {
    await Place.take(2 * HALF, budgetOf());
    const next = Place.take(2 * HALF, budgetOf());
    await vi.advanceTimersByTimeAsync(11_000);
    const place = await next;
    expect(place).not.toBeNull();
    place?.leave();
  });

  it("forgets nobody who waited, or runs, while the thread was held by somebody else", async () => {
    const first = await Place.take(HALF, budgetOf());
    const second = await Place.take(HALF, budgetOf());
    const third = Place.take(HALF, budgetOf());
    vi.setSystemTime(Date.now() + 11_000);
    // Whoever looks first takes all others for gone.
    const fourth = Place.take(HALF, budgetOf());
    first?.keep();
    second?.keep();
    let entered = 0;
    for (const waiting of [third, fourth]) void waiting.then(() => (entered += 1));
    await vi.advanceTimersByTimeAsync(100);
    expect(entered).toBe(1);
    first?.leave();
    second?.leave();
    await vi.advanceTimersByTimeAsync(100);
    expect(entered).toBe(2);
    for (const place of [await third, await fourth]) place?.leave();
  });

  it("ends who is cancelled while waiting", async () => {
    const held = await Place.take(2 * HALF, budgetOf());
    const controller = new AbortController();
    const budget = budgetOf(controller.signal);
    const next = Place.take(1, budget);
    controller.abort();
    await vi.advanceTimersByTimeAsync(100);
    expect([await next, budget.stopped]).toEqual([null, "cancelled"]);
    held?.leave();
  });
});
