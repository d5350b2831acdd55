import { expect, test } from "vitest";
import { cleanFileName, disposition } from "./file-name.ts";
import { inlineType } from "./raw-answer.ts";

test.each([
  ["invoice.csv", "invoice.csv"],
  ["C:\\Users\\mona\\فاتورة.xlsx", "فاتورة.xlsx"],
  ["../../../etc/passwd", "passwd"],
  ["a\u202Efdp.exe", "afdp.exe"],
  ["line\r\nbreak.txt", "linebreak.txt"],
  ["..", "file"],
  ["   ", "file"],
  [`${"x".repeat(400)}.docx`, `${"x".repeat(195)}.docx`],
])("%j becomes %j", (given, expected) => {
  expect(cleanFileName(given)).toBe(expected);
});

test("a disposition cannot be broken out of", () => {
  const header = disposition("attachment", 'a"; filename="evil.exe\\%41\r\nx: y\'(1)*.csv');
  expect(header).not.toMatch(/[\r\n]/);
  expect(header.match(/"/g)).toHaveLength(2);
  expect(header).toContain("filename*=UTF-8''a%22%3B%20filename%3D%22evil.exe%5C%2541%0D%0Ax%3A%20y%27%281%29%2A.csv");
});

test.each([
  ["image/png", "image/png"],
  ["application/pdf", "application/pdf"],
  ["text/csv; charset=utf-8", "text/plain; charset=utf-8"],
  ["text/html", null],
  ["image/svg+xml", null],
  ["application/xhtml+xml", null],
  ["", null],
])("%j shows in a page as %j", (mediaType, expected) => {
  expect(inlineType(mediaType)).toBe(expected);
});
