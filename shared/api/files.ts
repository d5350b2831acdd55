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

/** Where a file's bytes came from: a person's upload, a workflow's result, a change made here (a version put back). */
export const FileOrigin = z.enum(["upload", "result", "edit"]);
export type FileOrigin = z.infer<typeof FileOrigin>;

/**
 * Whether agents can read it: `yes`; `pending`: it will be looked at when a workflow or a search first needs it; `no`:
 * it is kept, and `problem` says why it is not read.
 */
export const FileReading = z.enum(["yes", "pending", "no"]);
export type FileReading = z.infer<typeof FileReading>;

/** How a result came about: which step of which workflow, by which call, from what. */
export const FileProvenance = z.object({
  workflowId: z.string(),
  workflowName: z.string(),
  artifactId: z.string(),
  nodeId: z.string(),
  /** The step's label, in the workflow's language. */
  step: z.string(),
  toolCallId: z.string().nullable(),
  /** Name of the agents' tool that wrote it. */
  tool: z.string().nullable(),
  /** File that was run, when it was one of the workflow's. */
  code: z.string().nullable(),
  /** Names of the files that were read. */
  inputs: z.array(z.string()),
  /** True when the offline model worked. */
  simulated: z.boolean(),
});
export type FileProvenance = z.infer<typeof FileProvenance>;

/** A file without what reading it found; what lists and searches hold. */
export const FileEntry = z.object({
  kind: z.literal("file"),
  id: z.string(),
  name: z.string(),
  /** Folders and name: "Results/Invoices/report.csv". A file at the top has its name alone. */
  path: z.string(),
  size: z.number().int(),
  mediaType: z.string(),
  origin: FileOrigin,
  reading: FileReading,
  /** Number of the current version, from 1. */
  version: z.number().int(),
  createdAt: z.string(),
  /** When the current version was added. */
  updatedAt: z.string(),
  /** Who added the current version: a person's id, or the id of the workflow. */
  updatedBy: z.string(),
  /** The current version was made by the offline model. */
  simulated: z.boolean(),
});
export type FileEntry = z.infer<typeof FileEntry>;

export const FolderEntry = z.object({
  kind: z.literal("folder"),
  name: z.string(),
  path: z.string(),
  /** Files and bytes in it, folders below included. */
  files: z.number().int(),
  size: z.number().int(),
  updatedAt: z.string(),
});
export type FolderEntry = z.infer<typeof FolderEntry>;

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
  /** Folders and name: "Results/Invoices/report.csv". */
  path: z.string(),
  origin: FileOrigin,
  reading: FileReading,
  /** Number of the current version, from 1, and its own id: work that begins now goes on reading these bytes. */
  version: z.number().int(),
  versionId: z.string(),
  updatedAt: z.string(),
  updatedBy: z.string(),
  /** SHA-256 of the bytes, hex; null for files from before it was kept. */
  sha256: z.string().nullable(),
  provenance: FileProvenance.nullable(),
});
export type FileView = z.infer<typeof FileView>;

export const FileVersion = z.object({
  /** From 1, never used twice. */
  version: z.number().int(),
  size: z.number().int(),
  mediaType: z.string(),
  origin: FileOrigin,
  sha256: z.string().nullable(),
  createdAt: z.string(),
  /** A person's id, or the workflow's. */
  createdBy: z.string(),
  /** The version whose bytes this one put back. */
  restoredFrom: z.number().int().nullable(),
  provenance: FileProvenance.nullable(),
  current: z.boolean(),
});
export type FileVersion = z.infer<typeof FileVersion>;

/** A file and its versions, newest first. */
export const FileHistory = z.object({
  file: FileView,
  items: z.array(FileVersion),
  nextCursor: z.string().nullable(),
});
export type FileHistory = z.infer<typeof FileHistory>;

const limit = z.coerce.number().int().min(1).max(200).default(100);
const cursor = z.string().max(400).optional();
/** A folder: "Results/Invoices"; "" is the top. Slashes part folders; "." and ".." are refused. */
const folder = z.string().max(4000);

/** `path`: the folder. Folders come before files in every order. */
export const FolderQuery = z.object({
  path: folder.default(""),
  sort: z.enum(["name", "date", "size"]).default("name"),
  order: z.enum(["asc", "desc"]).default("asc"),
  limit,
  cursor,
});
export type FolderQuery = z.infer<typeof FolderQuery>;

export const FolderPage = z.object({
  /** The folder as it is written: may differ from what was asked in case. */
  path: z.string(),
  /** What lies directly in it. */
  folders: z.number().int(),
  files: z.number().int(),
  /** With all folders below. */
  totalFiles: z.number().int(),
  totalSize: z.number().int(),
  items: z.array(z.discriminatedUnion("kind", [FolderEntry, FileEntry])),
  nextCursor: z.string().nullable(),
});
export type FolderPage = z.infer<typeof FolderPage>;

/** Makes a folder, and those above it that are missing; one that is there stays as it is. */
export const CreateFolder = z.strictObject({ path: folder.min(1) });
/** Moves or renames a folder with everything in it: `to` is its whole new path. */
export const MoveFolder = z.strictObject({ path: folder.min(1), to: folder.min(1) });
export const FolderPath = z.object({ path: folder.min(1) });
/** `path`: the folder to move into; "" is the top. What is left out stays. */
export const ChangeFile = z.strictObject({ name: z.string().min(1).max(2000).optional(), path: folder.optional() });
export type ChangeFile = z.infer<typeof ChangeFile>;

/** Something in the bin: it can be put back until `erasedAt`. A folder holds everything that was in it. */
export const BinEntry = z.object({
  id: z.string(),
  kind: z.enum(["file", "folder"]),
  name: z.string(),
  /** Where it was. */
  path: z.string(),
  /** 1 for a file. */
  files: z.number().int(),
  size: z.number().int(),
  /** The file, for one file. */
  fileId: z.string().nullable(),
  deletedAt: z.string(),
  /** A person's id, or the workflow's whose step removed it. */
  deletedBy: z.string(),
  /** When it goes for good. */
  erasedAt: z.string(),
});
export type BinEntry = z.infer<typeof BinEntry>;

/** Where something that was put back is now. */
export const Restored = z.object({ kind: z.enum(["file", "folder"]), name: z.string(), path: z.string() });
export type Restored = z.infer<typeof Restored>;

/** What a project keeps, in bytes of plaintext. */
export const StorageView = z.object({
  files: z.number().int(),
  /** Current versions. */
  size: z.number().int(),
  /** Earlier versions. */
  versionsSize: z.number().int(),
  binSize: z.number().int(),
  /** Reserved by uploads that have not ended. */
  uploadsSize: z.number().int(),
  /** All kept versions of published sites. */
  sitesSize: z.number().int(),
  quota: z.number().int(),
});
export type StorageView = z.infer<typeof StorageView>;

/** A part of a text that matched: [start, end) in UTF-16 units. */
export const Mark = z.tuple([z.number().int(), z.number().int()]);
export type Mark = z.infer<typeof Mark>;

/** `kind`: what sort of content; `folder` searches that folder and those below it. */
export const SearchQuery = z.object({
  q: z.string().max(20_000),
  kind: z.enum(["any", "table", "document", "image", "page", "code", "data", "other"]).default("any"),
  origin: z.enum(["any", "upload", "result", "edit"]).default("any"),
  folder: folder.default(""),
  limit: z.coerce.number().int().min(1).max(50).default(20),
  cursor,
});
export type SearchQuery = z.infer<typeof SearchQuery>;

export const SearchHit = z.object({
  file: FileEntry,
  /** In `file.name`. */
  nameMarks: z.array(Mark),
  /** A passage of the content as it is written there, never markup; null when only the name matched. */
  snippet: z.object({ text: z.string(), marks: z.array(Mark) }).nullable(),
});
export type SearchHit = z.infer<typeof SearchHit>;

/** Names come before contents. `indexing`: files whose content is still to be looked at. */
export const SearchPage = z.object({
  items: z.array(SearchHit),
  nextCursor: z.string().nullable(),
  indexing: z.number().int(),
});
export type SearchPage = z.infer<typeof SearchPage>;

/** An upload in parts, for files above 10 MB. `path`: the folder; `sha256`: hex, checked at the end. */
export const CreateUpload = z.strictObject({
  name: z.string().min(1).max(2000),
  path: folder.default(""),
  size: z.number().int().min(0),
  mediaType: z.string().max(200).optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export type CreateUpload = z.infer<typeof CreateUpload>;

/**
 * Parts are numbered from 1; each has `partSize` bytes, the last what is left. They may be sent in any order, several at
 * once, and again; another content under the same number is `upload_part_differs`.
 */
export const UploadView = z.object({
  id: z.string(),
  name: z.string(),
  path: z.string(),
  size: z.number().int(),
  partSize: z.number().int(),
  parts: z.number().int(),
  /** Numbers of the parts that are there. */
  received: z.array(z.number().int()),
  createdAt: z.string(),
  /** After this an upload that has not ended is forgotten. */
  expiresAt: z.string(),
});
export type UploadView = z.infer<typeof UploadView>;

export const PartReceived = z.object({ part: z.number().int(), received: z.number().int() });
export type PartReceived = z.infer<typeof PartReceived>;
