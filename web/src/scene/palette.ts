import { Color, LinearSRGBColorSpace } from "three";
import type { AgentId } from "../../../shared/workflow/plan.ts";
import type { SceneData, SceneNode } from "../stores/scene-store.ts";

/** What a card and a desk show: the run's status, with waiting for a person above all others. */
export const LOOKS = [
  "pending",
  "running",
  "debugging",
  "reviewing",
  "waiting",
  "success",
  "warning",
  "error",
  "skipped",
] as const;
export type Look = (typeof LOOKS)[number];

export function lookOf(node: SceneNode): Look {
  if (node.waitingForPerson || node.status === "waiting") return "waiting";
  if (node.repairing) return "debugging";
  return node.status;
}

/** True for a step somebody is busy with: it moves. */
export const isBusy = (look: Look): boolean => look === "running" || look === "debugging" || look === "reviewing";

type Shades = Readonly<Record<Look, string>>;

const DARK: Shades = {
  pending: "#9ca3af",
  running: "#6ba6ff",
  debugging: "#fbbf24",
  reviewing: "#a99bf8",
  waiting: "#fbbf24",
  success: "#34d399",
  warning: "#fbbf24",
  error: "#f98080",
  skipped: "#7d8492",
};

const LIGHT: Shades = {
  pending: "#5b6270",
  running: "#1d5fd1",
  debugging: "#8f5706",
  reviewing: "#5b48c9",
  waiting: "#8f5706",
  success: "#047857",
  warning: "#8f5706",
  error: "#c22525",
  skipped: "#5b6270",
};

export interface Palette {
  readonly background: string;
  readonly card: string;
  readonly border: string;
  readonly text: string;
  readonly soft: string;
  readonly edge: string;
  readonly brand: string;
  readonly floor: string;
  readonly rug: string;
  readonly desk: string;
  readonly looks: Shades;
}

/** The same values as the design tokens in styles.css: a canvas cannot read custom properties per frame. */
export const PALETTES: Readonly<Record<SceneData["theme"], Palette>> = {
  dark: {
    background: "#000000",
    card: "#17171e",
    border: "#3a3a46",
    text: "#f3f3f6",
    soft: "#b8b8c4",
    edge: "#5a5a68",
    brand: "#8b9cf5",
    floor: "#0d0d14",
    rug: "#1d1d2a",
    desk: "#5d5768",
    looks: DARK,
  },
  light: {
    background: "#f7f7fa",
    card: "#ffffff",
    border: "#c4c4d0",
    text: "#15151c",
    soft: "#43434f",
    edge: "#9a9aa8",
    brand: "#4d5fd0",
    floor: "#eeeef3",
    rug: "#e2e2ea",
    desk: "#c9b79f",
    looks: LIGHT,
  },
};

/** Clothes of the team, so that an agent is known across the room. */
export const CLOTHES: Readonly<Record<AgentId, string>> = {
  analyst: "#c2557a",
  pm: "#3f8f8a",
  ux: "#c98a3a",
  architect: "#5f78c9",
  dev: "#7a5bb8",
  reviewer: "#5b8f4a",
};

/** As the card shader takes it: values as written, without colour management. */
export function raw(hex: string): Color {
  return new Color().setStyle(hex, LinearSRGBColorSpace);
}
