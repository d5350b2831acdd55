import { createElement } from "react";
import { createRoot } from "react-dom/client";
import Scene from "../../web/src/scene/scene.tsx";
import { createSceneStore, type SceneEdge, type SceneNode } from "../../web/src/stores/scene-store.ts";
import "../../web/src/styles.css";

/* The page that `npm run bench -- web` builds and drives: the app's own map, with as many steps as asked for. */

const AGENTS = ["analyst", "pm", "ux", "architect", "dev", "reviewer"] as const;
const STAGES = ["planning", "orchestrating", "building", "reviewing"] as const;
const STATUSES = ["success", "running", "pending", "error", "waiting"] as const;
const ROWS = 20;

const search = new URLSearchParams(location.search);
const count = Number(search.get("nodes"));
const mode = search.get("mode") === "office" ? "office" : "map";

const nodes: SceneNode[] = Array.from({ length: count }, (_, index) => ({
  id: `step-${index}`,
  type: "task",
  label: `Step number ${index}`,
  agent: AGENTS[index % AGENTS.length] ?? "dev",
  stage: STAGES[Math.min(3, Math.floor((index * 4) / count))] ?? "building",
  status: STATUSES[index % STATUSES.length] ?? "pending",
  repairing: false,
  progress: index % 100,
  statusMessage: "",
  x: Math.floor(index / ROWS),
  y: index % ROWS,
  costMicros: 21_300,
  waitingForPerson: false,
}));
/** 700 links for 500 steps, as in a busy plan. */
const edges: SceneEdge[] = nodes.flatMap((node, index) =>
  [ROWS, ...(index % 5 < 2 ? [ROWS + 1] : [])].flatMap((step) =>
    index + step < count ? [{ from: node.id, to: `step-${index + step}`, active: index % 7 === 0 }] : [],
  ),
);

/** Draw calls are counted where they happen, in whichever way three issues them. */
let calls = 0;
const frames: { at: number; calls: number }[] = [];
const seen = { firstDraw: 0 };
for (const name of ["drawArrays", "drawElements", "drawArraysInstanced", "drawElementsInstanced"] as const) {
  const real: (...args: never[]) => void = WebGL2RenderingContext.prototype[name];
  Object.defineProperty(WebGL2RenderingContext.prototype, name, {
    value(this: WebGL2RenderingContext, ...args: never[]) {
      if (calls === 0)
        queueMicrotask(() => {
          frames.push({ at: performance.now(), calls });
          calls = 0;
        });
      calls += 1;
      if (seen.firstDraw === 0) seen.firstDraw = performance.now();
      real.apply(this, args);
    },
  });
}

const store = createSceneStore({ nodes, edges, mode });
const host = document.getElementById("root");
if (!host) throw new Error("the page has no #root");
const mountedAt = performance.now();
createRoot(host).render(createElement(Scene, { store, onOpen: () => undefined, fit: true }));

/** `perSecond` changes of one step each, for `ms`; the time between screen refreshes meanwhile, and what was drawn. */
function update(perSecond: number, ms: number) {
  frames.length = 0;
  const gaps: number[] = [];
  let made = 0;
  return new Promise<{ gaps: number[]; draws: number[]; made: number }>((resolve) => {
    const began = performance.now();
    let last = began;
    const tick = (now: number) => {
      gaps.push(now - last);
      last = now;
      const due = Math.floor(((now - began) / 1000) * perSecond);
      for (; made < due; made++) {
        const at = (made * 37) % count;
        store.setState((state) => ({
          nodes: state.nodes.map((node, index) =>
            index === at
              ? { ...node, progress: (node.progress + 7) % 100, status: STATUSES[made % STATUSES.length] ?? "running" }
              : node,
          ),
        }));
      }
      if (now - began < ms) requestAnimationFrame(tick);
      else resolve({ gaps: gaps.slice(1), draws: frames.map((frame) => frame.calls), made });
    };
    requestAnimationFrame(tick);
  });
}

Object.assign(globalThis, { bench: { seen, mountedAt, frames, update } });
