import { err, ok } from "../../../../shared/lib/result.ts";
import type { EffectOutcome, Receipt } from "../../../../shared/workflow/effects.ts";
import type { OutsideAction, OutsideTool, SendOptions } from "../../effects/port.ts";
import type { Services } from "../services.ts";
import type { Dice } from "./dice.ts";
import type { VirtualTime } from "./virtual-time.ts";

export const SERVICE = "bookings";

const INFO = {
  name: SERVICE,
  label: { en: "Bookings", ar: "الحجوزات" },
  description: "Books things.",
  ready: true,
};

const receiptOf = (key: string): Receipt => ({ reference: key, link: null, detail: "", undo: { key } });

/** A service outside that counts what reached it, by key; the truth that the engine's ledger is held against. */
export class OutsideService {
  /** How often each key took effect. */
  readonly done = new Map<string, number>();
  readonly taken = new Map<string, number>();
  /** Requests that reached it, by key. */
  readonly arrived = new Map<string, number>();
  calm = false;
  readonly #dice: Dice;
  readonly #time: VirtualTime;

  constructor(dice: Dice, time: VirtualTime) {
    this.#dice = dice;
    this.#time = time;
  }

  /** The service as one instance of the engine reaches it; `left`: whether what it sends gets out at all. */
  outside(left: () => boolean): Services["outside"] {
    const tools = (["look", "book", "mail"] as const).map((name) => this.#tool(name, left));
    return { services: [INFO], tools };
  }

  #tool(name: "look" | "book" | "mail", left: () => boolean): OutsideTool {
    const effectClass = name === "look" ? "read" : name === "book" ? "idempotent-write" : "write";
    const tool: OutsideTool = {
      name,
      description: name,
      inputSchema: { type: "object" },
      parse: ({ what }) => {
        if (typeof what !== "string") return err("what is missing");
        const rest = { target: what, summary: `${name} ${what}`, arguments: { what }, reversible: name === "book" };
        return ok({ effectClass, service: SERVICE, action: name, ...rest });
      },
      read: async (_action, { signal }) => {
        await this.#time.sleep(this.#dice.between(1, 3000), signal);
        return { ok: this.calm || !this.#dice.chance(0.2), output: "free" };
      },
      send: (_action, options) => this.#send(name, options, left),
    };
    if (name === "mail" && this.#dice.chance(0.5)) return tool;
    return {
      ...tool,
      readBack: async (_action: OutsideAction, { key, signal }: SendOptions) => {
        await this.#time.sleep(this.#dice.between(1, 3000), signal);
        if (!this.calm && this.#dice.chance(0.3)) return { kind: "unknown" };
        return this.done.has(key) ? { kind: "done", receipt: receiptOf(key) } : { kind: "not_done" };
      },
      ...(name === "book" && {
        undo: (_action: OutsideAction, receipt: Receipt, options: SendOptions) =>
          this.#undo(String(receipt.undo?.key), options, left),
      }),
    };
  }

  async #send(name: string, { key, signal }: SendOptions, left: () => boolean): Promise<EffectOutcome> {
    const dice = this.#dice;
    await this.#time.sleep(dice.between(1, 200), new AbortController().signal);
    if (!left()) return new Promise(() => {});
    this.arrived.set(key, (this.arrived.get(key) ?? 0) + 1);
    const kind = this.calm ? "done" : dice.weighted({ done: 6, failed: 1, busy: 1, before: 1, after: 2, late: 1 });
    // Who knows the key does not refuse it afterwards; too busy to look, it may be at any time.
    if (kind === "busy" || (kind === "failed" && !(name === "book" && this.done.has(key)))) {
      const code = kind === "busy" ? "service_unavailable" : "service_refused";
      return { kind: "failed", failure: { code, params: {}, technical: "" } };
    }
    if (kind !== "before" && (name === "mail" || !this.done.has(key)))
      this.done.set(key, (this.done.get(key) ?? 0) + 1);
    await this.#time.sleep(kind === "late" ? dice.between(60_000, 400_000) : dice.between(1, 20_000), signal);
    if (kind === "done" || kind === "late") return { kind: "done", receipt: receiptOf(key) };
    return { kind: "unknown", detail: "the connection was cut" };
  }

  async #undo(of: string, { key, signal }: SendOptions, left: () => boolean): Promise<EffectOutcome> {
    await this.#time.sleep(this.#dice.between(1, 200), new AbortController().signal);
    if (!left()) return new Promise(() => {});
    this.taken.set(of, 1);
    await this.#time.sleep(this.#dice.between(1, 5000), signal);
    return this.calm || this.#dice.chance(0.8)
      ? { kind: "done", receipt: { ...receiptOf(key), undo: null } }
      : { kind: "unknown", detail: "the connection was cut" };
  }
}
