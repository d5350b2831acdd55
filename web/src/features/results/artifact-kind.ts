import type { ArtifactView } from "../../../../shared/api/workflows.ts";

export type Kind = "table" | "markdown" | "text" | "image" | "pdf" | "other";

/** Endings of what reads as text whatever its type says. */
const TEXTS = new Set(
  "txt log json jsonl html htm svg xml css js mjs cjs ts tsx jsx py sh sql yml yaml toml ini env diff patch".split(" "),
);

/** Something a browser would show as a page; here it is only ever its source. */
export const isPage = (name: string): boolean => /\.html?$/i.test(name);

/** By type, else by name. HTML and SVG are text here: what agents make never renders on this origin. */
export function kindOf({ name, mediaType }: Pick<ArtifactView, "name" | "mediaType">): Kind {
  const type = mediaType.split(";")[0] ?? "";
  const ending = name.toLowerCase().split(".").pop() ?? "";
  if (type === "text/csv" || ending === "csv") return "table";
  if (type === "text/markdown" || ending === "md") return "markdown";
  if (/^image\/(png|jpeg|webp|gif)$/.test(type)) return "image";
  if (type === "application/pdf") return "pdf";
  if (type.startsWith("text/") || /json|xml|svg|javascript/.test(type) || TEXTS.has(ending)) return "text";
  return "other";
}
