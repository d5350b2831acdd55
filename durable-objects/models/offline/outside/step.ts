import { unfence } from "../../../../shared/text/fence.ts";
import type { Block } from "../../../../shared/workflow/content.ts";
import { list, numberOf, record, textOf } from "../building/report.ts";
import { pick } from "../labels.ts";
import type { Call, Prompt } from "../prompt.ts";
import { printedJson, say, toolUse } from "../prompt.ts";
import type { Lang } from "../spec.ts";
import { readable } from "../wording.ts";
import { outsideCode } from "./code.ts";
import type { OutsideWork } from "./formal.ts";

const TOOL = "http_request";
const MAX_REFUSALS = 2;

/** A step that sends: the bodies by code from the file, one call each, then what became of every one. */
export function outsideStep(work: OutsideWork, prompt: Prompt, calls: readonly Call[]): Block[] {
  const { lang } = prompt;
  const purpose = pick(lang, "Take what is to be sent out of the file", "استخراج ما يُرسل من الملف");
  const runs = calls.filter((call) => call.name === "run_code");
  const run = runs.findLast((call) => call.result?.ok === true);
  const printed = run?.result ? printedJson(run.result.content) : null;
  if (!run || !printed) {
    if (runs.length >= 2) return [say(pick(lang, "The file could not be read.", "تعذرت قراءة الملف."))];
    const turn = runs.length + Math.max(prompt.failedApproaches.length, prompt.feedback === "" ? 0 : 1);
    const code = outsideCode(work, dateOrders(prompt));
    const note = turn > 0 ? `// ${pick(lang, "Once more", "مرة أخرى")} (${turn})\n` : "";
    return [say(purpose), toolUse(calls, "run_code", { code: note + code, purpose })];
  }
  const sent = calls.filter((call) => call.name === TOOL);
  const bodies = list(printed.calls).map(record);
  if (sent.length === 0 && bodies.length > 0) return sendAll(work, bodies, prompt, calls);
  const refusals = calls.filter((call) => call.name === "finish" && call.result?.ok === false).length;
  if (refusals > MAX_REFUSALS)
    return [say(pick(lang, "I could not prove this step.", "لم أتمكن من إثبات هذه الخطوة."))];
  const told = sent.map((call) => ({ call, ...outcomeOf(call, lang) }));
  const receipts = refusals > 0 ? [] : told.filter(({ done }) => done);
  return [
    toolUse(calls, "finish", {
      summary: readable(summaryOf(work, told, printed, prompt), lang).slice(0, 7500),
      evidence: [
        { type: "run", toolUseId: run.id, label: purpose },
        ...receipts.map(({ call, line }) => ({ type: "receipt", toolUseId: call.id, label: line.slice(0, 190) })),
      ],
    }),
  ];
}

function sendAll(
  work: OutsideWork,
  bodies: readonly Readonly<Record<string, unknown>>[],
  prompt: Prompt,
  calls: readonly Call[],
): Block[] {
  const blocks: Block[] = [];
  const known: Call[] = [...calls];
  for (const body of bodies) {
    blocks.push(
      toolUse(known, TOOL, {
        service: work.service,
        method: "POST",
        path: work.path,
        body,
        purpose: prompt.step.label,
      }),
    );
    known.push({ id: "", name: TOOL, input: {}, result: null });
  }
  return blocks;
}

/** What became of a call, by what its answer says; `line` is for the person. */
function outcomeOf(
  call: Call,
  lang: Lang,
): { readonly done: boolean; readonly rehearsed: boolean; readonly line: string } {
  const { ok, content } = call.result ?? { ok: false, content: "" };
  const asked = Object.entries(record(call.input.body)).map(([name, value]) => `${name}: ${textOf(value)}`);
  const what = asked
    .join(pick(lang, ", ", "، "))
    .replaceAll(/\s+/g, " ")
    .slice(0, 160);
  const rehearsed = ok && content.startsWith("This run is a rehearsal");
  if (rehearsed) return { done: true, rehearsed, line: `${what} — ${pick(lang, "would be sent", "كان سيُرسل")}` };
  if (ok) {
    const reference = /^reference: (.+)$/m.exec(unfence("receipt", content) ?? "")?.[1];
    // What was sent is what the person left of it, and that is how the answer names it.
    const final = /(?:^Done|was not sent again): ([^\n]*?)\.?$/m.exec(content)?.[1] ?? what;
    const again = content.startsWith("Already done") ? pick(lang, " (it was done before)", " (تم سابقًا)") : "";
    const number =
      reference === undefined ? "" : pick(lang, `, reference ${reference}`, `، الرقم المرجعي ${reference}`);
    return { done: true, rehearsed, line: `${final} — ${pick(lang, "done", "تم")}${again}${number}` };
  }
  return { done: false, rehearsed, line: `${what} — ${whyNot(content, lang)}` };
}

const REASONS: readonly (readonly [RegExp, string, string])[] = [
  [/declined/, "you declined it, so it was not sent", "رفضته، فلم يُرسل"],
  [/Nobody decided in time/, "nobody decided in time, so it was not sent", "لم يُتخذ قرار في الوقت المحدد، فلم يُرسل"],
  [/Nobody can tell/, "nobody can tell whether it arrived; it was left as it is", "لا يُعرف إن كان قد وصل؛ تُرك كما هو"],
  [/taken back/, "it was taken back, so it was not sent again", "تم التراجع عنه، فلم يُرسل مجددًا"],
  [/did not happen|no trace/, "the service did not do it", "لم تنفّذه الخدمة"],
];

function whyNot(content: string, lang: Lang): string {
  const [, en, ar] = REASONS.find(([sign]) => sign.test(content)) ?? [null, "it was not sent", "لم يُرسل"];
  return pick(lang, en, ar);
}

function summaryOf(
  work: OutsideWork,
  told: readonly { readonly done: boolean; readonly rehearsed: boolean; readonly line: string }[],
  printed: Readonly<Record<string, unknown>>,
  prompt: Prompt,
): string {
  const { lang, services } = prompt;
  const name = services.find((one) => one.name === work.service)?.label[lang] ?? work.service;
  const rehearsed = told.some((one) => one.rehearsed);
  const done = told.filter((one) => one.done).length;
  const total = numberOf(printed.total);
  const left = Math.max(0, total - told.length);
  const missing = list(printed.missing).map(textOf);
  const head =
    told.length === 0
      ? pick(lang, `There was nothing to send to ${name}.`, `لا يوجد ما يُرسل إلى ${name}.`)
      : rehearsed
        ? pick(
            lang,
            `Rehearsed: nothing was sent to ${name}. It would be ${done}:`,
            `تجربة: لم يُرسل شيء إلى ${name}. كان سيُرسل ${done}:`,
          )
        : pick(lang, `Sent to ${name}: ${done} of ${told.length}.`, `أُرسل إلى ${name}: ${done} من ${told.length}.`);
  const notes = [
    ...(left > 0
      ? [
          pick(
            lang,
            `${left} more rows were not sent: at most ${told.length} go out at once.`,
            `لم تُرسل ${left} صفوف أخرى: يُرسل ${told.length} على الأكثر في المرة.`,
          ),
        ]
      : []),
    ...(missing.length > 0
      ? [pick(lang, `Not in the file: ${missing.join(", ")}.`, `غير موجود في الملف: ${missing.join("، ")}.`)]
      : []),
  ];
  return [head, ...told.map(({ line }) => `- ${line}`), ...notes].join("\n");
}

/** Day or month first, as parsing found it in each column. */
function dateOrders(prompt: Prompt): Record<string, string> {
  const columns = prompt.files.flatMap((file) => file.tables.flatMap((table) => table.columns));
  return Object.fromEntries(
    columns.flatMap(({ name, kind, format }) => (kind === "date" && format !== null ? [[name, format]] : [])),
  );
}
