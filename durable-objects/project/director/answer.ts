import { z } from "zod";
import { TableToCheck } from "../../../shared/api/messages.ts";
import { affordableTokens, costOf, priceOf, reservationFor } from "../../../shared/money/prices.ts";
import { type Message, NO_USAGE, type Usage } from "../../../shared/workflow/content.ts";
import type { Failure } from "../../../shared/workflow/records.ts";
import type { ModelPort, ModelRequest } from "../../models/port.ts";
import type { ServiceInfo } from "../../workflow/effects/port.ts";
import { DIRECTOR_TOOLS, directorSystem } from "./prompt.ts";

const MAX_TOKENS = 1500;
const MIN_TOKENS = 200;

const Proposal = z.object({
  goal: z.string().trim().min(1),
  name: z.string().trim(),
  fileIds: z.array(z.string()).default([]),
});
const Choices = z.object({ question: z.string(), choices: z.array(z.string().min(1)).min(1).max(6) });

/** What one answer came to; `costMicros` counts every call made for it, failed ones too. */
export interface DirectorAnswer {
  readonly text: string;
  readonly choices: readonly string[] | null;
  readonly proposal: z.infer<typeof Proposal> | null;
  readonly table: TableToCheck | null;
  readonly failure: Failure | null;
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  readonly usage: Usage;
  readonly costMicros: number;
  /** A provider may have billed more than it told. */
  readonly billingUnknown: boolean;
  readonly model: string;
}

export interface DirectorCall {
  readonly request: ModelRequest;
  /** Worst case, to hold back before the call. */
  readonly reservedMicros: number;
}

/** The call for this conversation that fits `availableMicros`; null when not even a short answer does. */
export function directorCall(
  model: ModelPort,
  messages: readonly Message[],
  availableMicros: number,
  now: number,
  services: readonly ServiceInfo[],
): DirectorCall | null {
  const system = directorSystem(services);
  const name = model.modelFor("standard");
  const rate = priceOf(name, now);
  const bytes = new TextEncoder().encode(system + JSON.stringify(DIRECTOR_TOOLS) + JSON.stringify(messages)).length;
  const images = messages.flatMap((message) => message.content).filter((block) => block.type === "image").length;
  const promptBytes = bytes + images * IMAGE_BYTES;
  const maxTokens = Math.min(MAX_TOKENS, affordableTokens(promptBytes, availableMicros, rate));
  if (maxTokens < MIN_TOKENS) return null;
  return {
    request: {
      operation: "chat",
      tier: "standard",
      model: name,
      system,
      messages,
      tools: DIRECTOR_TOOLS,
      toolChoice: "auto",
      maxTokens,
      effort: "low",
    },
    reservedMicros: reservationFor(promptBytes, maxTokens, rate),
  };
}

/** An image costs at most about 1,600 tokens (Anthropic's vision guide); counted as the bytes of so much text. */
const IMAGE_BYTES = 3200;

/** Makes the call and reads the answer. Never throws for what the model says. */
export async function directorAnswer(
  model: ModelPort,
  call: DirectorCall,
  options: Parameters<ModelPort["call"]>[1] & { readonly now: number },
): Promise<DirectorAnswer> {
  const outcome = await model.call(call.request, options);
  const rate = priceOf(call.request.model, options.now);
  const base = {
    text: "",
    choices: null,
    proposal: null,
    table: null,
    failure: null,
    retryable: false,
    retryAfterMs: null,
    usage: outcome.usage ?? NO_USAGE,
    costMicros: costOf(outcome.usage ?? NO_USAGE, rate),
    billingUnknown: !outcome.ok && outcome.billingUnknown,
    model: call.request.model,
  } satisfies DirectorAnswer;
  if (!outcome.ok) {
    const { failure, retryable, retryAfterMs } = outcome;
    return { ...base, failure, retryable, retryAfterMs };
  }
  const text = outcome.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("");
  let answer: DirectorAnswer = { ...base, text: text.trim() };
  for (const block of outcome.content) {
    if (block.type !== "tool_use") continue;
    const read = readTool(block.name, block.input);
    if (read === null) {
      const technical = `unusable input for ${block.name}`;
      return { ...base, failure: { code: "model_bad_tool_call", params: {}, technical }, retryable: true };
    }
    answer = { ...answer, ...read, text: answer.text !== "" ? answer.text : (read.text ?? "") };
  }
  if (answer.text === "" && !answer.proposal && !answer.table)
    return {
      ...base,
      failure: { code: "model_empty_answer", params: {}, technical: "no text and no tool" },
      retryable: true,
    };
  return answer;
}

function readTool(name: string, input: unknown): Partial<DirectorAnswer> | null {
  switch (name) {
    case "propose_workflow": {
      const parsed = Proposal.safeParse(input);
      return parsed.success ? { proposal: parsed.data } : null;
    }
    case "offer_choices": {
      const parsed = Choices.safeParse(input);
      return parsed.success ? { choices: parsed.data.choices, text: parsed.data.question } : null;
    }
    case "show_table": {
      const parsed = TableToCheck.safeParse(input);
      return parsed.success ? { table: parsed.data } : null;
    }
    default:
      return null;
  }
}
