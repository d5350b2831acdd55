/** Arabic-Indic ٠–٩, Persian ۰–۹ and full-width digits as ASCII. Length in UTF-16 units does not change. */
export function foldDigits(text: string): string {
  return text.replace(/[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]/g, (digit) => String(digit.charCodeAt(0) & 15));
}

/** Marks that steer or join writing and have no width: bidi controls, zero-width characters, byte order mark. */
export function stripInvisible(text: string): string {
  return text.replace(/[\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]/g, "");
}

const LETTERS: Readonly<Record<string, string>> = {
  آ: "ا",
  أ: "ا",
  إ: "ا",
  ٱ: "ا",
  ى: "ي",
  ة: "ه",
  // Persian keyboards and Gulf spellings of sounds that Arabic has no letter for.
  ی: "ي",
  ک: "ك",
  چ: "ج",
  گ: "ق",
  پ: "ب",
  ڤ: "ف",
};

/**
 * Folds spellings that readers take for the same: the rules of Lucene's ArabicNormalizer (hamza carriers to alef,
 * dotless yeh to yeh, teh marbuta to heh, no tatweel, no harakat), Gulf and Persian letter variants, and digits.
 * Presentation forms are composed first. Latin text is left as it is, apart from compatibility forms.
 */
export function normalizeArabic(text: string): string {
  const bare = stripInvisible(text.normalize("NFKC")).replace(/[\u0640\u064b-\u0655\u0670]/g, "");
  return foldDigits(bare.replace(/[آأإٱىةیکچگپڤ]/g, (letter) => LETTERS[letter] ?? letter));
}

/** A key under which spellings of the same word meet: normalised, lower case, single spaces. For search and headers. */
export function searchKey(text: string): string {
  return normalizeArabic(text).toLowerCase().replace(/\s+/g, " ").trim();
}

/** Language of a text by its letters' scripts: "mixed" when each of Arabic and Latin has at least 15 % of them. */
export function detectLanguage(text: string): "en" | "ar" | "mixed" | "other" {
  let arabic = 0;
  let latin = 0;
  let all = 0;
  for (const [letter] of text.slice(0, 200_000).matchAll(/\p{L}/gu)) {
    all += 1;
    if (/\p{Script=Arabic}/u.test(letter)) arabic += 1;
    else if (/\p{Script=Latin}/u.test(letter)) latin += 1;
  }
  if (all === 0 || (arabic + latin) * 2 < all) return "other";
  const share = arabic / (arabic + latin);
  if (share >= 0.85) return "ar";
  return share > 0.15 ? "mixed" : "en";
}
