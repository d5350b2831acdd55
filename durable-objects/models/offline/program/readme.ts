import { pick } from "../labels.ts";
import type { Lang } from "../spec.ts";
import { SAMPLE_FILES } from "./sample.ts";
import type { ReconcileSpec } from "./spec.ts";

/** A name as one word of a shell line. */
export const quoted = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

const plain = (text: string): string => text.replace(/[\r\n`|]+/g, " ").trim();

/** How to run the program, in the person's language. */
export function readmeText(spec: ReconcileSpec, lang: Lang): string {
  const [left, right] =
    spec.files?.map((file) => file.name) ?? SAMPLE_FILES.map((path) => path.replace("reconcile/", ""));
  const flags = [
    ...spec.keys.map(([a, b]) => `--key ${quoted(`${a}=${b}`)}`),
    ...spec.amounts.map(([a, b]) => `--amount ${quoted(`${a}=${b}`)}`),
    ...spec.dates.map(([a, b]) => `--date ${quoted(`${a}=${b}`)}`),
  ].map(plain);
  const command = `node reconcile.mjs ${quoted(plain(left ?? ""))} ${quoted(plain(right ?? ""))}`;
  const rows: readonly (readonly [string, string, string])[] = [
    [
      "--key A=B",
      "Columns that say which rows belong together; may be given several times",
      "العمودان اللذان يحددان الصفوف المتقابلة؛ يمكن تكراره",
    ],
    ["--amount A=B", "Amounts to compare", "المبالغ التي تُقارن"],
    ["--date A=B", "Dates to compare", "التواريخ التي تُقارن"],
    ["--tolerance 0.005", "Difference that still counts as equal", "الفرق المسموح به"],
    ["--days 2", "Days that dates may lie apart", "عدد الأيام المسموح بين التاريخين"],
    ["--options options.json", "All of these from a file", "كل ذلك من ملف"],
    ["--out result", "Folder for the results", "مجلد النتائج"],
    ["--json", "Figures for other programs", "أرقام لبرامج أخرى"],
  ];
  const results: readonly (readonly [string, string, string])[] = [
    ["matched.csv", "rows that agree", "صفوف متطابقة"],
    ["different.csv", "rows that belong together and differ, with the difference", "صفوف متقابلة مختلفة، مع الفرق"],
    ["only-in-first.csv, only-in-second.csv", "rows the other file lacks", "صفوف غير موجودة في الملف الآخر"],
    ["duplicates.csv", "keys that stand more than once", "مفاتيح مكررة"],
    [
      "unreadable.csv",
      "values that could not be read; they are never counted as equal",
      "قيم تعذرت قراءتها؛ لا تُحسب متطابقة",
    ],
    ["summary.md", "counts and totals", "الأعداد والإجماليات"],
  ];
  const at = lang === "ar" ? 2 : 1;
  return `${[
    pick(lang, "# Reconcile two CSV files", "# مطابقة ملفي CSV"),
    "",
    pick(
      lang,
      "The program compares two tables row by row. It needs Node 20 or newer and nothing else. Amounts are exact: they are whole numbers inside, not floating point.",
      "يقارن البرنامج جدولين صفًا بصف. يحتاج إلى Node 20 أو أحدث فقط. المبالغ دقيقة لأنها تُحسب كأعداد صحيحة.",
    ),
    "",
    pick(lang, "## Run", "## التشغيل"),
    "",
    "```sh",
    `${command} --options options.json --out result`,
    `${command} ${flags.join(" ")}`.trim(),
    "node --test",
    "```",
    "",
    pick(lang, "The last line runs the tests.", "السطر الأخير يشغل الاختبارات."),
    ...(spec.files === null
      ? [
          "",
          pick(
            lang,
            "The files in `sample` are made up to show every case.",
            "ملفات `sample` تجريبية ومختلقة لعرض كل الحالات.",
          ),
        ]
      : []),
    "",
    pick(lang, "## Options", "## الخيارات"),
    "",
    ...rows.map((row) => `- \`${row[0]}\`: ${row[at]}`),
    "",
    pick(lang, "## Results", "## النتائج"),
    "",
    ...results.map((row) => `- \`${row[0]}\`: ${row[at]}`),
    "",
    pick(lang, "## What it reads, and its limits", "## ما يقرأه وحدوده"),
    "",
    pick(
      lang,
      "- CSV in UTF-8 with commas, semicolons, tabs or |, quoted values, Windows or Unix lines. Save Excel files as CSV first.",
      "- ملفات CSV بترميز UTF-8 بفواصل أو فواصل منقوطة أو جدولة أو |، مع علامات الاقتباس. احفظ ملفات Excel بصيغة CSV أولًا.",
    ),
    pick(
      lang,
      "- Amounts with thousands marks, currency names, minus or parentheses, Arabic digits, at most 12 decimals. Currencies are not converted.",
      "- المبالغ بفواصل الآلاف وأسماء العملات والسالب والأقواس والأرقام العربية، حتى 12 خانة عشرية. لا تُحوَّل العملات.",
    ),
    pick(
      lang,
      "- Dates such as 2026-01-31, 31/01/2026, 5 Mar 2026; `leftDates` and `rightDates` in the options say day or month first.",
      "- التواريخ مثل 2026-01-31 و31/01/2026 و5 مارس 2026؛ ويحدد `leftDates` و`rightDates` في الخيارات ترتيب اليوم والشهر.",
    ),
    pick(
      lang,
      "- Rows with the same key are paired where they agree, then in the order of the files.",
      "- الصفوف ذات المفتاح نفسه تُقابَل حيث تتطابق، ثم بترتيب الملفين.",
    ),
  ].join("\n")}\n`;
}

/** options.json: the same names as in the program. */
export function optionsText(spec: ReconcileSpec): string {
  const { keys, amounts, dates, tolerance, days, left, right } = spec;
  return `${JSON.stringify(
    {
      keys,
      amounts,
      dates,
      tolerance,
      days,
      ...(left.decimal === null ? {} : { leftDecimal: left.decimal }),
      ...(right.decimal === null ? {} : { rightDecimal: right.decimal }),
      ...(left.dateOrder === null ? {} : { leftDates: left.dateOrder }),
      ...(right.dateOrder === null ? {} : { rightDates: right.dateOrder }),
    },
    null,
    2,
  )}\n`;
}
