import { expect, test } from "vitest";
import { describe } from "../../shared/errors/catalogue/describe.ts";
import { mediaTypeOf } from "./media-type.ts";

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const text = (content: string) => new TextEncoder().encode(content);

test.each([
  ["a.pdf", bytes("255044462d312e37"), "application/pdf"],
  ["photo.html", bytes("89504e470d0a1a0a0000"), "image/png"],
  ["movie.mp4", bytes("00000018667479706d703432"), "video/mp4"],
  ["sound.wav", bytes("52494646aabbccdd57415645"), "audio/wav"],
  ["book.xlsx", bytes("504b0304"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  ["pack.zip", bytes("504b0304"), "application/zip"],
  ["page.html", text("<!doctype html>"), "text/html"],
  ["data.json", text('{"a":1}'), "application/json"],
  ["reconcile.js", text("export const x = 1;"), "text/javascript"],
  ["task.py", text("print('سلام')"), "text/plain"],
  ["notes.log", text("line"), "text/plain"],
  ["tool.exe", bytes("4d5a9000"), null],
  ["tool", bytes("7f454c46"), null],
  ["odd.csv", bytes("6100620063"), null],
  ["unknown.xyz", text("words"), null],
  ["empty.txt", new Uint8Array(), null],
])("%s is %s", (name, head, type) => {
  expect(mediaTypeOf(name, head)).toBe(type);
});

test("a character cut at the end of the head is no reason to refuse a text", () => {
  expect(mediaTypeOf("a.txt", text("سلام").subarray(0, 7))).toBe("text/plain");
});

const words = text("words");
const zip = bytes("504b0304");
const TAKEN: Readonly<Record<string, Uint8Array>> = {
  ...Object.fromEntries("CSV TSV TXT MD HTML CSS JSON XML YAML SQL SVG".split(" ").map((kind) => [kind, words])),
  ...Object.fromEntries("XLSX DOCX PPTX ZIP".split(" ").map((kind) => [kind, zip])),
  PDF: bytes("255044462d"),
  PNG: bytes("89504e470d0a1a0a"),
  JPEG: bytes("ffd8ffe0"),
  GIF: bytes("47494638"),
  WEBP: bytes("52494646" + "00000000" + "57454250"),
  MP3: bytes("494433"),
  WAV: bytes("52494646" + "00000000" + "57415645"),
  OGG: bytes("4f676753"),
  FLAC: bytes("664c6143"),
  MP4: bytes("00000018" + "66747970"),
  WEBM: bytes("1a45dfa3"),
  GZ: bytes("1f8b08"),
};

test.each(["en", "ar"] as const)("the refusal of a kind names exactly what is taken (%s)", (locale) => {
  const { detail } = describe({ code: "file_type_unsupported", params: { name: "" } }, locale);
  const named = detail.match(/[A-Z][A-Z0-9]+/g) ?? [];
  expect(named.toSorted()).toEqual(Object.keys(TAKEN).toSorted());
  for (const [kind, head] of Object.entries(TAKEN)) expect(mediaTypeOf(`a.${kind}`, head), kind).not.toBeNull();
});
