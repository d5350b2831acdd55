import type { ArtifactView } from "../../../../shared/api/workflows.ts";

export type Kind = "table" | "markdown" | "text" | "image" | "pdf" | "other";

/** By type, else by name. HTML and SVG are text here: what agents make never renders on this origin. */
export function kindOf({ name, mediaType }: Pick<ArtifactView, "name" | "mediaType">): Kind {
  const type = mediaType.split(";")[0] ?? "";
  const ending = name.toLowerCase().split(".").pop() ?? "";
  if (type === "text/csv" || ending === "csv") return "table";
  if (type === "text/markdown" || ending === "md") return "markdown";
  if (/^image\/(png|jpeg|webp|gif)$/.test(type)) return "image";
  if (type === "application/pdf") return "pdf";
  if (
    type.startsWith("text/") ||
    /json|xml|svg|javascript/.test(type) ||
    ["txt", "json", "html", "svg", "js"].includes(ending)
  )
    return "text";
  return "other";
}
