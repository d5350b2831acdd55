import type { TerminalAccepted } from "../../../shared/api/terminal.ts";
import type { TranscriptEntry } from "../../../shared/protocol/sandbox-rpc.ts";
import { call, idempotencyKey, send } from "./http.ts";
import { readEventStream } from "./sse.ts";

/** Lines of the workflow's terminal after `since`, then those to come; ends when the server or `signal` ends it. */
export async function* readTerminal(
  workflowId: string,
  since: number,
  opened: () => void,
  signal: AbortSignal,
): AsyncGenerator<TranscriptEntry> {
  const response = await send(`/workflows/${workflowId}/terminal/stream?since=${since}`, {
    signal,
    headers: { accept: "text/event-stream" },
  });
  opened();
  if (!response.body) return;
  for await (const data of readEventStream(response.body)) {
    // SAFETY: same origin, same release: the server declares these lines with the same type.
    yield JSON.parse(data) as TranscriptEntry;
  }
}

export const runLine = (workflowId: string, line: string): Promise<TerminalAccepted> =>
  call<TerminalAccepted>(`/workflows/${workflowId}/terminal`, {
    method: "POST",
    body: { line },
    headers: { "idempotency-key": idempotencyKey() },
  });

export const stopLine = (workflowId: string, execId: string): Promise<unknown> =>
  call(`/workflows/${workflowId}/terminal/${execId}`, { method: "DELETE" });
