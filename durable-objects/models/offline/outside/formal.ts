import { pick } from "../labels.ts";
import type { Lang } from "../spec.ts";
import type { OutsideAsk } from "./ask.ts";

/** An ask with the file it takes its values from; "" when there is none. */
export interface OutsideWork extends OutsideAsk {
  readonly source: string;
}

const HEAD = ["Outside call", "نداء خارجي"] as const;
const EACH = ["once for each row of", "مرة لكل صف من"] as const;
const ONCE = ["once with a summary of", "مرة واحدة بملخص"] as const;
const FIELDS = ["fields", "الحقول"] as const;

/** The line of a step's instructions that says exactly what is sent where; {@link readOutside} reads it back. */
export function writeOutside({ service, path, fields, each, source }: OutsideWork, lang: Lang): string {
  const names = fields.length > 0 ? `; ${pick(lang, ...FIELDS)}: ${fields.join(", ")}` : "";
  return `${pick(lang, ...HEAD)}: POST ${path} @ ${service}; ${each ? pick(lang, ...EACH) : pick(lang, ...ONCE)} ${JSON.stringify(source)}${names}`;
}

const LINE = new RegExp(
  `^(?:${HEAD.join("|")}): POST (/\\S*) @ ([a-z0-9-]+); (${[...EACH, ...ONCE].join("|")}) ("(?:[^"\\\\]|\\\\.)*")(?:; (?:${FIELDS.join("|")}): ([\\w, ]+))?$`,
  "m",
);

export function readOutside(instructions: string): OutsideWork | null {
  const found = LINE.exec(instructions);
  if (!found) return null;
  const [, path = "", service = "", how = "", source = '""', fields = ""] = found;
  return {
    service,
    path,
    each: EACH.some((one) => one === how),
    source: String(JSON.parse(source)),
    fields: fields.split(", ").filter((field) => field !== ""),
  };
}
