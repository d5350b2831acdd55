import { setupI18n } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { useStore } from "zustand";
import { drawnTheme, intlLocale, type Locale, type Settings, settingsStore } from "../stores/settings-store.ts";
import { en } from "./en.ts";

export type MessageId = keyof typeof en;
export type Catalogue = Record<MessageId, string>;
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

/** Loads and shows a language: its texts, `lang` and `dir` on the document. English is part of the first chunk. */
export async function showLocale(settings: Pick<Settings, "locale" | "digits">): Promise<void> {
  const { locale } = settings;
  if (locale === "ar") i18n.load("ar", (await import("./ar.ts")).ar);
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
