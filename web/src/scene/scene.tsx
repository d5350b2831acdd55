import { createRoot, type ReconcilerRoot, useFrame } from "@react-three/fiber";
import { Maximize, Minus, Plus } from "lucide-react";
import { useCallback, useEffect, useId, useRef, useState } from "react";
import { WebGLRenderer } from "three";
import { useStore } from "zustand";
import { agentName } from "../i18n/agents.ts";
import type { SceneProps } from "../stores/scene-store.ts";
import { Conductor } from "./conductor.ts";
import { listen } from "./gestures.ts";
import { type Arrow, follow } from "./navigation.ts";
import { lookOf } from "./palette.ts";
import { StageChips } from "./StageChips.tsx";
import { TEXTS } from "./texts.ts";

const MAX_RATIO = 2;
const ARROWS: readonly Arrow[] = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

/** Map and office of one run: a canvas that is one tab stop, with buttons for what gestures do. */
export default function Scene({ store, onOpen, fit = false }: SceneProps) {
  const host = useRef<HTMLDivElement>(null);
  const open = useRef(onOpen);
  open.current = onOpen;
  const [conductor, setConductor] = useState<Conductor | null>(null);
  const [lost, setLost] = useState(false);
  const help = useId();
  const locale = useStore(store, (state) => state.locale);
  const mode = useStore(store, (state) => state.mode);
  const selected = useStore(store, (state) => state.nodes.find((node) => node.id === state.selectedId));
  const count = useStore(store, (state) => state.nodes.length);
  const position = useStore(store, (state) => state.nodes.findIndex((node) => node.id === state.selectedId) + 1);
  const texts = TEXTS[locale];

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const canvas = document.createElement("canvas");
    canvas.className = "absolute inset-0 h-full w-full touch-none outline-none";
    canvas.setAttribute("aria-hidden", "true");
    element.prepend(canvas);
    const mounted = mount(canvas, element, { store, fit, opened: (id) => open.current(id), lost: setLost });
    setConductor(mounted.conductor);
    return () => {
      setConductor(null);
      mounted.leave();
      canvas.remove();
    };
  }, [store, fit]);

  const press = useCallback(
    (event: React.KeyboardEvent) => {
      if (!conductor || event.altKey || event.ctrlKey || event.metaKey || event.target !== event.currentTarget) return;
      const state = store.getState();
      const arrow = ARROWS.find((one) => one === event.key);
      const next = arrow && follow(state, arrow);
      if (event.key === "Escape" && state.selectedId === null) return;
      if (arrow) {
        if (next) state.select(next);
      } else if (event.key === "Enter" && state.selectedId !== null) open.current(state.selectedId);
      else if (event.key === "Escape") state.select(null);
      else if (event.key === "+" || event.key === "=") conductor.zoom(1.25);
      else if (event.key === "-") conductor.zoom(0.8);
      else if (event.key === "0") conductor.fitAll();
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    [conductor, store],
  );

  return (
    <div className="relative h-full w-full overflow-hidden">
      <div
        ref={host}
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the map is one tab stop by design (experience.md rule 11).
        tabIndex={0}
        aria-label={mode === "office" ? texts.office : texts.map}
        aria-describedby={help}
        onKeyDown={press}
        data-testid="scene"
        className="absolute inset-0 cursor-grab touch-none select-none rounded-[inherit] focus-visible:outline-2 focus-visible:outline-brand focus-visible:-outline-offset-2 active:cursor-grabbing"
      />
      <p id={help} className="sr-only">
        {texts.help}
      </p>
      <p className="sr-only" aria-live="polite">
        {selected
          ? texts.at(selected.label, agentName(selected.agent, locale), texts.looks[lookOf(selected)], position, count)
          : ""}
      </p>
      {conductor && <StageChips conductor={conductor} store={store} />}
      {lost && <p className="absolute inset-x-0 top-4 text-center text-sm text-soft">{texts.lost}</p>}
      <div className="absolute end-3 bottom-3 flex flex-col gap-2">
        <SceneButton label={texts.zoomIn} onPress={() => conductor?.zoom(1.3)}>
          <Plus size={18} aria-hidden />
        </SceneButton>
        <SceneButton label={texts.zoomOut} onPress={() => conductor?.zoom(1 / 1.3)}>
          <Minus size={18} aria-hidden />
        </SceneButton>
        <SceneButton label={texts.fit} onPress={() => conductor?.fitAll()}>
          <Maximize size={18} aria-hidden />
        </SceneButton>
      </div>
    </div>
  );
}

function SceneButton({ label, onPress, children }: { label: string; onPress: () => void; children: React.ReactNode }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onPress}
      className="grid size-11 place-items-center rounded-xl border border-line bg-raised/90 text-soft hover:bg-hover hover:text-text"
    >
      {children}
    </button>
  );
}

interface Options {
  readonly store: SceneProps["store"];
  readonly fit: boolean;
  readonly opened: (id: string) => void;
  readonly lost: (lost: boolean) => void;
}

/** Puts the picture on a canvas and keeps its size, gestures and graphics context. */
function mount(
  canvas: HTMLCanvasElement,
  element: HTMLElement,
  options: Options,
): { conductor: Conductor; leave: () => void } {
  const { store } = options;
  const ratio = Math.min(window.devicePixelRatio, MAX_RATIO);
  const renderer = new WebGLRenderer({ canvas, antialias: false, alpha: true, powerPreference: "low-power" });
  renderer.setPixelRatio(ratio);
  let invalidate = () => {};
  const conductor = new Conductor(store, renderer, () => invalidate(), {
    fit: options.fit,
    small: element.clientWidth < 700,
    pixelRatio: ratio,
  });

  let root: ReconcilerRoot<HTMLCanvasElement> | null = createRoot(canvas);
  const size = () => ({ width: element.clientWidth, height: element.clientHeight, top: 0, left: 0 });
  const configured = root.configure({
    gl: renderer,
    camera: Object.assign(conductor.rig.camera, { manual: true }),
    frameloop: "demand",
    dpr: ratio,
    size: size(),
    onCreated: (state) => {
      invalidate = () => state.invalidate();
    },
  });
  void configured.then((ready) => ready.render(<Picture conductor={conductor} />));

  const watcher = new ResizeObserver(() => {
    const { width, height } = size();
    if (width === 0 || height === 0) return;
    conductor.resize(width, height);
    void root?.configure({ gl: renderer, camera: conductor.rig.camera, frameloop: "demand", dpr: ratio, size: size() });
    invalidate();
  });
  watcher.observe(element);
  conductor.resize(element.clientWidth, element.clientHeight);

  const silence = listen(element, conductor.rig, {
    changed: () => invalidate(),
    tap: (x, y, double) => {
      const id = conductor.cards.pick(store.getState(), conductor.rig, x, y);
      const again = id !== null && (double || id === store.getState().selectedId);
      store.getState().select(id);
      if (again) options.opened(id);
    },
    hover: (x, y) => store.getState().hover(x < 0 ? null : conductor.cards.pick(store.getState(), conductor.rig, x, y)),
  });
  const onLost = (event: Event) => {
    event.preventDefault();
    options.lost(true);
  };
  const onRestored = () => {
    options.lost(false);
    conductor.cards.restore();
    invalidate();
  };
  canvas.addEventListener("webglcontextlost", onLost);
  canvas.addEventListener("webglcontextrestored", onRestored);

  return {
    conductor,
    leave: () => {
      watcher.disconnect();
      silence();
      canvas.removeEventListener("webglcontextlost", onLost);
      canvas.removeEventListener("webglcontextrestored", onRestored);
      root?.unmount();
      root = null;
      conductor.dispose();
      renderer.dispose();
    },
  };
}

/** The reconciler's part is small on purpose: layers are mutated per frame, never re-rendered. */
function Picture({ conductor }: { conductor: Conductor }) {
  useFrame(() => conductor.frame(performance.now()));
  return (
    <>
      <primitive object={conductor.office.object} />
      <primitive object={conductor.edges.object} />
      <primitive object={conductor.cards.object} />
    </>
  );
}
