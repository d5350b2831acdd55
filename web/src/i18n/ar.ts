import { arRun } from "./ar-run.ts";
import { arStart } from "./ar-start.ts";
import { arWork } from "./ar-work.ts";
import type { Catalogue } from "./i18n.ts";

/** Arabic, with all six plural forms where a number decides. Same keys and parameters as en.ts. */
export const ar: Catalogue = { ...arStart, ...arWork, ...arRun };
