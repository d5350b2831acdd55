import { comment, js } from "../building/guest-code.ts";
import { list, record, textOf } from "../building/report.ts";
import { pick } from "../labels.ts";
import type { Prompt, WorkPrompt } from "../prompt.ts";
import { type Check, judgedBy, type Look, verdictOf } from "../reviewing/look.ts";
import type { Lang } from "../spec.ts";
import { charactersText } from "../wording.ts";
import { reconcileOf } from "./ask.ts";
import { OUT, type ProgramPart, TESTS } from "./formal.ts";
import { PROGRAM_FOLDER } from "./sample.ts";
import type { ReconcileSpec } from "./spec.ts";
import { comparedPaths } from "./step.ts";

/** How a review looks at a part of the program's work; null: as at any step that only looked. */
export function programLook(part: ProgramPart, work: WorkPrompt, prompt: Prompt, purpose: string): Look | null {
  const { lang } = prompt;
  const spec = reconcileOf(prompt);
  switch (part) {
    case "inputs":
      return spec.files === null
        ? { calls: [], judge: () => verdictOf(work, lang, [saidSomething(work, lang)]) }
        : null;
    case "program":
      return testsLook(work, prompt);
    case "run":
      return judgedBy(recountCode(spec, lang), work, prompt, purpose);
  }
}

const saidSomething = (work: WorkPrompt, lang: Lang): Check => ({
  label: pick(lang, "Read the report", "قراءة التقرير"),
  passed: (work.summary ?? "").trim() !== "",
  detail: charactersText((work.summary ?? "").length, lang),
});

function testsLook(work: WorkPrompt, { lang, tools }: Prompt): Look {
  const label = pick(lang, "The tests, run again", "تشغيل الاختبارات مرة أخرى");
  if (!tools.has("run_tests")) {
    // Where a review cannot run tests, the engine's own record of the green run is what there is.
    const run = list(work.evidence)
      .map(record)
      .find((one) => textOf(one.type) === "tests");
    const passed = run !== undefined && run.failed === 0;
    const detail =
      run === undefined ? pick(lang, "None ran", "لم يعمل أي منها") : testsText(run.passed, run.failed, lang);
    return { calls: [], judge: () => verdictOf(work, lang, [{ label, passed, detail }]) };
  }
  return {
    calls: [{ name: "run_tests", input: { paths: [TESTS] } }],
    judge: ([call]) => {
      const content = call?.result?.content ?? "";
      const [, passed, failed] = /(\d+) passed, (\d+) failed/.exec(content) ?? [];
      const detail = passed === undefined ? content.slice(0, 300) : testsText(passed, failed, lang);
      return verdictOf(work, lang, [{ label, passed: call?.result?.ok === true, detail }]);
    },
  };
}

const testsText = (passed: unknown, failed: unknown, lang: Lang): string =>
  pick(lang, `${passed} passed, ${failed} failed`, `نجح ${passed}، وفشل ${failed}`);

/**
 * Counts and totals from the sources by other means: how often each key stands in either file says how many rows
 * match and are missing; totals are added with Big; result files are counted, and each match is compared again.
 */
export function recountCode(spec: ReconcileSpec, lang: Lang): string {
  const [left, right] = comparedPaths(spec);
  const labels = {
    pairs: pick(lang, "Rows that belong together", "الصفوف المتقابلة"),
    first: pick(lang, "Rows only in the first", "صفوف في الأول فقط"),
    second: pick(lang, "Rows only in the second", "صفوف في الثاني فقط"),
    equal: pick(lang, "Matched rows are within the tolerance", "الصفوف المتطابقة ضمن السماح"),
    unequal: pick(lang, "Rows called different do differ", "الصفوف المختلفة مختلفة فعلًا"),
    totals: pick(lang, "Totals", "الإجماليات"),
  };
  return `${comment("Counted from the sources in another way than the program does.")}
const labels = ${js(labels)};
const keys = ${js(spec.keys)};
const amounts = ${js(spec.amounts)};
const dates = ${js(spec.dates.length)};
const decimals = ${js([spec.left.decimal, spec.right.decimal])};
const tolerance = new Big(${js(spec.tolerance)});
const tables = [files.readTable(${js(left)}), files.readTable(${js(right)})];
const out = (name) => files.readTable(${js(`${OUT}/`)} + name);
const summary = files.readText(${js(`${OUT}/summary.md`)});${RECOUNT}`;
}

const RECOUNT = String.raw`
const fold = (text) => text.normalize("NFKC").replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15)).replace(/[\u064b-\u0652\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, "").replace(/[\u0622\u0623\u0625]/g, "\u0627").toLowerCase().replace(/\s+/g, " ").trim();
const indexOf = (table, name) => {
  const exact = table.columns.indexOf(name);
  return exact >= 0 ? exact : table.columns.findIndex((one) => fold(one) === fold(name));
};
const counts = new Map();
tables.forEach((table, side) => {
  const at = keys.map((pair) => indexOf(table, pair[side]));
  for (const row of table.rows) {
    const parts = at.map((one) => fold(row[one] ?? ""));
    if (parts.join("") === "") continue;
    const key = parts.join(" \u2016 ");
    const found = counts.get(key) ?? [0, 0];
    found[side] += 1;
    counts.set(key, found);
  }
});
let pairs = 0, first = 0, second = 0;
for (const [mine, theirs] of counts.values()) {
  pairs += Math.min(mine, theirs);
  first += Math.max(0, mine - theirs);
  second += Math.max(0, theirs - mine);
}
const checks = [];
const check = (label, passed, detail) => checks.push({ label, passed, detail: String(detail) });
const [matched, different] = [out("matched.csv"), out("different.csv")];
const made = matched.rows.length + different.rows.length;
check(labels.pairs, made === pairs, made + " / " + pairs);
check(labels.first, out("only-in-first.csv").rows.length === first, out("only-in-first.csv").rows.length + " / " + first);
check(labels.second, out("only-in-second.csv").rows.length === second, out("only-in-second.csv").rows.length + " / " + second);
const value = (text, side) => nexus.number(text, decimals[side] === null ? {} : { decimal: decimals[side] });
// In the result files amounts stand as plain decimals, pair by pair behind the keys.
const apart = (row) => amounts.map((_, index) => {
  const [a, b] = [0, 1].map((side) => nexus.number(row[keys.length + index * 2 + side] ?? "", { decimal: "." }));
  return a === null || b === null ? null : a.minus(b).abs();
});
const off = matched.rows.filter((row) => apart(row).some((one) => one === null || one.gt(tolerance)));
check(labels.equal, off.length === 0, off.length || matched.rows.length);
const same = dates > 0 ? [] : different.rows.filter((row) => apart(row).every((one) => one !== null && one.lte(tolerance)));
check(labels.unequal, same.length === 0, same.length || different.rows.length);
const plain = summary.replaceAll(",", "");
const figures = [];
amounts.forEach((pair) => {
  const sums = tables.map((table, side) => {
    const at = indexOf(table, pair[side]);
    return table.rows.reduce((sum, row) => sum.plus(value(row[at] ?? "", side) ?? 0), new Big(0));
  });
  const lines = plain.split("\n").filter((line) => line.includes(pair[0].replaceAll(",", "")));
  const stated = lines.flatMap((line) => (line.slice(line.lastIndexOf(":")).match(/-?\d+(?:\.\d+)?/g) ?? []).map((one) => new Big(one)));
  const wanted = [sums[0], sums[1], sums[0].minus(sums[1])];
  check(labels.totals + " " + pair[0], wanted.every((one) => stated.some((other) => other.eq(one))), wanted.map((one) => one.toFixed()).join(" / "));
  figures.push({ values: wanted.map((one) => one.toFixed()), currency: "" });
});
const problems = checks.filter((one) => !one.passed).map((one) => one.label + ": " + one.detail);
console.log(JSON.stringify({ ok: problems.length === 0, problems, checks, figures, pairs, first, second, rowsChecked: tables[0].rows.length + tables[1].rows.length }));`;

/** The result as the person reads it: the tests, the figures of the run as its own step told them, the files. */
export function programResult(prompt: Prompt, works: readonly WorkPrompt[], accepted: boolean): string {
  const { lang } = prompt;
  const tests = works.flatMap((work) => list(work.evidence).map(record)).find((one) => textOf(one.type) === "tests");
  const passed = typeof tests?.passed === "number" ? String(tests.passed) : "";
  const run = works.find((work) => work.artifacts.some((artifact) => artifact.name.startsWith(`${OUT}/`)));
  return [
    pick(
      lang,
      `**Your program is ready**, and all ${passed} of its tests passed.`,
      `**برنامجك جاهز**، ونجحت كل اختباراته${passed === "" ? "" : ` وعددها ${passed}`}.`,
    ).replace("all  of", "all of"),
    ...(run?.summary ? [run.summary] : []),
    accepted
      ? pick(
          lang,
          "An independent review ran the tests again and counted rows and totals in another way; they agree.",
          "شغّل مراجع مستقل الاختبارات مرة أخرى وعدّ الصفوف والإجماليات بطريقة أخرى، والنتيجة مطابقة.",
        )
      : pick(lang, "A part did not pass the independent check yet.", "جزء منها لم يجتز الفحص المستقل بعد."),
    [
      pick(lang, "You find below:", "تجد أدناه:"),
      pick(
        lang,
        `- \`${PROGRAM_FOLDER}\`: the program, its tests and a README that says how to run it`,
        `- \`${PROGRAM_FOLDER}\`: البرنامج واختباراته وملف README يشرح تشغيله`,
      ),
      ...(run ? [pick(lang, `- \`${OUT}\`: what the run gave`, `- \`${OUT}\`: نتائج التشغيل`)] : []),
    ].join("\n"),
  ].join("\n\n");
}
