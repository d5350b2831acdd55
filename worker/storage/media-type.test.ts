import { expect, test } from "vitest";
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
