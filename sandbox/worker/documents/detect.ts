import { own } from "../../../shared/lib/own.ts";
import { FileProblem } from "./problems.ts";
import { parseXmlEntry } from "./xml.ts";
import { ZipArchive } from "./zip.ts";

/** What a file is by its content. */
export type Content =
  | { readonly kind: "xlsx" | "docx"; readonly zip: ZipArchive }
  | { readonly kind: "pdf" | "png" | "jpeg" }
  | { readonly kind: "encrypted-office" }
  /** Known, but nothing that is read here, e.g. "exe" or "xlsm". */
  | { readonly kind: "other"; readonly type: string }
  /** Neither known nor excluded: text, or damaged. */
  | { readonly kind: "unknown" };

const MAIN_PARTS: Readonly<Record<string, string>> = {
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
  "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": "pptx",
  "application/vnd.ms-excel.sheet.macroEnabled.main+xml": "xlsm",
  "application/vnd.ms-excel.sheet.binary.macroEnabled.main": "xlsb",
  "application/vnd.ms-word.document.macroEnabled.main+xml": "docm",
};

/** Looks at the content only. Throws for archives that are broken, encrypted or bombs. */
export async function detectContent(bytes: Uint8Array): Promise<Content> {
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04]) || startsWith(bytes, [0x50, 0x4b, 0x05, 0x06]))
    return detectZip(bytes);
  if (startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])) {
    // Encrypted office files are a compound file around an "EncryptedPackage" stream; others are Office 97–2003.
    return includes(bytes, utf16("EncryptedPackage")) ? { kind: "encrypted-office" } : { kind: "other", type: "ole" };
  }
  if (includes(bytes.subarray(0, 1_024), ascii("%PDF-"))) return { kind: "pdf" };
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return { kind: "png" };
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return { kind: "jpeg" };
  const { fileTypeFromBuffer } = await import("file-type");
  // Signatures of two or three letters also begin ordinary texts, so only files with binary content are asked.
  const type = isBinary(bytes) ? await fileTypeFromBuffer(bytes.slice(0, 65_536)).catch(() => undefined) : undefined;
  return type === undefined ? { kind: "unknown" } : { kind: "other", type: type.ext };
}

function detectZip(bytes: Uint8Array): Content {
  const zip = new ZipArchive(bytes);
  if (!zip.has("[Content_Types].xml")) {
    return { kind: "other", type: zip.has("mimetype") ? "opendocument" : "zip" };
  }
  let type = "zip";
  parseXmlEntry(zip, "[Content_Types].xml", {
    open(name, attributes) {
      if (name === "Override") type = own(MAIN_PARTS, attributes().ContentType ?? "") ?? type;
    },
  });
  return type === "xlsx" || type === "docx" ? { kind: type, zip } : { kind: "other", type };
}

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const utf16 = (text: string): number[] => ascii(text).flatMap((code) => [code, 0]);

const startsWith = (bytes: Uint8Array, start: readonly number[]): boolean =>
  start.every((byte, at) => bytes[at] === byte);

function includes(bytes: Uint8Array, wanted: readonly number[]): boolean {
  const first = wanted[0] ?? 0;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (wanted.every((byte, offset) => bytes[at + offset] === byte)) return true;
  }
  return false;
}

function isBinary(bytes: Uint8Array): boolean {
  const utf16Mark = startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff]);
  return !utf16Mark && bytes.subarray(0, 8_192).some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27));
}

/** A problem for content that is known but not read here: its name said otherwise, or it is simply not supported. */
export function refuseContent(type: string, accepted: boolean): FileProblem {
  return accepted
    ? new FileProblem("file_mislabelled", `content is ${type}`)
    : new FileProblem("file_type_unsupported", `content is ${type}`);
}
