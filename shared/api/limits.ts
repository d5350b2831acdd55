/*
 * Limits of what people send, apart from the schemas: the client knows them without loading a validator.
 */

/** 25 MB. */
export const MAX_FILE_BYTES = 25 * 1024 * 1024;
export const MAX_FILES_PER_MESSAGE = 10;
export const MAX_MESSAGE_CHARS = 20_000;

/** What the parsers read; the content decides, the name must only not contradict it. */
export const ACCEPTED_EXTENSIONS = [
  ".csv",
  ".tsv",
  ".xlsx",
  ".txt",
  ".md",
  ".pdf",
  ".docx",
  ".png",
  ".jpg",
  ".jpeg",
] as const;

/** $100,000: what a project's budget can be set to. Here so that the client needs no validator to know it. */
export const MAX_BUDGET_MICROS = 100_000_000_000;
