import { persist } from "zustand/middleware";
import { createStore } from "zustand/vanilla";

export type Locale = "en" | "ar";
export type Digits = "auto" | "latn" | "arab";
export type Theme = "dark" | "light" | "system";

export interface Settings {
  readonly locale: Locale;
  /** `auto`: Arabic-Indic in Arabic, Latin in English. */
  readonly digits: Digits;
  readonly theme: Theme;
  /** Direction of the map, a choice apart from the language's. */
  readonly mapDirection: "ltr" | "rtl";
  readonly mapMode: "map" | "office";
}

const browserLocale: Locale = typeof navigator !== "undefined" && navigator.language?.startsWith("ar") ? "ar" : "en";

/** Preferences of this device; web/public/theme.js reads the same record before the first paint. */
export const settingsStore = createStore<Settings>()(
  persist(
    (): Settings => ({
      locale: browserLocale,
      digits: "auto",
      theme: "dark",
      mapDirection: "ltr",
      mapMode: "map",
    }),
    { name: "nexus.settings" },
  ),
);

/** Language and digits change through `changeLanguage` of i18n/i18n.ts, which loads the texts first. */
export const changeSettings = (change: Partial<Omit<Settings, "locale" | "digits">>): void => {
  settingsStore.setState(change);
};

/** The theme as it is drawn. */
export function drawnTheme(theme: Theme): "dark" | "light" {
  if (theme !== "system") return theme;
  return globalThis.matchMedia?.("(prefers-color-scheme: light)").matches ? "light" : "dark";
}

/** BCP 47 tag with the numbering system, for Intl. */
export function intlLocale({ locale, digits }: Pick<Settings, "locale" | "digits">): string {
  const system = digits === "auto" ? (locale === "ar" ? "arab" : "latn") : digits;
  return `${locale === "ar" ? "ar-KW" : "en"}-u-nu-${system}`;
}
