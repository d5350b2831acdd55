import {
  DynamicDrawUsage,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  PlaneGeometry,
  ShaderMaterial,
  Vector2,
  Vector3,
  type WebGLRenderer,
} from "three";
import { agentName } from "../i18n/agents.ts";
import { money } from "../i18n/format.ts";
import type { SceneData, SceneNode } from "../stores/scene-store.ts";
import type { CameraRig } from "./camera-rig.ts";
import { CardAtlas, type CardText } from "./card-atlas.ts";
import { CARD_FRAGMENT, CARD_VERTEX } from "./card-shader.ts";
import { LOOKS, lookOf, PALETTES, raw } from "./palette.ts";
import { TEXTS } from "./texts.ts";
import { CARD, cardLift, cardScale, detailAt, groundOf } from "./world.ts";

const MAX_CARDS = 512;

/** All cards in one draw call: only those in view are handed to the graphics card. */
export class CardLayer {
  readonly object: Mesh;
  readonly #material: ShaderMaterial;
  readonly #position = attribute(3);
  readonly #cell = attribute(4);
  readonly #look = attribute(4);
  readonly #geometry = new InstancedBufferGeometry();
  #atlas: CardAtlas;
  #frame = 0;

  constructor(renderer: WebGLRenderer, pixelRatio: number, small: boolean) {
    this.#atlas = new CardAtlas(renderer, small ? 48 : 128, pixelRatio);
    const plane = new PlaneGeometry(1.12, 1.28);
    const { position } = plane.attributes;
    if (position) this.#geometry.setAttribute("position", position);
    this.#geometry.setIndex(plane.index);
    this.#geometry.setAttribute("aPos", this.#position);
    this.#geometry.setAttribute("aCell", this.#cell);
    this.#geometry.setAttribute("aLook", this.#look);
    this.#material = new ShaderMaterial({
      vertexShader: CARD_VERTEX,
      fragmentShader: CARD_FRAGMENT,
      transparent: true,
      depthTest: false,
      depthWrite: false,
      uniforms: {
        uRight: { value: new Vector3() },
        uUp: { value: new Vector3() },
        uSize: { value: new Vector2(CARD.width, CARD.height) },
        uScale: { value: 1 },
        uPixel: { value: 1 },
        uTime: { value: 0 },
        uFlip: { value: 1 },
        uCard: { value: raw("#000000") },
        uBorder: { value: raw("#000000") },
        uBrand: { value: raw("#000000") },
        uLooks: { value: LOOKS.map(() => raw("#000000")) },
        uAtlas: { value: this.#atlas.texture },
      },
    });
    this.object = new Mesh(this.#geometry, this.#material);
    this.object.frustumCulled = false;
    this.object.renderOrder = 10;
  }

  frame(data: SceneData, rig: CameraRig, time: number): void {
    this.#frame++;
    const palette = PALETTES[data.theme];
    const scale = cardScale(rig.zoom, rig.office);
    const detail = detailAt(scale);
    const set = (name: string, value: number) => {
      const uniform = this.#material.uniforms[name];
      if (uniform) uniform.value = value;
    };
    set("uScale", scale / rig.zoom);
    set("uPixel", 1 / scale);
    set("uTime", data.reducedMotion ? 0 : time);
    // Cards read in the direction of the language, whichever way the map runs.
    set("uFlip", data.locale === "ar" ? -1 : 1);
    this.#material.uniforms.uRight?.value.copy(rig.right);
    this.#material.uniforms.uUp?.value.copy(rig.up);
    this.#material.uniforms.uCard?.value.copy(raw(palette.card));
    this.#material.uniforms.uBorder?.value.copy(raw(palette.border));
    this.#material.uniforms.uBrand?.value.copy(raw(palette.brand));
    const shades = this.#material.uniforms.uLooks;
    if (shades) shades.value = LOOKS.map((look) => raw(palette.looks[look]));

    const lift = cardLift(rig.zoom, rig.office);
    const seen = this.#visible(data, rig, scale, lift);
    const labelled = detail === "none" ? 0 : Math.min(seen.length, this.#atlas.capacity);
    // Drawn far to near: without a depth test the later card lies on top.
    seen
      .slice(0, MAX_CARDS)
      .sort((a, b) => a.order - b.order)
      .forEach(({ node, x, z, rank }, index) => {
        this.#position.setXYZ(index, x, lift + 1, z);
        const look = lookOf(node);
        const marked = data.selectedId === node.id ? 1 : data.hoveredId === node.id ? 0.5 : 0;
        this.#look.setXYZW(index, LOOKS.indexOf(look), node.progress / 100, marked, (x + z * 0.7) % 6.28);
        if (detail !== "none" && rank < labelled) {
          const box = this.#atlas.cell(node.id, textOf(node, data), detail, this.#frame);
          this.#cell.setXYZW(index, ...box);
        } else this.#cell.setXYZW(index, 0, 0, 0, 0);
      });
    this.#geometry.instanceCount = Math.min(seen.length, MAX_CARDS);
    for (const one of [this.#position, this.#cell, this.#look]) one.needsUpdate = true;
  }

  /** The step whose card is under a point, topmost first. */
  pick(data: SceneData, rig: CameraRig, x: number, y: number): string | null {
    const scale = cardScale(rig.zoom, rig.office);
    const lift = cardLift(rig.zoom, rig.office);
    // Never smaller than a fingertip.
    const halfWidth = Math.max((CARD.width / 2) * scale, 22);
    const halfHeight = Math.max((CARD.height / 2) * scale, 22);
    let found: { id: string; distance: number } | null = null;
    for (const node of data.nodes) {
      const ground = groundOf(node, data.direction, rig.office);
      const at = rig.toScreen(ground.x, lift, ground.z);
      const desk = rig.office > 0.5 ? rig.toScreen(ground.x, 40, ground.z) : at;
      const onCard = Math.abs(x - at.x) <= halfWidth && Math.abs(y - at.y) <= halfHeight;
      const onDesk = Math.hypot(x - desk.x, y - desk.y) <= 60 * rig.zoom;
      const distance = Math.hypot(x - at.x, y - at.y);
      if ((onCard || onDesk) && (!found || distance < found.distance)) found = { id: node.id, distance };
    }
    return found?.id ?? null;
  }

  restore(): void {
    this.#atlas.clear();
  }

  dispose(): void {
    this.#atlas.dispose();
    this.#geometry.dispose();
    this.#material.dispose();
  }

  /** Steps whose card is on the screen; `rank` 0 is nearest to the middle. */
  #visible(data: SceneData, rig: CameraRig, scale: number, lift: number) {
    const marginX = (CARD.width / 2) * scale + 8;
    const marginY = (CARD.height / 2) * scale + 8;
    const seen = data.nodes.flatMap((node) => {
      const { x, z } = groundOf(node, data.direction, rig.office);
      const at = rig.toScreen(x, lift, z);
      if (at.x < -marginX || at.x > rig.width + marginX || at.y < -marginY || at.y > rig.height + marginY) return [];
      return [{ node, x, z, order: at.y, rank: 0, away: Math.hypot(at.x - rig.width / 2, at.y - rig.height / 2) }];
    });
    seen.sort((a, b) => a.away - b.away);
    seen.forEach((one, rank) => {
      one.rank = rank;
    });
    return seen;
  }
}

function textOf(node: SceneNode, data: SceneData): CardText {
  const texts = TEXTS[data.locale];
  const palette = PALETTES[data.theme];
  const look = lookOf(node);
  const cost = node.costMicros > 0 ? ` · ${money(node.costMicros)}` : "";
  return {
    label: node.label,
    meta: `${agentName(node.agent, data.locale)} · ${texts.stages[node.stage]}`,
    status: `${texts.looks[look]}${cost}`,
    statusColor: palette.looks[look],
    text: palette.text,
    soft: palette.soft,
    rtl: data.locale === "ar",
  };
}

function attribute(size: number): InstancedBufferAttribute {
  return new InstancedBufferAttribute(new Float32Array(MAX_CARDS * size), size).setUsage(DynamicDrawUsage);
}
