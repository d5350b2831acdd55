/** What people look for when they look for a kind of file; the words of SearchQuery. */
export type Kind = "table" | "document" | "image" | "page" | "code" | "data" | "other";

const BY_ENDING: Readonly<Record<string, Kind>> = {
  csv: "table",
  tsv: "table",
  xlsx: "table",
  pdf: "document",
  docx: "document",
  txt: "document",
  md: "document",
  html: "page",
  htm: "page",
  css: "page",
  svg: "image",
  json: "data",
  xml: "data",
  yaml: "data",
  yml: "data",
  toml: "data",
  ini: "data",
  sql: "code",
};

const CODE = new Set("js mjs cjs ts tsx jsx py sh rb go rs java kt c h cpp cs php swift r lua pl ps1 bat".split(" "));

const endingOf = (name: string): string => /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? "";

export function kindOf(name: string, mediaType: string): Kind {
  const type = mediaType.split(";")[0]?.trim() ?? "";
  if (type.startsWith("image/")) return "image";
  const ending = endingOf(name);
  if (CODE.has(ending)) return "code";
  return BY_ENDING[ending] ?? (type === "text/html" ? "page" : type.startsWith("text/") ? "document" : "other");
}

const TEXT_TYPES =
  /^(text\/|application\/(json|xml|javascript|typescript|x-ndjson|x-sh|yaml|toml|sql)|image\/svg\+xml)/;

/** Whether the bytes are read as text as they are; the parsers read the rest. */
export const isPlainText = (name: string, mediaType: string): boolean => {
  const kind = kindOf(name, mediaType);
  return kind === "page" || kind === "code" || kind === "data" || TEXT_TYPES.test(mediaType);
};
