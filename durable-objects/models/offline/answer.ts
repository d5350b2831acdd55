import type { Block } from "../../../shared/workflow/content.ts";
import type { ModelRequest } from "../port.ts";

/** Decides what to say to a request: a pure function of the prompt and the transcript. */
export function answer(request: ModelRequest, _today: string): Block[] {
  return [{ type: "text", text: `I cannot answer a request of the kind "${request.operation}".` }];
}
