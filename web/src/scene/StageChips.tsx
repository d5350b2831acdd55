import { useEffect, useRef } from "react";
import { useStore } from "zustand";
import type { SceneStore } from "../stores/scene-store.ts";
import type { Conductor } from "./conductor.ts";
import { TEXTS } from "./texts.ts";
import { boundsOf, cardScale, detailAt } from "./world.ts";

const STAGES = ["planning", "orchestrating", "building", "reviewing"] as const;

/** Semantic zoom: when cards are too small to read, each stage says its name and how far it is. Moved by the frame. */
export function StageChips({ conductor, store }: { conductor: Conductor; store: SceneStore }) {
  const host = useRef<HTMLDivElement>(null);
  const nodes = useStore(store, (state) => state.nodes);
  const locale = useStore(store, (state) => state.locale);
  const texts = TEXTS[locale];

  useEffect(() => {
    const place = () => {
      const data = store.getState();
      const far = detailAt(cardScale(conductor.rig.zoom, conductor.rig.office)) === "none";
      for (const chip of host.current?.children ?? []) {
        if (!(chip instanceof HTMLElement)) continue;
        const bounds = boundsOf(
          data.nodes.filter((node) => node.stage === chip.dataset.stage),
          data.direction,
          conductor.rig.office,
        );
        chip.hidden = !far || !bounds;
        if (!far || !bounds) continue;
        const at = conductor.rig.toScreen((bounds.minX + bounds.maxX) / 2, 0, bounds.minZ);
        chip.style.transform = `translate(${Math.round(at.x)}px, ${Math.round(at.y)}px) translate(-50%, -120%)`;
      }
    };
    conductor.onFrame = place;
    place();
    return () => {
      conductor.onFrame = null;
    };
  }, [conductor, store]);

  return (
    <div ref={host} aria-hidden="true" dir="ltr" className="pointer-events-none absolute inset-0 overflow-hidden">
      {STAGES.map((stage) => {
        const mine = nodes.filter((node) => node.stage === stage);
        const done = mine.filter((node) => ["success", "warning", "skipped"].includes(node.status)).length;
        return (
          <span
            key={stage}
            data-stage={stage}
            hidden
            className="absolute start-0 top-0 whitespace-nowrap rounded-full border border-line bg-raised/90 px-3 py-1 text-xs text-soft"
          >
            <bdi>{texts.stages[stage]}</bdi> {done}/{mine.length}
          </span>
        );
      })}
    </div>
  );
}
