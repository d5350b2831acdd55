import type { WebGLRenderer } from "three";
import type { SceneStore } from "../stores/scene-store.ts";
import { CameraRig } from "./camera-rig.ts";
import { CardLayer } from "./card-layer.ts";
import { EdgeLayer } from "./edge-layer.ts";
import { startOf } from "./navigation.ts";
import { OfficeLayer } from "./office-layer.ts";
import { isBusy, lookOf } from "./palette.ts";
import { boundsOf, groundOf } from "./world.ts";

/** Redraws for statuses are gathered this long; gestures draw at once. */
const COALESCE_MS = 100;
/** Frames a second while something only pulses. */
const PULSE_MS = 33;

/** One picture: its layers, its camera, and when it must be drawn again. Draws nothing while nothing changes. */
export class Conductor {
  readonly rig = new CameraRig();
  readonly cards: CardLayer;
  readonly edges = new EdgeLayer();
  readonly office = new OfficeLayer();
  readonly #store: SceneStore;
  readonly #invalidate: () => void;
  readonly #fit: boolean;
  readonly #unsubscribe: () => void;
  #pending: ReturnType<typeof setTimeout> | null = null;
  #placed = false;
  /** Called after each frame, for what is drawn over the canvas. */
  onFrame: (() => void) | null = null;

  constructor(
    store: SceneStore,
    renderer: WebGLRenderer,
    invalidate: () => void,
    options: { fit: boolean; small: boolean; pixelRatio: number },
  ) {
    this.#store = store;
    this.#invalidate = invalidate;
    this.#fit = options.fit;
    this.cards = new CardLayer(renderer, options.pixelRatio, options.small);
    this.rig.turn(store.getState().mode, 0, true);
    this.#unsubscribe = store.subscribe((now, before) => {
      if (now.mode !== before.mode) {
        this.rig.turn(now.mode, performance.now(), now.reducedMotion);
        invalidate();
      }
      if (now.direction !== before.direction) this.#placed = false;
      if (now.selectedId !== before.selectedId && now.selectedId !== null) this.reveal(now.selectedId);
      if (now.selectedId !== before.selectedId || now.hoveredId !== before.hoveredId) invalidate();
      else this.#soon(COALESCE_MS);
    });
  }

  resize(width: number, height: number): void {
    this.rig.width = width;
    this.rig.height = height;
    this.#invalidate();
  }

  /** @param now milliseconds of the page's clock */
  frame(now: number): void {
    const data = this.#store.getState();
    if (!this.#placed && data.nodes.length > 0 && this.rig.width > 1) this.#place();
    this.rig.apply(now);
    const seconds = now / 1000;
    this.edges.frame(data, this.rig, seconds);
    this.office.frame(data, this.rig, seconds);
    this.cards.frame(data, this.rig, seconds);
    this.onFrame?.();
    if (this.rig.moving) this.#invalidate();
    else if (!data.reducedMotion && data.nodes.some((node) => isBusy(lookOf(node)) || node.waitingForPerson))
      this.#soon(PULSE_MS);
  }

  fitAll(): void {
    const { nodes, direction, reducedMotion } = this.#store.getState();
    const bounds = boundsOf(nodes, direction, this.rig.heading);
    if (bounds) this.rig.fit(bounds, performance.now(), reducedMotion);
    this.#invalidate();
  }

  zoom(factor: number): void {
    this.rig.zoomAt(factor, 0, 0);
    this.#invalidate();
  }

  /** Brings a step into view, and near enough to read. */
  reveal(id: string): void {
    const { nodes, direction, reducedMotion } = this.#store.getState();
    const node = nodes.find((one) => one.id === id);
    if (!node) return;
    const { x, z } = groundOf(node, direction, this.rig.heading);
    const at = this.rig.toScreen(x, 0, z);
    const inside = at.x > 130 && at.x < this.rig.width - 130 && at.y > 80 && at.y < this.rig.height - 80;
    const zoom = Math.max(this.rig.zoom, 0.8);
    if (!inside || zoom !== this.rig.zoom) this.rig.glide(x, z, zoom, performance.now(), reducedMotion);
    this.#invalidate();
  }

  dispose(): void {
    this.#unsubscribe();
    if (this.#pending !== null) clearTimeout(this.#pending);
    this.cards.dispose();
    this.edges.dispose();
    this.office.dispose();
  }

  /** The whole plan for a preview; a run opens where something happens, never so small that nothing can be read. */
  #place(): void {
    const { nodes, direction } = this.#store.getState();
    this.#placed = true;
    const bounds = boundsOf(nodes, direction, this.rig.heading);
    if (!bounds) return;
    this.rig.fit(bounds, 0, true);
    if (this.#fit || this.rig.zoom >= 0.8) return;
    const start = startOf(nodes);
    if (!start) return;
    const { x, z } = groundOf(start, direction, this.rig.heading);
    this.rig.glide(x, z, this.rig.width < 600 ? 0.95 : 0.85, 0, true);
  }

  #soon(ms: number): void {
    this.#pending ??= setTimeout(() => {
      this.#pending = null;
      this.#invalidate();
    }, ms);
  }
}
