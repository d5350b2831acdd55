import { persist } from "zustand/middleware";
import { createStore } from "zustand/vanilla";

/** A message that could not be sent yet: shown as pending, sent under its own key when the network is back. */
export interface PendingMessage {
  readonly key: string;
  readonly text: string;
  readonly fileIds: readonly string[];
  readonly files: readonly { id: string; name: string; mediaType: string; size: number }[];
  readonly at: string;
}

interface Drafts {
  /** By project. */
  readonly texts: Readonly<Record<string, string>>;
  readonly pending: Readonly<Record<string, readonly PendingMessage[]>>;
}

/** Survives reloads and hours without a network (NFR-P3.4). */
export const draftStore = createStore<Drafts>()(
  persist((): Drafts => ({ texts: {}, pending: {} }), { name: "nexus.drafts" }),
);

export function saveDraft(projectId: string, text: string): void {
  draftStore.setState(({ texts }) => {
    const { [projectId]: _old, ...rest } = texts;
    return { texts: text === "" ? rest : { ...rest, [projectId]: text } };
  });
}

export const addPending = (projectId: string, message: PendingMessage): void => {
  draftStore.setState(({ pending }) => ({
    pending: { ...pending, [projectId]: [...(pending[projectId] ?? []), message] },
  }));
};

export const removePending = (projectId: string, key: string): void => {
  draftStore.setState(({ pending }) => ({
    pending: { ...pending, [projectId]: (pending[projectId] ?? []).filter((one) => one.key !== key) },
  }));
};

export const forgetDrafts = (): void => {
  draftStore.setState({ texts: {}, pending: {} });
};
