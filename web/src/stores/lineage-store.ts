import { persist } from "zustand/middleware";
import { createStore } from "zustand/vanilla";

export interface NextRun {
  readonly id: string;
  readonly name: string;
}

interface Lineages {
  readonly next: Readonly<Record<string, readonly NextRun[]>>;
}

/**
 * Runs that were begun on this device from another one, by the run they go on from. The new run knows where it came
 * from by its own log; the earlier one's log ended before.
 */
export const lineageStore = createStore<Lineages>()(persist((): Lineages => ({ next: {} }), { name: "nexus.lineage" }));

export const rememberNext = (fromId: string, run: NextRun): void => {
  lineageStore.setState(({ next }) => ({ next: { ...next, [fromId]: [...(next[fromId] ?? []), run] } }));
};

export const forgetLineage = (): void => {
  lineageStore.setState({ next: {} });
};
