import { searchKey, stripInvisible } from "../../shared/text/arabic.ts";

const MAX_NAME = 200;
/** Folders above a file. */
export const MAX_DEPTH = 20;
const MAX_PATH = 1000;

/** Names that Windows keeps for devices, with any ending: a zip that holds one does not unpack there. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/** Control characters, lone surrogates, and what reorders or has no width: such a name does not show what it is. */
const hidden = /[\p{Cc}\p{Cs}\u2028\u2029\u180e\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** A name without what hides or reorders its parts, in one normal form; "" when nothing is left. */
function visible(text: string): string {
  const shown = stripInvisible(text.normalize("NFC")).replace(hidden, "");
  return shown.trim().replace(/[.\s]+$/, (end) => (end === shown ? end : ""));
}

/** One name of a path; null when it is none. Cut to a length every file system takes, the ending kept. */
export function cleanName(text: string): string | null {
  const name = visible(text);
  if (name === "" || /^\.+$/.test(name) || /[/\\]/.test(name)) return null;
  const safe = RESERVED.test(name) ? `_${name}` : name;
  if (safe.length <= MAX_NAME) return safe;
  const dot = safe.lastIndexOf(".");
  const ending = dot > 0 && safe.length - dot <= 10 ? safe.slice(dot) : "";
  // A character of two units is never halved.
  return safe.slice(0, MAX_NAME - ending.length).replace(/[\ud800-\udbff]$/, "") + ending;
}

/** The names of a path, the top first; null for one that leads outside, is too deep or too long. */
export function parsePath(path: string): string[] | null {
  const parts = path.split(/[/\\]+/).filter((part) => part.trim() !== "");
  const names = parts.map(cleanName);
  if (names.length > MAX_DEPTH || names.some((name) => name === null)) return null;
  const clean = names.filter((name) => name !== null);
  return clean.join("/").length <= MAX_PATH ? clean : null;
}

/** Names that people and file systems take for the same have one key: case and normal forms. */
export const nameKey = (name: string): string => name.normalize("NFKC").toLowerCase().normalize("NFC");

/** Orders names as people do: spellings of Arabic together, numbers by their value. */
export const sortKey = (name: string): string =>
  searchKey(name)
    .replace(/\d+/g, (digits) => digits.replace(/^0+(?=\d)/, "").padStart(12, "0"))
    .slice(0, 400);

/** The first free of "name.csv", "name (2).csv", … */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name;
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 && name.length - dot <= 10 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  for (let count = 2; ; count++) {
    const mark = ` (${count})`;
    const candidate = stem.slice(0, MAX_NAME - mark.length - ending.length) + mark + ending;
    if (!isTaken(candidate)) return candidate;
  }
}

/** A path as an entry of a zip: no character that another system refuses. */
export const zipName = (path: string): string =>
  path
    .split("/")
    .map((name) => name.replace(/[<>:"|?*\\]/g, "_"))
    .join("/");
