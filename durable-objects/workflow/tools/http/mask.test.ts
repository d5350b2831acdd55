import { describe, expect, it } from "vitest";
import { maskerOf, maskJson } from "./mask.ts";

const TOKEN = "tok/4f9a+8c2e=11~x";
const mask = maskerOf(`Bearer ${TOKEN}`);
const hex = (text: string): string => Buffer.from(text).toString("hex");

describe("NFR-S credentials that a service echoes", () => {
  it.each([
    ["as it is", TOKEN],
    ["with its scheme", `Bearer ${TOKEN}`],
    ["in a query", encodeURIComponent(TOKEN)],
    ["in a query, lower case", encodeURIComponent(TOKEN).toLowerCase()],
    ["in a form", new URLSearchParams({ a: `Bearer ${TOKEN}` }).toString()],
    ["in HTML", `Bearer ${TOKEN}`.replaceAll("/", "&#x2F;").replaceAll("+", "&#43;").replaceAll("=", "&#61;")],
    ["as base64", btoa(TOKEN)],
    ["as base64 inside more", btoa(`{"authorization":"Bearer ${TOKEN}"}`)],
    ["as base64 inside more, one further", btoa(`x{"authorization":"Bearer ${TOKEN}"}`)],
    ["as base64 inside more, two further", btoa(`xx{"authorization":"Bearer ${TOKEN}"}`)],
    ["as base64url", btoa(`x${TOKEN}`).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")],
    ["as hexadecimals", hex(TOKEN)],
    ["as upper case hexadecimals", hex(TOKEN).toUpperCase()],
    ["in JSON inside JSON", JSON.stringify(JSON.stringify({ a: TOKEN }))],
  ])("are masked %s", (_form, echoed) => {
    const shown = mask(`before ${echoed} after`);
    expect(shown).toContain("•••");
    expect(shown).toMatch(/^before .* after$/s);
    expect(decodings(shown).some((text) => text.includes(TOKEN.slice(2, -2)))).toBe(false);
  });

  it("leaves everything else, and the names of fields are looked at too", () => {
    const plain = 'A token of thanks: {"id": 42, "name": "tok"}';
    expect(mask(plain)).toBe(plain);
    expect(maskJson({ [TOKEN]: [TOKEN, 1, null] }, mask)).toEqual({ "•••": ["•••", 1, null] });
    expect(maskerOf(null)(TOKEN)).toBe(TOKEN);
  });

  it("is done soon with an answer made to be slow", () => {
    const slow = maskerOf("//++//++//++");
    for (const mark of ["\\", "%25", "&#0", "/", "+"]) {
      const text = mark.repeat(64 * 1024);
      const from = performance.now();
      slow(text);
      expect(performance.now() - from).toBeLessThan(2000);
    }
  });

  it("masks the password of Basic credentials by itself", () => {
    const basic = maskerOf(`Basic ${btoa("clinic:s3cret-word")}`);
    expect(basic("user clinic, word s3cret-word")).toBe("user clinic, word •••");
  });
});

/** What somebody who wants the credential would try. */
function decodings(text: string): string[] {
  const words = text.split(/[^A-Za-z0-9+/=_-]+/);
  return [
    text,
    tried(() => decodeURIComponent(text.replaceAll("+", " "))),
    tried(() => decodeURIComponent(text)),
    text.replaceAll(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16))),
    ...words.flatMap((word) => [
      Buffer.from(word, "base64").toString("latin1"),
      Buffer.from(word, "base64url").toString("latin1"),
      Buffer.from(word, "hex").toString("latin1"),
    ]),
  ];
}

function tried(decode: () => string): string {
  try {
    return decode();
  } catch {
    return "";
  }
}
