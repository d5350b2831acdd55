import { createHash } from "node:crypto";
import { costOf, priceOf } from "../../shared/money/prices.ts";
import type { Usage } from "../../shared/workflow/content.ts";

/** One request as the provider's invoice has it. Refused requests are listed too, with no tokens. */
export interface BillEntry {
  readonly id: string;
  readonly at: string;
  readonly model: string;
  readonly status: number;
  readonly fault: string;
  /** First and last characters of the key that came; never the whole. */
  readonly key: string;
  usage: Usage;
  costMicros: number;
  /** False when the connection ended before the last byte: the client cannot know `usage.output`. */
  delivered: boolean;
}

interface BillTotals {
  readonly requests: number;
  readonly billed: number;
  readonly costMicros: number;
}

export class Bill {
  readonly entries: BillEntry[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(entry: Pick<BillEntry, "id" | "model" | "status" | "fault" | "key" | "usage" | "delivered">): BillEntry {
    const full = { ...entry, at: new Date(this.#now()).toISOString(), costMicros: 0 };
    this.entries.push(full);
    this.price(full);
    return full;
  }

  /** After `usage` changed: costs it anew. */
  price(entry: BillEntry): void {
    entry.costMicros = costOf(entry.usage, priceOf(entry.model, this.#now()));
  }

  totals(): BillTotals {
    return {
      requests: this.entries.length,
      billed: this.entries.filter((entry) => entry.costMicros > 0).length,
      costMicros: this.entries.reduce((sum, entry) => sum + entry.costMicros, 0),
    };
  }
}

export const maskKey = (key: string): string => (key.length > 10 ? `${key.slice(0, 6)}…${key.slice(-4)}` : "…");

/** Tokens of a text; about what prose and code come to. */
export const tokensOf = (text: string): number => Math.ceil(Buffer.byteLength(text) / 3.5);

/** Tokens of an image, whatever its size. */
export const IMAGE_TOKENS = 1500;

/** A part of a prompt in the order the provider reads it. `mark`: the cache is written up to here. */
export interface PromptPart {
  readonly text: string;
  readonly tokens: number;
  readonly mark: boolean;
}

/** Prompt caching by prefix: what was written once is read by every later prompt that begins the same. */
export class PromptCache {
  readonly #written = new Set<string>();
  readonly #least: number;

  /** `least`: tokens below which nothing is cached. */
  constructor(least: number) {
    this.#least = least;
  }

  account(model: string, parts: readonly PromptPart[]): { input: number; read: number; write: number } {
    const hash = createHash("sha256").update(model);
    let total = 0;
    let read = 0;
    let written = 0;
    const fresh: string[] = [];
    const lastMark = parts.findLastIndex((part) => part.mark);
    parts.forEach((part, index) => {
      hash.update(`${part.text.length}:${part.text}`);
      total += part.tokens;
      if (index > lastMark || total < this.#least) return;
      const key = hash.copy().digest("hex");
      if (this.#written.has(key)) read = total;
      if (part.mark) {
        written = total;
        fresh.push(key);
      }
    });
    for (const key of fresh) this.#written.add(key);
    return { input: total - Math.max(read, written), read, write: Math.max(0, written - read) };
  }
}
