import { strToU8, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { num, raw, workbook } from "./fixtures/office.ts";
import { parseFile } from "./parse-file.ts";

const decoder = new TextDecoder();

async function parse(name: string, bytes: Uint8Array) {
  const result = await parseFile({ fileId: "fil_1", name, bytes });
  if (!result.ok) throw new Error(`${result.error.problem}: ${result.error.detail}`);
  return { ...result.value, texts: result.value.derived.map((file) => [file.path, decoder.decode(file.bytes)]) };
}

const problemOf = async (name: string, bytes: Uint8Array): Promise<string> => {
  const result = await parseFile({ fileId: "fil_1", name, bytes });
  return result.ok ? "none" : result.error.problem;
};

describe("parseFile: XLSX (FR-2.3)", () => {
  it("gives every sheet with a value as CSV, values exact, dates as ISO", async () => {
    const bytes = workbook([
      {
        name: "الفواتير",
        rows: [
          ["فواتير شركة الخليج", null, null, null, null],
          ["رقم", "العميل", "التاريخ", "المبلغ", "مدفوع"],
          [num("1001"), "أحمد", num("46086", 1), num("1234.5", 5), raw('t="b"', "<v>1</v>")],
          [
            num("1002"),
            'شركة "النور", ذ.م.م',
            num("46087", 2),
            num("0.30000000000000004", 5),
            raw('t="b"', "<v>0</v>"),
          ],
          [null, null, null, null, null],
          [num("1003"), " سالم ", num("46088.5", 3), num("1E-3", 6), raw('t="e"', "<v>#N/A</v>")],
        ],
      },
      { name: "فارغة", rows: [[null, null]] },
      {
        name: "Notes / 2026",
        rows: [
          ["Key", "Value"],
          ["a", raw('t="str"', "<f>1&amp;2</f><v>12</v>")],
          ["b", raw("", "<f>SUM(A1:A2)</f>")],
        ],
      },
    ]);
    const { profile, texts, mediaType } = await parse("تقرير.xlsx", bytes);
    expect(mediaType).toBe("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    expect(texts).toEqual([
      [
        "تقرير - الفواتير.csv",
        'رقم,العميل,التاريخ,المبلغ,مدفوع\r\n1001,أحمد,2026-03-05,1234.5,TRUE\r\n1002,"شركة ""النور"", ذ.م.م",2026-03-06,0.3,FALSE\r\n1003,سالم,2026-03-07T12:00:00,0.001,#N/A\r\n',
      ],
      ["تقرير - Notes - 2026.csv", "Key,Value\r\na,12\r\nb,=SUM(A1:A2)\r\n"],
    ]);
    expect(profile).toMatchObject({ kind: "table", delimiter: null, language: "mixed", textPath: null });
    expect(profile.tables.map((table) => [table.sheet, table.path, table.rows])).toEqual([
      ["الفواتير", "تقرير - الفواتير.csv", 3],
      ["Notes / 2026", "تقرير - Notes - 2026.csv", 2],
    ]);
    expect(
      profile.tables[0]?.columns.map((column) => [column.name, column.kind, column.format, column.currencies]),
    ).toEqual([
      ["رقم", "number", ".", []],
      ["العميل", "text", null, []],
      ["التاريخ", "date", "ymd", []],
      ["المبلغ", "money", ".", ["KWD"]],
      ["مدفوع", "boolean", null, []],
    ]);
  });

  it("keeps what Excel shows of numbers and times", async () => {
    const stored = [
      "123456789012345678",
      "1.1000000000000001",
      "-0.00012",
      "1.5E+20",
      "46086.999999",
      "12345.678",
      "1e-7",
      "100",
      ".5",
      "-2.50",
    ];
    const bytes = workbook([
      { name: "s", rows: [["n", "t"], ...stored.map((value) => [num(value), num("1.5208333333", 4)])] },
    ]);
    const { texts } = await parse("n.xlsx", bytes);
    const rows = texts[0]?.[1]?.trim().split("\r\n").slice(1) ?? [];
    expect(rows.map((row) => row.split(",")[0])).toEqual([
      "123456789012345678",
      "1.1",
      "-0.00012",
      "150000000000000000000",
      "46086.999999",
      "12345.678",
      "0.0000001",
      "100",
      "0.5",
      "-2.5",
    ]);
    expect(rows[0]?.split(",")[1]).toBe("36:30:00");
  });

  it("reads rich text, phonetic hints, escapes, inline strings, missing references, prefixes and 1904 dates", async () => {
    const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const bytes = workbook(
      [{ name: "s", rows: [] }],
      {
        "xl/sharedStrings.xml": strToU8(
          `<sst xmlns="${main}"><si><r><t>Ali </t></r><r><t>&amp; Co &#x1F600;</t></r><rPh><t>hidden</t></rPh></si><si><t>two_x000A_lines</t></si></sst>`,
        ),
        "xl/worksheets/sheet1.xml": strToU8(
          `<x:worksheet xmlns:x="${main}"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>name</x:t></x:is></x:c><x:c t="inlineStr"><x:is><x:r><x:t>wh</x:t></x:r><x:r><x:t>en</x:t></x:r></x:is></x:c></x:row><x:row><x:c t="s"><x:v>0</x:v></x:c><x:c s="1"><x:v>44624</x:v></x:c></x:row><x:row><x:c t="s"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>`,
        ),
      },
      { date1904: true },
    );
    const { texts } = await parse("x.xlsx", bytes);
    expect(texts).toEqual([["x.csv", 'name,when\r\nAli & Co 😀,2026-03-05\r\n"two\nlines",\r\n']]);
  });

  it("is not blown up by far-away or scattered cells", async () => {
    const far = workbook([{ name: "s", rows: [] }], {
      "xl/worksheets/sheet1.xml": strToU8(
        '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>',
      ),
    });
    expect((await parse("far.xlsx", far)).texts[0]?.[1]).toBe("1,Column 2\r\n,2\r\n");
    const rows = Array.from({ length: 4_000 }, (_, index) => `<row><c r="${columnName(index)}1"><v>1</v></c></row>`);
    const scattered = workbook([{ name: "s", rows: [] }], {
      "xl/worksheets/sheet1.xml": strToU8(`<worksheet><sheetData>${rows.join("")}</sheetData></worksheet>`),
    });
    expect(await problemOf("scattered.xlsx", scattered)).toBe("file_too_large");
  });

  it("names files that are no workbook for what they are", async () => {
    const good = workbook([{ name: "s", rows: [["a"], ["1"]] }]);
    expect(await problemOf("a.xlsx", good.slice(0, good.length - 40))).toBe("file_broken");
    expect(await problemOf("a.xlsx", good.slice(0, 200))).toBe("file_broken");
    expect(await problemOf("a.csv", good)).toBe("file_mislabelled");
    expect(await problemOf("a.docx", good)).toBe("file_mislabelled");
    expect(await problemOf("a.zip", zipSync({ "a.txt": strToU8("x") }))).toBe("file_type_unsupported");
    expect(await problemOf("a.xlsx", zipSync({ "a.txt": strToU8("x") }))).toBe("file_mislabelled");
    expect(await problemOf("a.xlsx", strToU8("a,b\n1,2\n"))).toBe("file_mislabelled");
    expect(await problemOf("a.xlsx", workbook([{ name: "s", rows: [[null]] }]))).toBe("file_empty");
    const types = '<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>';
    expect(await problemOf("a.xlsm", workbook([], { "[Content_Types].xml": strToU8(types) }))).toBe(
      "file_type_unsupported",
    );
    expect(
      await problemOf(
        "a.xlsx",
        workbook([{ name: "s", rows: [] }], { "xl/worksheets/sheet1.xml": strToU8("<worksheet><sheetData><row><c") }),
      ),
    ).toBe("file_broken");
  });
});

function columnName(index: number): string {
  let name = "";
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
    name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  return name;
}

describe("parseFile: archives that attack (zip bombs)", () => {
  const sheet = (bytes: number) => ({
    "xl/worksheets/sheet1.xml": strToU8(`<worksheet><sheetData>${" ".repeat(bytes)}</sheetData></worksheet>`),
  });

  it("refuses a sheet that inflates a thousandfold, by its declared size", async () => {
    expect(await problemOf("a.xlsx", workbook([{ name: "s", rows: [] }], sheet(30_000_000)))).toBe("file_zip_bomb");
  });

  it("refuses it when the header lies about the size", async () => {
    const bytes = workbook([{ name: "s", rows: [] }], sheet(30_000_000));
    expect(await problemOf("a.xlsx", patchSizes(bytes, 1_000))).toBe("file_zip_bomb");
  });

  it("refuses overlapping entries", async () => {
    const parts = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, strToU8("x")]));
    const bytes = zipSync({ ...parts, big: [crypto.getRandomValues(new Uint8Array(60_000)), { level: 0 }] });
    const view = new DataView(bytes.buffer);
    forEachEntry(bytes, (at) => {
      view.setUint32(at + 20, 60_000, true);
    });
    expect(await problemOf("a.xlsx", bytes)).toBe("file_zip_bomb");
  });

  it("refuses thousands of entries", async () => {
    const parts = Object.fromEntries(Array.from({ length: 6_000 }, (_, index) => [`f${index}`, new Uint8Array(0)]));
    expect(await problemOf("a.xlsx", zipSync(parts, { level: 0 }))).toBe("file_zip_bomb");
  });

  it("does not open archives inside", async () => {
    const inner = zipSync({ bomb: new Uint8Array(3_000_000) });
    const bytes = workbook(
      [
        {
          name: "s",
          rows: [
            ["a", "b"],
            ["x", "y"],
          ],
        },
      ],
      { "xl/embeddings/inner.zip": [inner, { level: 0 }] },
    );
    expect((await parse("a.xlsx", bytes)).texts[0]?.[1]).toBe("a,b\r\nx,y\r\n");
  });

  it("says that an archive with a password is encrypted", async () => {
    const bytes = workbook([{ name: "s", rows: [["a"], ["b"]] }]);
    forEachEntry(bytes, (at) => {
      bytes[at + 8] = (bytes[at + 8] ?? 0) | 1;
    });
    expect(await problemOf("a.xlsx", bytes)).toBe("file_encrypted");
  });
});

function forEachEntry(bytes: Uint8Array, change: (at: number) => void): void {
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 46 < bytes.length; at++) if (view.getUint32(at, true) === 0x02014b50) change(at);
}

/** Claims a small inflated size everywhere. */
function patchSizes(bytes: Uint8Array, size: number): Uint8Array {
  const view = new DataView(bytes.buffer);
  forEachEntry(bytes, (at) => {
    view.setUint32(at + 24, size, true);
    view.setUint32(view.getUint32(at + 42, true) + 22, size, true);
  });
  return bytes;
}
