import type { FileProfile, TableProfile } from "../../../../shared/api/files.ts";
import { columnFor, type KnownColumn, type KnownTable, knowTables, mainRole } from "../columns.ts";
import { pick } from "../labels.ts";
import type { Prompt } from "../prompt.ts";
import type { Lang } from "../spec.ts";
import { fold, latinDigits } from "../words.ts";
import { SAMPLE_SPEC } from "./sample.ts";
import type { ReconcileSpec, Sample, Side, SourceFile } from "./spec.ts";

const PROGRAM =
  /(?<!\p{L})(?:programme?s?|scripts?|tool|app|application|utility|code|cli|command[- ]line|javascript|node(?:\.?js)?|(?:with|and) (?:unit )?tests?)(?!\p{L})|(?<!\p{L})[وب]?(?:ال)?(?:برنامج|برنامجا|سكربت|سكريبت|اداه|كود|تطبيق|برمجه|برمج\p{L}*)(?!\p{L})/u;
const RECONCILE =
  /(?<!\p{L})reconcil\p{L}*|(?<!\p{L})[وبلف]?(?:ال)?(?:[يتن]?طابق\p{L}*|مطابق\p{L}*|تطابق|تسوي[هة]?|[يتن]سوي تسويه)(?!\p{L})/u;
const COMPARE =
  /(?<!\p{L})(?:compar(?:e|es|ing)|match(?:es|ing)?|diff(?:s|erences?)?)(?!\p{L})|(?<!\p{L})[وبلف]?(?:ال)?(?:[يتن]?قارن\p{L}*|مقارن\p{L}*)(?!\p{L})/u;
const TWO =
  /(?<!\p{L})(?:two|2|both|pair of)\s+(?:\p{L}+\s+){0,2}(?:csv|files?|tables?|sheets?|lists?|statements?|spreadsheets?|exports?)|csvs?(?!\p{L})|(?<!\p{L})[وبل]?(?:ال)?(?:ملفين|ملفي|ملفات|الملفين|للملفين|جدولين|الجدولين|كشفين|الكشفين|قائمتين|شيتين)(?!\p{L})/u;

/** Whether a request wants a program that compares two tables; `tables` is how many came with it. */
export function wantsReconcile(request: string, tables: number): boolean {
  const folded = fold(request);
  const program = PROGRAM.test(folded);
  const both = TWO.test(folded);
  if (RECONCILE.test(folded)) return program ? both || tables >= 2 : both && tables >= 2;
  return program && both && COMPARE.test(folded);
}

interface Source {
  readonly file: SourceFile;
  readonly profile: TableProfile;
  readonly table: KnownTable;
}

function sourcesOf(files: readonly FileProfile[]): Source[] {
  return files.flatMap((file) =>
    file.tables.flatMap((profile) => {
      const [table] = knowTables([{ ...file, tables: [profile] }]);
      const name = table?.names[0] ?? file.name;
      return table ? [{ file: { name, path: profile.path, rows: profile.rows }, profile, table }] : [];
    }),
  );
}

export const tableCount = (files: readonly FileProfile[]): number => sourcesOf(files).length;

/** What the program is to compare: the columns of the two files that came with the request, or its own samples. */
export function reconcileOf(prompt: Prompt): ReconcileSpec {
  const { lang } = prompt;
  const wish = [prompt.request, ...prompt.steering].join("\n");
  const options = { tolerance: toleranceOf(wish), days: daysOf(wish) };
  const sources = sourcesOf(prompt.files);
  const [left, right] = sources;
  const sample = SAMPLE_SPEC[lang];
  if (!left || !right) {
    const one = left
      ? [
          pick(
            lang,
            `Only one table came with the request (${left.file.name}), so the program comes with sample files.`,
            `مع الطلب جدول واحد فقط (${left.file.name})، لذلك يأتي البرنامج مع ملفات تجريبية.`,
          ),
        ]
      : [];
    return { ...sample, ...options, assumptions: one };
  }
  const key = keyPair(left, right, fold(wish));
  if (!key)
    return {
      ...sample,
      ...options,
      assumptions: [
        pick(
          lang,
          `No column of ${left.file.name} and ${right.file.name} says which rows belong together, so the program comes with sample files; name the column when you run it.`,
          `لا يوجد في ${left.file.name} و${right.file.name} عمود يحدد الصفوف المتقابلة، لذلك يأتي البرنامج مع ملفات تجريبية؛ اذكر العمود عند التشغيل.`,
        ),
      ],
    };
  const amounts = amountPairs(left, right, key);
  const dates = /date|تاريخ/.test(fold(wish)) ? datePair(left, right) : [];
  return {
    files: [left.file, right.file],
    keys: [[key[0].name, key[1].name]],
    amounts: amounts.map(([a, b]) => [a.name, b.name]),
    dates: dates.map(([a, b]) => [a.name, b.name]),
    ...options,
    left: sideOf(
      amounts.map(([a]) => a),
      dates.map(([a]) => a),
    ),
    right: sideOf(
      amounts.map(([, b]) => b),
      dates.map(([, b]) => b),
    ),
    assumptions: assumptionsOf(left, right, key, amounts, sources.length, lang),
  };
}

type Pair = readonly [KnownColumn, KnownColumn];

const shareOf = (column: KnownColumn, source: Source): number =>
  source.profile.rows === 0 ? 0 : column.profile.distinct / source.profile.rows;
const isFigure = ({ profile }: KnownColumn): boolean => profile.kind === "money" || profile.kind === "number";
const sameName = (a: KnownColumn, b: KnownColumn): boolean => fold(a.name) === fold(b.name);
const IDENTIFYING =
  /(?<!\p{L})(?:id|no|num|number|ref|reference|code|invoice|receipt|voucher|cheque|sku|serial|رقم|مرجع|المرجع|كود|فاتوره|الفاتوره|سند)(?!\p{L})/u;

/** The pair of columns most likely to say which rows belong together; null when none is likely enough. */
function keyPair(left: Source, right: Source, wish: string): Pair | null {
  let best: { pair: Pair; score: number } | null = null;
  for (const a of left.table.columns)
    for (const b of right.table.columns) {
      const score = keyScore(a, b, left, right, wish);
      if (score >= 5 && (best === null || score > best.score)) best = { pair: [a, b], score };
    }
  return best?.pair ?? null;
}

function keyScore(a: KnownColumn, b: KnownColumn, left: Source, right: Source, wish: string): number {
  const kinds = [a.profile.kind, b.profile.kind];
  if (kinds.some((kind) => kind === "date" || kind === "money" || kind === "boolean" || kind === "empty")) return 0;
  const share = Math.min(shareOf(a, left), shareOf(b, right));
  if (share < 0.3) return 0;
  const seen = new Set([...valuesOf(a, left)].map(fold));
  const common = [...valuesOf(b, right)].filter((value) => seen.has(fold(value))).length;
  const telling = [a, b].every((column) => IDENTIFYING.test(fold(column.name.replaceAll("_", " "))));
  const [role, other] = [mainRole(a), mainRole(b)];
  return (
    share * 3 +
    (sameName(a, b) ? 3 : 0) +
    (role !== null && role === other ? 2 : 0) +
    (telling ? 3 : 0) +
    Math.min(common, 3) * 1.5 +
    ([a, b].some((column) => column.name.length > 1 && wish.includes(fold(column.name))) ? 2 : 0)
  );
}

function valuesOf(column: KnownColumn, source: Source): Set<string> {
  const at = source.profile.columns.findIndex((one) => one.name === column.name);
  return new Set(
    [...column.profile.samples, ...source.profile.head.map((row) => row[at] ?? "")].filter((one) => one.trim() !== ""),
  );
}

function amountPairs(left: Source, right: Source, key: Pair): Pair[] {
  const open = (columns: readonly KnownColumn[], at: 0 | 1) =>
    columns.filter((one) => isFigure(one) && one.name !== key[at].name);
  const [mine, theirs] = [open(left.table.columns, 0), open(right.table.columns, 1)];
  const named = mine.flatMap((a): Pair[] => {
    const b = theirs.find((one) => sameName(a, one));
    return b && (a.profile.kind === "money" || mainRole(a) === "amount") ? [[a, b]] : [];
  });
  if (named.length > 0) return named.slice(0, 3);
  const [a, b] = [left, right].map(({ table }) => columnFor(table, "amount")?.column);
  const first = a && isFigure(a) && a.name !== key[0].name ? a : mine[0];
  const second = b && isFigure(b) && b.name !== key[1].name ? b : theirs[0];
  return first && second ? [[first, second]] : [];
}

function datePair(left: Source, right: Source): Pair[] {
  const [a, b] = [left, right].map(({ table }) => table.columns.find((one) => one.profile.kind === "date"));
  return a && b ? [[a, b]] : [];
}

const MAX_SAMPLES = 4;
const samplesOf = (columns: readonly KnownColumn[], formats: readonly string[]): Sample[] =>
  columns.flatMap(({ profile }) =>
    profile.samples
      .filter((text) => !profile.odd.includes(text))
      .slice(0, MAX_SAMPLES)
      .map((text): Sample => [text, formats.find((one) => one === profile.format) ?? null]),
  );

function sideOf(amounts: readonly KnownColumn[], dates: readonly KnownColumn[]): Side {
  const decimals = new Set(amounts.map(({ profile }) => profile.format));
  const [decimal] = decimals;
  const order = dates[0]?.profile.format ?? null;
  return {
    decimal: decimals.size === 1 && (decimal === "." || decimal === ",") ? decimal : null,
    dateOrder: order === "ymd" || order === "dmy" || order === "mdy" ? order : null,
    amountSamples: samplesOf(amounts, [".", ","]),
    dateSamples: samplesOf(dates, ["ymd", "dmy", "mdy"]),
  };
}

function assumptionsOf(
  left: Source,
  right: Source,
  key: Pair,
  amounts: readonly Pair[],
  tables: number,
  lang: Lang,
): string[] {
  const quoted = ([a, b]: Pair): string => `${JSON.stringify(a.name)} = ${JSON.stringify(b.name)}`;
  return [
    pick(lang, `Rows belong together when ${quoted(key)}.`, `تُعد الصفوف متقابلة عندما ${quoted(key)}.`),
    amounts.length > 0
      ? pick(lang, `Compared: ${amounts.map(quoted).join(", ")}.`, `تُقارن: ${amounts.map(quoted).join("، ")}.`)
      : pick(
          lang,
          `No amounts were found in both files: only the rows themselves are compared.`,
          `لم يُعثر على مبالغ في الملفين: تُقارن الصفوف نفسها فقط.`,
        ),
    ...(tables > 2
      ? [
          pick(
            lang,
            `Only ${left.file.name} and ${right.file.name} are compared.`,
            `يُقارن ${left.file.name} و${right.file.name} فقط.`,
          ),
        ]
      : []),
  ];
}

/** "a tolerance of 5 fils", "within 0.01", "بفرق ٥ فلوس": plain decimal text. */
export function toleranceOf(wish: string): string {
  const text = latinDigits(wish);
  const found =
    /(?:tolerance|within|up to|rounding|differences? (?:of|up to|below|under)|سماح\p{L}*|فرق|فروق|بحدود|في حدود)\D{0,24}?(\d{1,6}(?:\.\d{1,6})?)\s*(fils|فلس|فلوس|cents?|هلل\p{L}*)?(?!\s*(?:days?|يوم|ايام|أيام|\d))/iu.exec(
      text,
    );
  const figure = found?.[1];
  if (figure === undefined || /\.$/.test(figure)) return "0";
  if (found?.[2] === undefined) return figure;
  const small = /fils|فلس|فلوس/i.test(found[2]) ? 1000 : 100;
  return String(Number(figure) / small);
}

/** "within 2 days", "بفرق يومين": how far dates may lie apart. */
export function daysOf(wish: string): number {
  const text = latinDigits(wish);
  if (/بفرق يومين|خلال يومين/.test(text)) return 2;
  const found = /(?:within|up to|by|خلال|بفرق|حتى)\s*(\d{1,2})\s*(?:days?|يوم|أيام|ايام)/iu.exec(text)?.[1];
  return found === undefined ? 0 : Number(found);
}
