import { DurableObject } from "cloudflare:workers";
import type { CapacityRpc } from "../../shared/protocol/capacity-rpc.ts";
import type { Env } from "../env.ts";
import { Admissions, type Entry } from "./admissions.ts";
import type { Claim } from "./fair-queue.ts";
import { capacitySeam } from "./settings.ts";
import { sqliteRows } from "./sqlite-rows.ts";
import { lookAfter, nudgeAll, type Watch } from "./watchdog.ts";

/** With SILENT_MS the time after which a silent workflow is set going again: under a minute (NFR-R1.2). */
const LOOK_EVERY_MS = 15_000;

/** Admission of running workflows, for the whole deployment: the one object "global". */
export class CapacityObject extends DurableObject<Env> implements CapacityRpc {
  readonly #admissions: Admissions;
  readonly #watch: Watch;
  #watching = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const capacity = capacitySeam.capacityFrom(env.CAPACITY_RUNNING);
    this.#admissions = new Admissions(capacity, sqliteRows(ctx.storage.sql), Date.now());
    this.#watch = {
      admissions: this.#admissions,
      nudge: (workflowId) => env.WORKFLOW.getByName(workflowId).nudge(),
      now: () => Date.now(),
      report,
    };
    // The capacity may have been raised since, and an instance that was cut off may have had grants to tell.
    this.#settle();
  }

  async enter(claim: Claim): Promise<Entry> {
    const entry = this.#admissions.enter(claim, Date.now());
    this.#keepWatch();
    return entry;
  }

  async leave(workflowId: string): Promise<void> {
    this.#admissions.leave(workflowId);
    this.#settle();
  }

  async beat(workflowId: string): Promise<{ held: boolean }> {
    return { held: this.#admissions.beat(workflowId, Date.now()) };
  }

  async position(workflowId: string): Promise<number | null> {
    return this.#admissions.position(workflowId);
  }

  async load(): Promise<{ running: number; waiting: number }> {
    return { running: this.#admissions.running, waiting: this.#admissions.waiting };
  }

  override async alarm(): Promise<void> {
    this.#watching = false;
    this.#keepWatch();
    await lookAfter(this.#watch, capacitySeam.silentMs).catch((error: unknown) => report("the watchdog broke", error));
  }

  /** Grants what room there is. Telling is a courtesy: who does not hear of it asks again by itself. */
  #settle(): void {
    const granted = this.#admissions.grant(Date.now());
    this.#keepWatch();
    if (granted.length > 0)
      nudgeAll(this.#watch, granted).catch((error: unknown) => report("grants were not told", error));
  }

  #keepWatch(): void {
    if (this.#watching || this.#admissions.running + this.#admissions.waiting === 0) return;
    this.#watching = true;
    void this.ctx.storage.setAlarm(Date.now() + LOOK_EVERY_MS);
  }
}

/** One line of JSON, without content of any workflow. */
function report(what: string, error: unknown): void {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : "unknown";
  console.error(JSON.stringify({ level: "error", what, error: message.slice(0, 500) }));
}
