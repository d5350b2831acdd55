import { CanvasTexture, type Texture, Vector2, type WebGLRenderer, WebGLRenderTarget } from "three";
import { CARD, type Detail, TYPE } from "./world.ts";

/** What a card says, ready to draw. */
export interface CardText {
  readonly label: string;
  readonly meta: string;
  readonly status: string;
  readonly statusColor: string;
  readonly text: string;
  readonly soft: string;
  readonly rtl: boolean;
}

const COLUMNS = 8;
/** Room at the start of a card for its status sign. */
const SIGN = 44;
const PAD = 14;
const FAMILY = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans Arabic", "Noto Sans", sans-serif';

/**
 * Texts of the visible cards in one texture, drawn by the browser's own 2D canvas, which shapes Arabic with the
 * fonts that are there. Least recently seen cells are given away first.
 */
export class CardAtlas {
  readonly capacity: number;
  readonly #scale: number;
  readonly #rows: number;
  readonly #cells = new Map<string, { index: number; seen: number }>();
  readonly #free: number[];
  readonly #canvas = document.createElement("canvas");
  readonly #source: CanvasTexture;
  readonly #renderer: WebGLRenderer;
  /** Never rendered to: a texture whose storage exists before its first cell is copied in. */
  readonly #target: WebGLRenderTarget;

  constructor(renderer: WebGLRenderer, capacity: number, pixelRatio: number) {
    this.#renderer = renderer;
    this.#scale = Math.min(2, Math.max(1, pixelRatio));
    this.#rows = Math.ceil(capacity / COLUMNS);
    this.capacity = this.#rows * COLUMNS;
    this.#canvas.width = Math.round(CARD.width * this.#scale);
    this.#canvas.height = Math.round(CARD.height * this.#scale);
    this.#source = new CanvasTexture(this.#canvas);
    this.#source.flipY = false;
    this.#source.generateMipmaps = false;
    this.#target = new WebGLRenderTarget(this.#canvas.width * COLUMNS, this.#canvas.height * this.#rows, {
      depthBuffer: false,
    });
    renderer.initRenderTarget(this.#target);
    this.#free = Array.from({ length: this.capacity }, (_, index) => this.capacity - 1 - index);
  }

  get texture(): Texture {
    return this.#target.texture;
  }

  /** Texture box (left, top, right, bottom; top is the smaller v) of a card, drawn now if it was not there. */
  cell(
    id: string,
    text: CardText,
    detail: Exclude<Detail, "none">,
    frame: number,
  ): readonly [number, number, number, number] {
    const key = `${id}|${detail}|${text.label}|${text.meta}|${text.status}|${text.statusColor}|${text.rtl}`;
    let cell = this.#cells.get(key);
    if (!cell) {
      cell = { index: this.#free.pop() ?? this.#oldest(), seen: frame };
      this.#cells.set(key, cell);
      this.#draw(text, detail);
      this.#upload(cell.index);
    }
    cell.seen = frame;
    const column = cell.index % COLUMNS;
    const row = Math.floor(cell.index / COLUMNS);
    return [column / COLUMNS, row / this.#rows, (column + 1) / COLUMNS, (row + 1) / this.#rows];
  }

  /** After the graphics context was lost everything must be drawn anew. */
  clear(): void {
    this.#cells.clear();
    this.#free.splice(
      0,
      this.#free.length,
      ...Array.from({ length: this.capacity }, (_, index) => this.capacity - 1 - index),
    );
    this.#target.dispose();
    this.#renderer.initRenderTarget(this.#target);
  }

  dispose(): void {
    this.#target.dispose();
    this.#source.dispose();
  }

  #oldest(): number {
    let found: [string, { index: number; seen: number }] | null = null;
    for (const entry of this.#cells) if (!found || entry[1].seen < found[1].seen) found = entry;
    if (!found) return 0;
    this.#cells.delete(found[0]);
    return found[1].index;
  }

  #upload(index: number): void {
    const at = new Vector2((index % COLUMNS) * this.#canvas.width, Math.floor(index / COLUMNS) * this.#canvas.height);
    this.#source.needsUpdate = true;
    this.#renderer.copyTextureToTexture(this.#source, this.texture, null, at);
  }

  #draw(text: CardText, detail: Exclude<Detail, "none">): void {
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    context.setTransform(this.#scale, 0, 0, this.#scale, 0, 0);
    context.clearRect(0, 0, CARD.width, CARD.height);
    context.direction = text.rtl ? "rtl" : "ltr";
    context.textAlign = "start";
    const edge = text.rtl ? CARD.width - SIGN : SIGN;
    const room = CARD.width - SIGN - PAD;
    if (detail === "name") {
      context.font = `600 ${TYPE.name}px ${FAMILY}`;
      context.fillStyle = text.text;
      const lines = wrap(context, text.label, room, 3);
      const first = 62 - ((lines.length - 1) / 2) * 29;
      for (const [index, line] of lines.entries()) context.fillText(line, edge, first + index * 29);
      return;
    }
    context.font = `400 ${TYPE.meta}px ${FAMILY}`;
    context.fillStyle = text.soft;
    context.fillText(clip(context, text.meta, room), edge, 23);
    context.font = `600 ${TYPE.label}px ${FAMILY}`;
    context.fillStyle = text.text;
    for (const [index, line] of wrap(context, text.label, room, 2).entries())
      context.fillText(line, edge, 44 + index * 19);
    context.font = `500 ${TYPE.meta}px ${FAMILY}`;
    context.fillStyle = text.statusColor;
    context.fillText(clip(context, text.status, room), edge, 89);
  }
}

function clip(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let end = text.length;
  while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > room) end--;
  return `${text.slice(0, end).trimEnd()}…`;
}

function wrap(context: CanvasRenderingContext2D, text: string, room: number, most: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || context.measureText(longer).width <= room) line = longer;
    else if (lines.length === most - 1) {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  lines.push(line);
  return lines.map((one) => clip(context, one, room));
}
