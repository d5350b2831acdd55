import OpenAI from "openai";
import type { Tier } from "../../shared/workflow/content.ts";
import { concludeAnswer } from "./answer.ts";
import { makeCall } from "./call.ts";
import { failed } from "./failures.ts";
import { readChatCompletion } from "./openai-answer.ts";
import { dialectOf, toChatCompletion } from "./openai-request.ts";
import type { ModelPort } from "./port.ts";
import { CALL_LIMITS, type CallLimits } from "./watch.ts";

export interface OpenAiOptions {
  /** Empty for servers that want none (a model on the operator's own machine). */
  readonly apiKey: string;
  /** With its version part, as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly models: Readonly<Record<Tier, string>>;
  readonly limits?: CallLimits;
}

/** Chat Completions, the protocol most providers speak, through the official SDK without its retries. */
export function createOpenAiCompatibleModel(options: OpenAiOptions): ModelPort {
  const adapter = {
    provider: "openai-compatible",
    key: options.apiKey,
    limits: options.limits ?? CALL_LIMITS,
  } as const;
  const dialect = dialectOf(options.baseUrl);

  return {
    provider: "openai-compatible",
    simulated: false,
    modelFor: (tier) => options.models[tier],
    call: (request, callOptions) =>
      makeCall(adapter, request, callOptions, async ({ watch, images, progress, onText }) => {
        const client = new OpenAI({
          apiKey: options.apiKey === "" ? "none" : options.apiKey,
          adminAPIKey: null,
          organization: null,
          project: null,
          baseURL: options.baseUrl,
          maxRetries: 0,
          timeout: adapter.limits.totalMs,
          logLevel: "off",
          fetch: watch.fetch,
        });
        const body = toChatCompletion(request, images, dialect);
        const stream = await client.chat.completions.create(body, { signal: watch.signal });
        const promptBytes = new TextEncoder().encode(JSON.stringify([body.messages, body.tools ?? []])).length;
        const draft = await readChatCompletion(stream, progress, onText, promptBytes);
        if (draft) return concludeAnswer("openai-compatible", request, draft);
        return failed("openai-compatible", "model_stream_cut", "the stream ended before the answer did", {
          usage: progress.usage,
          billingUnknown: true,
          params: { model: request.model },
        });
      }),
  };
}
