import { compileMessage } from "@lingui/message-utils/compileMessage";
import { afterEach, beforeEach, expect, test } from "vitest";
import { settingsStore } from "../stores/settings-store.ts";
import { ar } from "./ar.ts";
import { en } from "./en.ts";
import { money } from "./format.ts";
import { showLocale, t } from "./i18n.ts";
import { PARTS } from "./parts.ts";

const ARABIC_PLURALS = ["zero", "one", "two", "few", "many", "other"];

/** Parameters of a compiled message, and the forms of each of its plurals. */
function shapeOf(message: string): { parameters: string[]; plurals: string[][] } {
  const parameters = new Set<string>();
  const plurals: string[][] = [];
  const walk = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    const [name, kind, options] = part;
    if (typeof name === "string" && (part.length === 1 || typeof kind === "string")) {
      parameters.add(name);
      if (kind === "plural" && typeof options === "object" && options !== null) {
        plurals.push(Object.keys(options).filter((key) => key !== "offset"));
        for (const value of Object.values(options)) if (Array.isArray(value)) value.forEach(walk);
      }
      return;
    }
    part.forEach(walk);
  };
  const compiled = compileMessage(message);
  if (Array.isArray(compiled)) compiled.filter(Array.isArray).forEach(walk);
  return { parameters: [...parameters].sort(), plurals };
}

/** The first texts and those that are fetched later, in one. */
async function all(locale: "en" | "ar", first: Readonly<Record<string, string>>): Promise<[string, string][]> {
  const parts = await Promise.all(Object.values(PARTS).map((part) => part[locale]()));
  return [first, ...parts].flatMap((texts) => Object.entries<string>(texts));
}
const entries = await all("en", en);
const arabic = new Map(await all("ar", ar));

test("no two catalogues have a text of the same name", () => {
  expect(entries.length).toBe(new Set(entries.map(([id]) => id)).size);
});

test("NFR-S4.1: both catalogues have the same texts with the same parameters", () => {
  expect([...arabic.keys()].sort()).toEqual(entries.map(([id]) => id).sort());
  for (const [id, text] of entries) expect({ id, ...pick(arabic.get(id) ?? "") }).toEqual({ id, ...pick(text) });
});
const pick = (text: string) => ({ parameters: shapeOf(text).parameters });

test("every Arabic plural has all six forms, every English one has one and other", () => {
  for (const [id, text] of arabic)
    for (const forms of shapeOf(text).plurals)
      expect({ id, forms: forms.toSorted() }).toEqual({ id, forms: ARABIC_PLURALS.toSorted() });
  for (const [id, text] of entries)
    for (const forms of shapeOf(text).plurals)
      expect({ id, forms: forms.toSorted() }).toEqual({ id, forms: ["one", "other"] });
});

test("no text is left in English in the Arabic catalogue", () => {
  for (const [id, text] of arabic)
    expect({
      id,
      arabic: /[\u0600-\u06ff]/.test(text.replaceAll(/\{\w+\}/g, "")) || /^[{}\w:. ]*$/.test(text),
    }).toEqual({ id, arabic: true });
});

beforeEach(() => showLocale({ locale: "en", digits: "auto" }));
afterEach(() => settingsStore.setState({ locale: "en", digits: "auto" }));

async function use(locale: "en" | "ar", digits: "auto" | "latn" | "arab") {
  settingsStore.setState({ locale, digits });
  await showLocale({ locale, digits });
}

test("Arabic numbers decide the form and follow the digits setting", async () => {
  await use("ar", "auto");
  expect([0, 1, 2, 3, 11, 100].map((count) => t("table.rows", { count }))).toEqual([
    "بلا صفوف",
    "صف واحد",
    "صفان",
    "٣ صفوف",
    "١١ صفًا",
    "١٠٠ صف",
  ]);
  await use("ar", "latn");
  expect(t("table.rows", { count: 3 })).toBe("3 صفوف");
  expect(money(20_000)).toContain("0.02");
  await use("ar", "arab");
  expect(money(20_000)).toContain("٠٫٠٢");
});

test("a name in the other script keeps its own direction inside a sentence", async () => {
  expect(t("plan.removed", { name: "Totals" })).toBe("Totals was removed");
  expect(t("plan.removed", { name: "المجاميع" })).toBe("\u2068المجاميع\u2069 was removed");
  await use("ar", "auto");
  expect(t("plan.removed", { name: "Totals" })).toBe("حُذفت \u2068Totals\u2069");
});
