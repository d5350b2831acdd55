import { fold } from "../words.ts";

/** Colours of a page, all #rrggbb. Each pair that carries text has a contrast of at least 4.5. */
export interface Palette {
  /** Buttons and headings on white. */
  readonly accent: string;
  /** Hero and footer, under white text. */
  readonly deep: string;
  /** Quiet surfaces, under dark text. */
  readonly tint: string;
  readonly line: string;
}

const NAMED: readonly (readonly [string, string])[] = [
  ["navy|dark blue|كحلي|ازرق غامق", "#1e3a5f"],
  ["sky blue|light blue|سماوي|ازرق فاتح", "#0369a1"],
  ["teal|turquoise|تركواز|فيروزي|تركوازي", "#0f766e"],
  ["blue|ازرق|زرقاء", "#1d4ed8"],
  ["olive|زيتي|زيتوني", "#4d5d1a"],
  ["emerald|green|اخضر|خضراء", "#15803d"],
  ["burgundy|maroon|wine|عنابي|خمري", "#7f1d3a"],
  ["red|احمر|حمراء", "#b42318"],
  ["gold|golden|ذهبي", "#8a6412"],
  ["orange|برتقالي", "#b4510a"],
  ["yellow|اصفر", "#8a6a00"],
  ["pink|rose|وردي|زهري", "#b0246c"],
  ["purple|violet|بنفسجي|موف", "#6d28d9"],
  ["brown|بني", "#7c4a1e"],
  ["beige|sand|بيج|رملي", "#7a6340"],
  ["black|اسود", "#1f2937"],
  ["grey|gray|silver|رمادي|فضي", "#475569"],
];

/** The first colour a text names, by word or as #rgb or #rrggbb. */
export function findColour(text: string): string | null {
  const hex = /#([0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-z])/i.exec(text)?.[1];
  if (hex !== undefined)
    return `#${hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex}`.toLowerCase();
  const folded = fold(text);
  let first: { at: number; colour: string } | null = null;
  for (const [words, colour] of NAMED) {
    const found = new RegExp(`(?<![\\p{L}])(?:ب?ال|ب|و)?(?:${words})(?![\\p{L}])`, "u").exec(folded);
    if (found && (first === null || found.index < first.at)) first = { at: found.index, colour };
  }
  return first?.colour ?? null;
}

type Rgb = readonly [number, number, number];
const part = (hex: string, at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
const rgb = (hex: string): Rgb => [part(hex, 1), part(hex, 3), part(hex, 5)];
const hexOf = (colour: Rgb): string =>
  `#${colour
    .map((one) =>
      Math.round(Math.max(0, Math.min(255, one)))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
const mix = (from: Rgb, to: Rgb, share: number): Rgb => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((one) => {
    const value = one / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

/** Contrast of two #rrggbb colours, 1 to 21 (WCAG 2.2). */
export function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(rgb(a)), luminance(rgb(b))].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [8, 12, 20];

/** A palette around one colour: darkened until white text on it reads well. */
export function paletteOf(base: string): Palette {
  const tint = hexOf(mix(rgb(base), WHITE, 0.93));
  let accent = rgb(base);
  for (let step = 0; step < 40 && contrast(hexOf(accent), tint) < 5.2; step++) accent = mix(accent, BLACK, 0.06);
  let deep = mix(accent, BLACK, 0.42);
  for (let step = 0; step < 40 && contrast(hexOf(deep), "#ffffff") < 9; step++) deep = mix(deep, BLACK, 0.08);
  return { accent: hexOf(accent), deep: hexOf(deep), tint, line: hexOf(mix(rgb(base), WHITE, 0.8)) };
}
