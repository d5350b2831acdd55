import { z } from "zod";
import { FileProfile } from "../../../shared/api/files.ts";
import { unfence, unfenceJson } from "../../../shared/text/fence.ts";
import type { Block, Message } from "../../../shared/workflow/content.ts";
import type { ModelRequest } from "../port.ts";
import { columnFor, knowTables, mainRole } from "./columns.ts";
import type { Reading } from "./context.ts";
import { readRequest } from "./context.ts";
import { impossibleText, labelOf, textLabel } from "./describe.ts";
import { documentChoices, wantsFromDocument } from "./documents.ts";
import { pick } from "./labels.ts";
import { readAsks } from "./outside/ask.ts";
import { sendingLabel } from "./outside/plan.ts";
import { tableCount, wantsReconcile } from "./program/ask.ts";
import { type ServicePrompt, say, servicesIn, toolUse } from "./prompt.ts";
import { readSite, wantsSite } from "./site/ask.ts";
import { gapsText } from "./site/brief.ts";
import { changesSite } from "./site/change.ts";
import type { Lang } from "./spec.ts";
import { counted, readable } from "./wording.ts";
import { fold, languageOf } from "./words.ts";

interface Turn {
  readonly text: string;
  readonly files: readonly FileProfile[];
  readonly images: number;
  readonly locale: Lang;
}

/** Answers as the Director: small talk, choices where something is open, a proposal where the work is clear. */
export function chat(request: ModelRequest, today: string): Block[] {
  const last = request.messages.at(-1);
  const turns = request.messages.filter((message) => message.role === "user").map(readTurn);
  const turn = turns.at(-1);
  if (!turn) return [say(canDo("en"))];
  const lang = languageOf(turn.text) ?? turn.locale;
  if (last?.content.some((block) => block.type === "tool_result")) return [say(pick(lang, "Done.", "تم."))];
  const files = [...new Map(turns.flatMap((one) => one.files).map((file) => [file.fileId, file])).values()];
  const services = servicesIn(request.system);
  return reply(turn, turns.slice(0, -1), files, lang, today, services).map((block) =>
    block.type === "text" ? say(readable(block.text, lang)) : block,
  );
}

function readTurn(message: Message): Turn {
  const text = message.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n");
  const files = z.array(FileProfile).safeParse(unfenceJson("files", text));
  const profiles = files.success ? files.data : [];
  return {
    text: unfence("message", text) ?? "",
    files: profiles,
    images:
      message.content.filter((block) => block.type === "image").length +
      profiles.filter((file) => file.kind === "image").length,
    locale: unfenceJson("locale", text) === "ar" || (unfence("locale", text) ?? "").trim() === "ar" ? "ar" : "en",
  };
}

const GREETING =
  /^(hi+|hey|hello|good (morning|evening|afternoon)|salam|السلام عليكم.*|سلام|هلا.*|مرحبا.*|اهلا.*|صباح .*|مساء .*|شلونك.*|شخبارك.*|hola)$/;
const THANKS =
  /^(thanks?( you)?.*|thx|great|perfect|ok(ay)?|شكرا.*|مشكور.*|يعطيك العافي.*|تسلم.*|ممتاز|تمام|زين|اوكي)$/;
const HELP =
  /(what can you do|how (does|do) (this|it|you) work|who are you|help me$|^help$|شنو تقدر|ماذا تستطيع|شنو تسوي|وش تسوي|كيف تعمل|شلون تشتغل|ساعدني$|مساعده$|منو انت|من انت)/;
const DRAFT = /^(please )?(write|draft|compose|prepare)\b|^(اكتب|جهز|صغ|صيغ|حضر|سو لي|سولي)/;

function reply(
  turn: Turn,
  before: readonly Turn[],
  files: readonly FileProfile[],
  lang: Lang,
  today: string,
  services: readonly ServicePrompt[],
): Block[] {
  const said = fold(turn.text).replace(/[.!؟?،,]+$/g, "");
  const fresh = turn.files.length > 0;
  if (!fresh && GREETING.test(said)) return offer(greeting(lang, files), files, lang);
  if (!fresh && THANKS.test(said))
    return [
      say(pick(lang, "You are welcome. Tell me whenever there is more to do.", "العفو. أخبرني متى ما احتجت شيئًا آخر.")),
    ];
  if (HELP.test(said)) return offer(canDo(lang), files, lang);
  const readable = files.filter((file) => file.kind !== "image");
  if (turn.images > 0 && readable.length === 0)
    return [
      say(
        pick(
          lang,
          "I have the picture, but I am the offline stand-in and cannot read pictures. Please send the data as CSV or XLSX, or the text as PDF, DOCX or TXT.",
          "وصلتني الصورة، لكني النموذج المحلي بدون اتصال ولا أقرأ الصور. أرسل البيانات كملف CSV أو XLSX، أو النص كملف PDF أو DOCX أو TXT.",
        ),
      ),
    ];
  // A file that follows a request belongs to that request.
  const texts = [turn.text, ...(fresh ? before.map((one) => one.text).reverse() : [])];
  const tabled = readable.some((file) => file.tables.length > 0);
  for (const text of texts) {
    const made = fromMaking(text, files, lang);
    if (made) return made;
    const proposal = tabled
      ? fromTables(text, readable, lang, today, services)
      : readable.length > 0
        ? fromDocuments(text, readable, lang)
        : null;
    if (proposal) return proposal;
  }
  if (before.some((one) => wantsSite(one.text)) && changesSite(turn.text, lang)) return [say(whereToChange(lang))];
  if (tabled || readable.length > 0) return vague(turn.text, readable, lang, today);
  return withoutFile(turn.text, said, lang, today);
}

/** A page that is there keeps its address only when it is changed where it is. */
const whereToChange = (lang: Lang): string =>
  pick(
    lang,
    "To change a page that is made, open its result and write this under “What should be different?”: it keeps its address. If it is not made yet, send me the whole request with this in it.",
    "لتغيير صفحة جاهزة افتح نتيجتها واكتب هذا تحت «ما الذي تريد تغييره؟»، فتبقى على عنوانها. وإن لم تُنفذ بعد فأرسل لي الطلب كاملًا وفيه هذا.",
  );

/** Things that are made rather than worked out of a file: a site, a program. */
function fromMaking(text: string, files: readonly FileProfile[], lang: Lang): Block[] | null {
  const program = wantsReconcile(text, tableCount(files));
  if (!program && !wantsSite(text)) return null;
  const missing = program ? null : gapsText(readSite(text, lang), lang);
  const name = program
    ? pick(lang, "Program: reconcile two CSV files", "برنامج لمطابقة ملفي CSV")
    : pick(lang, "One-page site", "موقع من صفحة واحدة");
  return [
    say(
      [
        program
          ? pick(
              lang,
              "I will write a program that reconciles the two tables, with tests, and run it.",
              "سأكتب برنامجًا لمطابقة الجدولين مع اختباراته، ثم أشغله.",
            )
          : pick(lang, "I will build the page from what you wrote.", "سأبني الصفحة مما كتبته."),
        ...(missing === null ? [] : [missing]),
        pick(
          lang,
          "Here is the plan with its price; nothing runs before you approve.",
          "هذه هي الخطة مع سعرها؛ لا يبدأ شيء قبل موافقتك.",
        ),
      ].join(" "),
    ),
    toolUse([], "propose_workflow", { goal: text, name, fileIds: files.map((file) => file.fileId) }),
  ];
}

function fromTables(
  text: string,
  files: readonly FileProfile[],
  lang: Lang,
  today: string,
  services: readonly ServicePrompt[],
): Block[] | null {
  const outside = readAsks(text, services);
  const reading = readRequest(outside.asks.length > 0 ? outside.rest : text, files, today, lang);
  const sends = outside.asks.map((ask) => sendingLabel(ask, services, lang));
  if (reading.understanding.tasks.length === 0)
    return sends.length > 0 ? propose(text, { ...reading, data: [] }, files, lang, sends) : null;
  const usable = reading.data.filter(({ resolved }) => resolved.limits.length === 0);
  if (
    reading.data.length > 0 &&
    usable.length === 0 &&
    reading.data.every(({ task }) => task.kind !== "aggregate" || task.groups.length > 0)
  ) {
    const why = [...new Set(reading.data.flatMap(({ resolved }) => resolved.limits))].join(" ");
    return offer(
      `${why} ${pick(lang, "What shall I do with the file instead?", "ماذا أفعل بالملف بدلًا من ذلك؟")}`,
      files,
      lang,
    );
  }
  return propose(text, reading, files, lang, sends);
}

function propose(
  goal: string,
  reading: Reading,
  files: readonly FileProfile[],
  lang: Lang,
  sends: readonly string[],
): Block[] {
  const labels = [
    ...reading.data.map(({ resolved }) => labelOf(resolved.spec)),
    ...reading.texts.map((task) => textLabel(task, lang)),
    ...sends,
  ];
  const cannot = reading.understanding.impossible.flatMap((name) => impossibleText(name, lang) ?? []);
  const limits = [...new Set([...reading.data.flatMap(({ resolved }) => resolved.limits), ...cannot])];
  const text = [
    pick(lang, `I will prepare: ${labels.join("; ")}.`, `سأجهز: ${labels.join("؛ ")}.`),
    ...limits,
    pick(
      lang,
      "Here is the plan with its price; nothing runs before you approve.",
      "هذه هي الخطة مع سعرها؛ لا يبدأ شيء قبل موافقتك.",
    ),
  ].join(" ");
  const used = new Set(reading.data.flatMap(({ resolved }) => resolved.spec.sources));
  const chosen = files.filter(
    (file) => file.tables.length === 0 || used.size === 0 || file.tables.some((table) => used.has(table.path)),
  );
  return [
    say(text),
    toolUse([], "propose_workflow", {
      goal,
      name: (labels[0] ?? goal).slice(0, 80),
      fileIds: chosen.map((file) => file.fileId),
    }),
  ];
}

function fromDocuments(text: string, files: readonly FileProfile[], lang: Lang): Block[] | null {
  if (!wantsFromDocument(text)) return null;
  return [
    say(
      pick(
        lang,
        "I will work through the text. Here is the plan with its price; nothing runs before you approve.",
        "سأعمل على النص. هذه هي الخطة مع سعرها؛ لا يبدأ شيء قبل موافقتك.",
      ),
    ),
    toolUse([], "propose_workflow", {
      goal: text,
      name: text.trim().slice(0, 80),
      fileIds: files.map((file) => file.fileId),
    }),
  ];
}

/** A file, but no clear wish: concrete choices from its own columns. */
function vague(text: string, files: readonly FileProfile[], lang: Lang, today: string): Block[] {
  const { impossible } = readRequest(text, files, today, lang).understanding;
  const cannot = impossible.flatMap((name) => impossibleText(name, lang) ?? []);
  const tables = knowTables(files);
  const table = tables[0];
  const what = table
    ? pick(
        lang,
        `I have read ${table.names[0] ?? ""}: ${counted(table.rows, "row", lang)}, columns ${table.columns
          .slice(0, 8)
          .map((column) => column.name)
          .join(", ")}.`,
        `قرأت ${table.names[0] ?? ""}: ${counted(table.rows, "row", lang)}، والأعمدة ${table.columns
          .slice(0, 8)
          .map((column) => column.name)
          .join("، ")}.`,
      )
    : pick(
        lang,
        `I have read ${files.map((file) => file.name).join(", ")}.`,
        `قرأت ${files.map((file) => file.name).join("، ")}.`,
      );
  return offer(
    [...cannot, what, pick(lang, "What shall I do with it?", "ماذا تريد أن أفعل به؟")].join(" "),
    files,
    lang,
  );
}

function withoutFile(text: string, said: string, lang: Lang, today: string): Block[] {
  const { tasks, impossible } = readRequest(text, [], today, lang).understanding;
  const cannot = impossible.flatMap((name) => impossibleText(name, lang) ?? []);
  const wantsData = tasks.some((task) => task.kind !== "summary" && task.kind !== "message");
  if (!wantsData && DRAFT.test(said) && cannot.length === 0 && text.trim().split(/\s+/).length >= 4)
    return [
      say(
        pick(
          lang,
          "I will draft it from what you wrote. Here is the plan with its price; nothing runs before you approve.",
          "سأكتب المسودة مما ذكرته. هذه هي الخطة مع سعرها؛ لا يبدأ شيء قبل موافقتك.",
        ),
      ),
      toolUse([], "propose_workflow", { goal: text, name: text.trim().slice(0, 80), fileIds: [] }),
    ];
  if (wantsData || tasks.length > 0)
    return [
      say(
        [
          ...cannot,
          pick(
            lang,
            "Please attach the file with the data (CSV, TSV or XLSX; PDF, DOCX or TXT for texts), and I will prepare a plan with its price.",
            "أرفق الملف الذي فيه البيانات (CSV أو TSV أو XLSX، وللنصوص PDF أو DOCX أو TXT) وسأجهز لك خطة مع سعرها.",
          ),
        ].join(" "),
      ),
    ];
  const start =
    cannot.length > 0
      ? cannot.join(" ")
      : pick(
          lang,
          "I am the offline stand-in and did not understand that.",
          "أنا النموذج المحلي بدون اتصال ولم أفهم الطلب.",
        );
  return offer(`${start} ${canDo(lang)}`, [], lang);
}

const greeting = (lang: Lang, files: readonly FileProfile[]): string =>
  files.length > 0
    ? pick(lang, "Hello! What shall I do with your file?", "هلا! ماذا تريد أن أفعل بملفك؟")
    : `${pick(lang, "Hello!", "هلا والله!")} ${canDo(lang)}`;

const canDo = (lang: Lang): string =>
  pick(
    lang,
    "Attach a table (CSV, TSV, XLSX) and I total, group, average, filter, rank, count, find duplicates or overdue items and write a summary to send; from a text or document I extract steps, people, dates and amounts and draft a message. I also build a one-page site from your details, and a tested program that reconciles two tables. I am the offline stand-in: I read no pictures, browse nothing and send nothing.",
    "أرفق جدولًا (CSV أو TSV أو XLSX) وسأجمع وأصنف وأحسب المتوسط وأصفي وأرتب وأعد وأجد المكرر والمتأخر وأكتب ملخصًا للإرسال؛ ومن النصوص أستخرج الخطوات والأشخاص والتواريخ والمبالغ وأكتب رسالة. وأبني موقعًا من صفحة واحدة من بياناتك، وبرنامجًا مع اختباراته لمطابقة جدولين. أنا نموذج محلي بدون اتصال: لا أقرأ الصور ولا أتصفح الإنترنت ولا أرسل شيئًا.",
  );

/** Text with answers to tap; each answer is a request that stands on its own. */
function offer(text: string, files: readonly FileProfile[], lang: Lang): Block[] {
  const choices = choicesFor(files, lang);
  const question = pick(lang, "What shall I do?", "ماذا أفعل؟");
  return [say(text), toolUse([], "offer_choices", { question: text.length < 300 ? text : question, choices })];
}

const named = (name: string): string => (/^[\p{L}\p{M}\p{N} _-]+$/u.test(name) ? name : JSON.stringify(name));

export function choicesFor(files: readonly FileProfile[], lang: Lang): string[] {
  const [table] = knowTables(files).sort((a, b) => b.rows - a.rows);
  if (!table)
    return files.some((file) => file.textPath !== null)
      ? documentChoices(lang)
      : [
          pick(lang, "Totals from an invoice table", "إجمالي من جدول فواتير"),
          pick(lang, "Find overdue invoices in my file", "إيجاد الفواتير المتأخرة في ملفي"),
          pick(lang, "Extract the steps from a document", "استخراج الخطوات من مستند"),
        ];
  const amount = columnFor(table, "amount");
  const who =
    (["client", "supplier", "product", "category", "person", "place"] as const)
      .map((role) => columnFor(table, role))
      .find((one) => one !== null && mainRole(one.column) !== null) ?? columnFor(table, "client");
  const date = columnFor(table, "date");
  const due = columnFor(table, "due");
  const choices: string[] = [];
  const what = amount
    ? pick(lang, `Total ${named(amount.column.name)}`, `إجمالي ${named(amount.column.name)}`)
    : pick(lang, "Count of rows", "عدد الصفوف");
  if (who) choices.push(pick(lang, `${what} by ${named(who.column.name)}`, `${what} حسب ${named(who.column.name)}`));
  if (date?.column.profile.kind === "date") choices.push(pick(lang, `${what} by month`, `${what} حسب الشهر`));
  if (due) choices.push(pick(lang, "List the overdue items", "قائمة المتأخرات"));
  choices.push(pick(lang, "Find duplicate rows", "إيجاد الصفوف المكررة"));
  if (choices.length < 2) choices.push(pick(lang, "Write a summary", "اكتب ملخص"));
  return choices.slice(0, 4);
}
