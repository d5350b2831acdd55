import { expect, test } from "vitest";
import { isRefusedHead } from "./refused-kinds.ts";

const bytes = (...values: readonly number[]) => new Uint8Array(values);
const OLE = bytes(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1);

test.each([
  ["tool.exe", bytes(0x4d, 0x5a, 0x90, 0), true],
  ["tool", bytes(0x7f, 0x45, 0x4c, 0x46, 2), true],
  ["old.rar", bytes(0x52, 0x61, 0x72, 0x21, 0x1a, 7, 1), true],
  ["old.7z", bytes(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c), true],
  ["old.xls", OLE, true],
  ["old.doc", OLE, true],
  // Asks for a password, perhaps: the answer that helps needs the whole file.
  ["Secret.XLSX", OLE, false],
  ["a.zip", bytes(0x50, 0x4b, 3, 4), false],
  ["a.csv", new TextEncoder().encode("MZ,amount\n1,2\n"), false],
  ["empty", bytes(), false],
])("FR-14.2: %s is certain to be refused by its first bytes: %s %s", (name, head, refused) => {
  expect(isRefusedHead(name, head)).toBe(refused);
});
