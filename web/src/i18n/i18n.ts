import { setupI18n } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { useStore } from "zustand";
import { drawnTheme, intlLocale, type Locale, type Settings, settingsStore } from "../stores/settings-store.ts";
import { en } from "./en.ts";
import { PARTS, type PartId, type PartName } from "./parts.ts";

/** A text of {@link PARTS} may be named only where its part was loaded, see {@link withTexts}. */
export type MessageId = keyof typeof en | PartId;
export type Catalogue = Record<keyof typeof en, string>;
export type Values = Record<string, string | number>;

const i18n = setupI18n();
// A build holds the messages compiled (web/vite.config.ts); only development and tests compile as they go.
if (import.meta.env.DEV) i18n.setMessagesCompiler(compileMessage);
i18n.load("en", en);

const RTL_LETTER = /[\u0590-\u08ff\ufb1d-\ufefc]/;
const LTR_LETTER = /[A-Za-z\u00c0-\u024f]/;

/** Names and numbers inside a sentence keep their own direction: first-strong isolate … pop isolate. */
function isolate(value: string | number): string | number {
  if (typeof value === "number") return value;
  const foreign = i18n.locale === "ar" ? LTR_LETTER : RTL_LETTER;
  return foreign.test(value) ? `\u2068${value}\u2069` : value;
}

/** The text of a message in the person's language. Parameters are ICU; numbers follow the digits setting. */
export function t(id: MessageId, values?: Values): string {
  if (!values) return i18n._(id);
  return i18n._(id, Object.fromEntries(Object.entries(values).map(([key, value]) => [key, isolate(value)])));
}

const shown = new Set<PartName>();

async function loadPart(part: PartName, locale: Locale): Promise<void> {
  i18n.load(locale, { ...(await PARTS[part][locale]()) });
}

/** Fetches a page along with the texts only it has: `lazy(() => withTexts(["files"], () => import("…")))`. */
export async function withTexts<Page>(parts: readonly PartName[], fetchIt: () => Promise<Page>): Promise<Page> {
  for (const part of parts) shown.add(part);
  const { locale } = settingsStore.getState();
  const [page] = await Promise.all([fetchIt(), ...parts.map((part) => loadPart(part, locale))]);
  // The language may have changed meanwhile.
  const now = settingsStore.getState().locale;
  if (now !== locale) await Promise.all(parts.map((part) => loadPart(part, now)));
  return page;
}

/** Loads and shows a language: its texts, `lang` and `dir` on the document. English is part of the first chunk. */
export async function showLocale(settings: Pick<Settings, "locale" | "digits">): Promise<void> {
  const { locale } = settings;
  if (locale === "ar") i18n.load("ar", (await import("./ar.ts")).ar);
  await Promise.all([...shown].map((part) => loadPart(part, locale)));
  i18n.activate(locale, [intlLocale(settings)]);
  if (typeof document === "undefined") return;
  document.documentElement.lang = locale;
  document.documentElement.dir = locale === "ar" ? "rtl" : "ltr";
}

/** Changes language or digits; the texts are there before anything is drawn again. */
export async function changeLanguage(change: Partial<Pick<Settings, "locale" | "digits">>): Promise<void> {
  const next = { ...settingsStore.getState(), ...change };
  await showLocale(next);
  settingsStore.setState(change);
}

export function showTheme(): void {
  const theme = drawnTheme(settingsStore.getState().theme);
  document.documentElement.dataset.theme = theme;
  document
    .querySelector('meta[name="theme-color"]')
    ?.setAttribute("content", theme === "light" ? "#f7f7fa" : "#000000");
}

/** Re-renders the caller when the language or the digits change. */
export function useT(): typeof t {
  useStore(settingsStore, (settings) => `${settings.locale}${settings.digits}`);
  return t;
}

export function useLocale(): Locale {
  return useStore(settingsStore, (settings) => settings.locale);
}
