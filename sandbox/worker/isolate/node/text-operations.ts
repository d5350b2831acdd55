import { textAt } from "./file-operations.ts";
import { GuestProblem } from "./problems.ts";

const URL_PARTS = [
  "href",
  "origin",
  "protocol",
  "username",
  "password",
  "host",
  "hostname",
  "port",
  "pathname",
  "search",
  "hash",
] as const;
type UrlPart = (typeof URL_PARTS)[number];

/** Pure conversions that the host does for the guest, because the engine lacks them or does them slowly. */
export function textAnswer(operation: string, args: readonly unknown[]): unknown {
  switch (operation) {
    case "encoding":
      return decoderOf(textAt(args, 0), false, false).encoding;
    case "url":
      return parseUrl(textAt(args, 0), typeof args[1] === "string" ? args[1] : undefined);
    case "urlChange":
      return changeUrl(textAt(args, 0), textAt(args, 1), textAt(args, 2));
    case "fileUrl":
      return `file://${encodeURI(textAt(args, 0)).replaceAll("?", "%3F").replaceAll("#", "%23")}`;
    case "queryParse":
      return [...new URLSearchParams(textAt(args, 0))];
    case "queryFormat":
      return new URLSearchParams(pairsOf(args[0])).toString();
    case "widths":
      return Array.isArray(args[0]) ? args[0].map((row: unknown) => (Array.isArray(row) ? row.map(widthOf) : [])) : [];
    default:
      return undefined;
  }
}

export function decode(args: readonly unknown[], raw: Uint8Array): string {
  try {
    return decoderOf(textAt(args, 0), args[1] === true, args[2] === true).decode(raw);
  } catch (error) {
    if (error instanceof GuestProblem) throw error;
    throw new GuestProblem("TypeError", "The encoded data was not valid", "ERR_ENCODING_INVALID_ENCODED_DATA");
  }
}

function decoderOf(label: string, fatal: boolean, ignoreBOM: boolean): TextDecoder {
  try {
    return new TextDecoder(label, { fatal, ignoreBOM });
  } catch {
    throw new GuestProblem(
      "RangeError",
      `The "${label.slice(0, 40)}" encoding is not supported`,
      "ERR_ENCODING_NOT_SUPPORTED",
    );
  }
}

const partsOf = (url: URL): Record<string, string> => Object.fromEntries(URL_PARTS.map((part) => [part, url[part]]));

function parseUrl(input: string, base: string | undefined): Record<string, string> | null {
  return URL.canParse(input, base) ? partsOf(new URL(input, base)) : null;
}

function changeUrl(href: string, part: string, value: string): Record<string, string> {
  const url = new URL(href);
  const known = URL_PARTS.find((name): name is Exclude<UrlPart, "origin"> => name === part && name !== "origin");
  if (known === "href" && !URL.canParse(value)) throw new GuestProblem("TypeError", "Invalid URL", "ERR_INVALID_URL");
  if (known !== undefined) url[known] = value;
  return partsOf(url);
}

function pairsOf(value: unknown): [string, string][] {
  if (!Array.isArray(value)) return [];
  return value.map((pair: unknown) => (Array.isArray(pair) ? [String(pair[0]), String(pair[1])] : ["", ""]));
}

/** Columns a text takes in a terminal: none for marks, two for wide characters. */
function widthOf(value: unknown): number {
  let width = 0;
  for (const character of String(value)) {
    if (/[\p{Mn}\p{Me}\p{Cf}]/u.test(character)) continue;
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}
