import { z } from "zod";
import { err, ok, type Result } from "../../../shared/lib/result.ts";
import { EffectClass, EffectOutcome, Receipt } from "../../../shared/workflow/effects.ts";
import type { OutsideAction, OutsideTool, ReadOutcome } from "./port.ts";

/*
 * Connectors are held to their contract here: whatever one throws, answers or leaves out becomes a value of ours, so
 * that no tool can take a run down. When in doubt about a write, it may have happened.
 */

const Action = z.object({
  effectClass: EffectClass,
  service: z.string().min(1).max(60),
  action: z.string().max(1000),
  target: z.string().max(2000),
  summary: z.string().max(2000),
  arguments: z.record(z.string(), z.unknown()),
  reversible: z.boolean(),
});

/** Arguments are kept in the approval, the intent and the tool call: beyond this they belong into a file. */
const MAX_ARGUMENT_CHARS = 100_000;
const MAX_DETAIL = 2000;
const BROKEN = "The tool could not read this because of a fault on our side.";

/** Input as an action whose arguments are plain JSON; the error is for whoever gave the input. */
export function parseAction(
  tool: OutsideTool,
  input: Readonly<Record<string, unknown>>,
  locale: "en" | "ar",
): Result<OutsideAction, string> {
  try {
    const parsed = tool.parse(input, locale);
    if (!parsed.ok) return err(String(parsed.error).slice(0, MAX_DETAIL));
    const action = Action.safeParse(parsed.value);
    if (!action.success) return err(BROKEN);
    const text = JSON.stringify(action.data.arguments);
    if (text.length > MAX_ARGUMENT_CHARS) return err(`The arguments are longer than ${MAX_ARGUMENT_CHARS} characters.`);
    return ok({ ...action.data, arguments: JSON.parse(text) });
  } catch {
    return err(BROKEN);
  }
}

/** What was read, or that it failed; the text is cut by the caller. */
export function readOutcomeOf(value: unknown): ReadOutcome {
  const read = z.object({ ok: z.boolean(), output: z.string() }).safeParse(value);
  return read.success ? read.data : { ok: false, output: "The service's answer could not be read." };
}

/** What a send or an undo answered. Something else than an outcome leaves open whether it happened. */
export function outcomeOf(value: unknown): EffectOutcome {
  const outcome = EffectOutcome.safeParse(clipped(value));
  if (!outcome.success) return { kind: "unknown", detail: "The tool gave an unreadable answer." };
  // Only the engine rehearses.
  if (outcome.data.kind === "recorded") return { kind: "unknown", detail: "The tool says that it sent nothing." };
  return outcome.data;
}

export type ReadBack = { kind: "done"; receipt: Receipt } | { kind: "not_done" } | { kind: "unknown" };

const ReadBackSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("done"), receipt: Receipt }),
  z.object({ kind: z.literal("not_done") }),
  z.object({ kind: z.literal("unknown") }),
]);

export function readBackOf(value: unknown): ReadBack {
  const answer = ReadBackSchema.safeParse(clipped(value));
  return answer.success ? answer.data : { kind: "unknown" };
}

/** An honest answer is not thrown away for a text that is too long. */
function clipped(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const outcome: Record<string, unknown> = { ...cut(value, "detail") };
  if (typeof outcome.receipt === "object" && outcome.receipt) outcome.receipt = cut(outcome.receipt, "detail");
  if (typeof outcome.failure === "object" && outcome.failure) outcome.failure = cut(outcome.failure, "technical");
  return outcome;
}

function cut(object: object, key: string): object {
  const text: unknown = Reflect.get(object, key);
  return typeof text === "string" ? { ...object, [key]: text.slice(0, MAX_DETAIL) } : object;
}
