import { infiniteQueryOptions } from "@tanstack/react-query";
import type { MessageFrame, MessageView } from "../../../shared/api/messages.ts";
import { call, send } from "./http.ts";
import { keys } from "./keys.ts";
import { type Page, query } from "./projects.ts";
import { readEventStream } from "./sse.ts";

/** Newest page first; each page is oldest → newest or the reverse, the reader sorts by time. */
export const messagesQuery = (projectId: string) =>
  infiniteQueryOptions({
    queryKey: keys.messages(projectId),
    queryFn: ({ pageParam, signal }) =>
      call<Page<MessageView>>(`/projects/${projectId}/messages${query({ limit: 30, cursor: pageParam })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Sends a message; gives the frames of the Director's answer as they stream. */
export async function* postMessage(
  projectId: string,
  body: { text: string; fileIds: string[]; locale: "en" | "ar" },
  key: string,
): AsyncGenerator<MessageFrame> {
  const response = await send(`/projects/${projectId}/messages`, {
    method: "POST",
    body,
    headers: { accept: "text/event-stream", "idempotency-key": key },
  });
  if (!response.body) return;
  for await (const data of readEventStream(response.body)) {
    // SAFETY: same origin, same release: the server declares these frames with the same type.
    yield JSON.parse(data) as MessageFrame;
  }
}
