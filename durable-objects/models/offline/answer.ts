import type { Block } from "../../../shared/workflow/content.ts";
import type { ModelRequest } from "../port.ts";
import { buildStep } from "./building/step.ts";
import { chat } from "./chat.ts";
import { plan } from "./planning.ts";
import { callsOf, readPrompt } from "./prompt.ts";
import { review } from "./reviewing.ts";

/** Decides what to say to a request: a pure function of the prompt and the transcript. */
export function answer(request: ModelRequest, today: string): Block[] {
  if (request.operation === "chat" || request.operation === "summary") return chat(request, today);
  const prompt = readPrompt(request, today);
  const calls = callsOf(request.messages);
  if (request.operation === "planning") return plan(prompt);
  if (request.operation === "reviewing") return review(prompt, calls);
  return buildStep(prompt, calls);
}
