import {
  BoxGeometry,
  type BufferGeometry,
  CapsuleGeometry,
  Color,
  DirectionalLight,
  Group,
  HemisphereLight,
  IcosahedronGeometry,
  InstancedMesh,
  type Material,
  Matrix4,
  Mesh,
  MeshBasicMaterial,
  MeshLambertMaterial,
  PlaneGeometry,
  Quaternion,
  Vector3,
} from "three";
import { mergeGeometries } from "three/examples/jsm/utils/BufferGeometryUtils.js";
import type { SceneData, SceneNode } from "../stores/scene-store.ts";
import type { CameraRig } from "./camera-rig.ts";
import { CLOTHES, isBusy, lookOf, PALETTES } from "./palette.ts";
import { groundOf } from "./world.ts";

const MAX_DESKS = 512;
const SKIN = ["#e8b88f", "#c98d62", "#8d5a3a", "#f0c9a4", "#a9714b", "#d9a47a"];
const UP = new Vector3(0, 1, 0);

/**
 * Agents at their desks: a desk, screen, chair and person a step, each kind one instanced mesh. What a person does
 * is what the step does: typing while it runs, leaning in while it is checked, a raised hand while it waits.
 */
export class OfficeLayer {
  readonly object = new Group();
  readonly #parts: {
    readonly desk: InstancedMesh;
    readonly screen: InstancedMesh;
    readonly body: InstancedMesh;
    readonly head: InstancedMesh;
    readonly arms: InstancedMesh;
    readonly rug: InstancedMesh;
  };
  readonly #floor: Mesh<PlaneGeometry, MeshBasicMaterial>;
  readonly #matrix = new Matrix4();
  readonly #color = new Color();
  readonly #quaternion = new Quaternion();
  readonly #lean = new Quaternion();

  constructor() {
    const lambert = () => new MeshLambertMaterial();
    this.#parts = {
      desk: instanced(deskGeometry(), lambert(), MAX_DESKS),
      screen: instanced(new BoxGeometry(38, 24, 2).translate(0, 58, -14), new MeshBasicMaterial(), MAX_DESKS),
      body: instanced(bodyGeometry(), lambert(), MAX_DESKS),
      head: instanced(new IcosahedronGeometry(10, 2), lambert(), MAX_DESKS),
      arms: instanced(new CapsuleGeometry(3.6, 22, 2, 6).translate(0, -12, 0), lambert(), MAX_DESKS * 2),
      rug: instanced(new PlaneGeometry(1, 1).rotateX(-Math.PI / 2), new MeshBasicMaterial(), 8),
    };
    this.#floor = new Mesh(new PlaneGeometry(1, 1).rotateX(-Math.PI / 2), new MeshBasicMaterial());
    this.#floor.position.y = -2;
    this.object.add(this.#floor, ...Object.values(this.#parts));
    const sun = new DirectionalLight("#ffffff", 2.2);
    sun.position.set(400, 900, 600);
    this.object.add(sun, new HemisphereLight("#ffffff", "#a5a5b8", 2.1));
  }

  frame(data: SceneData, rig: CameraRig, time: number): void {
    this.object.visible = rig.office > 0.02;
    if (!this.object.visible) return;
    const palette = PALETTES[data.theme];
    const seen = data.nodes.filter((node) => {
      const { x, z } = groundOf(node, data.direction, rig.office);
      const at = rig.toScreen(x, 30, z);
      const margin = 140 * rig.zoom;
      return at.x > -margin && at.x < rig.width + margin && at.y > -margin && at.y < rig.height + margin;
    });
    this.#drawFloor(data, rig);
    const shown = seen.slice(0, MAX_DESKS);
    const grow = rig.office;
    shown.forEach((node, index) => {
      const { x, z } = groundOf(node, data.direction, rig.office);
      const look = lookOf(node);
      const moving = data.reducedMotion ? 0 : time + index * 1.7;
      this.#place(this.#parts.desk, index, x, 0, z, grow, palette.desk);
      const screen = isBusy(look)
        ? 0.72 + 0.28 * Math.sin(moving * 5)
        : look === "pending" || look === "skipped"
          ? 0.16
          : 0.8;
      this.#color.setStyle(palette.looks[look]).multiplyScalar(screen);
      this.#place(this.#parts.screen, index, x, 0, z, grow, null);
      this.#parts.screen.setColorAt(index, this.#color);
      this.#person(node, index, x, z, grow, moving);
    });
    this.#parts.desk.count = shown.length;
    this.#parts.screen.count = shown.length;
    this.#parts.body.count = shown.length;
    this.#parts.head.count = shown.length;
    this.#parts.arms.count = shown.length * 2;
    for (const part of Object.values(this.#parts)) {
      part.instanceMatrix.needsUpdate = true;
      if (part.instanceColor) part.instanceColor.needsUpdate = true;
    }
  }

  dispose(): void {
    for (const part of [...Object.values(this.#parts), this.#floor]) {
      part.geometry.dispose();
      const { material } = part;
      for (const one of Array.isArray(material) ? material : [material]) one.dispose();
    }
  }

  #person(node: SceneNode, index: number, x: number, z: number, grow: number, moving: number): void {
    const look = lookOf(node);
    const { body, head, arms } = this.#parts;
    const idle = look === "pending" || look === "skipped";
    const bob = isBusy(look) ? Math.sin(moving * 7) * 0.8 : Math.sin(moving * 1.2) * 0.4;
    const back = look === "success" || look === "warning" ? 8 : 0;
    const at = { x, z: z + 34 + back };
    const cloth = CLOTHES[node.agent];
    this.#place(body, index, at.x, bob, at.z, grow, cloth, idle ? 0.55 : 1);
    const skin = SKIN[(node.id.length * 7 + (node.id.codePointAt(0) ?? 0)) % SKIN.length] ?? "#c98d62";
    this.#place(
      head,
      index,
      at.x,
      (74 + bob) * grow,
      at.z - (look === "reviewing" ? 5 : 1),
      grow,
      skin,
      idle ? 0.7 : 1,
    );
    for (const side of [0, 1]) {
      const raised = look === "waiting" && side === 1;
      const typing = isBusy(look) ? Math.sin(moving * 16 + side * 2.4) * 0.16 : 0;
      // Forward over the desk by default, straight up when it asks, at the side when it rests.
      const angle = raised ? Math.PI - 0.2 + Math.sin(moving * 3) * 0.18 : idle || back > 0 ? 0.25 : 1.05 + typing;
      this.#lean.setFromAxisAngle(RIGHT, angle);
      this.#matrix.compose(
        POINT.set(at.x + (side === 0 ? -13 : 13), (56 + bob) * grow, at.z - 3),
        this.#lean,
        SIZE.setScalar(Math.max(grow, 0.001)),
      );
      arms.setMatrixAt(index * 2 + side, this.#matrix);
      arms.setColorAt(index * 2 + side, this.#color.setStyle(cloth).multiplyScalar(idle ? 0.5 : 0.88));
    }
  }

  #place(
    part: InstancedMesh,
    index: number,
    x: number,
    y: number,
    z: number,
    grow: number,
    color: string | null,
    dim = 1,
  ): void {
    this.#matrix.compose(
      POINT.set(x, y, z),
      this.#quaternion.setFromAxisAngle(UP, 0),
      SIZE.setScalar(Math.max(grow, 0.001)),
    );
    part.setMatrixAt(index, this.#matrix);
    if (color !== null) part.setColorAt(index, this.#color.setStyle(color).multiplyScalar(dim));
  }

  /** One rug a stage, under its desks. */
  #drawFloor(data: SceneData, rig: CameraRig): void {
    const palette = PALETTES[data.theme];
    this.#floor.material.color.setStyle(palette.floor);
    this.#floor.position.set(rig.target.x, -2, rig.target.z);
    this.#floor.scale.set(12_000 / Math.min(rig.zoom, 1), 1, 12_000 / Math.min(rig.zoom, 1));
    let count = 0;
    for (const stage of ["planning", "orchestrating", "building", "reviewing"] as const) {
      const at = data.nodes
        .filter((node) => node.stage === stage)
        .map((node) => groundOf(node, data.direction, rig.office));
      if (at.length === 0) continue;
      const [left, right] = [Math.min(...at.map((one) => one.x)), Math.max(...at.map((one) => one.x))];
      const [far, near] = [Math.min(...at.map((one) => one.z)), Math.max(...at.map((one) => one.z))];
      this.#matrix.compose(
        POINT.set((left + right) / 2, -1, (far + near) / 2 + 16),
        this.#quaternion.identity(),
        SIZE.set((right - left + 210) * rig.office, 1, (near - far + 136) * rig.office),
      );
      this.#parts.rug.setMatrixAt(count, this.#matrix);
      this.#parts.rug.setColorAt(count, this.#color.setStyle(palette.rug));
      count++;
    }
    this.#parts.rug.count = count;
  }
}

const RIGHT = new Vector3(1, 0, 0);
const POINT = new Vector3();
const SIZE = new Vector3();

function instanced(geometry: BufferGeometry, material: Material, count: number): InstancedMesh {
  const mesh = new InstancedMesh(geometry, material, count);
  mesh.frustumCulled = false;
  return mesh;
}

function merged(parts: BufferGeometry[]): BufferGeometry {
  const whole = mergeGeometries(parts.map((part) => part.toNonIndexed()));
  for (const part of parts) part.dispose();
  return whole;
}

function deskGeometry(): BufferGeometry {
  const leg = (x: number, z: number) => new BoxGeometry(4, 40, 4).translate(x, 20, z);
  return merged([
    new BoxGeometry(104, 4, 46).translate(0, 42, 0),
    leg(-46, -18),
    leg(46, -18),
    leg(-46, 18),
    leg(46, 18),
    new BoxGeometry(4, 10, 4).translate(0, 48, -15),
    new BoxGeometry(42, 28, 1.6).translate(0, 58, -15.4),
    new BoxGeometry(30, 1.6, 10).translate(0, 45, 8),
  ]);
}

function bodyGeometry(): BufferGeometry {
  return merged([
    new CapsuleGeometry(11, 20, 3, 8).translate(0, 46, 0),
    new BoxGeometry(30, 4, 28).translate(0, 26, 2),
    new BoxGeometry(5, 26, 5).translate(0, 13, 4),
    new BoxGeometry(28, 34, 4).translate(0, 48, 16),
  ]);
}
