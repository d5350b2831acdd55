import { changesOf } from "../../../shared/text/change.ts";
import type { Block } from "../../../shared/workflow/content.ts";
import { roleNames } from "./columns.ts";
import type { Reading } from "./context.ts";
import { readRequest } from "./context.ts";
import { impossibleText, instructionOf, labelOf, rulesText, textLabel } from "./describe.ts";
import { documentSteps } from "./documents.ts";
import { emptyTask } from "./draft.ts";
import { RULES, readFormal, writeFormal, writeTextFormal } from "./formal.ts";
import { fileName, pick } from "./labels.ts";
import { type OutsideReading, readAsks } from "./outside/ask.ts";
import { outsideLimits, outsideSteps } from "./outside/plan.ts";
import { tableCount, wantsReconcile } from "./program/ask.ts";
import { programPlan } from "./program/plan.ts";
import type { Prompt } from "./prompt.ts";
import { say, toolUse } from "./prompt.ts";
import { wantsSite } from "./site/ask.ts";
import { type Proposal, sitePlan } from "./site/plan.ts";
import type { Lang, Task } from "./spec.ts";
import { andMore, readable } from "./wording.ts";

export interface PlannedStep {
  readonly id: string;
  readonly label: string;
  readonly type: "agent" | "task" | "integration" | "decision";
  readonly agent: "analyst" | "pm" | "ux" | "architect" | "dev" | "reviewer";
  readonly stage: "planning" | "orchestrating" | "building" | "reviewing";
  readonly dependsOn: readonly string[];
  readonly instructions: string;
  readonly tier: "fast" | "standard" | "deep";
  readonly optional: boolean;
  /** Outside services the step reaches. */
  readonly touches?: readonly string[];
  /** What the step cannot be finished without. */
  readonly proof?: "tests" | "page";
}

/** Proposes a plan: understand, scope, design, one building step per thing asked for, an independent review. */
export function plan(prompt: Prompt): Block[] {
  const { lang } = prompt;
  const made = madePlan(prompt);
  if (made)
    return [
      say(pick(lang, "I have read the request; here is the plan.", "قرأت الطلب، وهذه هي الخطة.")),
      toolUse([], "propose_plan", { ...made }),
    ];
  const outside = readAsks(prompt.request, prompt.services);
  // What is for services is read apart: the rest is what has to be worked out before.
  const inside = outside.asks.length > 0 ? { ...prompt, request: outside.rest } : prompt;
  const reading = readRequest(inside.request, prompt.files, prompt.today, lang);
  const limits = [
    ...changeLimits(prompt),
    ...limitsOf(reading, inside),
    ...outsideLimits(outside, prompt.services, lang),
  ];
  const sendsOnly = outside.asks.length > 0 && prompt.files.length > 0 && reading.understanding.tasks.length === 0;
  const worked = sendsOnly ? [] : reading.tables.length > 0 ? tableSteps(reading, lang) : documentSteps(inside);
  const built = [...worked, ...sendingSteps(outside, worked, reading, prompt)];
  const steps = frame(built, reading, prompt);
  const deliverables = built.filter((step) => !step.optional || built.length === 1).map((step) => step.label);
  const assumptions = sendsOnly ? [] : [...new Set(reading.data.flatMap(({ resolved }) => resolved.assumptions))];
  const title = titleOf(deliverables, lang);
  const summary = [
    pick(lang, `You get: ${deliverables.join("; ")}.`, `ستحصل على: ${deliverables.join("؛ ")}.`),
    reading.tables.length > 0 && !sendsOnly
      ? pick(
          lang,
          "The figures are calculated from your file and recalculated by an independent review.",
          "تُحسب الأرقام من ملفك ثم يعيد مراجع مستقل حسابها.",
        )
      : pick(lang, "An independent review checks the result.", "ثم يفحص مراجع مستقل النتيجة."),
    ...(assumptions.length > 0 ? [`${pick(lang, "Assumed:", "افتراضات:")} ${assumptions.join(" ")}`] : []),
  ].join(" ");
  return [
    say(pick(lang, "I have read the request and the files; here is the plan.", "قرأت الطلب والملفات، وهذه هي الخطة.")),
    toolUse([], "propose_plan", { title, summary: readable(summary, lang).slice(0, 1900), limits, steps }),
  ];
}

/** A change to tables and texts is read as part of the request: whether it was taken up, the plan shows. */
function changeLimits({ request, lang }: Prompt): string[] {
  if (changesOf(request).changes.length === 0) return [];
  return [
    pick(
      lang,
      "The offline stand-in reads your change together with the first request: see in the steps whether it was understood.",
      "يقرأ النموذج المحلي تغييرك مع الطلب الأول معًا: تحقق من الخطوات أنه فهمه.",
    ),
  ];
}

/** A site or a program, where the request wants one made. */
function madePlan(prompt: Prompt): Proposal | null {
  if (wantsReconcile(prompt.request, tableCount(prompt.files))) return programPlan(prompt);
  return wantsSite(prompt.request) ? sitePlan(prompt) : null;
}

/** Sends what the last table or text before it holds; without one, the person's own table. */
function sendingSteps(
  outside: OutsideReading,
  worked: readonly PlannedStep[],
  reading: Reading,
  prompt: Prompt,
): PlannedStep[] {
  const last = worked.findLast((step) => step.id !== "summary" && step.id !== "message") ?? worked.at(-1);
  const formal = last ? readFormal(last.instructions) : null;
  const source = formal?.file ?? reading.tables[0]?.paths[0] ?? prompt.files[0]?.textPath ?? "";
  const dependsOn = last ? [last.id] : ["design"];
  return outsideSteps(outside, prompt.services, { dependsOn, source, lang: prompt.lang });
}

/** The first thing asked for, and how many more there are: a name that fits a list on a phone. */
function titleOf(deliverables: readonly string[], lang: Lang): string {
  const [first = pick(lang, "Your request", "طلبك"), ...rest] = deliverables;
  if (rest.length === 0) return first.slice(0, 98);
  return `${first.slice(0, 80)} ${andMore(rest.length, lang)}`;
}

/** What of the request cannot be done, in the person's language. */
export function limitsOf(reading: Reading, prompt: Prompt): string[] {
  const { lang } = prompt;
  const limits = new Set<string>();
  for (const { resolved } of reading.data) for (const limit of resolved.limits) limits.add(limit);
  for (const name of reading.understanding.impossible) {
    const text = impossibleText(name, lang);
    if (text) limits.add(text);
  }
  if (reading.texts.some((task) => task.flag || task.kind === "message"))
    limits.add(impossibleText("send", lang) ?? "");
  const images = prompt.files.filter((file) => file.kind === "image");
  if (images.length > 0)
    limits.add(
      pick(
        lang,
        `The offline stand-in cannot read pictures: ${images.map((file) => file.name).join(", ")}.`,
        `النموذج المحلي بدون اتصال لا يقرأ الصور: ${images.map((file) => file.name).join("، ")}.`,
      ),
    );
  if (reading.tables.length > 0 && prompt.files.some((file) => file.kind === "document"))
    limits.add(pick(lang, "The documents beside the table are not used.", "المستندات المرفقة مع الجدول غير مستخدمة."));
  const used = new Set(reading.data.flatMap(({ resolved }) => resolved.spec.sources));
  const idle = reading.tables.filter((table) => !table.paths.some((path) => used.has(path)));
  if (idle.length > 0)
    limits.add(
      pick(
        lang,
        `Not used, because other columns fit the request: ${idle.flatMap((table) => table.names).join(", ")}.`,
        `غير مستخدم لأن أعمدة أخرى أنسب للطلب: ${idle.flatMap((table) => table.names).join("، ")}.`,
      ),
    );
  return [...limits].filter((limit) => limit !== "").map((limit) => readable(limit, lang));
}

const rules = (lang: Lang): string => `${pick(lang, ...RULES)} ${rulesText(lang)}`;

function tableSteps(reading: Reading, lang: Lang): PlannedStep[] {
  const taken = new Set<string>();
  const ids = new Set<string>();
  const unique = (id: string): string => {
    let name = id;
    for (let count = 2; ids.has(name); count++) name = `${id}-${count}`;
    ids.add(name);
    return name;
  };
  const data = reading.data.map(({ task, resolved: { spec, table } }): PlannedStep => {
    const file = fileName(spec, taken, roleNames(table));
    taken.add(file);
    const label = labelOf(spec);
    const id = {
      aggregate: spec.limit === null ? "totals" : "ranking",
      rows: "list",
      duplicates: "duplicates",
      overdue: "overdue",
    }[spec.kind];
    return {
      id: unique(id),
      label,
      type: "task",
      agent: "dev",
      stage: "building",
      dependsOn: ["design"],
      instructions: fitted([label, instructionOf(spec), writeFormal(spec, task.basis, file), rules(lang)]),
      // Routine work with an exact instruction; the review, which judges it, is not.
      tier: "fast",
      optional: false,
    };
  });
  const asked = reading.texts;
  const texts: readonly Task[] = asked.length > 0 ? asked : [emptyTask("summary")];
  const summaries = texts.map((task): PlannedStep => {
    const label = textLabel(task, lang);
    return {
      id: unique(task.kind === "message" ? "message" : "summary"),
      label,
      type: "task",
      agent: "dev",
      stage: "building",
      dependsOn: data.map((step) => step.id),
      instructions: fitted([
        label,
        pick(
          lang,
          "Write a short text in the person's language from the files that the earlier steps made: overall figures first, then the largest groups, then what needs attention. Every figure must stand in those files or follow from them exactly; invent nothing. Mention only what earlier steps delivered.",
          "اكتب نصًا قصيرًا بلغة صاحب الطلب من الملفات التي أنتجتها الخطوات السابقة: الأرقام الكلية أولًا، ثم أكبر المجموعات، ثم ما يحتاج انتباهًا. كل رقم يجب أن يكون في تلك الملفات أو ناتجًا عنها بدقة، ولا تضف شيئًا من عندك، ولا تذكر إلا ما سلمته الخطوات السابقة.",
        ),
        writeTextFormal(task, lang, task.kind === "message" ? "message.md" : "summary.md"),
      ]),
      tier: "standard",
      optional: asked.length === 0,
    };
  });
  return [...data, ...summaries];
}

/** Instructions within the plan's limit; the rules at the end go first when names are very long. */
function fitted(lines: readonly string[]): string {
  const whole = lines.join("\n");
  return whole.length <= 3900 ? whole : lines.slice(0, 3).join("\n").slice(0, 3990);
}

/** Puts the stages around the building steps: analysis, scope, design before them, review behind. */
function frame(built: readonly PlannedStep[], reading: Reading, prompt: Prompt): PlannedStep[] {
  const { lang } = prompt;
  const names = [
    ...new Set([...reading.tables.flatMap((table) => table.names), ...prompt.files.map((file) => file.name)]),
  ];
  const sources = names
    .slice(0, 6)
    .map((name) => JSON.stringify(name))
    .join(", ");
  const table = reading.tables.length > 0;
  const small = built.length < 3;
  const steps: PlannedStep[] = [
    {
      id: "understand",
      label: table
        ? pick(lang, "Understand the data", "فهم البيانات")
        : pick(lang, "Read the material", "قراءة المادة"),
      type: "agent",
      agent: "analyst",
      stage: "planning",
      dependsOn: [],
      instructions: table
        ? pick(
            lang,
            `Read ${sources}: count rows, find empty cells, total lines, formats of dates and numbers, currencies, and values that cannot be read. Report what matters for the result; change nothing.`,
            `اقرأ ${sources}: عدد الصفوف والخلايا الفارغة وأسطر المجاميع وصيغ التواريخ والأرقام والعملات والقيم غير المقروءة. اذكر ما يؤثر على النتيجة ولا تغير شيئًا.`,
          )
        : pick(
            lang,
            `Read ${sources === "" ? "the request" : sources} in full and report its length and structure; change nothing.`,
            `اقرأ ${sources === "" ? "الطلب" : sources} كاملًا واذكر الطول والبنية ولا تغير شيئًا.`,
          ),
      tier: "fast",
      optional: false,
    },
  ];
  if (small)
    steps.push({
      id: "scope",
      label: pick(lang, "Agree what the result must contain", "تحديد محتوى النتيجة"),
      type: "agent",
      agent: "pm",
      stage: "planning",
      dependsOn: ["understand"],
      instructions: pick(
        lang,
        "Say in one or two sentences what the result must contain for the person to be done, from the request.",
        "اذكر في جملة أو جملتين ما يجب أن تحتويه النتيجة ليكتمل طلب الشخص.",
      ),
      tier: "fast",
      optional: true,
    });
  steps.push({
    id: "design",
    label: table
      ? pick(lang, "Choose calculations and checks", "اختيار الحسابات والفحوص")
      : pick(lang, "Choose what to extract and how to check it", "اختيار ما يُستخرج وكيف يُفحص"),
    type: "agent",
    agent: "architect",
    stage: "orchestrating",
    dependsOn: [small ? "scope" : "understand"],
    instructions: table
      ? pick(
          lang,
          "Check in the file that every column the calculations need is there and can be read, and name the calculations and the checks that will prove them.",
          "تحقق في الملف من وجود كل عمود تحتاجه الحسابات وإمكانية قراءته، واذكر الحسابات والفحوص التي تثبتها.",
        )
      : pick(
          lang,
          "Check that the text can be read, and name what will be extracted and how each item can be proved by a quotation.",
          "تحقق من إمكانية قراءة النص، واذكر ما سيُستخرج وكيف يُثبت كل عنصر باقتباس.",
        ),
    tier: "fast",
    optional: false,
  });
  steps.push(...built);
  steps.push({
    id: "review",
    label: table
      ? pick(lang, "Recalculate independently", "إعادة الحساب بشكل مستقل")
      : pick(lang, "Check independently", "مراجعة مستقلة"),
    type: "decision",
    agent: "reviewer",
    stage: "reviewing",
    dependsOn: built.map((step) => step.id),
    instructions: table
      ? pick(
          lang,
          "Recalculate every delivered figure from the source with a different method, compare row by row, and accept only what agrees to the last decimal.",
          "أعد حساب كل رقم من المصدر بطريقة مختلفة، وقارن صفًا بصف، ولا تقبل إلا ما يتطابق حتى آخر خانة عشرية.",
        )
      : pick(
          lang,
          "Look every delivered item up in the source and accept only what stands there.",
          "ابحث عن كل عنصر في المصدر ولا تقبل إلا ما هو موجود فيه.",
        ),
    tier: "standard",
    optional: false,
  });
  return steps;
}
