import type { Result } from "../../../shared/lib/result.ts";
import type { EffectClass, EffectOutcome, Receipt } from "../../../shared/workflow/effects.ts";

/** What a call of an outside tool comes to once its input is read: the parsed values, never the raw text. */
export interface OutsideAction {
  readonly effectClass: EffectClass;
  /** Name of the service (services.ts); the step's plan must list it in `touches`. */
  readonly service: string;
  /** "POST /bookings". */
  readonly action: string;
  readonly target: string;
  /** One line for a person, in the workflow's language. */
  readonly summary: string;
  /** What will be sent, as a person may edit it before approving; `parse` takes it back. */
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly reversible: boolean;
}

/** What reading came to, and what the model is told of it. */
export interface ReadOutcome {
  readonly ok: boolean;
  readonly output: string;
}

export interface SendOptions {
  /** Idempotency key of the effect: the same however often it is sent. */
  readonly key: string;
  readonly signal: AbortSignal;
}

/**
 * A tool that reaches outside (connectors implement it; design section 8). It holds no state, and never throws for
 * anything a service or the network does. `send` answers `failed` only when the write certainly did not happen, and
 * `unknown` whenever it may have. A failure with a retryable code (shared/errors/codes.ts) is sent again under the same
 * key, at most three times in all, after `seconds` of its parameters when the service asked for a wait. Whatever a tool
 * throws or answers beside this contract counts as "may have happened" for a write and as a failed look for a read.
 */
export interface OutsideTool {
  readonly name: string;
  /** For the model. */
  readonly description: string;
  /** JSON Schema (draft 2020-12) of the input. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
  /** A later write to the same target takes the place of an earlier one, which can then be done anew (SPEC E7). */
  readonly overwrites?: true;
  /** Input of the model, or arguments a person has edited. The error is told to whoever gave them. */
  parse(input: Readonly<Record<string, unknown>>, locale: "en" | "ar"): Result<OutsideAction, string>;
  read(action: OutsideAction, options: Pick<SendOptions, "signal">): Promise<ReadOutcome>;
  send(action: OutsideAction, options: SendOptions): Promise<EffectOutcome>;
  /** Asks the service whether a write of this key happened; `unknown` when it cannot tell. Absent: it never can. */
  readBack?(
    action: OutsideAction,
    options: SendOptions,
  ): Promise<
    { readonly kind: "done"; readonly receipt: Receipt } | { readonly kind: "not_done" } | { readonly kind: "unknown" }
  >;
  /** Takes a write back, under a key of its own. Absent, or without `receipt.undo`: it cannot be taken back. */
  undo?(action: OutsideAction, receipt: Receipt, options: SendOptions): Promise<EffectOutcome>;
}

/** A service a deployment can reach, as plans, prompts and people see it. Holds no address and no secret. */
export interface ServiceInfo {
  readonly name: string;
  readonly label: { readonly en: string; readonly ar: string };
  /** What it is for and what can be called there, for planners and agents. */
  readonly description: string;
  /** False without credentials: runs that reach it are rehearsed. */
  readonly ready: boolean;
}
