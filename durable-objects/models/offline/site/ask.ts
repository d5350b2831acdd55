import type { Lang } from "../spec.ts";
import { fold, languageOf } from "../words.ts";
import { findColour } from "./colour.ts";
import { clean, cleanLines, type Phone, readEmail, readInstagram, readPhones } from "./contact.ts";
import { readHours, type Week } from "./hours.ts";
import { findKind, type Kind } from "./kinds.ts";
import { type Names, readNames } from "./name.ts";
import { findPlace } from "./terms.ts";

/** What a request says about the page it wants. Nothing is in it that the person did not write. */
export interface SiteBrief {
  readonly kind: Kind;
  readonly names: Names;
  /** First the one that is shown first. */
  readonly languages: readonly Lang[];
  readonly week: Week;
  readonly everyDay: boolean;
  readonly phones: readonly Phone[];
  readonly email: string | null;
  readonly instagram: string | null;
  readonly address: string | null;
  readonly services: readonly string[];
  /** A section of services was asked for, whether or not any were named. */
  readonly wantsServices: boolean;
  readonly wantsEmail: boolean;
  readonly about: string | null;
  /** #rrggbb. */
  readonly colour: string;
  /** Changes that were asked for later and of which nothing was understood. */
  readonly unread: readonly string[];
}

const SITE_EN =
  /\b(?:web ?sites?|web ?pages?|landing pages?|home ?page|one[- ]page(?:r)?|single[- ]page|micro ?site)\b|\b(?:a|an|our|my|new|simple|small|business|live|bilingual|company|clinic|restaurant|the)\s+site\b|^site for\b(?!\s+(?:visit|plan|survey|manager|name|code|column|id))/i;
const NOT_SITE_EN =
  /\b(?:by|per|each|every|from|on)\s+(?:the\s+)?(?:web ?)?sites?\b|\bsite\s+(?:visits?|survey|manager)\b/i;
const SITE_AR =
  /(?:موقع|صفحه) (?:ال)?(?:الكتروني\p{L}*|ويب|انترنت|تعريفي\p{L}*|هبوط|بسيط\p{L}*|واحد\p{L}*|من صفحه)|ويب ?سايت|(?<!\p{L})(?:ال)?سايت|صفحه (?:ويب|واحده|هبوط|تعريفيه)|(?:سو|سوي|سولي|سووا|ابي|ابغي|ابغا|اريد|نريد|نبي|ودي|احتاج|محتاج|محتاجه|اعمل|اعملي|عملي|انشئ|انشاء|صمم|صممي|تصميم|ابن|بناء|جهز|جهزلي|انشر)\s+(?:\p{L}+\s+){0,2}?موقع(?:ا)?(?!\p{L})|^موقع (?:\p{L}+ )?(?:ل|عن)/u;

/** Whether a request wants a web page made. */
export function wantsSite(request: string): boolean {
  const folded = fold(request);
  if (SITE_AR.test(folded)) return true;
  return (
    SITE_EN.test(request) &&
    !(NOT_SITE_EN.test(request) && !/\b(?:web ?site|landing page|one[- ]page)\b/i.test(request))
  );
}

const SERVICE_LABEL =
  /(?<!\p{L})(?:services|treatments|menu|products|practice areas|programmes|programs|courses|classes|specialt(?:y|ies))\s*(?::|are\b|include\b|including\b|such as\b|[-–](?=\s))|(?<!\p{L})(?:we|it|which|that) (?:offers?|provides?|sells?|serves?)\s|(?<!\p{L})offering\s|(?<!\p{L})و?(?:الخدمات|خدماتنا|خدماتها|خدماته|القائمة|المنيو|المنتجات|منتجاتنا|التخصصات|البرامج|مجالات العمل)\s*(?::|هي\s|تشمل\s|وهي\s|[-–](?=\s))|(?<!\p{L})و?(?:نقدم|تقدم|يقدم|نبيع|تبيع)\s/iu;
const WANTS_SERVICES =
  /(?<!\p{L})(?:services?|menu|treatments?|products?|courses?|classes|practice areas?|programmes?)(?!\p{L})|خدمات|خدماتنا|المنيو|قائمة الطعام|المنتجات|التخصصات/iu;
/** Where another fact begins. */
const NEXT =
  /\n|[;؛]|\.(?=\s|$)|(?<!\p{L})(?:phone|tel|telephone|mobile|call|whatsapp|e-?mail|address|located|open(?:ing)?|hours|closed|instagram|colou?rs?|services|about us|name)(?!\p{L})|(?<!\p{L})و?(?:الهاتف|هاتف\p{L}*|تلفون\p{L}*|رقم\p{L}*|الرقم|واتس\p{L}*|البريد|الايميل|ايميل\p{L}*|إيميل\p{L}*|العنوان|عنوان\p{L}*|الدوام|دوام\p{L}*|ساعات|أوقات|اوقات|مواعيد|نفتح|تفتح|يفتح|انستغرام|انستقرام|اللون|لون\p{L}*|ألوان\p{L}*|الخدمات|خدمات\p{L}*)(?!\p{L})/iu;
const MAX_SERVICES = 12;

/** Text up to where the next fact begins. */
const untilNext = (text: string): string => text.slice(0, NEXT.exec(text)?.index ?? text.length);

function readServices(text: string): string[] {
  const label = SERVICE_LABEL.exec(text);
  if (!label) return [];
  const after = text.slice(label.index + label[0].length);
  // A list under its heading, one a line.
  const lines = /^\s*\n((?:\s*[-*•·]\s*[^\n]+(?:\n|$))+)/u.exec(after)?.[1];
  const source = lines ?? untilNext(after.replace(/^\s+/, ""));
  const items = lines
    ? lines.split("\n").map((line) => line.replace(/^\s*[-*•·]\s*/u, ""))
    : source.split(/[,،/|]|\s+(?:and|&)\s+|\s+و(?=\p{L}{3,})/u);
  return [
    ...new Set(
      items
        .map((item) => clean(item.replace(/^(?:and|&)\s+/i, "").replace(/[.:]+$/, ""), 60))
        .filter((item) => /\p{L}{2}/u.test(item) && item.split(" ").length <= 9),
    ),
  ].slice(0, MAX_SERVICES);
}

const ADDRESS_LABEL =
  /(?<!\p{L})(?:[Aa]ddress\s*(?:[:=]|is\b|[-–](?=\s))|[Ll]ocated (?:in|at)|(?<=\s)(?:we are|it is) (?:in|at)(?=\s+[A-Z\d])|address(?=\s+(?:[A-Z\d])))\s*|(?<!\p{L})و?(?:العنوان|عنوانها|عنوانه|عنواننا|عنوان \p{L}+|الموقع|موقعنا|المكان|مكاننا)\s*[:=]\s*|(?<!\p{L})و?(?:تقع في|يقع في|مقرها|مقره|العنوان|عنوانها|عنوانه|عنواننا)\s+(?=\S)/u;
const BLOCK = /(?:[\p{L}-]+,\s*)?\bblock \d+[^.;\n]{0,100}|(?:\p{L}+[،,]\s*)?قطع[ةه] [\d٠-٩]+[^.؛\n]{0,100}/iu;

function readAddress(text: string): string | null {
  const label = ADDRESS_LABEL.exec(text);
  if (label) {
    const found = clean(untilNext(text.slice(label.index + label[0].length)).replace(/[,،\s]+$/, ""), 160);
    const sure = /[:=]|is\b|located|تقع|يقع|مقر/.test(label[0]) || /[\d٠-٩]/.test(found) || /^[A-Z]/.test(found);
    if (sure && /\p{L}{2}/u.test(found)) return tidy(found);
  }
  const block = BLOCK.exec(text)?.[0];
  if (block !== undefined) return tidy(clean(untilNext(block).replace(/[,،\s]+$/, ""), 160));
  return findPlace(text);
}

const tidy = (text: string): string => text.replace(/\s*[,،]?\s*(?:and|with|و|مع)$/iu, "").replace(/[,،.\s]+$/u, "");

const ABOUT = /(?<!\p{L})(?:about(?: us)?|who we are|نبذة(?: عنا)?|من نحن|عن \p{L}+)\s*:\s*([^\n]{10,900})/iu;

const ENGLISH = "english|انجليزي\\p{L}*|انكليزي\\p{L}*|انقليزي\\p{L}*|انجلش|انقلش|انكلش";
const ARABIC = "arabic|عربيه?";
const one = (words: string): string => `(?:[وفب]?(?:ال|ل)?)(?:${words})`;
/** Languages named as languages of the page, not as something taught or sold there. */
const IN_LANGUAGE = new RegExp(
  `(?:(?<!\\p{L})(?:in|both|language[s:]*|lang:?)\\s+|(?<!\\p{L})(?:ب|بال|باللغه ال|باللغه |باللغتين ال|لغه |اللغه |باللغات ال))(${one(ENGLISH)}|${one(ARABIC)})(?:\\s*(?:and|&|/|\\+|,|،|و)?\\s*(?:in |also |باللغه |ب)?(${one(ENGLISH)}|${one(ARABIC)})(?!\\p{L}))?|(?<!\\p{L})(${one(ENGLISH)}|${one(ARABIC)})\\s*(?:and|&|/|\\+|و)?\\s*(${one(ENGLISH)}|${one(ARABIC)})(?!\\p{L})`,
  "gu",
);
const BOTH =
  /(?<!\p{L})(?:bilingual|both languages|two languages|dual language)(?!\p{L})|بلغتين|باللغتين|ثنائي(?:ه)? اللغه|بالثنتين/u;

/** Languages a folded text names for the page; none is none. */
export function namedLanguages(folded: string): Lang[] {
  const found: Lang[] = [];
  for (const match of folded.matchAll(IN_LANGUAGE))
    for (const word of match.slice(1)) {
      if (word === undefined) continue;
      const lang: Lang = /عرب|arabic/.test(word) ? "ar" : "en";
      if (!found.includes(lang)) found.push(lang);
    }
  return found;
}

function readLanguages(folded: string, own: Lang): Lang[] {
  const found = namedLanguages(folded);
  if (BOTH.test(folded))
    for (const lang of [own, own === "ar" ? "en" : "ar"] as const) if (!found.includes(lang)) found.push(lang);
  return found.length > 0 ? found : [own];
}

/** Reads a request for a page; `own` is the language of the person. */
export function readSite(request: string, own: Lang): SiteBrief {
  const text = cleanLines(request).slice(0, 12_000);
  const folded = fold(text);
  const kind = findKind(folded);
  const names = readNames(text);
  const services = readServices(text);
  const address = readAddress(text);
  const { week, everyDay } = readHours(text);
  const spoken = [names.en, names.ar, address, ...services].filter((one) => one !== null);
  const rest = spoken.reduce((left, fact) => left.replaceAll(fact, " "), text);
  return {
    kind,
    names,
    languages: readLanguages(folded, languageOf(text) ?? own),
    week,
    everyDay,
    phones: readPhones(text),
    email: readEmail(text),
    instagram: readInstagram(text),
    address,
    services,
    wantsServices: services.length > 0 || WANTS_SERVICES.test(text),
    wantsEmail: /e-?mail|ايميل|إيميل|البريد/i.test(text),
    about: clean(ABOUT.exec(text)?.[1] ?? "", 600) || null,
    colour: findColour(rest) ?? kind.colour,
    unread: [],
  };
}
