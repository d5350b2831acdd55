import { expect, it } from "vitest";
import { andMore, counted, dayText, filesText, foundText, joined, readable } from "./wording.ts";

it("NFR-S4.1 counts in the right form of the noun, in English and Arabic", () => {
  expect([1, 2, 1200].map((count) => counted(count, "item", "en"))).toEqual(["1 item", "2 items", "1,200 items"]);
  expect([1, 2, 3, 10, 11, 99, 100, 103, 111, 202].map((count) => counted(count, "day", "ar"))).toEqual([
    "يوم واحد",
    "يومان",
    "3 أيام",
    "10 أيام",
    "11 يومًا",
    "99 يومًا",
    "100 يوم",
    "103 أيام",
    "111 يومًا",
    "202 يوم",
  ]);
  expect(counted(2, "invoice", "ar", true)).toBe("فاتورتين");
});

it("NFR-S4.1 writes days and months in words and leaves anything else", () => {
  expect(dayText("2026-11-05", "ar")).toBe("5 نوفمبر 2026");
  expect(dayText("2026-11", "en")).toBe("November 2026");
  expect(dayText("2026-13-05", "en")).toBe("2026-13-05");
});

it("NFR-S4.1 keeps dates and figures with units in their order inside Arabic, and code as it is", () => {
  expect(readable("بتاريخ 2026-11-23 مبلغ -5.000 KWD و1,391.880 KWD.", "ar")).toBe(
    "بتاريخ \u20662026-11-23\u2069 مبلغ \u2066-5.000 KWD\u2069 و\u20661,391.880 KWD\u2069.",
  );
  expect(readable("**1,391.880 KWD** `2026-11-23.csv` INV-2026-11", "ar")).toBe(
    "**\u20661,391.880 KWD\u2069** `2026-11-23.csv` INV-2026-11",
  );
  const once = readable("في 2026-11 و 12/05/2026", "ar");
  expect(readable(once, "ar")).toBe(once);
  expect(readable("on 2026-11-23", "en")).toBe("on 2026-11-23");
});

it("lists parts and names each file once", () => {
  expect(joined(["a", "b", "c"], "en")).toBe("a, b and c");
  expect(joined(["أ", "ب", "ج"], "ar")).toBe("أ وب وج");
  expect(andMore(2, "ar")).toBe("واثنان غيرها");
  expect(filesText(["a.csv", "a.csv"], "en")).toBe("`a.csv`");
});

it.each([
  ["14", true, "14 checked", "عدد ما فُحص: 14"],
  ["3", false, "Found: 3", "الموجود: 3"],
  ["2 / 2", true, "2 in both counts", "2 في العدّين"],
  ["2 / 14", false, "2 in one count, 14 in the other", "2 في عدّ و14 في الآخر"],
  ["ok", true, "In order", "سليم"],
  ["not in the text: 5", false, "not in the text: 5", "not in the text: 5"],
])("NFR-S4.1 puts the bare figure %s of a check into words", (detail, passed, en, ar) => {
  expect(foundText(detail, passed, "en")).toBe(en);
  expect(foundText(detail, passed, "ar")).toBe(ar);
});
