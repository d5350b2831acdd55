import { strToU8 } from "fflate";
import { describe, expect, it } from "vitest";
import { MAX_FILE_BYTES } from "../../../shared/api/limits.ts";
import { compoundFile, concat, jpeg, packedPdf, pdf, png } from "./fixtures/media.ts";
import { paragraph, wordDocument, wordTable } from "./fixtures/office.ts";
import { parseFile } from "./parse-file.ts";

const decoder = new TextDecoder();

async function parse(name: string, bytes: Uint8Array | string) {
  const result = await parseFile({ fileId: "fil_1", name, bytes: typeof bytes === "string" ? strToU8(bytes) : bytes });
  if (!result.ok) throw new Error(`${result.error.problem}: ${result.error.detail}`);
  return { ...result.value, texts: result.value.derived.map((file) => [file.path, decoder.decode(file.bytes)]) };
}

const problemOf = async (name: string, bytes: Uint8Array | string): Promise<string> => {
  const result = await parseFile({ fileId: "fil_1", name, bytes: typeof bytes === "string" ? strToU8(bytes) : bytes });
  return result.ok ? "none" : result.error.problem;
};

const csvOf = async (name: string, bytes: Uint8Array | string) => (await parse(name, bytes)).texts[0]?.[1];
const columnsOf = async (name: string, text: string) =>
  (await parse(name, text)).profile.tables[0]?.columns.map((column) => [column.name, column.kind, column.format]);

describe("parseFile: delimited text (FR-2.3)", () => {
  it.each([
    [",", "a,b\n1,x\n2,y\n"],
    [";", "a;b\n1,5;x\n2,25;y\n"],
    ["\t", "a\tb\n1\tx, y; z\n2\ty\n"],
    ["|", "a|b\n1|x\n2|y\n"],
    [";", "sep=;\na;b\n1;2\n"],
  ])("finds the delimiter %j", async (delimiter, text) => {
    expect((await parse("t.csv", text)).profile.delimiter).toBe(delimiter);
    expect((await parse("t.csv", text)).profile.tables[0]?.columns.map((column) => column.name)).toEqual(["a", "b"]);
  });

  it("keeps values as written: quotes, line breaks, delimiters inside, ٠١٢, spaces inside", async () => {
    const text =
      '\ufeffالعميل;المبلغ;ملاحظة\r\n"شركة; النور";١٬٢٣٤٫٥٠٠ د.ك;"سطر\r\nثان ""مهم"""\r\n  سالم  ;(45.00);\r\n';
    expect(await csvOf("ف.csv", text)).toBe(
      'العميل,المبلغ,ملاحظة\r\nشركة; النور,١٬٢٣٤٫٥٠٠ د.ك,"سطر\nثان ""مهم"""\r\nسالم,(45.00),\r\n',
    );
  });

  it("leaves out titles above the header, empty rows and columns; repairs names and ragged rows", async () => {
    const text = "Acme Trading,,,,\nReport 2026,,,,\n\nName,,Amount,Amount,\nAli,x,1.5,2\nSara,y,3,4,,\n,,,,\n";
    expect(await csvOf("t.csv", text)).toBe("Name,Column 2,Amount,Amount (2)\r\nAli,x,1.5,2\r\nSara,y,3,4\r\n");
  });

  it("sees that a table has no header", async () => {
    expect(await csvOf("t.csv", "Ali,2026-03-05,12.500\nSara,2026-03-06,7.250\n")).toBe(
      "Column 1,Column 2,Column 3\r\nAli,2026-03-05,12.500\r\nSara,2026-03-06,7.250\r\n",
    );
    expect(await csvOf("t.csv", "Product,2024,2025\nA,100,200\nB,5,6\n")).toBe(
      "Product,2024,2025\r\nA,100,200\r\nB,5,6\r\n",
    );
  });

  it("numbers ten thousand columns of one name at once, and refuses tables that grow beyond measure", async () => {
    const wide = `${new Array(2_000).fill("c").join(",")}\n${new Array(2_000).fill("1").join(",")}\n`;
    expect((await parse("t.csv", wide)).profile.tables[0]?.columns.at(-1)?.name).toBe("c (2000)");
    const header = new Array(10_000).fill("c").join(",");
    expect(await problemOf("t.csv", `${header}\n${"1\n".repeat(100_000)}`)).toBe("file_too_large");
    expect(await problemOf("t.csv", `${new Array(200_000).fill("c").join(",")}\n1\n`)).toBe("file_too_large");
    expect(await problemOf("t.csv", `${"x".repeat(2_000_000)},b\n1,2\n`)).toBe("file_too_large");
  });

  it("survives a quote that never closes", async () => {
    expect(await csvOf("t.csv", 'size,n\n"5 inch,1\n6 inch,2\n')).toBe('size,n\r\n"""5 inch",1\r\n6 inch,2\r\n');
  });

  it.each([
    ["UTF-16 with a mark", concat([new Uint8Array([0xff, 0xfe]), utf16("اسم\tقيمة\nأ\t1\n")]), "اسم,قيمة\r\nأ,1\r\n"],
    ["UTF-16 without a mark", utf16("name\tvalue\nx\t1\n"), "name,value\r\nx,1\r\n"],
    [
      "Windows-1256",
      new Uint8Array([
        ...strToU8("n,"),
        0xc7,
        0xe1,
        0xda,
        0xe3,
        0xed,
        0xe1,
        10,
        ...strToU8("1,"),
        0xc3,
        0xcd,
        0xe3,
        0xcf,
        10,
      ]),
      "n,العميل\r\n1,أحمد\r\n",
    ],
    [
      "Windows-1252",
      new Uint8Array([...strToU8("n,Caf"), 0xe9, 10, ...strToU8("1,Z"), 0xfc, ...strToU8("rich\n")]),
      "n,Café\r\n1,Zürich\r\n",
    ],
  ])("reads %s", async (_name, bytes, csv) => {
    expect(await csvOf("t.csv", bytes)).toBe(csv);
  });

  it("takes a table in a .txt for a table, prose for prose", async () => {
    expect((await parse("t.txt", "a\tb\n1\t2\n3\t4\n")).profile.kind).toBe("table");
    expect((await parse("t.txt", "Hello, Ali\nThanks, Sara\nBye, all\n")).profile.kind).toBe("document");
    expect((await parse("t.md", "a|b\n--|--\n1|2\n")).profile.kind).toBe("document");
  });
});

describe("parseFile: what columns are (FR-2.3)", () => {
  it("profiles an invoice table by all of its values", async () => {
    const { profile } = await parse(
      "invoices.csv",
      'Invoice,Client,Issued,Due,Amount,Paid,Note\nINV-1,Ali,03/04/2026,03/25/2026,"KD 1,234.500",yes,\nINV-2,Sara,04/05/2026,04/30/2026,12.5 KWD,no,\nINV-3,Ali,05/06/2026,n/a,(45.00),no,\nINV-4,Omar,06/07/2026,06/30/2026,TBD,yes,\n',
    );
    const columns = profile.tables[0]?.columns ?? [];
    expect(columns.map((column) => [column.name, column.kind, column.format])).toEqual([
      ["Invoice", "text", null],
      ["Client", "text", null],
      ["Issued", "date", "mdy"],
      ["Due", "date", "mdy"],
      ["Amount", "money", "."],
      ["Paid", "boolean", null],
      ["Note", "empty", null],
    ]);
    expect(columns[4]).toMatchObject({ currencies: ["KWD"], odd: ["TBD"], empty: 0, distinct: 4 });
    expect(columns[3]?.odd).toEqual(["n/a"]);
    expect(columns[1]).toMatchObject({ distinct: 3, samples: ["Ali", "Sara", "Omar"] });
    expect(profile.tables[0]?.head[0]).toEqual(["INV-1", "Ali", "03/04/2026", "03/25/2026", "KD 1,234.500", "yes", ""]);
    expect(profile.language).toBe("en");
  });

  it.each([
    [
      "decimal commas by evidence",
      "a;n\nx;1,234\ny;12,5\n",
      [
        ["a", "text", null],
        ["n", "number", ","],
      ],
    ],
    [
      "commas that group without other evidence",
      "a;n\nx;1,234\ny;125\n",
      [
        ["a", "text", null],
        ["n", "number", "."],
      ],
    ],
    [
      "another column's evidence",
      "price;n\n1.234,50;1,234\n2,5;2,345\n",
      [
        ["price", "money", ","],
        ["n", "number", ","],
      ],
    ],
    [
      "day first by default",
      "d;x\n05/03/2026;a\n06/03/2026;b\n",
      [
        ["d", "date", "dmy"],
        ["x", "text", null],
      ],
    ],
    [
      "month first by evidence",
      "d;x\n05/03/2026;a\n06/23/2026;b\n",
      [
        ["d", "date", "mdy"],
        ["x", "text", null],
      ],
    ],
    [
      "words for months",
      "d;x\n5 Mar 2026;a\n٥ مارس ٢٠٢٦;b\n",
      [
        ["d", "date", "text"],
        ["x", "text", null],
      ],
    ],
    [
      "codes with leading zeros",
      "code;x\n00123;a\n00456;b\n",
      [
        ["code", "text", null],
        ["x", "text", null],
      ],
    ],
    [
      "Arabic digits",
      "التاريخ;المبلغ\n٠٥/٠٣/٢٠٢٦;١٬٢٣٤٫٥٠٠\n٢٠٢٦-٠٣-٠٦;٥٠\n",
      [
        ["التاريخ", "date", "dmy"],
        ["المبلغ", "money", "."],
      ],
    ],
    [
      "currency in the header",
      "x;Total (KWD)\na;5\nb;6\n",
      [
        ["x", "text", null],
        ["Total (KWD)", "money", "."],
      ],
    ],
    [
      "a date column of eight digits",
      "x;invoice date\na;20260305\nb;20260306\n",
      [
        ["x", "text", null],
        ["invoice date", "date", "ymd"],
      ],
    ],
  ])("%s", async (_name, text, columns) => {
    expect(await columnsOf("t.csv", text)).toEqual(columns);
  });
});

describe("parseFile: documents (FR-2.3)", () => {
  it("gives text and markdown as they are", async () => {
    const text = `# عنوان\n\n${"نص ".repeat(2_000)}`;
    const { profile, texts } = await parse("إجراء العمل.md", text);
    expect(texts).toEqual([["إجراء العمل.md", text]]);
    expect(profile).toMatchObject({
      kind: "document",
      textPath: "إجراء العمل.md",
      textLength: text.length,
      language: "ar",
    });
    expect(profile.excerpt).toBe(text.slice(0, 2_000));
  });

  it("reads a PDF page by page", async () => {
    const { profile, texts } = await parse("sop.pdf", pdf(["Step one\nCall the client", "", "Step two"]));
    expect(texts).toEqual([["sop.txt", "[Page 1]\nStep one\nCall the client\n\n[Page 3]\nStep two\n"]]);
    expect(profile).toMatchObject({ kind: "document", mediaType: "application/pdf", language: "en" });
  });

  it("reads compressed pages and refuses ones that inflate beyond measure", async () => {
    expect((await parse("a.pdf", packedPdf("Packed text", 1_000))).texts[0]?.[1]).toContain("Packed text");
    expect(await problemOf("a.pdf", packedPdf("Bomb", 110_000_000))).toBe("file_zip_bomb");
  });

  it("says that a PDF asks for a password", async () => {
    const encrypted = pdf(
      ["secret"],
      "/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O (12345678901234567890123456789012) /U (12345678901234567890123456789012) >> /ID [(a) (a)]",
    );
    expect(await problemOf("a.pdf", encrypted)).toBe("file_encrypted");
  });

  it("says when a PDF has no text", async () => {
    const { profile, derived } = await parse("scan.pdf", pdf(["", ""]));
    expect(derived).toEqual([]);
    expect(profile).toMatchObject({ textPath: null, textLength: 0 });
    expect(profile.excerpt).toContain("No text can be read: the PDF has 2 pages");
  });

  it("reads a Word document with headings, lists and tables", async () => {
    const body = [
      paragraph("Refund policy", "Heading1"),
      paragraph("Ask <b>first</b> & then pay."),
      wordTable([
        ["Step", "Who"],
        ["Check | sign", "علي"],
      ]),
      paragraph("نهاية"),
    ].join("");
    const { texts, profile } = await parse("policy.docx", wordDocument(body));
    expect(texts).toEqual([
      [
        "policy.md",
        "# Refund policy\n\nAsk <b>first</b> & then pay.\n\n| Step | Who |\n| --- | --- |\n| Check \\| sign | علي |\n\nنهاية\n",
      ],
    ]);
    expect(profile.mediaType).toBe("application/vnd.openxmlformats-officedocument.wordprocessingml.document");
  });

  it("refuses a bomb in a Word document", async () => {
    expect(await problemOf("a.docx", wordDocument(`${paragraph("x")}${" ".repeat(20_000_000)}`))).toBe("file_zip_bomb");
  });
});

describe("parseFile: pictures (FR-2.7)", () => {
  it("accepts PNG and JPEG by content", async () => {
    expect((await parse("a.png", png(3, 2))).profile).toMatchObject({
      kind: "image",
      mediaType: "image/png",
      tables: [],
    });
    expect((await parse("a.jpg", jpeg(640, 480))).mediaType).toBe("image/jpeg");
    expect((await parse("photo.jpeg", png(3, 2))).mediaType).toBe("image/png");
  });

  it.each([
    ["a cut PNG", "a.png", png(20, 20).slice(0, -8), "file_broken"],
    ["a PNG without data", "a.png", png(3, 2).slice(0, 40), "file_broken"],
    ["a PNG of a billion pixels", "a.png", png(1, 1, { width: 40_000, height: 40_000 }), "file_too_large"],
    ["a PNG of no size", "a.png", png(1, 1, { width: 0 }), "file_broken"],
    ["a cut JPEG", "a.jpg", jpeg(640, 480).slice(0, -2), "file_broken"],
    ["a JPEG of a signature", "a.jpg", new Uint8Array([0xff, 0xd8, 0xff]), "file_broken"],
    ["a huge JPEG", "a.jpg", jpeg(60_000, 60_000), "file_too_large"],
    ["a picture named as a table", "a.csv", png(3, 2), "file_mislabelled"],
  ])("%s → %s", async (_name, name, bytes, problem) => {
    expect(await problemOf(name, bytes)).toBe(problem);
  });
});

describe("parseFile: names, sizes and damage", () => {
  const exe = concat([strToU8("MZ"), new Uint8Array(200), strToU8("PE\0\0")]);

  it.each([
    ["nothing", "a.csv", new Uint8Array(0), "file_empty"],
    ["white space", "a.txt", strToU8(" \n\t\n"), "file_empty"],
    ["a mark alone", "a.csv", new Uint8Array([0xef, 0xbb, 0xbf]), "file_empty"],
    ["only delimiters", "a.csv", strToU8(",,,\n,,,\n"), "file_empty"],
    ["too many bytes", "a.csv", new Uint8Array(MAX_FILE_BYTES + 1).fill(97), "file_too_large"],
    ["a program as a table", "a.csv", exe, "file_mislabelled"],
    ["a program", "a.exe", exe, "file_type_unsupported"],
    ["text as a PDF", "a.pdf", strToU8("just text"), "file_mislabelled"],
    ["text as a picture", "a.png", strToU8("just text"), "file_mislabelled"],
    ["a PDF as text", "a.txt", pdf(["x"]), "file_mislabelled"],
    ["a web page as a table", "a.csv", strToU8("<!DOCTYPE html><table></table>"), "file_mislabelled"],
    ["JSON", "a.json", strToU8("{}"), "file_type_unsupported"],
    ["noise as a table", "a.csv", new Uint8Array(500).map((_, index) => (index * 7919) % 256), "file_broken"],
    ["a cut PDF", "a.pdf", strToU8("%PDF-1.4\n1 0 obj\n<<"), "file_broken"],
    ["an old workbook", "a.xls", compoundFile("Workbook"), "file_type_unsupported"],
    ["an old workbook under a new name", "a.xlsx", compoundFile("Workbook"), "file_mislabelled"],
    ["an encrypted workbook", "a.xlsx", compoundFile("EncryptedPackage"), "file_encrypted"],
  ])("%s → %s", async (_name, name, bytes, problem) => {
    expect(await problemOf(name, bytes)).toBe(problem);
  });

  it("makes safe names and keeps Arabic ones", async () => {
    const pathOf = async (name: string) => (await parse(name, "a,b\n1,2\n")).derived[0]?.path;
    expect(await pathOf("../../etc/passwd.csv")).toBe("passwd.csv");
    expect(await pathOf("C:\\docs\\فواتير يناير.csv")).toBe("فواتير يناير.csv");
    expect(await pathOf("a\u0000b\u202egpj.csv")).toBe("abgpj.csv");
    expect(await pathOf(`${"😀".repeat(200)}.csv`)).toBe(`${"😀".repeat(58)}.csv`);
    expect(await pathOf("....csv")).toBe("file.csv");
  });

  it("never throws, whatever the bytes are", async () => {
    const starts = [
      [0x50, 0x4b, 3, 4],
      [0x25, 0x50, 0x44, 0x46, 0x2d],
      [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10],
      [0xff, 0xd8, 0xff],
      [0xd0, 0xcf],
    ];
    let seed = 7;
    for (let round = 0; round < 60; round++) {
      const start = starts[round % starts.length] ?? [];
      const bytes = new Uint8Array(start.length + ((round * 37) % 700));
      for (let at = 0; at < bytes.length; at++) {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        bytes[at] = start[at] ?? seed >> 16;
      }
      const result = await parseFile({
        fileId: "f",
        name: `x${[".csv", ".pdf", ".xlsx", ".png", ""][round % 5]}`,
        bytes,
      });
      expect(typeof result.ok).toBe("boolean");
    }
  });
});

function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let at = 0; at < text.length; at++) {
    bytes[at * 2] = text.charCodeAt(at) & 255;
    bytes[at * 2 + 1] = text.charCodeAt(at) >> 8;
  }
  return bytes;
}
