import { createStore, type StoreApi } from "zustand/vanilla";
import type { MessageFrame, MessageView } from "../../../shared/api/messages.ts";

export interface ChatState {
  /** Messages heard live since the page opened, by id; they win over what was fetched before. */
  readonly live: Readonly<Record<string, MessageView>>;
  /** Sent by this tab and not yet confirmed. */
  readonly sending: MessageView | null;
  /** The answer this tab streams itself; the socket's copy of it is ignored. */
  readonly own: string | null;
}

const stores = new Map<string, StoreApi<ChatState>>();

export function chatStore(projectId: string): StoreApi<ChatState> {
  const known = stores.get(projectId);
  if (known) return known;
  const made = createStore<ChatState>()(() => ({ live: {}, sending: null, own: null }));
  stores.set(projectId, made);
  return made;
}

export const forgetChats = (): void => stores.clear();

/** What a frame asks for beyond the store. `missing`: words came for a message that is not here; fetch it. */
export type FrameTaken = "taken" | "missing";

/**
 * Applies a frame of the POST (`own`) or of the project socket. Both carry the same words, so while this tab
 * streams an answer itself the socket's deltas for it are dropped.
 */
export function takeMessageFrame(store: StoreApi<ChatState>, frame: MessageFrame, from: "own" | "socket"): FrameTaken {
  const state = store.getState();
  if (frame.type === "message") {
    const { message } = frame;
    if (from === "socket" && state.own === message.id && message.status === "streaming") return "taken";
    store.setState({
      live: { ...state.live, [message.id]: message },
      ...(message.role === "user" && state.sending ? { sending: null } : {}),
      ...(from === "own" && message.role === "assistant" && message.status === "streaming" ? { own: message.id } : {}),
    });
    return "taken";
  }
  const known = state.live[frame.messageId];
  if (from === "socket" && state.own === frame.messageId) return "taken";
  if (!known) return "missing";
  const changed: MessageView =
    frame.type === "delta"
      ? { ...known, text: known.text + frame.text }
      : { ...known, status: known.status === "streaming" ? "complete" : known.status };
  store.setState({
    live: { ...state.live, [frame.messageId]: changed },
    ...(frame.type === "done" && state.own === frame.messageId ? { own: null } : {}),
  });
  return "taken";
}

/** Fetched pages and what was heard live, oldest first, each once. */
export function mergeMessages(fetched: readonly MessageView[], state: ChatState): MessageView[] {
  const byId = new Map(fetched.map((one) => [one.id, one]));
  for (const message of Object.values(state.live)) {
    const known = byId.get(message.id);
    // What was fetched later and is finished knows better than a stream that stopped half-way.
    if (known && known.status !== "streaming" && message.status === "streaming") continue;
    byId.set(message.id, message);
  }
  const sorted = [...byId.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1));
  if (state.sending) sorted.push(state.sending);
  return sorted;
}
