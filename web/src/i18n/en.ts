import { enRun } from "./en-run.ts";
import { enStart } from "./en-start.ts";
import { enWork } from "./en-work.ts";

/**
 * Every text of the client. ICU MessageFormat; parameters that are numbers follow the digits setting. The Arabic
 * files must have the same keys (a missing one is a type error) and the same parameters (a test holds them together).
 */
export const en = { ...enStart, ...enWork, ...enRun };
