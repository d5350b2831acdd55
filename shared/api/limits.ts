/*
 * Limits of what people send, apart from the schemas: the client knows them without loading a validator.
 */

/** 25 MB. */
export const MAX_FILE_BYTES = 25 * 1024 * 1024;
/** 2 GiB: the largest file, sent in parts. Agents read files up to MAX_FILE_BYTES. */
export const MAX_UPLOAD_BYTES = 2 * 1024 * 1024 * 1024;
/** Above this the client sends a file in parts, so that a lost connection loses one part. */
export const RESUMABLE_ABOVE_BYTES = 10 * 1024 * 1024;
/** Plaintext bytes of every part but the last: 80 sealed chunks, just above what R2 takes as a part (5 MiB). */
export const PART_BYTES = 80 * 64 * 1024;
/** What stays in the bin this long goes for good. */
export const BIN_DAYS = 30;
export const MAX_FILES_PER_MESSAGE = 10;
export const MAX_MESSAGE_CHARS = 20_000;
/** What is to be different about a result. */
export const MAX_CHANGE_CHARS = 4_000;

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

/** Longest line a person can give to the terminal, characters. */
export const MAX_TERMINAL_LINE = 4_000;
