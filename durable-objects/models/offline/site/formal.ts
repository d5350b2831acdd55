import { pick } from "../labels.ts";
import type { Lang } from "../spec.ts";

export const SITE_FOLDER = "site";
export const PAGE = `${SITE_FOLDER}/index.html`;
export const STYLE = `${SITE_FOLDER}/style.css`;

const PARTS = ["facts", "style", "page", "publish"] as const;
export type SitePart = (typeof PARTS)[number];

const HEAD = ["Website part", "جزء الموقع"] as const;

/** The line of a step's instructions that says which part of a site it makes; {@link readSitePart} reads it back. */
export const writeSitePart = (part: SitePart, lang: Lang): string => `${pick(lang, ...HEAD)}: ${part}`;

const LINE = new RegExp(`^(?:${HEAD.join("|")}): (${PARTS.join("|")})$`, "m");

export function readSitePart(instructions: string): SitePart | null {
  const found = LINE.exec(instructions)?.[1];
  return PARTS.find((part) => part === found) ?? null;
}
