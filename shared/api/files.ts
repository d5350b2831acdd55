import { z } from "zod";

/** How a column's values look, found by reading all of them. Formats name what must be parsed, not what is stored. */
export const ColumnProfile = z.object({
  name: z.string(),
  kind: z.enum(["text", "number", "money", "date", "boolean", "empty"]),
  /** Dates: "ymd" | "dmy" | "mdy" | "excel" | "text"; numbers: decimal mark "." or ",". Null where it does not apply. */
  format: z.string().nullable(),
  /** ISO 4217 codes or symbols seen, most frequent first. */
  currencies: z.array(z.string()),
  empty: z.number().int(),
  distinct: z.number().int(),
  /** Values of the kind that could not be read as it, e.g. "n/a" in a money column; at most 5. */
  odd: z.array(z.string()),
  samples: z.array(z.string()),
});
export type ColumnProfile = z.infer<typeof ColumnProfile>;

export const TableProfile = z.object({
  /** Sheet name, or "" for delimited text. */
  sheet: z.string(),
  /** Name under which agents and guest code read it: RFC 4180 CSV, UTF-8, header row, values as written. */
  path: z.string(),
  rows: z.number().int(),
  columns: z.array(ColumnProfile),
  /** First rows as text, at most 5. */
  head: z.array(z.array(z.string())),
});
export type TableProfile = z.infer<typeof TableProfile>;

export const FileProfile = z.object({
  fileId: z.string(),
  name: z.string(),
  kind: z.enum(["table", "document", "image"]),
  mediaType: z.string(),
  /** Delimiter of delimited text. */
  delimiter: z.string().nullable(),
  tables: z.array(TableProfile),
  /** Documents: name under which agents read the text; null otherwise. */
  textPath: z.string().nullable(),
  /** Documents: length of the text in characters, and its first 2,000. */
  textLength: z.number().int(),
  excerpt: z.string(),
  language: z.enum(["en", "ar", "mixed", "other"]),
});
export type FileProfile = z.infer<typeof FileProfile>;

export const FileView = z.object({
  id: z.string(),
  projectId: z.string(),
  name: z.string(),
  size: z.number().int(),
  mediaType: z.string(),
  profile: FileProfile.nullable(),
  /** A problem code when the file is kept but could not be read. */
  problem: z.string().nullable(),
  createdAt: z.string(),
});
export type FileView = z.infer<typeof FileView>;
