import { createStore } from "zustand/vanilla";
import type { AgentId, NodeType, Stage } from "../../../shared/workflow/plan.ts";
import type { NodeStatus } from "../../../shared/workflow/run-node.ts";

/** One step as the map and the office draw it. `x` and `y` are columns and rows of the plan's layout, not pixels. */
export interface SceneNode {
  readonly id: string;
  readonly type: NodeType;
  readonly label: string;
  readonly agent: AgentId;
  readonly stage: Exclude<Stage, "completed">;
  readonly status: NodeStatus;
  /** Works again after an attempt that failed. */
  readonly repairing: boolean;
  /** 0–100. */
  readonly progress: number;
  /** One plain line in the reader's language; may be empty. */
  readonly statusMessage: string;
  readonly x: number;
  readonly y: number;
  readonly costMicros: number;
  /** Outranks every other status. */
  readonly waitingForPerson: boolean;
}

export interface SceneEdge {
  readonly from: string;
  readonly to: string;
  /** Data flows along it now: the edge pulses. */
  readonly active: boolean;
}

/** Everything the scene reads. Arrays keep their identity while nothing in them changed. */
export interface SceneData {
  readonly nodes: readonly SceneNode[];
  readonly edges: readonly SceneEdge[];
  readonly selectedId: string | null;
  readonly hoveredId: string | null;
  readonly mode: "map" | "office";
  /** Direction of the map itself, a choice of its own. */
  readonly direction: "ltr" | "rtl";
  readonly reducedMotion: boolean;
  readonly theme: "dark" | "light";
  readonly locale: "en" | "ar";
}

export interface SceneState extends SceneData {
  /** The selection is shared by map, office, outline and timeline. */
  select(id: string | null): void;
  hover(id: string | null): void;
}

/** Props of the lazily loaded default export of `web/src/scene/scene.tsx`. */
export interface SceneProps {
  readonly store: SceneStore;
  /** Enter, double tap or a tap on the selected step. */
  readonly onOpen: (id: string) => void;
  /** Start with everything in view (plan preview) instead of at what runs now. */
  readonly fit?: boolean;
}

export const EMPTY_SCENE: SceneData = {
  nodes: [],
  edges: [],
  selectedId: null,
  hoveredId: null,
  mode: "map",
  direction: "ltr",
  reducedMotion: false,
  theme: "dark",
  locale: "en",
};

/** A store of its own per map on the page: the plan preview and the live run never share one. */
export function createSceneStore(initial: Partial<SceneData> = {}) {
  return createStore<SceneState>()((set) => ({
    ...EMPTY_SCENE,
    ...initial,
    select: (selectedId) => set((state) => (state.selectedId === selectedId ? state : { selectedId })),
    hover: (hoveredId) => set((state) => (state.hoveredId === hoveredId ? state : { hoveredId })),
  }));
}

export type SceneStore = ReturnType<typeof createSceneStore>;
