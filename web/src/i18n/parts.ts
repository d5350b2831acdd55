import type { enFiles } from "./en-files.ts";
import type { enMade } from "./en-made.ts";
import type { enTerminal } from "./en-terminal.ts";

/** Texts that are fetched with the pages that show them, so that no first screen waits for them. */
export interface Parts {
  readonly files: typeof enFiles;
  readonly made: typeof enMade;
  readonly terminal: typeof enTerminal;
}
export type PartName = keyof Parts;
/** The same keys in another language. */
export type Translated<Part extends PartName> = Record<keyof Parts[Part], string>;
export type PartId = { [Part in PartName]: keyof Parts[Part] }[PartName];

/** The texts of one part in each language, each a chunk of its own. */
export const PARTS: {
  readonly [Part in PartName]: Readonly<Record<"en" | "ar", () => Promise<Translated<Part>>>>;
} = {
  files: {
    en: async () => (await import("./en-files.ts")).enFiles,
    ar: async () => (await import("./ar-files.ts")).arFiles,
  },
  made: {
    en: async () => (await import("./en-made.ts")).enMade,
    ar: async () => (await import("./ar-made.ts")).arMade,
  },
  terminal: {
    en: async () => (await import("./en-terminal.ts")).enTerminal,
    ar: async () => (await import("./ar-terminal.ts")).arTerminal,
  },
};
