import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import type { WorkflowState } from "../../../../shared/workflow/state.ts";
import { createSceneStore, type SceneEdge, type SceneNode, type SceneStore } from "../../stores/scene-store.ts";
import { drawnTheme, settingsStore } from "../../stores/settings-store.ts";
import { isRepairing } from "../ui/Status.tsx";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const watchCalm = (listener: () => void) => {
  calm.addEventListener("change", listener);
  return () => calm.removeEventListener("change", listener);
};

/** The scene's store of a workflow, fed from its live view. */
export function useSceneOf(
  workflowId: string,
  view: WorkflowView | undefined,
  state: WorkflowState | null,
): SceneStore {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another workflow is another scene.
  const store = useMemo(() => createSceneStore(), [workflowId]);
  const { mapDirection, mapMode, theme, locale } = useStore(settingsStore);
  const reducedMotion = useSyncExternalStore(watchCalm, () => calm.matches);
  useEffect(() => {
    store.setState({ mode: mapMode, direction: mapDirection, theme: drawnTheme(theme), locale, reducedMotion });
  }, [store, mapMode, mapDirection, theme, locale, reducedMotion]);
  useEffect(() => {
    if (!view?.plan) return;
    const before = store.getState();
    store.setState({
      nodes: keep(before.nodes, sceneNodes(view)),
      edges: keep(before.edges, sceneEdges(view, state)),
    });
  }, [store, view, state]);
  return store;
}

function sceneNodes(view: WorkflowView): SceneNode[] {
  const asked = new Set(view.questions.filter((one) => one.status === "open").map((one) => one.nodeId));
  return (view.plan?.nodes ?? []).map((node) => ({
    id: node.id,
    type: node.type,
    label: node.label,
    agent: node.agent,
    stage: node.stage,
    status: node.status,
    repairing: isRepairing(node),
    progress: node.progress,
    statusMessage: node.statusMessage,
    x: node.position.x,
    y: node.position.y,
    costMicros: node.costMicros,
    waitingForPerson: node.status === "waiting" || asked.has(node.id),
  }));
}

/** Data flows into a step that works now. */
function sceneEdges(view: WorkflowView, state: WorkflowState | null): SceneEdge[] {
  const busy = new Set(Object.values(state?.calls ?? {}).map((call) => call.nodeId));
  return (view.plan?.nodes ?? []).flatMap((node) =>
    node.dependsOn.map((from) => ({
      from,
      to: node.id,
      active: node.status === "running" && (state === null || busy.has(node.id) || node.progress < 20),
    })),
  );
}

/** Keeps the identity of what did not change, so that the scene redraws only what did. */
function keep<T extends object>(before: readonly T[], after: readonly T[]): readonly T[] {
  const next = after.map((one, index) => {
    const was = before[index];
    return was && sameFields(was, one) ? was : one;
  });
  return next.length === before.length && next.every((one, index) => one === before[index]) ? before : next;
}

const sameFields = <T extends object>(a: T, b: T): boolean => {
  const other = new Map(Object.entries(b));
  return Object.entries(a).every(([key, value]) => Object.is(value, other.get(key)));
};
