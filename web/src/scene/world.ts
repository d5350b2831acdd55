import type { SceneData, SceneNode } from "../stores/scene-store.ts";

/** World units are CSS pixels at zoom 1. The ground is the x–z plane, y is up. */
export const CARD = { width: 232, height: 104 } as const;
export const GAP = { x: 312, z: 148 } as const;
/** In the office a card hangs above its desk and is this much smaller, unless it could not be read then. */
const OFFICE_CARD = { scale: 0.62, largest: 1.15 } as const;
/** Smallest type a person can read, CSS pixels (experience.md rule 2). */
export const MIN_TYPE = 11;

/** Desks stand further apart than cards lie: a share more room between rows. */
const OFFICE_ROOM = 0.75;

/** Ground position of a step; a right-to-left map is mirrored. `office` is 0 on the map, 1 in the office. */
export function groundOf(node: SceneNode, direction: SceneData["direction"], office: number): { x: number; z: number } {
  return { x: node.x * GAP.x * (direction === "rtl" ? -1 : 1), z: node.y * GAP.z * (1 + OFFICE_ROOM * office) };
}

export interface Bounds {
  readonly minX: number;
  readonly maxX: number;
  readonly minZ: number;
  readonly maxZ: number;
}

/** Box around the cards of these steps; null for none. */
export function boundsOf(
  nodes: readonly SceneNode[],
  direction: SceneData["direction"],
  office: number,
): Bounds | null {
  if (nodes.length === 0) return null;
  const at = nodes.map((node) => groundOf(node, direction, office));
  return {
    minX: Math.min(...at.map((one) => one.x)) - CARD.width / 2,
    maxX: Math.max(...at.map((one) => one.x)) + CARD.width / 2,
    minZ: Math.min(...at.map((one) => one.z)) - CARD.height / 2,
    maxZ: Math.max(...at.map((one) => one.z)) + CARD.height / 2,
  };
}

/** How much a card tells: everything, its name only, or nothing (the stage chips speak then). */
export type Detail = "full" | "name" | "none";

/** Type sizes of the two levels of detail, in card pixels. */
export const TYPE = { label: 15, meta: 12, name: 25 } as const;

export function detailAt(cardScale: number): Detail {
  if (TYPE.meta * cardScale >= MIN_TYPE) return "full";
  return TYPE.name * cardScale >= MIN_TYPE ? "name" : "none";
}

/** Size of a card on the screen for one card pixel, at this zoom. `office` is 0 on the map, 1 in the office. */
export function cardScale(zoom: number, office: number): number {
  return zoom * (1 + (officeScale(zoom) - 1) * office);
}

/** Height of a card's middle over the ground: flat on the map, clear of the screen on its desk in the office. */
export function cardLift(zoom: number, office: number): number {
  return ((CARD.height / 2) * officeScale(zoom) + DESK_TOP) * office;
}

/** Where a desk's screen ends, seen at the office's pitch, with a little air. */
const DESK_TOP = 92;

function officeScale(zoom: number): number {
  const readable = (MIN_TYPE * 1.05) / TYPE.name / zoom;
  return Math.min(OFFICE_CARD.largest, Math.max(OFFICE_CARD.scale, readable));
}
