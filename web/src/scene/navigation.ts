import type { SceneData, SceneNode } from "../stores/scene-store.ts";

export type Arrow = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

/**
 * Where an arrow leads from the selected step: along the links forwards and backwards (mirrored on a right-to-left
 * map), up and down among the steps of the same column. The first press selects the step that needs attention most.
 */
export function follow(data: SceneData, arrow: Arrow): string | null {
  const here = data.nodes.find((node) => node.id === data.selectedId);
  if (!here) return startOf(data.nodes)?.id ?? null;
  const forwards = (arrow === "ArrowRight") === (data.direction === "ltr");
  if (arrow === "ArrowLeft" || arrow === "ArrowRight") {
    const ids = forwards
      ? data.edges.filter((edge) => edge.from === here.id).map((edge) => edge.to)
      : data.edges.filter((edge) => edge.to === here.id).map((edge) => edge.from);
    const near = data.nodes.filter((node) => ids.includes(node.id));
    return closest(near, here)?.id ?? null;
  }
  const column = data.nodes.filter((node) => node.x === here.x).sort((a, b) => a.y - b.y);
  const next = column[column.indexOf(here) + (arrow === "ArrowDown" ? 1 : -1)];
  return next?.id ?? null;
}

/** What to look at first: what waits for a person, what failed, what runs, else the beginning. */
export function startOf(nodes: readonly SceneNode[]): SceneNode | undefined {
  const rank = (node: SceneNode) =>
    node.waitingForPerson
      ? 0
      : node.status === "error"
        ? 1
        : node.status === "running"
          ? 2
          : node.status === "reviewing"
            ? 3
            : 4;
  return [...nodes].sort((a, b) => rank(a) - rank(b) || a.x - b.x || a.y - b.y)[0];
}

function closest(nodes: readonly SceneNode[], to: SceneNode): SceneNode | undefined {
  return [...nodes].sort(
    (a, b) => Math.abs(a.y - to.y) - Math.abs(b.y - to.y) || Math.abs(a.x - to.x) - Math.abs(b.x - to.x),
  )[0];
}
