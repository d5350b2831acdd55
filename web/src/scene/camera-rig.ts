import { OrthographicCamera, Vector3 } from "three";
import { type Bounds, GAP } from "./world.ts";

export const MIN_ZOOM = 0.04;
export const MAX_ZOOM = 2.2;

/** Pitch and azimuth of the two views; both look at the same ground through the same orthographic camera. */
const VIEWS = { map: { pitch: Math.PI / 2, azimuth: 0 }, office: { pitch: 0.7, azimuth: 0.34 } } as const;
const DISTANCE = 6000;
const TURN_MS = 450;

/** Where the camera looks, how near, and how it turns between map and office. Mutated by gestures, applied per frame. */
export class CameraRig {
  readonly camera = new OrthographicCamera(-1, 1, 1, -1, 1, 20_000);
  readonly target = { x: 0, z: 0 };
  zoom = 1;
  width = 1;
  height = 1;
  /** 0 is the map, 1 the office. */
  office = 0;
  readonly right = new Vector3(1, 0, 0);
  readonly up = new Vector3(0, 0, -1);
  #turning: { from: number; to: number; start: number } | null = null;
  #gliding: { from: [number, number, number]; to: [number, number, number]; start: number } | null = null;

  /** True while it moves by itself. */
  get moving(): boolean {
    return this.#turning !== null || this.#gliding !== null;
  }

  /** The view it shows, or turns to: 0 map, 1 office. */
  get heading(): number {
    return this.#turning?.to ?? this.office;
  }

  turn(mode: "map" | "office", now: number, instantly: boolean): void {
    const to = mode === "office" ? 1 : 0;
    if (instantly) {
      this.office = to;
      this.#turning = null;
    } else if (this.office !== to) this.#turning = { from: this.office, to, start: now };
  }

  glide(x: number, z: number, zoom: number, now: number, instantly: boolean): void {
    const to: [number, number, number] = [x, z, clampZoom(zoom)];
    if (instantly) {
      [this.target.x, this.target.z, this.zoom] = to;
      this.#gliding = null;
    } else this.#gliding = { from: [this.target.x, this.target.z, this.zoom], to, start: now };
  }

  /** Everything in view. */
  fit(bounds: Bounds, now: number, instantly: boolean): void {
    const width = bounds.maxX - bounds.minX + 48;
    const depth = bounds.maxZ - bounds.minZ + 48;
    const { pitch, azimuth } = VIEWS[this.heading === 1 ? "office" : "map"];
    const across = Math.abs(Math.cos(azimuth)) * width + Math.abs(Math.sin(azimuth)) * depth;
    const along = (Math.abs(Math.sin(azimuth)) * width + Math.abs(Math.cos(azimuth)) * depth) * Math.sin(pitch);
    const lift = pitch < 1.5 ? GAP.z : 0;
    const zoom = Math.min(this.width / across, this.height / (along + lift), 1);
    this.glide((bounds.minX + bounds.maxX) / 2, (bounds.minZ + bounds.maxZ) / 2, zoom, now, instantly);
  }

  /** Ground movement of so many screen pixels. */
  pan(dx: number, dy: number): void {
    this.#gliding = null;
    const sin = Math.sin(this.#pitch());
    const azimuth = this.#azimuth();
    const across = -dx / this.zoom;
    const along = -dy / this.zoom / sin;
    this.target.x += Math.cos(azimuth) * across + Math.sin(azimuth) * along;
    this.target.z += -Math.sin(azimuth) * across + Math.cos(azimuth) * along;
  }

  /** Zooms so that what is under the point (pixels from the centre) stays there. */
  zoomAt(factor: number, x: number, y: number): void {
    const before = this.zoom;
    this.zoom = clampZoom(this.zoom * factor);
    const kept = 1 - before / this.zoom;
    this.pan(-x * kept * 1, -y * kept * 1);
  }

  /** Moves along its glides and brings the camera to where it stands. */
  apply(now: number): void {
    if (this.#turning) {
      const { from, to, start } = this.#turning;
      const share = ease((now - start) / TURN_MS);
      this.office = from + (to - from) * share;
      if (share >= 1) this.#turning = null;
    }
    if (this.#gliding) {
      const { from, to, start } = this.#gliding;
      const share = ease((now - start) / TURN_MS);
      this.target.x = from[0] + (to[0] - from[0]) * share;
      this.target.z = from[1] + (to[1] - from[1]) * share;
      this.zoom = from[2] * (to[2] / from[2]) ** share;
      if (share >= 1) this.#gliding = null;
    }
    const pitch = this.#pitch();
    const azimuth = this.#azimuth();
    const [sin, cos] = [Math.sin(pitch), Math.cos(pitch)];
    this.right.set(Math.cos(azimuth), 0, -Math.sin(azimuth));
    this.up.set(-Math.sin(azimuth) * sin, cos, -Math.cos(azimuth) * sin);
    this.camera.up.copy(this.up);
    this.camera.position.set(
      this.target.x + Math.sin(azimuth) * cos * DISTANCE,
      sin * DISTANCE,
      this.target.z + Math.cos(azimuth) * cos * DISTANCE,
    );
    this.camera.lookAt(this.target.x, 0, this.target.z);
    this.camera.left = -this.width / 2;
    this.camera.right = this.width / 2;
    this.camera.top = this.height / 2;
    this.camera.bottom = -this.height / 2;
    this.camera.zoom = this.zoom;
    this.camera.updateProjectionMatrix();
    this.camera.updateMatrixWorld();
  }

  /** Screen pixels from the top left of a world point. */
  toScreen(x: number, y: number, z: number): { x: number; y: number } {
    const dx = x - this.target.x;
    const dz = z - this.target.z;
    const across = dx * this.right.x + y * this.right.y + dz * this.right.z;
    const up = dx * this.up.x + y * this.up.y + dz * this.up.z;
    return { x: this.width / 2 + across * this.zoom, y: this.height / 2 - up * this.zoom };
  }

  #pitch(): number {
    return VIEWS.map.pitch + (VIEWS.office.pitch - VIEWS.map.pitch) * this.office;
  }

  #azimuth(): number {
    return VIEWS.map.azimuth + (VIEWS.office.azimuth - VIEWS.map.azimuth) * this.office;
  }
}

const clampZoom = (zoom: number): number => Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom));

function ease(share: number): number {
  if (share >= 1) return 1;
  return share < 0.5 ? 4 * share ** 3 : 1 - (-2 * share + 2) ** 3 / 2;
}
