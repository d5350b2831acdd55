import { BaseAnthropic } from "@anthropic-ai/sdk/client";
import { Messages } from "@anthropic-ai/sdk/resources/messages";
import type { Tier } from "../../shared/workflow/content.ts";
import { concludeAnswer } from "./answer.ts";
import { readAnthropic } from "./anthropic-answer.ts";
import { toAnthropic } from "./anthropic-request.ts";
import { type Attempt, makeCall } from "./call.ts";
import { failed, readFault } from "./failures.ts";
import type { ModelOutcome, ModelPort, ModelRequest } from "./port.ts";
import { CALL_LIMITS, type CallLimits } from "./watch.ts";

export interface AnthropicOptions {
  readonly apiKey: string;
  /** Without `/v1`. */
  readonly baseUrl: string;
  readonly models: Readonly<Record<Tier, string>>;
  readonly limits?: CallLimits;
}

/** The API refuses reasoning whose signature does not fit what stands before it; the words it does so with. */
const REASONING_REFUSED = /thinking.*(?:signature|bound|cannot be modified|first block)|signature.*thinking/is;

/** The Messages API through the official SDK, without the SDK's retries: the engine logs, waits and calls again. */
export function createAnthropicModel(options: AnthropicOptions): ModelPort {
  const adapter = { provider: "anthropic", key: options.apiKey, limits: options.limits ?? CALL_LIMITS } as const;

  /** A client per call: its `fetch` is the call's own watch. Only the Messages resource is bundled. */
  const messagesOf = ({ watch }: Attempt): Messages =>
    new Messages(
      new BaseAnthropic({
        apiKey: options.apiKey,
        // The header that the API documents and every gateway knows; this SDK's own choice is a bearer token.
        defaultHeaders: { "x-api-key": options.apiKey, authorization: null },
        baseURL: options.baseUrl,
        maxRetries: 0,
        timeout: adapter.limits.totalMs,
        logLevel: "off",
        openTelemetry: false,
        fetch: watch.fetch,
      }),
    );

  const attemptWith = async (request: ModelRequest, attempt: Attempt, reasoning: boolean): Promise<ModelOutcome> => {
    const { watch, images, progress, onText } = attempt;
    const stream = await messagesOf(attempt).create(toAnthropic(request, images, reasoning), { signal: watch.signal });
    const draft = await readAnthropic(stream, progress, onText);
    if (draft) return concludeAnswer("anthropic", request, draft);
    return failed("anthropic", "model_stream_cut", "the stream ended before the answer did", {
      usage: progress.usage,
      billingUnknown: true,
      params: { model: request.model },
    });
  };

  return {
    provider: "anthropic",
    simulated: false,
    modelFor: (tier) => options.models[tier],
    call: (request, callOptions) =>
      makeCall(adapter, request, callOptions, async (attempt) => {
        try {
          return await attemptWith(request, attempt, true);
        } catch (error) {
          // A refused request is not billed. Without the reasoning it is another request, and the run goes on;
          // as it stands it would be refused for ever.
          const fault = readFault(error, Date.now());
          const retold = fault.status === 400 && !attempt.progress.began && REASONING_REFUSED.test(fault.message);
          if (!retold) throw error;
          return await attemptWith(request, attempt, false);
        }
      }),
  };
}
