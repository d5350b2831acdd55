import { unfence } from "../../../../shared/text/fence.ts";
import { record, textOf } from "../building/report.ts";
import { printedJson } from "../prompt.ts";

/** What fetch_page told of a page: its first line is the host's own JSON, the rest is what stands on the page. */
export interface SeenPage {
  readonly url: string;
  readonly status: number;
  readonly title: string;
  /** Everything after the first line, for looking words up. */
  readonly text: string;
  /** Own links and files that were not there; "" when all were. */
  readonly broken: string;
}

export function readSeen(content: string): SeenPage | null {
  const [head = "", ...rest] = content.split("\n");
  const page = record(printedJson(head));
  if (typeof page.status !== "number") return null;
  const text = rest.join("\n");
  return {
    url: textOf(page.url),
    status: page.status,
    title: /^title: (.*)$/m.exec(text)?.[1]?.trim() ?? "",
    text,
    broken: /^- broken links or missing files: (.*)$/m.exec(text)?.[1] ?? "",
  };
}

const loose = (text: string): string =>
  text
    .replace(/[\u200e\u200f\u061c\u2066-\u2069]/g, "")
    .replace(/\s+/g, " ")
    .toLowerCase();

/** Those of the texts that do not stand on the page. */
export function missingFrom(page: SeenPage, texts: readonly string[]): string[] {
  const seen = loose(page.text);
  return texts.filter((text) => !seen.includes(loose(text)));
}

/** The address a publishing answered with: of its receipt, else the first that stands there. */
const ADDRESS = /https?:\/\/[^\s"'<>()[\]{}`\\]+/;
export function firstLink(content: string): string | null {
  const own = /^link: (\S+)$/m.exec(unfence("receipt", content) ?? "")?.[1];
  return (ADDRESS.exec(own ?? "") ?? ADDRESS.exec(content))?.[0].replace(/[.,;:!]+$/, "") ?? null;
}
