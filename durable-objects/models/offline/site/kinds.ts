import type { Lang } from "../spec.ts";
import { fold } from "../words.ts";

type Both = Readonly<Record<Lang, string>>;

/** What sort of business a page is for: its words, its headings, its colour. Nothing here states a fact about it. */
export interface Kind {
  readonly id: string;
  /** Folded words, most telling first; Arabic without the article. */
  readonly words: readonly string[];
  /** "Clinic". */
  readonly name: Both;
  /** "our clinic". */
  readonly our: Both;
  /** Heading of what it offers. */
  readonly offers: Both;
  /** Base colour, #rrggbb. */
  readonly colour: string;
  /** Type in schema.org. */
  readonly schema: string;
}

const kind = (
  id: string,
  words: string,
  name: readonly [string, string],
  our: readonly [string, string],
  offers: readonly [string, string],
  colour: string,
  schema: string,
): Kind => ({
  id,
  words: words.split("|").map(fold),
  name: { en: name[0], ar: name[1] },
  our: { en: our[0], ar: our[1] },
  offers: { en: offers[0], ar: offers[1] },
  colour,
  schema,
});

const SERVICES = ["Services", "الخدمات"] as const;

/** More special kinds stand before more general ones: "dental clinic" before "clinic". */
export const KINDS: readonly Kind[] = [
  kind(
    "dental",
    "dental clinic|dental practice|dentist|dental|عيادة أسنان|عيادة الأسنان|عيادتي للأسنان|طبيب أسنان|مركز أسنان",
    ["Dental clinic", "عيادة أسنان"],
    ["our dental clinic", "عيادة الأسنان"],
    SERVICES,
    "#0e7490",
    "Dentist",
  ),
  kind(
    "vet",
    "veterinary clinic|vet clinic|veterinary|vet|عيادة بيطرية|بيطري",
    ["Veterinary clinic", "عيادة بيطرية"],
    ["our veterinary clinic", "عيادتنا البيطرية"],
    SERVICES,
    "#3f6212",
    "VeterinaryCare",
  ),
  kind(
    "clinic",
    "clinic|medical centre|medical center|doctor's office|polyclinic|physiotherapy|عيادة|عيادتي|عيادتنا|مستوصف|مركز طبي|المركز الطبي|مركزي الطبي",
    ["Clinic", "عيادة"],
    ["our clinic", "عيادتنا"],
    SERVICES,
    "#0f766e",
    "MedicalClinic",
  ),
  kind(
    "pharmacy",
    "pharmacy|drugstore|صيدلية|صيدليتي|صيدليتنا",
    ["Pharmacy", "صيدلية"],
    ["our pharmacy", "صيدليتنا"],
    SERVICES,
    "#15803d",
    "Pharmacy",
  ),
  kind(
    "cafe",
    "cafe|café|coffee shop|coffee house|coffeehouse|مقهى|مقهاي|كافيه|كوفي شوب|كوفي|قهوة",
    ["Café", "مقهى"],
    ["our café", "مقهانا"],
    ["Menu", "القائمة"],
    "#7c4a1e",
    "CafeOrCoffeeShop",
  ),
  kind(
    "bakery",
    "bakery|patisserie|sweets shop|cake shop|مخبز|مخبزي|محل حلويات|حلويات",
    ["Bakery", "مخبز"],
    ["our bakery", "مخبزنا"],
    ["What we bake", "منتجاتنا"],
    "#a3541a",
    "Bakery",
  ),
  kind(
    "restaurant",
    "restaurant|diner|eatery|grill|مطعم|مطعمي|مطعمنا",
    ["Restaurant", "مطعم"],
    ["our restaurant", "مطعمنا"],
    ["Menu", "القائمة"],
    "#9f2d20",
    "Restaurant",
  ),
  kind(
    "barber",
    "barber shop|barbershop|barber|حلاق|صالون حلاقة|صالون رجالي",
    ["Barber shop", "صالون حلاقة"],
    ["our barber shop", "صالون الحلاقة"],
    SERVICES,
    "#334155",
    "HairSalon",
  ),
  kind(
    "salon",
    "beauty salon|hair salon|nail salon|beauty centre|beauty center|salon|spa|صالون|صالوني|صالوننا|مركز تجميل|سبا|مشغل نسائي",
    ["Salon", "صالون"],
    ["our salon", "صالوننا"],
    SERVICES,
    "#9d2c6a",
    "BeautySalon",
  ),
  kind(
    "nursery",
    "nursery|kindergarten|daycare|حضانة|حضانتي|روضة",
    ["Nursery", "حضانة"],
    ["our nursery", "حضانتنا"],
    ["Programmes", "البرامج"],
    "#b45309",
    "ChildCare",
  ),
  kind(
    "school",
    "school|academy|institute|training centre|training center|tutoring centre|مدرسة|مدرستي|مدرستنا|أكاديمية|معهد|معهدي|مركز تدريب|روضة",
    ["School", "مدرسة"],
    ["our school", "مدرستنا"],
    ["Programmes", "البرامج"],
    "#1d4ed8",
    "School",
  ),
  kind(
    "law",
    "law office|law firm|lawyer|attorney|legal office|مكتب محاماة|مكتب المحاماة|مكتبي للمحاماة|محامي|محاماة|مكتب قانوني",
    ["Law office", "مكتب محاماة"],
    ["our law office", "مكتبنا"],
    ["Practice areas", "مجالات العمل"],
    "#1e3a5f",
    "LegalService",
  ),
  kind(
    "accounting",
    "accounting office|accounting firm|accountant|audit office|مكتب محاسبة|محاسب|مكتب تدقيق",
    ["Accounting office", "مكتب محاسبة"],
    ["our accounting office", "مكتبنا"],
    SERVICES,
    "#1f4e79",
    "AccountingService",
  ),
  kind(
    "gym",
    "gym|fitness centre|fitness center|fitness club|yoga studio|نادي رياضي|النادي الرياضي|نادي صحي|جيم|صالة رياضية",
    ["Gym", "نادٍ رياضي"],
    ["our gym", "نادينا"],
    ["Classes", "الحصص"],
    "#b42318",
    "ExerciseGym",
  ),
  kind(
    "garage",
    "garage|car repair|car wash|auto shop|workshop|كراج|كراجي|ورشة|ورشتي|غسيل سيارات|تصليح سيارات",
    ["Workshop", "ورشة"],
    ["our workshop", "ورشتنا"],
    SERVICES,
    "#374151",
    "AutoRepair",
  ),
  kind(
    "realestate",
    "real estate office|real estate agency|real estate|property office|مكتب عقارات|مكتب عقاري|عقارات",
    ["Real estate office", "مكتب عقارات"],
    ["our office", "مكتبنا"],
    SERVICES,
    "#14532d",
    "RealEstateAgent",
  ),
  kind(
    "florist",
    "flower shop|florist|محل ورد|محل زهور|ورود",
    ["Flower shop", "محل ورد"],
    ["our flower shop", "محلنا"],
    ["What we offer", "ما نقدمه"],
    "#a21a5b",
    "Florist",
  ),
  kind(
    "shop",
    "shop|store|boutique|bookshop|grocery|showroom|محل|محلي|محلنا|متجر|متجري|متجرنا|بوتيك|دكان|بقالة|معرض|مكتبة",
    ["Shop", "محل"],
    ["our shop", "محلنا"],
    ["Products", "المنتجات"],
    "#5b21b6",
    "Store",
  ),
];

/** For a business of which only is said that it is one. */
export const BUSINESS: Kind = kind(
  "business",
  "small business|business|company|firm|office|agency|studio|practice|centre|center|organisation|organization|club|شركة|شركتي|شركتنا|مكتب|مكتبي|مكتبنا|مؤسسة|مؤسستي|استوديو|مركز|مركزي|مشروع|مشروعي|نادي|جمعية|نشاطي",
  ["Company", "شركة"],
  ["our company", "شركتنا"],
  SERVICES,
  "#4338ca",
  "LocalBusiness",
);

/** The kind named first in a folded text; Arabic prepositions and the article may be glued to its word. */
export function findKind(folded: string): Kind {
  let first: { kind: Kind; at: number } | null = null;
  for (const kind of KINDS)
    for (const word of kind.words) {
      const at = placeOf(word, folded);
      if (at >= 0 && (first === null || at < first.at)) first = { kind, at };
    }
  return first?.kind ?? BUSINESS;
}

function placeOf(word: string, folded: string): number {
  if (!folded.includes(word)) return -1;
  return folded.search(
    new RegExp(`(?<![\\p{L}\\p{N}])(?:[وفبلك]?(?:ال|ل)?)?${escapeRegex(word)}(?![\\p{L}\\p{N}])`, "u"),
  );
}

const escapeRegex = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
