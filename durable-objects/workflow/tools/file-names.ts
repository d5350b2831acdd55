const MAX_NAME = 120;

/** Text results agents may write, by extension. Anything else is served as plain text. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  md: "text/markdown",
  txt: "text/plain",
  csv: "text/csv",
  tsv: "text/tab-separated-values",
  json: "application/json",
  html: "text/html",
  xml: "application/xml",
  svg: "image/svg+xml",
};

export const mediaTypeOf = (name: string): string =>
  MEDIA_TYPES[name.slice(name.lastIndexOf(".") + 1).toLowerCase()] ?? "text/plain";

/** The name as it is kept: composed Unicode, without the "./" and "/" that models like to put in front. */
export const cleanName = (path: string): string =>
  path
    .normalize("NFC")
    .trim()
    .replace(/^(?:\.?\/)+/u, "");

/** Why a name cannot be used for a result, in words for the model; null when it can. */
export function nameProblem(name: string): string | null {
  if (name === "" || name === "." || name === "..") return "The file needs a name.";
  if (name.length > MAX_NAME) return `File names have at most ${MAX_NAME} characters.`;
  if (/[/\\]/u.test(name)) return "There are no folders: use a plain file name without a slash.";
  // Control and direction-changing characters could make a name look like another.
  if (/[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(name))
    return "File names must not contain control characters.";
  return null;
}
