import fc from "fast-check";
import { expect, test } from "vitest";
import { EscapeFilter, hasRtl, plainLine } from "./plain-output.ts";

const filter = (...parts: readonly string[]): string => {
  const one = new EscapeFilter();
  return parts.map((part) => one.push(part)).join("");
};

test("text, line ends, tabs, colours and Arabic pass as they are", () => {
  const text = "a\tb\r\nc\n\u001b[1;31mred\u001b[0m \u001b[38;5;12mblue\u001b[m مرحبا 🎉";
  expect(filter(text)).toBe(text);
});

test.each([
  ["clipboard", "\u001b]52;c;ZXZpbA==\u0007"],
  ["clipboard, ended by ST", "\u001b]52;c;ZXZpbA==\u001b\\"],
  ["title", "\u001b]0;owned\u0007"],
  ["link", "\u001b]8;;javascript:alert(1)\u0007"],
  ["link in C1", "\u009d8;;javascript:alert(1)\u009c"],
  ["device string", '\u001bP$q"p\u001b\\'],
  ["a question terminals answer", "\u001b[6n"],
  ["clearing", "\u001b[2J\u001b[H"],
  ["mouse and alternate screen", "\u001b[?1000h\u001b[?1049h"],
  ["C1 control", "\u009b2J"],
  ["character set", "\u001b(0"],
  ["reset", "\u001bc"],
  ["bell, backspace, delete, zero", "\u0007\b\u007f\u0000"],
])("%s does nothing and leaves nothing behind", (_, sequence) => {
  expect(filter(`before${sequence}after`)).toBe("beforeafter");
});

test("a sequence cut anywhere between chunks is still one", () => {
  const text = "a\u001b]52;c;eA==\u001b\\b\u001b[31mc\u001b[2Jd\u009d0;t\u0007e";
  for (let cut = 0; cut <= text.length; cut++)
    expect(filter(text.slice(0, cut), text.slice(cut))).toBe("ab\u001b[31mcde");
});

test("what never ends is no sequence: the text behind it shows", () => {
  expect(filter(`\u001b]52;c;${"x".repeat(5_000)}`)).toContain("xxx");
  expect(filter("\u001b[31", "\nnext")).toBe("\nnext");
});

test("after a reset nothing of the command before is waited for", () => {
  const one = new EscapeFilter();
  expect(one.push("\u001b]0;never ended")).toBe("");
  one.reset();
  expect(one.push("plain")).toBe("plain");
});

const piece = fc.oneof(
  fc.constantFrom("\u001b", "[", "]", "P", "\\", "m", "31", ";", "52", "\u0007", "\u009b", "\u009d", "\u009c", "\n"),
  fc.string({ maxLength: 3, unit: "binary" }),
);

test("E1 E2: of control characters only colours, tabs and line ends ever come out", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (parts) => {
      const safe = filter(...parts);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is about control characters.
      const rest = safe.replaceAll(/\x1b\[[0-9;:]*m/g, "");
      const codes = [...rest].map((char) => char.charCodeAt(0));
      expect(
        codes.filter((code) => (code < 0x20 && ![9, 10, 13].includes(code)) || (code > 0x7e && code < 0xa0)),
      ).toEqual([]);
    }),
  );
});

test("E3: how the output is cut changes nothing", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (parts) => {
      expect(filter(...parts)).toBe(filter(parts.join("")));
    }),
  );
});

test("a line is read without colours, and as it stands after carriage returns", () => {
  expect(plainLine("\u001b[32m10 %\r50 %\r100 %\u001b[0m\r")).toBe("100 %");
  expect(plainLine("safe\u202etxt.exe")).toBe("safetxt.exe");
});

test("lines with Arabic, Persian or Hebrew letters are found, digits and Latin are not", () => {
  expect(["مرحبا", "a ب c", "שלום", "ﻻ"].every(hasRtl)).toBe(true);
  expect(["hello", "١٢٣".replace(/[٠-٩]/g, "1"), "é 漢字 🎉"].some(hasRtl)).toBe(false);
});
