import { strToU8, zipSync } from "fflate";

const utf16 = (text: string): number[] => [...text].flatMap((letter) => [letter.charCodeAt(0), 0]);

/** What Excel saves when a password is set: a compound file around an "EncryptedPackage" stream. */
export const encryptedWorkbook = (): Uint8Array<ArrayBuffer> =>
  new Uint8Array([
    ...[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1],
    ...new Array<number>(1016).fill(0),
    ...utf16("EncryptedPackage"),
    ...new Array<number>(512).fill(0),
  ]);

/** 400 kB that unpack to hundreds of megabytes. */
export const zipBomb = (): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    zipSync({
      "[Content_Types].xml": strToU8(
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
      ),
      "xl/workbook.xml": strToU8("<workbook/>"),
      "xl/worksheets/sheet1.xml": [new Uint8Array(300 * 1024 * 1024), { level: 9 }],
    }),
  );
