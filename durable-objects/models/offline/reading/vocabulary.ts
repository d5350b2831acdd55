import type { KnownTable } from "../columns.ts";
import { candidates } from "../columns.ts";
import type { Item } from "../scan.ts";
import type { AskedGroup, Fn, NumberOp, Ref, Role, TaskKind, Unit } from "../spec.ts";
import { fold, hasArabic } from "../words.ts";

export const NUMERIC: ReadonlySet<Role> = new Set(["amount", "balance", "paidAmount", "tax", "quantity", "price"]);
export const DATED: ReadonlySet<Role> = new Set(["date", "due", "paidDate"]);
export const GROUPED: readonly Role[] = [
  "client",
  "supplier",
  "product",
  "category",
  "person",
  "place",
  "method",
  "status",
  "currency",
];
export const COMMUNICATION: ReadonlySet<TaskKind> = new Set(["summary", "message"]);

export const CURRENCY_WORD =
  /^(kwd|kd|usd|sar|aed|qar|bhd|omr|eur|gbp|egp|دينار|دنانير|ريال|درهم|دولار|د\.ك|دك|\$|€|£)$/;
export const UNITS: readonly Unit[] = ["day", "week", "month", "quarter", "year"];
export const unitName = (text: string): Unit => UNITS.find((unit) => unit === text) ?? "month";
export const FNS: readonly Fn[] = ["sum", "avg", "count", "distinct", "min", "max", "median"];
export const fnName = (text: string): Fn => FNS.find((fn) => fn === text) ?? "sum";
export const OPS: readonly NumberOp[] = [">", ">=", "<", "<=", "=", "!="];
export const numberOp = (text: string): NumberOp => OPS.find((op) => op === text) ?? "=";
export const ARABIC_PLURAL =
  /(ات|ين|ون|اء)$|^(ال)?(فواتير|عملا|زبائن|زباين|صفوف|قيود|سطور|اسطر|مدن|فروع|اصناف|اشهر|شهور|مناطق|بنود|سلع|خدمات|دول|اقسام|انواع|ايام)$/;
export const isPlural = (text: string): boolean =>
  hasArabic(text) ? ARABIC_PLURAL.test(fold(text)) || fold(text).endsWith("اء") : /s$/i.test(text);

/** "month" said as a thing of its own is a period; any other column is itself. */
export function asGroup(ref: Ref): AskedGroup {
  if (ref.column !== null || ref.role !== "date") return { ref, unit: null };
  const said = fold(ref.text).replace(/^ال/, "");
  const unit =
    UNITS.find((one) => said.startsWith(one)) ?? PERIODS.find(([pattern]) => pattern.test(said))?.[1] ?? null;
  return unit === null ? { ref, unit: null } : { ref: null, unit };
}
export const PERIODS: readonly (readonly [RegExp, Unit])[] = [
  [/^(يوم|ايام)/, "day"],
  [/^(اسبوع|اسابيع)/, "week"],
  [/^(شهر|اشهر|شهور)/, "month"],
  [/^(ربع|ارباع)/, "quarter"],
  [/^(سنه|سنوات|عام|اعوام)/, "year"],
];
export const isJoint = (item: Item): boolean =>
  item.concepts.has("and") ||
  item.concepts.has("to") ||
  /^(to|and|or|until|till|-|–|او|الي|و|حتي|لغايه)$/.test(fold(item.text));
export const isKnown = (tables: readonly KnownTable[], ref: Ref): boolean =>
  ref.column !== null ||
  (ref.role !== null && tables.some((table) => ref.role !== null && candidates(table, ref.role).length > 0));

/** A bare number, without grouping marks. */
export function numberAt(items: readonly Item[], at: number): string | null {
  const item = items[at];
  if (item?.kind !== "number") return null;
  const plain = item.text
    .replace(/%$/, "")
    .replace(/,(?=\d{3}(\D|$))/g, "")
    .replace(",", ".");
  return /^\d+(\.\d+)?$/.test(plain) ? plain : null;
}

/** Drops bare "and", "also", leaving a mark on what follows. */
export function joinSeparators(items: readonly Item[]): Item[] {
  const kept: Item[] = [];
  let separated = false;
  for (const [at, item] of items.entries()) {
    const names = [...item.concepts];
    const bare = item.roles.length === 0 && item.column === null && item.value === null && names.length > 0;
    const range = names.includes("and") && items[at + 1]?.kind === "number" && items[at - 1]?.kind === "number";
    if (bare && !range && names.every((name) => name === "and" || name === "also")) {
      separated = true;
      continue;
    }
    kept.push(separated ? { ...item, separated: true } : item);
    separated = false;
  }
  return kept;
}

export const words = (list: string): Set<string> => new Set(list.split(" ").map(fold));
export const STOP = words(
  "the a an my our your all any some please kindly me you we us it its they them their can could would should will want need like i im do does did make made create prepare write compose build calculate compute work out tell know have has had was were be been there here what who which that this these those file sheet spreadsheet table data column columns csv excel attached attachment upload uploaded using use based boss manager accountant team owner partner result results info information ones one also very so just as if or then than too with want get let lets help me figure figures clear nice friendly simple quick quickly short detailed new output",
);
export const ARABIC_STOP = words(
  "لو سمحت من فضلك رجاء ممكن ابي ابغي اريد نبي نبغي عطني اعطني سو سوي سولي لي لنا هذا هذه هذي الملف ملف الجدول جدول البيانات بيانات المرفق المرفقة الكشف اكتب اكتبلي جهز حضر صيغ صغ تكفي يعطيك العافية السلام عليكم شكرا و في من عن علي الي هل ما ماذا كيف شلون وايد كلها كلهم جميع كافة للمدير المدير المحاسب الادارة مديري الشيت الاكسل اكسل ان انه مع او تحتوي هناك فيه فيها عندي عندنا الخاص الخاصة بشكل طريقة نتيجة النتيجة النتائج قصير مختصر بسيط",
);
