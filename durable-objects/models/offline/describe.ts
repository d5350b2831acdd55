import { groupHeader, pick } from "./labels.ts";
import type { Fn, Lang, Spec, Task, Unit, Where } from "./spec.ts";
import { counted, dayText, joined } from "./wording.ts";

const short = (name: string): string => {
  const plain = name.replace(/\s+/g, " ").trim();
  return plain.length > 28 ? `${plain.slice(0, 27)}…` : plain;
};

const FN: Record<Fn, readonly [string, string]> = {
  sum: ["Totals", "إجمالي"],
  avg: ["Averages", "متوسط"],
  count: ["Count of rows", "عدد الصفوف"],
  distinct: ["Number of different values", "عدد القيم المختلفة"],
  min: ["Lowest values", "أقل قيمة"],
  max: ["Highest values", "أعلى قيمة"],
  median: ["Medians", "الوسيط"],
};
const UNIT: Record<Unit, readonly [string, string]> = {
  day: ["day", "اليوم"],
  week: ["week", "الأسبوع"],
  month: ["month", "الشهر"],
  quarter: ["quarter", "ربع السنة"],
  year: ["year", "السنة"],
};

export const groupsText = (spec: Spec): string =>
  joined(
    spec.groups.map((group) =>
      group.unit === null ? short(group.column) : UNIT[group.unit][spec.lang === "ar" ? 1 : 0],
    ),
    spec.lang,
  );

/** A few words for the map: "Totals by Client and month". */
export function labelOf(spec: Spec): string {
  const { lang } = spec;
  const at = lang === "ar" ? 1 : 0;
  const by = spec.groups.length > 0 ? pick(lang, ` by ${groupsText(spec)}`, ` حسب ${groupsText(spec)}`) : "";
  const only =
    spec.where.length > 0 ? `: ${spec.where.map((one) => whereText(one, lang)).join(pick(lang, ", ", "، "))}` : "";
  const text = baseLabel(spec, at, by);
  return `${text}${only}`.slice(0, 118);
}

function baseLabel(spec: Spec, at: 0 | 1, by: string): string {
  const { lang } = spec;
  if (spec.kind === "duplicates") return pick(lang, "Duplicates", "الصفوف المكررة");
  if (spec.kind === "overdue") {
    const over =
      spec.days > 0
        ? pick(
            lang,
            ` by more than ${counted(spec.days, "day", lang)}`,
            ` لأكثر من ${counted(spec.days, "day", lang, true)}`,
          )
        : "";
    return pick(lang, `Overdue items${over}${spec.flag ? ", flagged" : ""}${by}`, `تحديد المتأخرات${over}${by}`);
  }
  const rank =
    spec.limit === null
      ? ""
      : spec.order?.dir === "asc"
        ? pick(lang, `Lowest ${spec.limit}`, `أقل ${spec.limit}`)
        : pick(lang, `Top ${spec.limit}`, `أعلى ${spec.limit}`);
  if (spec.kind === "rows")
    return rank !== ""
      ? pick(lang, `${rank} rows`, `${rank} صفوف`)
      : spec.flag
        ? pick(lang, "Rows flagged", "تمييز الصفوف")
        : pick(lang, "List of rows", "قائمة الصفوف");
  const fns = [
    ...new Set(spec.measures.filter((one, index) => index === 0 || one.fn !== "count").map((one) => FN[one.fn][at])),
  ];
  const share = spec.share ? pick(lang, " with shares", " مع النسب") : "";
  if (rank !== "" && spec.groups.length > 0)
    return pick(
      lang,
      `${rank}${by}: ${joined(fns, lang).toLowerCase()}${share}`,
      `${rank}${by}: ${joined(fns, lang)}${share}`,
    );
  const what =
    spec.measures.length === 1 && spec.measures[0]?.column
      ? pick(lang, ` of ${short(spec.measures[0].column)}`, ` ${short(spec.measures[0].column)}`)
      : "";
  return `${joined(fns, lang)}${spec.groups.length === 0 ? what : ""}${by}${share}`;
}

/** A condition in words. */
export function whereText(one: Where, lang: Lang): string {
  switch (one.kind) {
    case "number":
      return one.op === "between"
        ? `${short(one.column)} ${one.value}–${one.to ?? ""}`
        : `${short(one.column)} ${one.op} ${one.value}`;
    case "text": {
      const name = one.columns.length === 1 ? `${short(one.columns[0] ?? "")} ` : "";
      const verb =
        one.mode === "contains"
          ? pick(lang, one.not ? "without" : "with", one.not ? "بدون" : "يحتوي")
          : one.not
            ? "≠"
            : "=";
      return `${name}${verb} ${one.values.map(short).join(pick(lang, " or ", " أو "))}`;
    }
    case "date": {
      const [from, to] = [one.from, one.to].map((day) => (day === null ? "" : dayText(day, lang)));
      if (one.from === null) return pick(lang, `until ${to}`, `حتى ${to}`);
      if (one.to === null) return pick(lang, `from ${from}`, `من ${from}`);
      return one.from === one.to ? `${from}` : pick(lang, `${from} to ${to}`, `من ${from} إلى ${to}`);
    }
    case "months":
      return pick(lang, `month ${one.months.join(", ")}`, `شهر ${one.months.join("، ")}`);
    case "paid":
      return one.paid ? pick(lang, "paid", "المدفوع") : pick(lang, "unpaid", "غير المدفوع");
    case "empty":
      return one.not
        ? pick(lang, `${short(one.column)} filled`, `${short(one.column)} غير فارغ`)
        : pick(lang, `${short(one.column)} empty`, `${short(one.column)} فارغ`);
    case "overdue":
      return pick(lang, "overdue", "المتأخر");
  }
}

/** What to do and how to tell that it is right, for whoever carries the step out. */
export function instructionOf(spec: Spec): string {
  const { lang } = spec;
  const headers = spec.groups.map((group) => JSON.stringify(groupHeader(group, lang)));
  switch (spec.kind) {
    case "aggregate":
      return headers.length > 0
        ? pick(
            lang,
            `One row for each ${joined(headers, lang)}, with the figures named below.`,
            `صف واحد لكل ${joined(headers, lang)} مع الأرقام المذكورة أدناه.`,
          )
        : pick(
            lang,
            "One row with the figures named below, for each currency.",
            "صف واحد بالأرقام المذكورة أدناه لكل عملة.",
          );
    case "rows":
      return pick(
        lang,
        "List the rows that meet the conditions, with all their columns as written.",
        "اسرد الصفوف التي تحقق الشروط بكل أعمدتها كما هي.",
      );
    case "duplicates":
      return pick(
        lang,
        "List every row that agrees with another in the columns named below; number the sets.",
        "اسرد كل صف يطابق صفًا آخر في الأعمدة المذكورة أدناه مع ترقيم المجموعات.",
      );
    case "overdue":
      return pick(
        lang,
        `List the items that are past their date on the day of the run and not settled, longest overdue first, with the days overdue${headers.length > 0 ? `; and a second table by ${joined(headers, lang)} that marks where something is overdue` : ""}.`,
        `اسرد البنود التي فات تاريخها يوم التشغيل ولم تُسدد، الأقدم أولًا، مع أيام التأخير${headers.length > 0 ? `، وجدولًا ثانيًا حسب ${joined(headers, lang)} يبيّن مواضع التأخير` : ""}.`,
      );
  }
}

export const rulesText = (lang: Lang): string =>
  pick(
    lang,
    "exact decimals, never floating point; keep the source's decimal places, averages rounded half up; never add different currencies; empty cells form their own group; values that cannot be read are left out and listed; total lines of the source are not counted twice.",
    "حساب عشري دقيق؛ نفس عدد الخانات العشرية في المصدر والمتوسطات تُقرب للأقرب؛ لا تُجمع عملات مختلفة؛ الخلايا الفارغة مجموعة مستقلة؛ القيم غير المقروءة تُستبعد وتُذكر؛ أسطر المجاميع في الملف لا تُحسب مرتين.",
  );

export function textLabel(task: Task, lang: Lang): string {
  if (task.channel === "whatsapp") return pick(lang, "WhatsApp message, ready to send", "رسالة واتساب جاهزة للإرسال");
  if (task.channel === "email") return pick(lang, "E-mail text, ready to send", "نص بريد إلكتروني جاهز للإرسال");
  if (task.kind === "message") return pick(lang, "Message, ready to send", "رسالة جاهزة للإرسال");
  return task.flag ? pick(lang, "Summary to send", "ملخص جاهز للإرسال") : pick(lang, "Short summary", "ملخص قصير");
}

const IMPOSSIBLE: Readonly<Record<string, readonly [string, string]>> = {
  send: [
    "Nothing is sent from here: the text is written for you to send.",
    "لا يتم الإرسال من هنا: يُكتب النص وأنت ترسله.",
  ],
  book: ["Booking, buying, paying and calling cannot be done here.", "الحجز والشراء والدفع والاتصال غير ممكنة هنا."],
  browse: [
    "Nothing can be looked up on the internet here; only your files are used.",
    "لا يمكن البحث في الإنترنت هنا؛ تُستخدم ملفاتك فقط.",
  ],
  convert: [
    "Currencies are not converted: no exchange rate is known here.",
    "لا يتم تحويل العملات: سعر الصرف غير معروف هنا.",
  ],
  translate: [
    "Translating texts is beyond the offline stand-in.",
    "ترجمة النصوص غير متاحة في الوضع المحلي بدون اتصال.",
  ],
  chart: [
    "Charts and slides cannot be drawn here; you get tables that a spreadsheet can draw from.",
    "لا يمكن رسم مخططات أو شرائح هنا؛ تحصل على جداول يمكن رسمها في برنامج الجداول.",
  ],
  predict: ["Forecasts are beyond the offline stand-in.", "التوقعات غير متاحة في الوضع المحلي بدون اتصال."],
  join: [
    "Tables of different shape are not matched with each other here.",
    "لا تتم مطابقة جداول مختلفة الأعمدة مع بعضها هنا.",
  ],
  dedupe: [
    "Duplicates are listed for you to decide; nothing is removed.",
    "تُعرض الصفوف المكررة لتقرر أنت؛ لا يُحذف شيء.",
  ],
};
export const impossibleText = (name: string, lang: Lang): string | null =>
  IMPOSSIBLE[name]?.[lang === "ar" ? 1 : 0] ?? null;
