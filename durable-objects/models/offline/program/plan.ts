import { pick } from "../labels.ts";
import type { PlannedStep } from "../planning.ts";
import type { Prompt } from "../prompt.ts";
import type { Proposal } from "../site/plan.ts";
import { readable } from "../wording.ts";
import { reconcileOf } from "./ask.ts";
import { OUT, type ProgramPart, writeProgramPart } from "./formal.ts";
import type { ReconcileSpec } from "./spec.ts";

/** A program in four steps: what is compared, the program with its tests, its run on the files, review. */
export function programPlan(prompt: Prompt): Proposal {
  const { lang } = prompt;
  const spec = reconcileOf(prompt);
  const own = spec.files !== null;
  const names = spec.files?.map((file) => file.name).join(pick(lang, " and ", " و")) ?? "";
  const step = (
    part: ProgramPart,
    label: string,
    told: string,
    more: Pick<PlannedStep, "agent" | "stage" | "dependsOn"> & Partial<PlannedStep>,
  ): PlannedStep => ({
    id: part,
    type: "task",
    tier: "fast",
    optional: false,
    ...more,
    label,
    instructions: [label, told.slice(0, 3_500), writeProgramPart(part, lang)].join("\n"),
  });
  const steps: PlannedStep[] = [
    step(
      "inputs",
      own
        ? pick(lang, "Understand the two tables", "فهم الجدولين")
        : pick(lang, "Say what the program must do", "تحديد ما يجب أن يفعله البرنامج"),
      own
        ? pick(
            lang,
            "Count rows, find empty cells and the formats of amounts and dates; change nothing.",
            "عد الصفوف وابحث عن الخلايا الفارغة وصيغ المبالغ والتواريخ ولا تغير شيئًا.",
          )
        : pick(
            lang,
            "Any two CSV files, any columns; samples show every case.",
            "أي ملفي CSV وأي أعمدة؛ والملفات التجريبية تعرض كل الحالات.",
          ),
      { agent: "analyst", stage: "planning", dependsOn: [], type: "agent" },
    ),
    step(
      "program",
      pick(lang, "Write the program and its tests", "كتابة البرنامج واختباراته"),
      [
        pick(
          lang,
          "Node without packages: exact amounts, robust CSV, rows matched by key; matched, different, missing on either side, duplicates and unreadable values. Tests with node:test, run until all pass. A README tells how to run it.",
          "Node دون حزم: مبالغ دقيقة وقراءة متينة لملفات CSV ومقابلة الصفوف بالمفتاح؛ المتطابق والمختلف والناقص في أي ملف والمكرر وغير المقروء. اختبارات node:test تُشغَّل حتى تنجح كلها، وملف README يشرح التشغيل.",
        ),
        ...spec.assumptions,
      ].join(" "),
      { agent: "dev", stage: "building", dependsOn: ["inputs"], proof: "tests" },
    ),
    step(
      "run",
      own
        ? pick(lang, "Reconcile your files with it", "مطابقة ملفاتك به")
        : pick(lang, "Run it on the samples", "تشغيله على الملفات التجريبية"),
      pick(
        lang,
        `Run the program on the two files; leave its result files in "${OUT}" and report its figures.`,
        `شغّل البرنامج على الملفين، واترك ملفات النتائج في "${OUT}" واذكر أرقامه.`,
      ),
      { agent: "dev", stage: "building", dependsOn: ["program"] },
    ),
    {
      id: "review",
      label: pick(lang, "Run the tests and recalculate independently", "تشغيل الاختبارات وإعادة الحساب بشكل مستقل"),
      type: "decision",
      agent: "reviewer",
      stage: "reviewing",
      dependsOn: ["run"],
      instructions: pick(
        lang,
        "Run the tests yourself; count matched and missing rows and the totals from the sources in another way, and accept only what agrees.",
        "شغّل الاختبارات بنفسك، وعد الصفوف المتطابقة والناقصة والإجماليات من المصدر بطريقة أخرى، ولا تقبل إلا ما يتطابق.",
      ),
      tier: "standard",
      optional: false,
    },
  ];
  return {
    title: pick(lang, "A program that reconciles two CSV files", "برنامج لمطابقة ملفي CSV"),
    summary: readable(summaryOf(spec, names, lang), lang).slice(0, 1_900),
    limits: limitsOf(spec, lang).map((limit) => readable(limit, lang).slice(0, 398)),
    steps,
  };
}

function summaryOf(spec: ReconcileSpec, names: string, lang: "en" | "ar"): string {
  return [
    pick(
      lang,
      "You get a small program for Node with tests that ran green, ready to download.",
      "ستحصل على برنامج صغير لـ Node مع اختبارات ناجحة، جاهز للتنزيل.",
    ),
    spec.files === null
      ? pick(lang, "It is shown on sample files.", "ويُعرض عمله على ملفات تجريبية.")
      : pick(lang, `It is run on ${names}, and its results are files too.`, `ويُشغَّل على ${names}، ونتائجه ملفات أيضًا.`),
    ...(spec.files === null ? [] : spec.assumptions),
    pick(
      lang,
      "An independent review runs the tests and recalculates.",
      "ثم يشغل مراجع مستقل الاختبارات ويعيد الحساب.",
    ),
  ].join(" ");
}

function limitsOf(spec: ReconcileSpec, lang: "en" | "ar"): string[] {
  return [
    pick(
      lang,
      "The offline stand-in writes this kind of program from a tested template fitted to your columns; it does not write programs of other kinds.",
      "النموذج المحلي يكتب هذا النوع من البرامج من قالب مجرَّب يُضبط على أعمدتك؛ ولا يكتب أنواعًا أخرى من البرامج.",
    ),
    ...(spec.files === null ? spec.assumptions : []),
    ...(spec.files === null && spec.assumptions.length === 0
      ? [
          pick(
            lang,
            "No files came with the request: attach two tables and it is fitted to their columns.",
            "لم تُرفق ملفات مع الطلب: أرفق جدولين ليُضبط على أعمدتهما.",
          ),
        ]
      : []),
  ];
}
