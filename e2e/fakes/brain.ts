import { createOfflineModel } from "../../durable-objects/models/offline/offline-model.ts";
import type { ModelPort, ModelRequest } from "../../durable-objects/models/port.ts";
import { TIER_MODELS } from "../../shared/money/prices.ts";
import type { Block, Message, Operation, Tier } from "../../shared/workflow/content.ts";
import { tokensOf } from "./bill.ts";

/** What a fake's model says to a request. `images`: bytes of the image blocks by their file id. */
export type Brain = (
  request: ModelRequest,
  images: ReadonlyMap<string, Uint8Array>,
) => Promise<readonly Block[]> | readonly Block[];

/** A provider's request in our terms, with what the wire can't tell worked out from the tools it offers. */
export function asModelRequest(wire: {
  readonly model: string;
  readonly system: string;
  readonly messages: readonly Message[];
  readonly tools: ModelRequest["tools"];
  readonly toolChoice: ModelRequest["toolChoice"];
  readonly maxTokens: number;
  readonly effort: ModelRequest["effort"];
}): ModelRequest {
  const tiers: readonly Tier[] = ["fast", "standard", "deep"];
  return {
    ...wire,
    operation: operationOf(wire.tools.map((tool) => tool.name)),
    tier: tiers.find((tier) => TIER_MODELS[tier] === wire.model) ?? "standard",
  };
}

function operationOf(tools: readonly string[]): Operation {
  if (tools.includes("propose_plan")) return "planning";
  if (tools.includes("verdict")) return "reviewing";
  if (tools.includes("propose_workflow")) return "chat";
  return tools.length === 0 ? "summary" : "building";
}

/** Any model port as a brain. Its failures become a refusal in words, so that a test sees them. */
export function modelBrain(model: ModelPort): Brain {
  return async (request, images) => {
    const outcome = await model.call(request, {
      signal: new AbortController().signal,
      onText: () => {},
      loadImage: async (fileId) => images.get(fileId) ?? new Uint8Array(),
    });
    return outcome.ok ? outcome.content : [{ type: "text", text: `The brain failed: ${outcome.failure.technical}` }];
  };
}

/** The repository's own offline model: a fake with it can drive whole workflows. */
export function offlineBrain(today: () => string = () => new Date().toISOString().slice(0, 10)): Brain {
  return modelBrain(createOfflineModel({ countTokens: async (texts) => texts.map(tokensOf), today }));
}

/** Says the last text of the conversation again. */
export const echoBrain: Brain = (request) => {
  const last = request.messages.at(-1)?.content.findLast((block) => block.type === "text");
  return [{ type: "text", text: last?.type === "text" ? last.text : "(nothing to echo)" }];
};
