import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64, toBase64Url } from "./base64.ts";
import { importMasterKey, newWrappedKey, rewrapKey, unwrapKey } from "./data-key.ts";
import { CHUNK_BYTES, newHeader, readHeader, SEALED_CHUNK_BYTES, sealedSize } from "./header.ts";
import { open, openRange, openStream, seal } from "./seal.ts";
import { SealError } from "./seal-error.ts";

const aad = "prj_a|files/fil_1";

function dataKey(fill = 7): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", new Uint8Array(32).fill(fill), "HKDF", false, ["deriveKey"]);
}

function bytesOf(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let index = 0; index < size; index++) bytes[index] = (index * 31 + (index >> 8)) & 255;
  return bytes;
}

const broken = (promise: Promise<unknown>) => expect(promise).rejects.toThrow(SealError);

describe("seal", () => {
  it.each([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 5])(
    "opens what it sealed, %i bytes, in 65,552-byte chunks",
    async (size) => {
      const { sealed, header } = await seal(bytesOf(size), await dataKey(), aad);
      expect(SEALED_CHUNK_BYTES).toBe(65_552);
      expect(sealed.length).toBe(sealedSize(size));
      expect(await open(sealed, header, await dataKey(), aad)).toEqual(bytesOf(size));
    },
  );

  it("gives every object a key of its own: the same bytes never seal alike", async () => {
    const [a, b] = [await seal(bytesOf(40), await dataKey(), aad), await seal(bytesOf(40), await dataKey(), aad)];
    expect(a.sealed).not.toEqual(b.sealed);
    await broken(open(a.sealed, b.header, await dataKey(), aad));
  });

  it("refuses any flipped bit", async () => {
    const key = await dataKey();
    const { sealed, header } = await seal(bytesOf(CHUNK_BYTES + 100), key, aad);
    for (const at of [0, 17, CHUNK_BYTES, SEALED_CHUNK_BYTES - 1, SEALED_CHUNK_BYTES, sealed.length - 1]) {
      const bad = sealed.slice();
      bad[at] = (bad[at] ?? 0) ^ 1;
      await broken(open(bad, header, key, aad));
    }
  });

  it("refuses a cut object, also at a chunk's border and with a header made to match", async () => {
    const key = await dataKey();
    const { sealed, header } = await seal(bytesOf(2 * CHUNK_BYTES), key, aad);
    await broken(open(sealed.slice(0, -1), header, key, aad));
    await broken(open(sealed.slice(0, SEALED_CHUNK_BYTES), header, key, aad));
    const { salt } = readHeader(header);
    const forged = { v: 1, salt: toBase64Url(salt), size: CHUNK_BYTES };
    const forgedHeader = toBase64Url(new TextEncoder().encode(JSON.stringify(forged)));
    await broken(open(sealed.slice(0, SEALED_CHUNK_BYTES), forgedHeader, key, aad));
  });

  it("refuses swapped, repeated and appended chunks", async () => {
    const key = await dataKey();
    const { sealed, header } = await seal(bytesOf(3 * CHUNK_BYTES), key, aad);
    const chunk = (index: number) => sealed.slice(index * SEALED_CHUNK_BYTES, (index + 1) * SEALED_CHUNK_BYTES);
    for (const order of [
      [1, 0, 2],
      [0, 0, 2],
      [0, 2, 1],
    ])
      await broken(open(new Uint8Array(order.flatMap((index) => [...chunk(index)])), header, key, aad));
    await broken(open(new Uint8Array([...sealed, ...chunk(2)]), header, key, aad));
  });

  it("refuses another key, another aad and a header that is none", async () => {
    const key = await dataKey();
    const { sealed, header } = await seal(bytesOf(10), key, aad);
    await broken(open(sealed, header, await dataKey(8), aad));
    await broken(open(sealed, header, key, "prj_b|files/fil_1"));
    await broken(open(sealed, newHeader(10), key, aad));
    for (const text of ["", "%%%", toBase64Url(new TextEncoder().encode("{}")), header.slice(0, -4)])
      await broken(open(sealed, text, key, aad));
  });

  it("opens any range from the chunks it lies in only", async () => {
    const key = await dataKey();
    const size = 3 * CHUNK_BYTES + 777;
    const plain = bytesOf(size);
    const { sealed, header } = await seal(plain, key, aad);
    await fc.assert(
      fc.asyncProperty(fc.nat(size + 10), fc.nat(size + 10), async (start, end) => {
        const reads: [number, number][] = [];
        const read = async (offset: number, length: number) => {
          reads.push([offset, length]);
          return sealed.slice(offset, offset + length);
        };
        const part = await openRange({ header, projectKey: key, aad, start, end, read });
        expect(Buffer.compare(part, plain.subarray(start, Math.max(start, end)))).toBe(0);
        expect(reads).toHaveLength(1);
        expect(reads[0]?.[1]).toBeLessThanOrEqual(Math.max(0, end - start) + 2 * SEALED_CHUNK_BYTES);
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it("refuses a range whose sealed bytes are missing", async () => {
    const key = await dataKey();
    const { sealed, header } = await seal(bytesOf(2 * CHUNK_BYTES), key, aad);
    const read = async (offset: number, length: number) => sealed.slice(offset, offset + length - 1);
    await broken(openRange({ header, projectKey: key, aad, start: 5, end: 9, read }));
  });
});

describe("openStream", () => {
  async function through(sealed: Uint8Array, header: string, piece: number): Promise<Uint8Array> {
    let at = 0;
    const source = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= sealed.length) return controller.close();
        controller.enqueue(sealed.subarray(at, at + piece));
        at += piece;
      },
    });
    const stream = source.pipeThrough(openStream(header, await dataKey(), aad));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  it.each([0, 1, CHUNK_BYTES, 2 * CHUNK_BYTES + 9])("gives %i bytes whatever the pieces that arrive", async (size) => {
    const { sealed, header } = await seal(bytesOf(size), await dataKey(), aad);
    for (const piece of [4096, 65_552, 70_001, 1_000_000])
      expect(Buffer.compare(await through(sealed, header, piece), bytesOf(size))).toBe(0);
  });

  it("errors on a cut, altered or longer object", async () => {
    const { sealed, header } = await seal(bytesOf(CHUNK_BYTES + 9), await dataKey(), aad);
    await broken(through(sealed.slice(0, SEALED_CHUNK_BYTES), header, 9000));
    await broken(through(new Uint8Array([...sealed, 0]), header, 9000));
    sealed[3] = (sealed[3] ?? 0) ^ 255;
    await broken(through(sealed, header, 9000));
  });
});

describe("data key", () => {
  const master = (fill: number) => importMasterKey(btoa(String.fromCharCode(...new Uint8Array(32).fill(fill))));
  const owner = { projectId: "prj_a", keyVersion: 1 };

  it("unwraps for its own project and version only, and never with another master key", async () => {
    const wrapped = await newWrappedKey(await master(1), owner);
    const key = await unwrapKey(wrapped, await master(1), owner);
    expect(key.extractable).toBe(false);
    await broken(unwrapKey(wrapped, await master(2), owner));
    await broken(unwrapKey(wrapped, await master(1), { projectId: "prj_b", keyVersion: 1 }));
    await broken(unwrapKey(wrapped, await master(1), { projectId: "prj_a", keyVersion: 2 }));
    const bytes = fromBase64(wrapped) ?? new Uint8Array();
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    await broken(unwrapKey(toBase64Url(bytes), await master(1), owner));
  });

  it("survives a rotation of the master key: what was sealed before still opens", async () => {
    const wrapped = await newWrappedKey(await master(1), owner);
    const { sealed, header } = await seal(bytesOf(99), await unwrapKey(wrapped, await master(1), owner), aad);
    const next = { projectId: "prj_a", keyVersion: 2 };
    const rewrapped = await rewrapKey(
      wrapped,
      { masterKey: await master(1), owner },
      { masterKey: await master(2), owner: next },
    );
    const key = await unwrapKey(rewrapped, await master(2), next);
    expect(await open(sealed, header, key, aad)).toEqual(bytesOf(99));
  });

  it("refuses a master key of the wrong length", async () => {
    await broken(importMasterKey("c2hvcnQ="));
    await broken(importMasterKey("not base64 at all!"));
  });
});
