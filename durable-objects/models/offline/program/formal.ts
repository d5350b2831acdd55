import { pick } from "../labels.ts";
import type { Lang } from "../spec.ts";
import { PROGRAM_FOLDER } from "./sample.ts";

export const PROGRAM = `${PROGRAM_FOLDER}/reconcile.mjs`;
export const TESTS = `${PROGRAM_FOLDER}/reconcile.test.mjs`;
export const README = `${PROGRAM_FOLDER}/README.md`;
export const OPTIONS = `${PROGRAM_FOLDER}/options.json`;
/** Where the run on the person's files, or on the samples, leaves its results. */
export const OUT = "reconciled";

const PARTS = ["inputs", "program", "run"] as const;
export type ProgramPart = (typeof PARTS)[number];

const HEAD = ["Program part", "جزء البرنامج"] as const;

/** The line of a step's instructions that says which part of the program's work it is; {@link readProgramPart} reads it back. */
export const writeProgramPart = (part: ProgramPart, lang: Lang): string => `${pick(lang, ...HEAD)}: ${part}`;

const LINE = new RegExp(`^(?:${HEAD.join("|")}): (${PARTS.join("|")})$`, "m");

export function readProgramPart(instructions: string): ProgramPart | null {
  const found = LINE.exec(instructions)?.[1];
  return PARTS.find((part) => part === found) ?? null;
}
