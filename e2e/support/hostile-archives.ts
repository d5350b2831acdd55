import { gzipSync, strToU8, zipSync } from "fflate";

/* Archives no tool would make, small enough to travel in a line of the terminal. */

/** A command that writes the bytes to `name`: packed first, as most of them are long and say little. */
export const placing = (name: string, bytes: Uint8Array): string =>
  `echo ${Buffer.from(gzipSync(bytes, { level: 9 })).toString("base64")} | base64 -d | gunzip > ${name}`;

/** One file of zeros, `bytes` long when unpacked. */
export const gzipOfZeros = (bytes: number): Uint8Array => gzipSync(new Uint8Array(bytes), { level: 9 });

/** Entries under the names given, as they are given. */
export const zipNamed = (...names: readonly string[]): Uint8Array =>
  zipSync(Object.fromEntries(names.map((name) => [name, strToU8("evil\n")])));

/** `count` entries of the directory that all point at the same megabyte: it unpacks to `count` of them. */
export function overlappingZip(count: number): Uint8Array {
  const one = Buffer.from(zipSync({ f0000: [new Uint8Array(1_000_000), { level: 9 }] }));
  const directory = one.indexOf(Buffer.from("PK\x01\x02", "latin1"));
  const end = one.indexOf(Buffer.from("PK\x05\x06", "latin1"));
  const entries = Array.from({ length: count }, (_, index) => {
    const entry = Buffer.from(one.subarray(directory, end));
    entry.write(`f${String(index).padStart(4, "0")}`, 46, "latin1");
    return entry;
  });
  const tail = Buffer.from(one.subarray(end));
  tail.writeUInt16LE(count, 8);
  tail.writeUInt16LE(count, 10);
  tail.writeUInt32LE((end - directory) * count, 12);
  return Buffer.concat([one.subarray(0, directory), ...entries, tail]);
}

/** A zip whose headers say ten bytes where a hundred million come. */
export function lyingZip(): Uint8Array {
  const zip = Buffer.from(zipSync({ small: [new Uint8Array(20_000_000), { level: 9 }] }));
  zip.writeUInt32LE(10, 22);
  zip.writeUInt32LE(10, zip.indexOf(Buffer.from("PK\x01\x02", "latin1")) + 24);
  return zip;
}

interface TarEntry {
  readonly name: string;
  /** Present: a link to there. */
  readonly link?: string;
  readonly text?: string;
}

/** A tar written by hand, since no tar would write these names. */
export function tarOf(...entries: readonly TarEntry[]): Uint8Array {
  const blocks = entries.flatMap(({ name, link = "", text = "" }) => {
    const head = Buffer.alloc(512);
    head.write(name, 0);
    head.write("0000644\0", 100);
    head.write(`${text.length.toString(8).padStart(11, "0")}\0`, 124);
    head.fill(" ", 148, 156);
    head.write(link === "" ? "0" : "2", 156);
    head.write(link, 157);
    head.write(
      `${head
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, "0")}\0 `,
      148,
    );
    const body = Buffer.alloc(Math.ceil(text.length / 512) * 512);
    body.write(text);
    return [head, body];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
