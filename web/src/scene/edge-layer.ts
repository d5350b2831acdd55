import {
  BufferAttribute,
  DoubleSide,
  DynamicDrawUsage,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  ShaderMaterial,
} from "three";
import type { SceneData } from "../stores/scene-store.ts";
import type { CameraRig } from "./camera-rig.ts";
import { PALETTES, raw } from "./palette.ts";
import { CARD, groundOf } from "./world.ts";

const SEGMENTS = 20;
const MAX_EDGES = 2048;

const VERTEX = /* glsl */ `
  uniform float uWidth;
  attribute vec4 aEnds;
  attribute float aFlow;
  varying float vT;
  varying float vFlow;
  varying float vSide;
  vec2 at(float t, vec2 a, vec2 b, vec2 c, vec2 d) {
    float s = 1.0 - t;
    return s * s * s * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t * t * t * d;
  }
  void main() {
    vec2 a = aEnds.xy;
    vec2 d = aEnds.zw;
    float reach = max(abs(d.x - a.x) * 0.5, 40.0) * sign(d.x - a.x + 0.001);
    vec2 b = a + vec2(reach, 0.0);
    vec2 c = d - vec2(reach, 0.0);
    float t = position.x;
    vec2 p = at(t, a, b, c, d);
    vec2 along = normalize(at(min(t + 0.01, 1.0), a, b, c, d) - at(max(t - 0.01, 0.0), a, b, c, d) + vec2(1e-5));
    float arrow = t > 0.93 ? (1.0 - t) / 0.07 * 3.2 : 1.0;
    vec2 out_ = p + vec2(-along.y, along.x) * position.y * uWidth * arrow * (1.0 + 0.5 * aFlow);
    vT = t;
    vFlow = aFlow;
    vSide = position.y;
    gl_Position = projectionMatrix * viewMatrix * vec4(out_.x, 0.5, out_.y, 1.0);
  }
`;

const FRAGMENT = /* glsl */ `
  precision highp float;
  uniform vec3 uColor;
  uniform vec3 uActive;
  uniform float uTime;
  uniform float uFade;
  varying float vT;
  varying float vFlow;
  varying float vSide;
  void main() {
    float pulse = pow(0.5 + 0.5 * sin((vT * 3.0 - uTime * 1.1) * 6.2831), 6.0);
    vec3 color = mix(uColor, uActive, vFlow * (0.55 + 0.45 * pulse));
    float alpha = (1.0 - smoothstep(0.55, 1.0, abs(vSide))) * mix(0.75, 1.0, vFlow) * uFade;
    gl_FragColor = vec4(color, alpha);
  }
`;

/** Links between steps, one draw call; those along which work flows pulse. */
export class EdgeLayer {
  readonly object: Mesh;
  readonly #geometry = new InstancedBufferGeometry();
  readonly #material: ShaderMaterial;
  readonly #ends = new InstancedBufferAttribute(new Float32Array(MAX_EDGES * 4), 4).setUsage(DynamicDrawUsage);
  readonly #flow = new InstancedBufferAttribute(new Float32Array(MAX_EDGES), 1).setUsage(DynamicDrawUsage);
  #drawn: readonly unknown[] = [];

  constructor() {
    const strip = new Float32Array((SEGMENTS + 1) * 2 * 3);
    const index: number[] = [];
    for (let step = 0; step <= SEGMENTS; step++) {
      // The last segment is the arrow head: it begins where the line ends, at full width.
      const t = step === SEGMENTS ? 1 : (step / (SEGMENTS - 1)) * 0.9301;
      strip.set([t, 1, 0, t, -1, 0], step * 6);
      if (step < SEGMENTS) index.push(step * 2, step * 2 + 1, step * 2 + 2, step * 2 + 1, step * 2 + 3, step * 2 + 2);
    }
    this.#geometry.setAttribute("position", new BufferAttribute(strip, 3));
    this.#geometry.setIndex(index);
    this.#geometry.setAttribute("aEnds", this.#ends);
    this.#geometry.setAttribute("aFlow", this.#flow);
    this.#material = new ShaderMaterial({
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      transparent: true,
      depthWrite: false,
      side: DoubleSide,
      uniforms: {
        uWidth: { value: 2 },
        uTime: { value: 0 },
        uFade: { value: 1 },
        uColor: { value: raw("#000000") },
        uActive: { value: raw("#000000") },
      },
    });
    this.object = new Mesh(this.#geometry, this.#material);
    this.object.frustumCulled = false;
    this.object.renderOrder = 1;
  }

  frame(data: SceneData, rig: CameraRig, time: number): void {
    const palette = PALETTES[data.theme];
    const { uniforms } = this.#material;
    // A line stays two to three pixels wide however far away.
    if (uniforms.uWidth) uniforms.uWidth.value = Math.min(2.2 / rig.zoom, 9);
    if (uniforms.uTime) uniforms.uTime.value = data.reducedMotion ? 0 : time;
    if (uniforms.uFade) uniforms.uFade.value = 1 - 0.25 * rig.office;
    uniforms.uColor?.value.copy(raw(palette.edge));
    uniforms.uActive?.value.copy(raw(palette.looks.running));
    const now = [data.nodes, data.edges, data.direction, rig.office];
    if (now.every((one, index) => one === this.#drawn[index])) return;
    this.#drawn = now;
    const places = new Map(data.nodes.map((node) => [node.id, groundOf(node, data.direction, rig.office)]));
    const reach = (CARD.width / 2 - 2 + (62 - CARD.width / 2) * rig.office) * (data.direction === "rtl" ? -1 : 1);
    let count = 0;
    for (const edge of data.edges.slice(0, MAX_EDGES)) {
      const from = places.get(edge.from);
      const to = places.get(edge.to);
      if (!from || !to) continue;
      this.#ends.setXYZW(count, from.x + reach, from.z, to.x - reach, to.z);
      this.#flow.setX(count, edge.active ? 1 : 0);
      count++;
    }
    this.#geometry.instanceCount = count;
    this.#ends.needsUpdate = true;
    this.#flow.needsUpdate = true;
  }

  dispose(): void {
    this.#geometry.dispose();
    this.#material.dispose();
  }
}
