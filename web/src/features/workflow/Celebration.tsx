import { useEffect, useRef, useState } from "react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";

const PIECES = 28;
const COLOURS = ["#667eea", "#764ba2", "#10b981", "#f59e0b", "#3b82f6"];
const SHOWN_MS = 1_600;

/** A finished run is celebrated once, briefly, and only when it was watched finishing. */
export function Celebration({ view }: { readonly view: WorkflowView }) {
  const before = useRef(view.status);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const finished = before.current !== "completed" && view.status === "completed";
    before.current = view.status;
    if (!finished || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    setShown(true);
    const timer = setTimeout(() => setShown(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [view.status]);
  if (!shown) return null;
  return (
    <div aria-hidden className="pointer-events-none fixed inset-0 z-50 overflow-hidden">
      {Array.from({ length: PIECES }, (_, index) => {
        const angle = (index / PIECES) * Math.PI * 2;
        const far = 120 + ((index * 53) % 160);
        return (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces are alike and never move places.
            key={index}
            className="absolute start-1/2 top-1/3 size-2 rounded-xs animate-[confetti_1.4s_ease-out_forwards]"
            style={{
              backgroundColor: COLOURS[index % COLOURS.length],
              ["--dx" as string]: `${Math.cos(angle) * far}px`,
              ["--dy" as string]: `${Math.sin(angle) * far + 140}px`,
              ["--turn" as string]: `${index * 67}deg`,
            }}
          />
        );
      })}
    </div>
  );
}
