import type { InfiniteData } from "@tanstack/react-query";
import { createStore } from "zustand/vanilla";
import type { WorkflowListItem } from "../../../shared/api/workflows.ts";
import type { ProjectDownFrame } from "../../../shared/protocol/project-socket.ts";
import { queryClient } from "../api/client.ts";
import { wasEarly } from "../api/http.ts";
import { keys } from "../api/keys.ts";
import type { Page } from "../api/projects.ts";
import { chatStore, takeMessageFrame } from "../stores/chat-store.ts";
import { type Connection, isFrame, openSocket } from "./socket.ts";

export const projectConnection = createStore<{ readonly connection: Connection; readonly heardAt: number | null }>()(
  () => ({ connection: "connecting", heardAt: null }),
);

const firstMessages = (projectId: string) => `/projects/${projectId}/messages?limit=30`;

/** Opens the socket of a project: summaries of its workflows, and the Director's words. Gives what closes it. */
export function openProject(projectId: string): () => void {
  let opened = false;
  return openSocket({
    path: () => `/api/projects/${projectId}/socket`,
    onOpen: () => {
      // Summaries carry no versions to ask for, so what was missed is fetched.
      if (wasEarly(firstMessages(projectId)) || opened) refetch(projectId);
      opened = true;
      projectConnection.setState({ heardAt: Date.now() });
    },
    onConnection: (connection) => projectConnection.setState({ connection }),
    onFrame: (value) => {
      if (!isFrame(value)) return;
      projectConnection.setState({ heardAt: Date.now() });
      // SAFETY: same origin, same release; unknown types fall through.
      take(projectId, value as ProjectDownFrame);
    },
  });
}

function refetch(projectId: string): void {
  void queryClient.invalidateQueries({ queryKey: keys.workflows(projectId) });
  void queryClient.invalidateQueries({ queryKey: keys.messages(projectId) });
}

function take(projectId: string, frame: ProjectDownFrame): void {
  if (frame.type === "workflow") {
    queryClient.setQueryData<InfiniteData<Page<WorkflowListItem>>>(keys.workflows(projectId), (known) =>
      known ? upsertWorkflow(known, frame.workflow) : known,
    );
    return;
  }
  if (frame.type !== "message" && frame.type !== "delta" && frame.type !== "done") return;
  if (takeMessageFrame(chatStore(projectId), frame, "socket") === "missing")
    void queryClient.invalidateQueries({ queryKey: keys.messages(projectId) });
}

/** Replaces the row where it stands, or puts a new one first; an older version never overwrites a newer. */
export function upsertWorkflow(
  data: InfiniteData<Page<WorkflowListItem>>,
  row: WorkflowListItem,
): InfiniteData<Page<WorkflowListItem>> {
  const known = data.pages.flatMap((page) => page.items).find((one) => one.id === row.id);
  if (known && known.version > row.version) return data;
  const pages = data.pages.map((page, index) => {
    if (known) return { ...page, items: page.items.map((one) => (one.id === row.id ? row : one)) };
    return index === 0 ? { ...page, items: [row, ...page.items] } : page;
  });
  return { ...data, pages };
}
