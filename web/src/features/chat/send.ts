import type { MessageView } from "../../../../shared/api/messages.ts";
import { queryClient } from "../../api/client.ts";
import { ApiError, idempotencyKey } from "../../api/http.ts";
import { keys } from "../../api/keys.ts";
import { postMessage } from "../../api/messages.ts";
import { chatStore, takeMessageFrame } from "../../stores/chat-store.ts";
import { addPending, draftStore, type PendingMessage, removePending } from "../../stores/draft-store.ts";
import { settingsStore } from "../../stores/settings-store.ts";

export type Sent = "sent" | "kept";

/**
 * Sends a message and streams the answer into the chat store. Without a network the message is kept and sent
 * later under the same key, so it is never carried out twice. Throws {@link ApiError} when it was refused.
 */
export async function sendMessage(
  projectId: string,
  text: string,
  files: MessageView["files"] = [],
  key: string = idempotencyKey(),
): Promise<Sent> {
  const store = chatStore(projectId);
  const at = new Date().toISOString();
  const pending: PendingMessage = { key, text, files: files ?? [], fileIds: files?.map((one) => one.id) ?? [], at };
  if (!navigator.onLine) {
    addPending(projectId, pending);
    return "kept";
  }
  const sending: MessageView = { id: `sending-${key}`, role: "user", text, status: "complete", at };
  store.setState({ sending: files && files.length > 0 ? { ...sending, files } : sending });
  let heard = false;
  try {
    const { locale } = settingsStore.getState();
    for await (const frame of postMessage(projectId, { text, fileIds: [...pending.fileIds], locale }, key)) {
      heard = true;
      takeMessageFrame(store, frame, "own");
    }
    return "sent";
  } catch (error) {
    if (heard) return "sent";
    if (error instanceof ApiError && error.offline) {
      addPending(projectId, pending);
      return "kept";
    }
    throw error;
  } finally {
    store.setState({ sending: null, own: null });
    // The stream may have been cut while the answer went on: what is stored is the truth.
    void queryClient.invalidateQueries({ queryKey: keys.messages(projectId) });
  }
}

const flushing = new Set<string>();

/** Sends what was kept while there was no network, in order. */
export async function sendPending(projectId: string): Promise<void> {
  if (flushing.has(projectId)) return;
  flushing.add(projectId);
  try {
    for (const message of draftStore.getState().pending[projectId] ?? []) {
      if (!navigator.onLine) return;
      removePending(projectId, message.key);
      if ((await sendMessage(projectId, message.text, [...message.files], message.key)) === "kept") return;
    }
  } finally {
    flushing.delete(projectId);
  }
}
