import type { Block, Message, Operation, StopReason, Tier, Usage } from "../../shared/workflow/content.ts";
import type { Failure } from "../../shared/workflow/records.ts";

/** A tool as the model sees it; `inputSchema` is JSON Schema (draft 2020-12). */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

export interface ModelRequest {
  readonly operation: Operation;
  readonly tier: Tier;
  /** Provider's model id, chosen from the tier by configuration. */
  readonly model: string;
  /** Stable parts first: adapters cache `system` and `tools` where the provider can. */
  readonly system: string;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolSpec[];
  /** `any`: must call a tool; a name: must call that tool. */
  readonly toolChoice: "auto" | "any" | { readonly name: string };
  readonly maxTokens: number;
  readonly effort: "low" | "medium" | "high";
}

/** What a call came to. Failures are values: `usage` is what the provider is known to bill even so. */
export type ModelOutcome =
  | {
      readonly ok: true;
      readonly content: readonly Block[];
      readonly stopReason: StopReason;
      readonly usage: Usage;
      /** True when the provider sent no usage and the tokens were counted from the bytes, on the high side. */
      readonly usageEstimated?: boolean;
      readonly model: string;
    }
  | {
      readonly ok: false;
      readonly failure: Failure;
      readonly retryable: boolean;
      /** From `retry-after`; null when the provider said nothing. */
      readonly retryAfterMs: number | null;
      readonly usage: Usage;
      /** The request may have been billed in a way we could not read (stream cut before its usage). */
      readonly billingUnknown: boolean;
    };

export interface CallOptions {
  readonly signal: AbortSignal;
  /** Text as it streams, for the screen only. */
  readonly onText: (delta: string) => void;
  /** Bytes of an image block, unsealed by the host. */
  readonly loadImage: (fileId: string) => Promise<Uint8Array>;
}

/**
 * One model provider. `call` never throws for anything the provider or the network does; it answers within the
 * stall limit (90 s without a byte) and does not retry by itself: the engine logs, waits and calls again.
 */
export interface ModelPort {
  readonly provider: "anthropic" | "openai-compatible" | "offline";
  /** The offline stand-in: priced like the real thing, billed 0, labelled everywhere. */
  readonly simulated: boolean;
  modelFor(tier: Tier): string;
  call(request: ModelRequest, options: CallOptions): Promise<ModelOutcome>;
}

/** Codes a model failure can carry; each is in the catalogue (shared/errors). */
export const MODEL_FAILURES = [
  "model_unauthorized",
  "model_rate_limited",
  "model_overloaded",
  "model_server_error",
  "model_stream_cut",
  "model_stalled",
  "model_refused",
  "model_bad_request",
  "model_unreachable",
  "model_empty_answer",
  "model_bad_tool_call",
  /** The caller aborted; never retried. */
  "model_cancelled",
  /** The account at the provider is out of money: waiting does not help. */
  "model_no_credit",
] as const;
export type ModelFailureCode = (typeof MODEL_FAILURES)[number];
