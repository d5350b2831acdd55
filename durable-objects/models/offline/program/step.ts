import type { Block } from "../../../../shared/workflow/content.ts";
import { list, numberOf, record, textOf } from "../building/report.ts";
import { surveyStep } from "../building/survey.ts";
import { pick } from "../labels.ts";
import type { Call, Prompt } from "../prompt.ts";
import { printedJson, say, toolUse } from "../prompt.ts";
import type { Lang } from "../spec.ts";
import { grouped, readable } from "../wording.ts";
import { reconcileOf } from "./ask.ts";
import { OPTIONS, OUT, PROGRAM, type ProgramPart, README, TESTS } from "./formal.ts";
import { optionsText, quoted, readmeText } from "./readme.ts";
import { SAMPLE_FILES, sampleFiles } from "./sample.ts";
import { programSource } from "./source.ts";
import type { ReconcileSpec } from "./spec.ts";
import { tellsOfOwnTest, testsSource } from "./tests-source.ts";

const MAX_TRIES = 2;
const MAX_SUMMARY = 7_500;

/** The next answer of a step that has to do with the program. */
export function programStep(part: ProgramPart, prompt: Prompt, calls: readonly Call[]): Block[] {
  const spec = reconcileOf(prompt);
  switch (part) {
    case "inputs":
      return spec.files === null ? wishStep(spec, prompt, calls) : surveyStep(prompt, calls);
    case "program":
      return writeStep(spec, prompt, calls);
    case "run":
      return runStep(spec, prompt, calls);
  }
}

const notProven = (lang: Lang): Block[] => [
  say(pick(lang, "I could not prove this step.", "لم أتمكن من إثبات هذه الخطوة.")),
];
const finishes = (calls: readonly Call[]): number => calls.filter((call) => call.name === "finish").length;

/** Without files the request itself is the material. */
function wishStep(spec: ReconcileSpec, prompt: Prompt, calls: readonly Call[]): Block[] {
  const { lang } = prompt;
  if (finishes(calls) > MAX_TRIES) return notProven(lang);
  const summary = [
    pick(
      lang,
      "There are no two tables to compare, so the program takes any two CSV files and comes with made-up samples.",
      "لا يوجد جدولان للمقارنة، لذلك يقبل البرنامج أي ملفي CSV ويأتي مع ملفات تجريبية مختلقة.",
    ),
    ...spec.assumptions,
  ].join("\n");
  const text = prompt.request
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, finishes(calls) > 0 ? 40 : 300);
  return [
    toolUse(calls, "finish", {
      summary: readable(summary, lang),
      evidence: [{ type: "quote", file: "request", text, label: pick(lang, "What is asked for", "المطلوب") }],
    }),
  ];
}

/** Program, then tests and what belongs to it, then the run of the tests; tests that fail are read and answered once. */
function writeStep(spec: ReconcileSpec, prompt: Prompt, calls: readonly Call[]): Block[] {
  const { lang } = prompt;
  const wrote = (path: string): boolean =>
    calls.some((call) => call.name === "write_file" && call.input.path === path && call.result?.ok === true);
  if (calls.filter((call) => call.name === "write_file" && call.result?.ok === false).length > MAX_TRIES)
    return [say(pick(lang, "The files could not be written.", "تعذرت كتابة الملفات."))];
  const write = (known: readonly Call[], path: string, content: string): Block =>
    toolUse(known, "write_file", { path, content });
  if (!wrote(PROGRAM))
    return [say(pick(lang, "I write the program.", "أكتب البرنامج.")), write(calls, PROGRAM, programSource(lang))];
  const runs = calls.filter((call) => call.name === "run_tests");
  const run = runs.at(-1);
  if (!wrote(TESTS) || !wrote(README) || !wrote(OPTIONS)) {
    const [first, second] = sampleFiles(lang);
    const files: readonly (readonly [string, string])[] = [
      [TESTS, testsSource(spec, lang)],
      [README, readmeText(spec, lang)],
      [OPTIONS, optionsText(spec)],
      ...(spec.files === null
        ? ([
            [SAMPLE_FILES[0], first],
            [SAMPLE_FILES[1], second],
          ] as const)
        : []),
    ];
    return inOrder(calls, pick(lang, "Now its tests, and I run them.", "والآن الاختبارات، ثم أشغلها."), [
      ...files.filter(([path]) => !wrote(path)).map(([path, content]) => ["write_file", { path, content }] as const),
      ["run_tests", { paths: [TESTS] }],
    ]);
  }
  if (!run) return [toolUse(calls, "run_tests", { paths: [TESTS] })];
  if (run.result?.ok !== true) {
    const own = tellsOfOwnTest(run.result?.content ?? "");
    // Values of the files that the formats do not fit: the program lists such values, so its test says that instead.
    if (own && runs.length < MAX_TRIES)
      return inOrder(
        calls,
        pick(
          lang,
          "Some of your values are in no known format; they will be listed as unreadable.",
          "بعض القيم بصيغة غير معروفة؛ ستظهر ضمن القيم غير المقروءة.",
        ),
        [
          ["write_file", { path: TESTS, content: testsSource({ ...spec, files: null }, lang) }],
          ["run_tests", { paths: [TESTS] }],
        ],
      );
    return [
      say(
        `${pick(lang, "The tests do not pass here:", "الاختبارات لا تنجح هنا:")} ${run.result?.content.slice(0, 600) ?? ""}`,
      ),
    ];
  }
  if (finishes(calls) > MAX_TRIES) return notProven(lang);
  const passed = /(\d+) passed/.exec(run.result.content)?.[1] ?? "";
  return [
    toolUse(calls, "finish", {
      summary: writtenSummary(spec, passed, runs.length > 1, lang).slice(0, MAX_SUMMARY),
      evidence: [
        {
          type: "tests",
          toolUseId: run.id,
          label: pick(lang, `All ${passed} tests passed`, `نجحت كل الاختبارات وعددها ${passed}`),
        },
        { type: "artifact", name: PROGRAM, label: PROGRAM },
        { type: "artifact", name: TESTS, label: TESTS },
      ],
    }),
  ];
}

function inOrder(
  calls: readonly Call[],
  words: string,
  uses: readonly (readonly [string, Record<string, unknown>])[],
): Block[] {
  const known: Call[] = [...calls];
  return [
    say(words),
    ...uses.map(([name, input]) => {
      const block = toolUse(known, name, input);
      known.push({ id: "", name, input: {}, result: null });
      return block;
    }),
  ];
}

function writtenSummary(spec: ReconcileSpec, passed: string, withoutOwn: boolean, lang: Lang): string {
  return readable(
    [
      pick(
        lang,
        `The program is in \`${PROGRAM}\`; all ${passed} of its tests passed here. \`${README}\` says how to run it with Node.`,
        `البرنامج في \`${PROGRAM}\`، ونجحت هنا كل اختباراته وعددها ${passed}. يشرح \`${README}\` طريقة تشغيله باستخدام Node.`,
      ),
      ...spec.assumptions.map((one) => `- ${one}`),
      ...(withoutOwn
        ? [
            pick(
              lang,
              "Open: some values of your files are in a format the program does not read; it lists them in `unreadable.csv` and never counts them as equal.",
              "يبقى: بعض القيم في ملفاتك بصيغة لا يقرأها البرنامج؛ يذكرها في `unreadable.csv` ولا يحسبها متطابقة.",
            ),
          ]
        : []),
    ].join("\n"),
    lang,
  );
}

/** The paths that are compared: the person's files, else the samples. */
export const comparedPaths = (spec: ReconcileSpec): readonly [string, string] =>
  spec.files === null ? SAMPLE_FILES : [spec.files[0].path, spec.files[1].path];

/** The command line: with the options file, or another way, with everything said on it. */
export function commandOf(spec: ReconcileSpec, otherWay: boolean): string {
  const said = [
    ...spec.keys.flatMap(([a, b]) => ["--key", `${a}=${b}`]),
    ...spec.amounts.flatMap(([a, b]) => ["--amount", `${a}=${b}`]),
    ...spec.dates.flatMap(([a, b]) => ["--date", `${a}=${b}`]),
    "--tolerance",
    spec.tolerance,
    "--days",
    String(spec.days),
  ];
  const options = otherWay ? said : ["--options", OPTIONS];
  return ["node", PROGRAM, ...comparedPaths(spec), ...options, "--out", OUT, "--json"].map(quoted).join(" ");
}

/** Runs the program on the files; its figures become the summary. */
function runStep(spec: ReconcileSpec, prompt: Prompt, calls: readonly Call[]): Block[] {
  const { lang } = prompt;
  const purpose = pick(lang, "Run the program on the files", "تشغيل البرنامج على الملفات");
  const runs = calls.filter((call) => call.name === "run_command");
  const run = runs.findLast((call) => call.result?.ok === true);
  const printed = run?.result ? printedJson(run.result.content) : null;
  if (!run || !printed) {
    if (runs.length >= MAX_TRIES)
      return [
        say(
          `${pick(lang, "The program could not be run on the files:", "تعذر تشغيل البرنامج على الملفات:")} ${runs.at(-1)?.result?.content.slice(0, 400) ?? ""}`,
        ),
      ];
    const otherWay = (runs.length + prompt.failedApproaches.length) % 2 === 1;
    return [say(purpose), toolUse(calls, "run_command", { command: commandOf(spec, otherWay), purpose })];
  }
  if (finishes(calls) > MAX_TRIES) return notProven(lang);
  const names = [
    "matched.csv",
    "different.csv",
    "only-in-first.csv",
    "only-in-second.csv",
    "duplicates.csv",
    "summary.md",
  ];
  return [
    toolUse(calls, "finish", {
      summary: readable(figuresText(printed, spec, lang), lang).slice(0, MAX_SUMMARY),
      evidence: [
        { type: "run", toolUseId: run.id, label: purpose },
        ...(finishes(calls) > 0
          ? []
          : names.map((name) => ({ type: "artifact", name: `${OUT}/${name}`, label: name }))),
      ],
    }),
  ];
}

const LINES = [
  ["matched", "Matched", "متطابق"],
  ["different", "Different", "مختلف"],
  ["onlyLeft", "Only in the first", "في الأول فقط"],
  ["onlyRight", "Only in the second", "في الثاني فقط"],
  ["duplicates", "Keys that stand more than once", "مفاتيح مكررة"],
  ["unreadable", "Values that could not be read", "قيم تعذرت قراءتها"],
] as const;

/** Counts and totals in words; the review reads the figures back out of it by {@link saidFigures}. */
export function figuresText(printed: Readonly<Record<string, unknown>>, spec: ReconcileSpec, lang: Lang): string {
  const [first, second] = spec.files?.map((file) => file.name) ?? SAMPLE_FILES;
  const clear = (text: string): string => `\`${text.replaceAll("`", "")}\``;
  const count = (name: string): string => grouped(String(numberOf(printed[name])));
  return [
    spec.files === null
      ? pick(lang, "Run on the made-up samples, to show every case:", "تشغيل على الملفات التجريبية لعرض كل الحالات:")
      : pick(
          lang,
          `${clear(first ?? "")} (${count("left")} rows) against ${clear(second ?? "")} (${count("right")} rows):`,
          `${clear(first ?? "")} (الصفوف: ${count("left")}) مقابل ${clear(second ?? "")} (الصفوف: ${count("right")}):`,
        ),
    ...LINES.map(([name, en, ar]) => `- ${pick(lang, en, ar)}: ${count(name)}`),
    ...list(printed.totals)
      .map(record)
      .map(
        (one) =>
          `- ${pick(lang, "Total", "إجمالي")} ${textOf(one.column)}: ${grouped(textOf(one.left))} / ${grouped(textOf(one.right))}${pick(lang, ", difference", "، الفرق")} ${grouped(textOf(one.difference))}`,
      ),
  ].join("\n");
}
