/** "a/b/c" → "a/b"; "" for what lies at the top. */
export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

export const joined = (folder: string, name: string): string => (folder === "" ? name : `${folder}/${name}`);

/** The folders on the way, each with its whole path. */
export function crumbsOf(path: string): { readonly name: string; readonly path: string }[] {
  if (path === "") return [];
  const names = path.split("/");
  return names.map((name, index) => ({ name, path: names.slice(0, index + 1).join("/") }));
}

/** "plan.v2.csv" → "plan.v2": what is chosen to be typed over; a name without an ending whole. */
export const stemOf = (name: string): string => name.replace(/(?<=.)\.[^.]{1,8}$/, "");

/** A name a person may give: the server has the last word. */
export const isName = (name: string): boolean => {
  const trimmed = name.trim();
  return trimmed !== "" && trimmed !== "." && trimmed !== ".." && !/[/\\]/.test(trimmed) && trimmed.length <= 200;
};

export interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

/** A text cut at its marks; parts joined give the text again. Marks that overlap or lie outside are cut to fit. */
export function piecesOf(text: string, marks: readonly (readonly [number, number])[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const [start, end] of [...marks].sort((a, b) => a[0] - b[0])) {
    const [from, to] = [Math.max(at, start), Math.min(text.length, end)];
    if (to <= from) continue;
    if (from > at) pieces.push({ text: text.slice(at, from), marked: false });
    pieces.push({ text: text.slice(from, to), marked: true });
    at = to;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), marked: false });
  return pieces;
}
