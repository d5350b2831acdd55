import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detectLanguage, foldDigits, normalizeArabic, searchKey } from "./arabic.ts";
import { findCurrencies } from "./currencies.ts";

describe("normalizeArabic: the rules of Lucene's ArabicNormalizer, and digits", () => {
  it.each([
    ["آجن", "اجن"],
    ["أحمد", "احمد"],
    ["إعاذ", "اعاذ"],
    ["بنى", "بني"],
    ["فاطمة", "فاطمه"],
    ["روبرت", "روبرت"],
    ["روبـــرت", "روبرت"],
    ["مَبنا", "مبنا"],
    ["عليِ", "علي"],
    ["بُوات", "بوات"],
    ["ولداً", "ولدا"],
    ["هتميّ", "هتمي"],
    ["نلْسون", "نلسون"],
    ["هَتميّ", "هتمي"],
    ["٢٠٢٦ ۱۲", "2026 12"],
    ["چذي", "جذي"],
    ["گال", "قال"],
    ["ﻣﺤﻤﺪ", "محمد"],
    ["\u200fعلي\u200e", "علي"],
    ["Ali 5", "Ali 5"],
  ])("%s becomes %s", (text, normal) => {
    expect(normalizeArabic(text)).toBe(normal);
  });

  it("changes nothing the second time", () => {
    const letters = fc.string({ unit: fc.constantFrom(..."أإآىةكيچگ٠١٢ًّـab 5") });
    fc.assert(fc.property(letters, (text) => normalizeArabic(normalizeArabic(text)) === normalizeArabic(text)));
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => foldDigits(text).length === text.length));
  });

  it("makes one key of spellings that mean the same", () => {
    expect(searchKey("  المَبلغ   الإجماليّ ")).toBe(searchKey("المبلغ الاجمالي"));
    expect(searchKey("TOTAL\n(KWD)")).toBe("total (kwd)");
  });
});

describe("detectLanguage", () => {
  it.each([
    ["Call the client tomorrow", "en"],
    ["اتصل بالعميل غدا", "ar"],
    ["وايد زين، send me the invoice اليوم", "mixed"],
    ["12345 ---", "other"],
    ["你好世界", "other"],
  ])("%s is %s", (text, language) => {
    expect(detectLanguage(text)).toBe(language);
  });
});

describe("findCurrencies", () => {
  it.each([
    ["Amount (KWD)", ["KWD"]],
    ["المبلغ د.ك", ["KWD"]],
    ["Price in US$", ["USD"]],
    ["Priority", []],
    ["Sector", []],
    ["ROI", []],
  ])("%s names %j", (text, currencies) => {
    expect(findCurrencies(text)).toEqual(currencies);
  });
});
