import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sha256 } from "./hash.ts";

const platform = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

describe("L2 the hash of a row", () => {
  it("is the published SHA-256 of nothing, of abc and of two blocks", () => {
    expect(sha256("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).toBe(
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    );
  });

  it("is the platform's, for texts of every length around the blocks and the bound, in every script", () => {
    for (const unit of ["x", "é", "م", "😀", "\ud83d", "\udc00", "\0"])
      for (const length of [...Array.from({ length: 200 }, (_, at) => at), 1365, 1366, 3999, 4000, 4001, 20_000]) {
        const text = unit.repeat(Math.ceil(length / unit.length));
        expect(sha256(text), `${JSON.stringify(unit)} × ${length}`).toBe(platform(text));
      }
  });

  it("is the platform's, for bytes and for mixed texts one after the other", () => {
    expect(sha256(Uint8Array.of(1, 2, 255))).toBe(platform(Uint8Array.of(1, 2, 255)));
    for (let seed = 1; seed < 500; seed++) {
      let text = "";
      for (let at = 0, n = seed; at < seed * 3; at++) {
        n = (n * 1_103_515_245 + 12_345) % 2 ** 31;
        text += String.fromCharCode(n % 0xffff);
      }
      expect(sha256(text)).toBe(platform(text));
    }
  });
});
