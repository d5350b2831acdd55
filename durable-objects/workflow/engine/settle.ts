import { NO_USAGE } from "../../../shared/workflow/content.ts";
import type { EventBody } from "../../../shared/workflow/events.ts";
import type { OpenCall } from "../../../shared/workflow/state.ts";
import type { ModelOutcome } from "../../models/port.ts";
import type { Timers } from "../ports.ts";
import { failureOf } from "./faults.ts";
import { priceCall, ResultTooLarge, StorageFailed } from "./journal.ts";
import type { ToolOutcome } from "./services.ts";
import type { StartTool } from "./super-step.ts";

/** A database that refuses is asked again after 0.25, 0.5 … 8 s before its answer is given up. */
const FIRST_WAIT_MS = 250;
const MAX_TRIES = 7;

/** The fact that a call came to its end, at the price of its day. What it may have cost beyond is said apart (SPEC M2). */
export function callSettled(call: OpenCall, outcome: ModelOutcome): EventBody {
  const costMicros = priceCall(call, outcome.usage);
  const doubt = !outcome.ok && outcome.billingUnknown ? Math.max(0, call.reservedMicros - costMicros) : 0;
  return {
    name: "call.settled",
    data: {
      callId: call.callId,
      costMicros,
      ...(doubt > 0 ? { unconfirmedMicros: doubt } : {}),
      usage: outcome.usage,
      outcome: outcome.ok
        ? { ok: true, content: [...outcome.content], stopReason: outcome.stopReason }
        : { ok: false, failure: outcome.failure, retryable: outcome.retryable, retryAfterMs: outcome.retryAfterMs },
    },
  };
}

/** An answer too long to be kept: what it cost is, and the step is told. */
export const withoutAnswer = (outcome: ModelOutcome): ModelOutcome => ({
  ok: false,
  failure: failureOf("result_too_large"),
  retryable: false,
  retryAfterMs: null,
  usage: outcome.usage,
  billingUnknown: false,
});

/** The port promises not to throw; when an adapter does, its bill is unknown. */
export function brokenCall(error: unknown): ModelOutcome {
  const technical = error instanceof Error ? error.message : String(error);
  return {
    ok: false,
    failure: failureOf("model_unreachable", technical),
    retryable: true,
    retryAfterMs: null,
    usage: NO_USAGE,
    billingUnknown: true,
  };
}

/** What a tool stored and what it removed, then what the model reads of it, in one append (SPEC T3). */
export function toolSettled(tool: StartTool, outcome: ToolOutcome, durationMs: number): EventBody[] {
  const { toolCallId, nodeId } = tool;
  const { ok, output, artifacts, removed = [], run, fullOutputId } = outcome;
  return [
    ...artifacts.map((data) => ({ name: "artifact.created" as const, data })),
    ...removed.map((artifactId) => ({ name: "artifact.removed" as const, data: { artifactId, toolCallId } })),
    {
      name: "tool.settled",
      data: {
        toolCallId,
        nodeId,
        ok,
        output,
        durationMs,
        ...(run ? { run } : {}),
        ...(fullOutputId === undefined ? {} : { fullOutputId }),
      },
    },
  ];
}

export const failedTool = (output: string): ToolOutcome => ({ ok: false, output, artifacts: [] });
export const BROKEN_TOOL = failedTool("The tool could not be carried out because of a fault on our side.");
export const LARGE_TOOL = failedTool("result_too_large: the result is too large to be kept. Work with smaller pieces.");

/**
 * SPEC R13: writes down what was paid or waited for. While the database refuses it is kept in memory and written again;
 * what is too long for it is replaced.
 * @throws what `write` throws otherwise, and the last refusal.
 */
export async function keep(
  deps: { readonly timers: Timers; readonly report: (what: string, error: unknown) => void },
  signal: AbortSignal,
  write: () => void,
  writeShort: () => void,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return write();
    } catch (error) {
      if (error instanceof ResultTooLarge) return writeShort();
      if (!(error instanceof StorageFailed) || tries >= MAX_TRIES) throw error;
      deps.report("a result was not written; it is tried again", error);
      await deps.timers.sleep(FIRST_WAIT_MS * 2 ** (tries - 1), signal);
    }
  }
}
