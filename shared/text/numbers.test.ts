import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseNumber } from "./numbers.ts";

describe("parseNumber: the ways people write numbers (FR-2.3)", () => {
  it.each([
    ["1234", "1234", null, null],
    ["-12.50", "-12.50", ".", null],
    ["1,234", "1234", null, null],
    ["1.234", "1.234", null, null],
    ["1,234.500", "1234.500", ".", null],
    ["1.234,56", "1234.56", ",", null],
    ["1.234.567", "1234567", ",", null],
    ["12,34,567.00", "1234567.00", ".", null],
    ["0,125", "0.125", ",", null],
    ["12,5", "12.5", ",", null],
    [".5", "0.5", ".", null],
    ["1 234 567,8", "1234567.8", ",", null],
    ["1\u00a0234,5", "1234.5", ",", null],
    ["1'234.50", "1234.50", ".", null],
    ["007", "7", null, null],
    ["+5", "5", null, null],
    ["5-", "-5", null, null],
    ["−5", "-5", null, null],
    ["(45.00)", "-45.00", ".", null],
    ["-0.00", "0.00", ".", null],
    ["KD 1,234.500", "1234.500", ".", "KWD"],
    ["1.234,56 €", "1234.56", ",", "EUR"],
    ["$12", "12", null, "$"],
    ["-$12.30", "-12.30", ".", "$"],
    ["$ (12.30)", "-12.30", ".", "$"],
    ["US$ 5", "5", null, "USD"],
    ["12.5 KWD", "12.5", ".", "KWD"],
    ["kwd12.5", "12.5", ".", "KWD"],
    ["١٬٢٣٤٫٥٠٠ د.ك", "1234.500", null, "KWD"],
    ["١٢٫٥ دينار كويتي", "12.5", null, "KWD"],
    ["‏٥٠٠ ر.س.", "500", null, "SAR"],
    ["۱۲۳", "123", null, null],
    ["１２３", "123", null, null],
    ["1.5E+03", "1500", ".", null],
    ["1.5e-3", "0.0015", ".", null],
    ["1e+21", "1000000000000000000000", null, null],
    [" 42\n", "42", null, null],
  ])("%j is %s", (text, value, decimal, currency) => {
    expect(parseNumber(text)).toEqual({ value, decimal, currency, percent: false });
  });

  it("reads percentages as the number in front", () => {
    expect(parseNumber("12.5%")).toMatchObject({ value: "12.5", percent: true });
    expect(parseNumber("٪١٢")).toBeNull();
    expect(parseNumber("١٢٪")).toMatchObject({ value: "12", percent: true });
  });

  it.each([
    "",
    " ",
    "-",
    "n/a",
    "abc",
    "1-2",
    "12/5",
    "12:30",
    "1,23,4",
    "1234,567,8",
    "1.2.3",
    "1,2.3,4",
    "1 2",
    "12 pcs",
    "INV-12",
    "5 fils",
    "١٢ فلس",
    "12E4",
    "1E+999",
    "½",
    "5²",
    "--5",
    "(-5",
    "((5))",
    "+(5)",
    "5.",
    "5,",
    ",",
    ".",
    "KD",
    "$5€",
    "5 KD USD",
    "12.5k",
    "1\u00015",
    "0x10",
    "Infinity",
    "NaN",
    "9".repeat(100),
  ])("%j is no number", (text) => {
    expect(parseNumber(text)).toBeNull();
  });

  it("lets the asked decimal mark decide, and refuses what contradicts it", () => {
    expect(parseNumber("1.234", { decimal: "," })?.value).toBe("1234");
    expect(parseNumber("1,234", { decimal: "," })?.value).toBe("1.234");
    expect(parseNumber("1,234", { decimal: "." })?.value).toBe("1234");
    expect(parseNumber("1.234,56", { decimal: "." })).toBeNull();
    expect(parseNumber("12,5", { decimal: "." })).toBeNull();
    expect(parseNumber("١٫٥", { decimal: "," })?.value).toBe("1.5");
  });

  const cents = fc.record({
    whole: fc.bigInt({ min: 0n, max: 10n ** 15n }),
    fraction: fc.integer({ min: 0, max: 99 }),
    minus: fc.boolean(),
  });
  const group = (digits: string, mark: string): string => digits.replace(/\B(?=(\d{3})+$)/g, mark);
  const arabic = (text: string): string => text.replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit)));

  it("reads any amount back exactly in every style", () => {
    fc.assert(
      fc.property(
        cents,
        fc.constantFrom(",.", ".,", " ,", "'.", "٬٫"),
        fc.constantFrom("", "KD ", "€", "د.ك "),
        fc.boolean(),
        (amount, marks, sign, eastern) => {
          const fraction = String(amount.fraction).padStart(2, "0");
          const plain = `${group(String(amount.whole), marks[0] ?? "")}${marks[1]}${fraction}`;
          const text = `${amount.minus ? "-" : ""}${sign}${eastern ? arabic(plain) : plain}`;
          const negative = amount.minus && (amount.whole > 0n || amount.fraction > 0);
          expect(parseNumber(text)?.value).toBe(`${negative ? "-" : ""}${amount.whole}.${fraction}`);
        },
      ),
    );
  });

  it("agrees with JavaScript on its own number texts", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }), (value) => {
        expect(Number(parseNumber(String(value), { decimal: "." })?.value ?? "0")).toBe(
          Math.abs(value) < 1e-40 ? 0 : value + 0,
        );
      }),
    );
  });

  it("never throws, and gives plain decimals only", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 30 }), (text) => {
        const parsed = parseNumber(text);
        if (parsed !== null) expect(parsed.value).toMatch(/^-?(0|[1-9]\d*)(\.\d+)?$/);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[-+()0-9.,' %$٠-٩٫٬]{0,14}$/), (text) => {
        const parsed = parseNumber(text);
        if (parsed !== null) expect(parsed.value).toMatch(/^-?(0|[1-9]\d*)(\.\d+)?$/);
      }),
    );
  });
});
