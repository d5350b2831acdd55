import type { FileProfile } from "../../../shared/api/files.ts";
import { ACCEPTED_EXTENSIONS, MAX_FILE_BYTES } from "../../../shared/api/limits.ts";
import { err, ok, type Result } from "../../../shared/lib/result.ts";
import type { GuestFile, ParsedFile, ParseProblem } from "../../../shared/protocol/sandbox-rpc.ts";
import { detectLanguage } from "../../../shared/text/arabic.ts";
import { decodeText } from "./decode-text.ts";
import { isClearlyTable, readDelimited } from "./delimited.ts";
import { type Content, detectContent, refuseContent } from "./detect.ts";
import { readDocx } from "./docx.ts";
import { baseName, derivedName, extensionOf, tableNames } from "./file-names.ts";
import { checkJpeg, checkPng } from "./images.ts";
import { readPdf } from "./pdf.ts";
import { FileProblem } from "./problems.ts";
import { cleanTable, profileTable, type SourceTable, toCsv } from "./table.ts";
import { readWorkbook } from "./xlsx.ts";

export interface ParseInput {
  readonly fileId: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

const EXCERPT_CHARS = 2_000;
const MAX_TABLES = 50;
/** An RPC answer may have 32 MiB; the profile needs some of them. */
const MAX_DERIVED_BYTES = 30 * 1024 * 1024;
/** A profile is kept in one database row of 2 MB and is read by models: names as long as books are no profile. */
const MAX_PROFILE_BYTES = 1_000_000;
const XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const TEXT_EXTENSIONS = [".csv", ".tsv", ".txt", ".md"];
const IMAGE_EXTENSIONS = [".png", ".jpg", ".jpeg"];
/** Extensions under which a kind of content may come; a PNG named .jpg does no harm. */
const EXTENSIONS: Readonly<Record<"xlsx" | "docx" | "pdf" | "png" | "jpeg" | "text", readonly string[]>> = {
  xlsx: [".xlsx"],
  docx: [".docx"],
  pdf: [".pdf"],
  png: IMAGE_EXTENSIONS,
  jpeg: IMAGE_EXTENSIONS,
  text: TEXT_EXTENSIONS,
};
const encoder = new TextEncoder();

/** Profiles a file by its content and derives the texts agents read. Never throws for anything in the file. */
export async function parseFile(
  input: ParseInput,
): Promise<Result<ParsedFile, { problem: ParseProblem; detail: string }>> {
  try {
    return ok(await read(input));
  } catch (error) {
    if (error instanceof FileProblem) return err({ problem: error.problem, detail: error.message });
    // A parser gave way on something none of the checks foresaw; the file is the cause, so it counts as damaged.
    return err({ problem: "file_broken", detail: error instanceof Error ? error.name : "unreadable" });
  }
}

async function read(input: ParseInput): Promise<ParsedFile> {
  const { bytes, name } = input;
  if (bytes.length === 0) throw new FileProblem("file_empty", "no bytes");
  if (bytes.length > MAX_FILE_BYTES) throw new FileProblem("file_too_large", `${bytes.length} bytes`);
  const extension = extensionOf(name);
  const content = await detectContent(bytes);
  switch (content.kind) {
    case "other":
      throw refuseContent(content.type, isAccepted(extension));
    case "encrypted-office":
      throw new FileProblem("file_encrypted", "the document asks for a password");
    case "unknown":
      return readText(input, extension);
    default:
      checkName(extension, content.kind);
      return readKnown(input, content);
  }
}

async function readKnown(
  input: ParseInput,
  content: Exclude<Content, { kind: "other" | "unknown" | "encrypted-office" }>,
): Promise<ParsedFile> {
  switch (content.kind) {
    case "xlsx":
      return tableFile(input, XLSX_TYPE, null, readWorkbook(content.zip));
    case "docx":
      return documentFile(input, DOCX_TYPE, await readDocx(content.zip), ".md");
    case "pdf": {
      const { text, pages } = await readPdf(input.bytes);
      if (text !== "") return documentFile(input, "application/pdf", text, ".txt");
      const note = `[No text can be read: the PDF has ${pages === 1 ? "1 page" : `${pages} pages`} without a text layer, probably scanned images.]`;
      return {
        mediaType: "application/pdf",
        derived: [],
        profile: { ...emptyProfile(input, "document", "application/pdf"), excerpt: note },
      };
    }
    case "png":
      checkPng(input.bytes);
      return { mediaType: "image/png", derived: [], profile: emptyProfile(input, "image", "image/png") };
    case "jpeg":
      checkJpeg(input.bytes);
      return { mediaType: "image/jpeg", derived: [], profile: emptyProfile(input, "image", "image/jpeg") };
  }
}

function readText(input: ParseInput, extension: string): ParsedFile {
  const text = decodeText(input.bytes);
  if (text === null) {
    if (!isAccepted(extension)) throw new FileProblem("file_type_unsupported", "unknown binary content");
    throw new FileProblem("file_broken", `not readable as ${extension}`);
  }
  if (text.trim() === "") throw new FileProblem("file_empty", "only white space");
  checkName(extension, "text");
  const isTable = extension === ".csv" || extension === ".tsv";
  if (isTable && /^\s*(<!doctype|<html|<\?xml|\{\\rtf)/i.test(text)) {
    throw new FileProblem("file_mislabelled", "content is markup");
  }
  if (isTable || (extension !== ".md" && isClearlyTable(text))) {
    const { delimiter, rows } = readDelimited(text);
    const mediaType = delimiter === "\t" ? "text/tab-separated-values" : "text/csv";
    return tableFile(input, mediaType, delimiter, [{ sheet: "", rows }]);
  }
  const isMarkdown = extension === ".md";
  return documentFile(input, isMarkdown ? "text/markdown" : "text/plain", text, isMarkdown ? ".md" : ".txt");
}

function tableFile(
  input: ParseInput,
  mediaType: string,
  delimiter: string | null,
  sources: readonly SourceTable[],
): ParsedFile {
  const tables = sources.flatMap((source) => {
    const table = cleanTable(source);
    return table === null ? [] : [{ sheet: source.sheet, table }];
  });
  if (tables.length === 0) throw new FileProblem("file_empty", "no sheet has a value");
  if (tables.length > MAX_TABLES) throw new FileProblem("file_too_large", `${tables.length} sheets`);
  const names = tableNames(
    baseName(input.name),
    tables.map(({ sheet }) => sheet),
  );
  const derived: GuestFile[] = [];
  let derivedBytes = 0;
  const profiles = tables.map(({ sheet, table }, index) => {
    const path = names[index] ?? "";
    const bytes = encoder.encode(toCsv(table));
    derivedBytes += bytes.length;
    if (derivedBytes > MAX_DERIVED_BYTES) throw new FileProblem("file_too_large", "more text than can be handed on");
    derived.push({ path, bytes });
    return profileTable(sheet, path, table);
  });
  const words = profiles.flatMap((profile) => [
    ...profile.columns.map((column) => column.name),
    ...profile.columns.filter((column) => column.kind === "text").flatMap((column) => column.samples),
  ]);
  const profile = {
    ...emptyProfile(input, "table", mediaType),
    delimiter,
    tables: profiles,
    language: detectLanguage(words.join(" ")),
  };
  if (encoder.encode(JSON.stringify(profile)).length > MAX_PROFILE_BYTES)
    throw new FileProblem("file_too_large", "too many or too long columns");
  return { mediaType, profile, derived };
}

function documentFile(input: ParseInput, mediaType: string, text: string, suffix: ".md" | ".txt"): ParsedFile {
  if (text.trim() === "") throw new FileProblem("file_empty", "no text");
  const path = derivedName(baseName(input.name), suffix);
  const profile: FileProfile = {
    ...emptyProfile(input, "document", mediaType),
    textPath: path,
    textLength: text.length,
    excerpt: text.slice(0, EXCERPT_CHARS).toWellFormed(),
    language: detectLanguage(text),
  };
  return { mediaType, profile, derived: [{ path, bytes: encoder.encode(text) }] };
}

function emptyProfile(input: ParseInput, kind: FileProfile["kind"], mediaType: string): FileProfile {
  return {
    fileId: input.fileId,
    name: input.name,
    kind,
    mediaType,
    delimiter: null,
    tables: [],
    textPath: null,
    textLength: 0,
    excerpt: "",
    language: "other",
  };
}

const isAccepted = (extension: string): boolean => ACCEPTED_EXTENSIONS.some((accepted) => accepted === extension);

/** Refuses content under an extension of another kind. Without an extension the content speaks for itself. */
function checkName(extension: string, kind: keyof typeof EXTENSIONS): void {
  if (extension === "" || EXTENSIONS[kind].includes(extension)) return;
  throw isAccepted(extension)
    ? new FileProblem("file_mislabelled", `${kind} named ${extension}`)
    : new FileProblem("file_type_unsupported", `${kind} named ${extension.slice(0, 10)}`);
}
