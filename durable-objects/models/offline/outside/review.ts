import { list, record, textOf } from "../building/report.ts";
import { pick } from "../labels.ts";
import type { WorkPrompt } from "../prompt.ts";
import type { Lang } from "../spec.ts";
import { outsideCheck } from "./code.ts";
import type { OutsideWork } from "./formal.ts";

/** The check of a step that sent: everything due was tried and told, and each success it tells has a receipt. */
export function outsideReview(outside: OutsideWork, work: WorkPrompt, lang: Lang): string {
  const lines = (work.summary ?? "").split("\n").filter((line) => line.startsWith("- "));
  const done = lines.filter((line) => / — (?:done|would be sent|تم|كان سيُرسل)/.test(line)).length;
  const receipts = list(work.evidence).filter((one) => textOf(record(one).type) === "receipt").length;
  return outsideCheck(
    outside,
    { requests: lines.length, done, receipts },
    {
      requests: pick(lang, "Every call that was due is told", "كل طلب مطلوب مذكور"),
      receipts: pick(lang, "Each success has its receipt", "لكل نجاح إيصاله"),
    },
  );
}
