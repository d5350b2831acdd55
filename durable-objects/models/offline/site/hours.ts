import type { Lang } from "../spec.ts";
import { fold, latinDigits } from "../words.ts";

/** Minutes from midnight; the end may lie on the next day (up to 2,880). */
export type Range = readonly [from: number, to: number];
/** What is known of a day: nothing, that it is closed, or when it is open. */
export type Day = null | "closed" | readonly Range[];
/** Saturday first, as weeks are read in the Gulf. */
export type Week = readonly Day[];

export const DAY_NAMES: readonly { readonly en: string; readonly ar: string; readonly schema: string }[] = [
  { en: "Saturday", ar: "السبت", schema: "Saturday" },
  { en: "Sunday", ar: "الأحد", schema: "Sunday" },
  { en: "Monday", ar: "الاثنين", schema: "Monday" },
  { en: "Tuesday", ar: "الثلاثاء", schema: "Tuesday" },
  { en: "Wednesday", ar: "الأربعاء", schema: "Wednesday" },
  { en: "Thursday", ar: "الخميس", schema: "Thursday" },
  { en: "Friday", ar: "الجمعة", schema: "Friday" },
];

type Half = "am" | "pm" | "night" | null;
interface Time {
  readonly hour: number;
  readonly minute: number;
  readonly half: Half;
  /** Written as on a 24-hour clock: "08:00", "17:30". */
  readonly whole: boolean;
  /** Written with a colon: a time also where no day is named. */
  readonly colon: boolean;
}
type Token =
  | { readonly is: "day"; readonly days: readonly number[] }
  | { readonly is: "time"; readonly time: Time }
  | { readonly is: "to" | "and" | "closed" | "except" | "allday" | "hours" | "end" | "line" | "other" };

const DAYS: readonly string[] = [
  "sat(?:urday)?s?|(?:ال|ل)?سبت",
  "sun(?:day)?s?|(?:ال|ل)احد",
  "mon(?:day)?s?|(?:ال|ل)?(?:اثنين|اتنين|اثنيين)",
  "tue(?:s|sday)?s?|(?:ال|ل)?(?:ثلاثاء|ثلاثا|ثلوث)",
  "wed(?:nesday)?s?|(?:ال|ل)?(?:اربعاء|اربعا)",
  "thu(?:r|rs|rsday)?s?|(?:ال|ل)?خميس",
  "fri(?:day)?s?|(?:ال|ل)?جمعه",
];
const ALL = [0, 1, 2, 3, 4, 5, 6];
const EVERY =
  "daily|every ?day|all week(?: long)?|(?:7|seven) days(?: a week)?|يوميا|كل يوم|كل ايام الاسبوع|كل الايام|طول الاسبوع|طوال (?:ايام )?الاسبوع|جميع ايام الاسبوع";
const HALVES: readonly (readonly [Exclude<Half, null>, string])[] = [
  ["am", "a\\.?m\\.?|صباحا|الصباح|الصبح|صبح|ص"],
  ["night", "ليلا|الليل|بالليل|بليل"],
  ["pm", "p\\.?m\\.?|مساء|المساء|المسا|مسا|ظهرا|الظهر|عصرا|العصر|المغرب|م"],
];
const EDGE = "(?![\\p{L}\\p{N}])";

const rule = (source: string): RegExp => new RegExp(source, "uy");
const RULES: readonly { readonly pattern: RegExp; readonly read: (found: RegExpExecArray) => Token | null }[] = [
  { pattern: rule("[ \\t\\u00a0]+"), read: () => null },
  {
    pattern: rule(
      `(?:open )?(?:24\\s?/\\s?7|24 ?(?:hours|hrs|h)(?: a day)?|(?:علي مدار|طوال) (?:24 )?(?:ال)?ساعه|24 ساعه)${EDGE}`,
    ),
    read: () => ({ is: "allday" }),
  },
  { pattern: rule(`(?:و)?(?:${EVERY})${EDGE}`), read: () => ({ is: "day", days: ALL }) },
  { pattern: rule(`(?:week ?days|ايام العمل|ايام الدوام)${EDGE}`), read: () => ({ is: "day", days: [1, 2, 3, 4, 5] }) },
  {
    pattern: rule(`(?:week ?ends?|(?:و)?(?:نهايه|ويكند|نهايات) ?(?:ال)?اسبوع)${EDGE}`),
    read: () => ({ is: "day", days: [6, 0] }),
  },
  ...DAYS.map((names, day) => ({
    pattern: rule(`[وفبل]{0,2}(?:يوم )?(?:${names})\\.?${EDGE}`),
    read: (): Token => ({ is: "day", days: [day] }),
  })),
  {
    pattern: rule(
      `(?:are |is |we are )?(?:closed|[وف]?(?:مغلق(?:ه|ين)?|مقفل(?:ه|ين)?|مسكر(?:ه|ين)?|مبند(?:ه|ين)?|عطله|اجازه|راحه))${EDGE}`,
    ),
    read: () => ({ is: "closed" }),
  },
  {
    pattern: rule(`(?:except(?: for| on)?|but not|[وف]?(?:ما ?عدا|عدا|الا)(?: يوم)?)${EDGE}`),
    read: () => ({ is: "except" }),
  },
  {
    pattern: rule(`(?:و?(?:noon|midnight|منتصف الليل))${EDGE}`),
    read: ([text]) => ({
      is: "time",
      time: /noon/.test(text)
        ? { hour: 12, minute: 0, half: "pm", whole: false, colon: false }
        : { hour: 12, minute: 0, half: "night", whole: false, colon: false },
    }),
  },
  {
    pattern: rule(
      `[وفل]?(\\d{1,2})(?:[:.](\\d{2}))?(?![\\d/])(?:\\s{0,2}(${HALVES.map(([, words]) => words).join("|")})(?![\\p{L}\\p{N}]))?(?!\\d|:\\d)`,
    ),
    read: ([text, hour = "", minute, half]) => {
      const time = {
        hour: Number(hour),
        minute: Number(minute ?? 0),
        half: half === undefined ? null : halfOf(half),
        whole: (minute !== undefined && hour.length === 2 && hour.startsWith("0")) || Number(hour) > 12,
        colon: text.includes(":"),
      };
      return time.hour <= 24 && time.minute < 60 ? { is: "time", time } : { is: "other" };
    },
  },
  {
    pattern: rule("[-–—−~→]+|(?:to|till|until|til|through|thru|الي|حتي|لين|لغايه|ل)(?!\\p{L})"),
    read: () => ({ is: "to" }),
  },
  { pattern: rule("[,،&+/]|(?:and|then|ثم|و)(?!\\p{L})"), read: () => ({ is: "and" }) },
  { pattern: rule("\\n+"), read: () => ({ is: "line" }) },
  {
    pattern: rule(
      `(?:(?:opening |working |business )?(?:hours|times)|open(?:ed|s)?|[وبف]?(?:ال|ل)?(?:دوام|ساعات|اوقات|مواعيد)(?:ها|ه|نا)?|[نتي]فتح)${EDGE}`,
    ),
    read: () => ({ is: "hours" }),
  },
  { pattern: rule("[.;؛!?؟](?=\\s|$)"), read: () => ({ is: "end" }) },
  { pattern: rule("[\\p{L}\\p{M}\\p{N}'’_@+]+"), read: () => ({ is: "other" }) },
  { pattern: rule("[^]"), read: () => null },
];

const halfOf = (text: string): Half =>
  HALVES.find(([, words]) => new RegExp(`^(?:${words})$`, "u").test(text))?.[0] ?? null;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    let taken = 1;
    for (const { pattern, read } of RULES) {
      pattern.lastIndex = at;
      const found = pattern.exec(text);
      if (!found || found[0] === "") continue;
      const token = read(found);
      if (token) tokens.push(token);
      taken = found[0].length;
      break;
    }
    at += taken;
  }
  return tokens;
}

/** Lines are kept, spellings are unified. */
const foldLines = (text: string): string => latinDigits(text).split(/\r?\n/).map(fold).join("\n");

export interface HoursReading {
  readonly week: Week;
  /** Hours stood there without days: they are taken for every day. */
  readonly everyDay: boolean;
}

const MAX_TEXT = 6_000;
/** "Opening hours from 8 to 4": so many words before bare figures tell that they are times. */
const HOURS_REACH = 5;

/** Opening hours out of free text, English and Arabic ("Sat–Thu 9am–1pm and 4–8pm, Friday closed"). */
export function readHours(text: string): HoursReading {
  const week: Day[] = ALL.map(() => null);
  const loose: Range[] = [];
  let days: number[] = [];
  let ranges: Range[] = [];
  let closed = false;
  let timesFirst = false;
  const flush = (): void => {
    if (closed) for (const day of days) week[day] = "closed";
    else if (ranges.length > 0 && days.length === 0) loose.push(...ranges);
    else if (ranges.length > 0)
      for (const day of days) {
        const known = week[day];
        week[day] = Array.isArray(known) ? [...known, ...ranges] : [...ranges];
      }
    days = [];
    ranges = [];
    closed = false;
    timesFirst = false;
  };
  const tokens = tokensOf(foldLines(text.slice(0, MAX_TEXT)));
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    const [next, after] = [tokens[at + 1], tokens[at + 2]];
    switch (token?.is) {
      case "day": {
        // "8–4, Friday closed": the hours before it are not Friday's.
        if (ranges.length > 0 && days.length === 0 && closesNext(tokens, at)) flush();
        if (days.length > 0 && (ranges.length > 0 || closed) && !(timesFirst && tokens[at - 1]?.is !== "line")) flush();
        if (days.length === 0 && ranges.length > 0) timesFirst = true;
        if (next?.is === "to" && after?.is === "day") {
          days.push(...between(token.days[0] ?? 0, after.days[0] ?? 0));
          at += 2;
        } else days.push(...token.days);
        break;
      }
      case "except": {
        const out: number[] = [];
        while (tokens[at + 1]?.is === "day" || (tokens[at + 1]?.is === "and" && tokens[at + 2]?.is === "day")) {
          const one = tokens[++at];
          if (one?.is === "day") out.push(...one.days);
        }
        const rest = days.filter((day) => !out.includes(day));
        for (const day of out) week[day] = "closed";
        days = rest;
        break;
      }
      case "time": {
        if (next?.is !== "to" || after?.is !== "time") break;
        const spoken = tokens.slice(Math.max(0, at - HOURS_REACH), at).some((one) => one.is === "hours");
        const sure = spoken || [token.time, after.time].some((time) => time.half !== null || time.colon);
        at += 2;
        if (!sure && days.length === 0) break;
        if (ranges.length > 0 && timesFirst) flush();
        ranges.push(rangeOf(token.time, after.time, ranges.at(-1)));
        break;
      }
      case "allday":
        ranges.push([0, 1440]);
        break;
      case "closed":
        if (ranges.length > 0) flush();
        closed = true;
        if (days.length > 0) flush();
        break;
      case "line":
      case "end":
        if (ranges.length > 0 || closed || token.is === "end") flush();
        break;
      default:
        break;
    }
  }
  flush();
  const everyDay = loose.length > 0 && week.every((day) => day === null || day === "closed");
  return { week: everyDay ? week.map((day) => day ?? loose) : week, everyDay };
}

/** Whether the days that begin at `at` are said to be closed. */
function closesNext(tokens: readonly Token[], at: number): boolean {
  const after = tokens.slice(at).find((one) => one.is !== "day" && one.is !== "and" && one.is !== "to");
  return after?.is === "closed";
}

/** Days of "Saturday to Thursday"; round the end of the week where need be. */
function between(from: number, to: number): number[] {
  const days: number[] = [];
  for (let day = from; ; day = (day + 1) % 7) {
    days.push(day);
    if (day === to) return days;
  }
}

/** A pair of times; halves of the day that were not said follow from the other time and from the range before. */
function rangeOf(first: Time, second: Time, before: Range | undefined): Range {
  const from = startOf(first, second, before);
  let to = second.half !== null ? minutesOf(second, second.half) : second.hour * 60 + second.minute;
  if (second.half === null && !second.whole && to <= from) to += 720;
  if (to <= from) to += 1440;
  if (to - from > 1440) to -= 1440;
  return [from, to];
}

function startOf(first: Time, second: Time, before: Range | undefined): number {
  if (first.half !== null) return minutesOf(first, first.half) % 1440;
  const plain = first.hour * 60 + first.minute;
  if (first.whole) return plain;
  const afternoon = (plain % 720) + 720;
  if (before !== undefined) return plain >= before[1] ? plain : afternoon;
  if (second.half === "pm" || second.half === "night") {
    const end = minutesOf(second, second.half);
    return afternoon < end && !(first.hour >= 6 && first.hour < 12) ? afternoon : plain;
  }
  return first.hour >= 1 && first.hour <= 5 && second.half === null ? afternoon : plain;
}

function minutesOf({ hour, minute }: Time, half: Exclude<Half, null>): number {
  if (hour > 12) return hour * 60 + minute;
  const base = (hour % 12) * 60 + minute;
  if (half === "am") return base;
  if (half === "pm") return base + 720;
  // At night: from six in the evening, or in the small hours of the next day.
  return hour % 12 < 6 ? base + 1440 : base + 720;
}

/** "9:00 AM", "9:00 ص". */
export function clock(minutes: number, lang: Lang): string {
  const inDay = minutes % 1440;
  const hour = Math.floor(inDay / 60);
  const figure = `${hour % 12 === 0 ? 12 : hour % 12}:${String(inDay % 60).padStart(2, "0")}`;
  return `${figure} ${lang === "ar" ? (hour < 12 ? "ص" : "م") : hour < 12 ? "AM" : "PM"}`;
}

/** "09:00", for machines. */
export const clock24 = (minutes: number): string =>
  `${String(Math.floor((minutes % 1440) / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

export const isAllDay = ([from, to]: Range): boolean => to - from >= 1440;

/** A day's hours in words; null when nothing is known. */
export function dayHours(day: Day, lang: Lang): string[] | null {
  if (day === null) return null;
  if (day === "closed") return [lang === "ar" ? "مغلق" : "Closed"];
  return day.map((range) =>
    isAllDay(range)
      ? lang === "ar"
        ? "على مدار 24 ساعة"
        : "Open 24 hours"
      : `${clock(range[0], lang)} – ${clock(range[1], lang)}`,
  );
}

export const hoursKnown = (week: Week): boolean => week.some((day) => day !== null);
