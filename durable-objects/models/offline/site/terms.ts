import type { Lang } from "../spec.ts";
import { fold, hasArabic } from "../words.ts";

/**
 * Words that businesses here use on their pages, in both languages. Only whole phrases are put into the other language:
 * what is not here stays as the person wrote it, and the page marks its language.
 */
const TERMS: readonly (readonly [string, string])[] = [
  ["general medicine", "الطب العام"],
  ["family medicine", "طب الأسرة"],
  ["general practice", "الطب العام"],
  ["dentistry", "طب الأسنان"],
  ["dental care", "العناية بالأسنان"],
  ["teeth cleaning", "تنظيف الأسنان"],
  ["dental cleaning", "تنظيف الأسنان"],
  ["teeth whitening", "تبييض الأسنان"],
  ["whitening", "التبييض"],
  ["dental implants", "زراعة الأسنان"],
  ["implants", "الزراعة"],
  ["orthodontics", "تقويم الأسنان"],
  ["braces", "تقويم الأسنان"],
  ["orthodontics", "التقويم"],
  ["fillings", "الحشوات"],
  ["root canal", "علاج العصب"],
  ["check-ups", "الفحوصات الدورية"],
  ["checkups", "الفحوصات الدورية"],
  ["consultation", "الاستشارات"],
  ["consultations", "الاستشارات"],
  ["dermatology", "الأمراض الجلدية"],
  ["laser hair removal", "إزالة الشعر بالليزر"],
  ["laser", "الليزر"],
  ["pediatrics", "طب الأطفال"],
  ["paediatrics", "طب الأطفال"],
  ["children's health", "صحة الأطفال"],
  ["gynecology", "أمراض النساء"],
  ["gynaecology", "أمراض النساء"],
  ["cardiology", "أمراض القلب"],
  ["ophthalmology", "طب العيون"],
  ["eye care", "العناية بالعيون"],
  ["ent", "الأنف والأذن والحنجرة"],
  ["orthopedics", "العظام"],
  ["physiotherapy", "العلاج الطبيعي"],
  ["nutrition", "التغذية"],
  ["vaccinations", "التطعيمات"],
  ["vaccination", "التطعيم"],
  ["laboratory", "المختبر"],
  ["lab tests", "التحاليل الطبية"],
  ["x-ray", "الأشعة"],
  ["haircut", "قص الشعر"],
  ["haircuts", "قص الشعر"],
  ["hair colouring", "صبغ الشعر"],
  ["hair coloring", "صبغ الشعر"],
  ["hair styling", "تصفيف الشعر"],
  ["manicure", "مانيكير"],
  ["pedicure", "باديكير"],
  ["nails", "العناية بالأظافر"],
  ["facials", "العناية بالبشرة"],
  ["skin care", "العناية بالبشرة"],
  ["skincare", "العناية بالبشرة"],
  ["makeup", "المكياج"],
  ["bridal makeup", "مكياج العرائس"],
  ["massage", "المساج"],
  ["shave", "الحلاقة"],
  ["shaving", "الحلاقة"],
  ["beard trim", "تحديد اللحية"],
  ["breakfast", "الفطور"],
  ["lunch", "الغداء"],
  ["dinner", "العشاء"],
  ["grills", "المشاوي"],
  ["seafood", "المأكولات البحرية"],
  ["salads", "السلطات"],
  ["desserts", "الحلويات"],
  ["sweets", "الحلويات"],
  ["cakes", "الكيك"],
  ["bread", "الخبز"],
  ["coffee", "القهوة"],
  ["tea", "الشاي"],
  ["juices", "العصائر"],
  ["drinks", "المشروبات"],
  ["catering", "الضيافة والتموين"],
  ["delivery", "التوصيل"],
  ["takeaway", "الطلبات الخارجية"],
  ["company law", "قانون الشركات"],
  ["corporate law", "قانون الشركات"],
  ["commercial law", "القانون التجاري"],
  ["family law", "قضايا الأسرة"],
  ["criminal law", "القضايا الجنائية"],
  ["labour law", "قضايا العمل"],
  ["labor law", "قضايا العمل"],
  ["real estate", "العقارات"],
  ["contracts", "العقود"],
  ["legal advice", "الاستشارات القانونية"],
  ["litigation", "التقاضي"],
  ["arbitration", "التحكيم"],
  ["bookkeeping", "مسك الدفاتر"],
  ["accounting", "المحاسبة"],
  ["auditing", "التدقيق"],
  ["audit", "التدقيق"],
  ["english", "اللغة الإنجليزية"],
  ["arabic", "اللغة العربية"],
  ["math", "الرياضيات"],
  ["maths", "الرياضيات"],
  ["science", "العلوم"],
  ["computer", "الحاسوب"],
  ["swimming", "السباحة"],
  ["yoga", "اليوغا"],
  ["pilates", "البيلاتس"],
  ["personal training", "التدريب الشخصي"],
  ["oil change", "تغيير الزيت"],
  ["tyres", "الإطارات"],
  ["car wash", "غسيل السيارات"],
  ["repairs", "التصليح"],
  ["gifts", "الهدايا"],
  ["flowers", "الزهور"],
  ["perfumes", "العطور"],
  ["clothes", "الملابس"],
  ["books", "الكتب"],
  ["stationery", "القرطاسية"],
];

const PLACES: readonly (readonly [string, string])[] = [
  ["kuwait city", "مدينة الكويت"],
  ["kuwait", "الكويت"],
  ["salmiya", "السالمية"],
  ["salmiyah", "السالمية"],
  ["hawally", "حولي"],
  ["hawalli", "حولي"],
  ["jabriya", "الجابرية"],
  ["jahra", "الجهراء"],
  ["farwaniya", "الفروانية"],
  ["fahaheel", "الفحيحيل"],
  ["ahmadi", "الأحمدي"],
  ["mahboula", "المهبولة"],
  ["mangaf", "المنقف"],
  ["sharq", "شرق"],
  ["mirqab", "المرقاب"],
  ["qibla", "القبلة"],
  ["shuwaikh", "الشويخ"],
  ["surra", "السرة"],
  ["salwa", "سلوى"],
  ["rumaithiya", "الرميثية"],
  ["bayan", "بيان"],
  ["mishref", "مشرف"],
  ["adan", "العدان"],
  ["khaitan", "خيطان"],
  ["jleeb", "جليب"],
  ["bneid al-gar", "بنيد القار"],
  ["dasma", "الدسمة"],
  ["shaab", "الشعب"],
  ["riyadh", "الرياض"],
  ["jeddah", "جدة"],
  ["dubai", "دبي"],
  ["abu dhabi", "أبوظبي"],
  ["doha", "الدوحة"],
  ["manama", "المنامة"],
  ["muscat", "مسقط"],
];
/** Parts of an address that carry a number. */
const PARTS: readonly (readonly [string, string])[] = [
  ["block", "قطعة"],
  ["street", "شارع"],
  ["avenue", "جادة"],
  ["building", "مبنى"],
  ["floor", "دور"],
  ["office", "مكتب"],
  ["shop", "محل"],
  ["house", "منزل"],
  ["villa", "فيلا"],
];

const table = (pairs: readonly (readonly [string, string])[], from: Lang): ReadonlyMap<string, string> => {
  const map = new Map<string, string>();
  for (const [en, ar] of pairs) {
    const [key, value] = from === "en" ? [fold(en), ar] : [fold(ar).replace(/^ال/, ""), capital(en)];
    if (!map.has(key)) map.set(key, value);
  }
  return map;
};
const capital = (text: string): string => text.replace(/(?<![\p{L}'’])\p{Ll}/u, (letter) => letter.toUpperCase());
const titled = (text: string): string => text.replace(/(?<![\p{L}'’])\p{Ll}/gu, (letter) => letter.toUpperCase());

const SERVICE_WORDS = { en: table(TERMS, "en"), ar: table(TERMS, "ar") };
const PLACE_WORDS = { en: table(PLACES, "en"), ar: table(PLACES, "ar") };
const PART_WORDS = { en: table(PARTS, "en"), ar: table(PARTS, "ar") };

export const scriptOf = (text: string): Lang => (hasArabic(text) ? "ar" : "en");

/** A service in `lang`; null when we do not know it there. */
export function serviceIn(text: string, lang: Lang): string | null {
  const from = scriptOf(text);
  if (from === lang) return text;
  const key = fold(text);
  return SERVICE_WORDS[from].get(from === "ar" ? key.replace(/^ال/, "") : key) ?? null;
}

/** An address in `lang` when each of its parts is a known place, or a known word with a number; else null. */
export function addressIn(text: string, lang: Lang): string | null {
  const from = scriptOf(text);
  if (from === lang) return text;
  const parts: string[] = [];
  for (const part of text
    .split(/[,،\n]+/)
    .map((one) => fold(one))
    .filter((one) => one !== "")) {
    const place = PLACE_WORDS[from].get(from === "ar" ? part.replace(/^ال/, "") : part);
    if (place !== undefined) {
      parts.push(lang === "en" ? titled(place) : place);
      continue;
    }
    const numbered = /^(?:ال)?(\p{L}+)\s+(?:رقم |no\.? ?)?(\d{1,5}[a-z]?)$/u.exec(part);
    const word = PART_WORDS[from].get(numbered?.[1] ?? "");
    if (word === undefined || !numbered) return null;
    parts.push(`${word} ${numbered[2]}`);
  }
  return parts.length === 0 ? null : parts.join(lang === "ar" ? "، " : ", ");
}

/** Where a known place is named with a preposition before it ("in Salmiya", "في السالمية"); as written. */
export function findPlace(text: string): string | null {
  const names = PLACES.flatMap(([en]) => en).sort((a, b) => b.length - a.length);
  const english = new RegExp(
    `\\b(?:in|at|near)\\s+((?:${names.join("|")})(?:\\s*,\\s*(?:${names.join("|")}))?)\\b`,
    "i",
  ).exec(text);
  if (english?.[1]) return english[1];
  const arabic = PLACES.map(([, ar]) => ar).sort((a, b) => b.length - a.length);
  const found = new RegExp(`(?:في|فى|ب)\\s?(${arabic.join("|")})(?![\\p{L}])`, "u").exec(text);
  return found?.[1] ?? null;
}
