import { describe, expect, it } from "vitest";
import { readAliases } from "./aliases.ts";
import { HOSTILE } from "./hostile.ts";
import { type EgressPolicy, judgeRedirect, judgeUrl } from "./judge.ts";

/** Approves what an attacker would want approved: the numbers and names of the list never pass for that. */
const policy: EgressPolicy = {
  allowed: new Set(["approved.com", "127.0.0.1", "localhost", "metadata.google.internal", "[::1]", "xn--mgbh0fb.com"]),
  aliases: new Map([["prices.test", new URL("http://127.0.0.1:9000/base/")]]),
};
const from = new URL("https://approved.com/start");
const codeOf = (result: ReturnType<typeof judgeUrl>): string => (result.ok ? "passed" : result.error.code);

describe("addresses that never pass (egress)", () => {
  const all = HOSTILE.flatMap(([code, addresses]) => addresses.map((address) => [code, address] as const));

  it("holds more than a hundred spellings, none twice", () => {
    expect(new Set(all.map(([, address]) => address)).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(150);
  });

  it.each(all)("%s: %j", (code, address) => {
    const result = judgeUrl(address, policy);
    expect(codeOf(result)).toBe(code);
    // What is shown is a name that was read whole, never the text that was refused.
    if (!result.ok) expect(result.error.sentence.length).toBeLessThan(400);
  });

  it.each(all.filter(([, address]) => /^[a-z]+:/i.test(address.trim())))("as a redirect, %s: %j", (_code, address) => {
    const result = judgeRedirect(address, from, policy);
    expect(result.ok).toBe(false);
  });
});

describe("addresses that pass (egress)", () => {
  it.each([
    ["https://approved.com", "https://approved.com/"],
    ["https://APPROVED.com/a?b=c#d", "https://approved.com/a?b=c"],
    ["https://approved.com:443/a", "https://approved.com/a"],
    ["https://approved.com/a/../b/%2e%2e/c", "https://approved.com/c"],
    ["https://approved.com/سعر?q=دينار", "https://approved.com/%D8%B3%D8%B9%D8%B1?q=%D8%AF%D9%8A%D9%86%D8%A7%D8%B1"],
    ["https://approved.com?q=1", "https://approved.com/?q=1"],
    ["https://مثال.com/", "https://xn--mgbh0fb.com/"],
    ["https://xn--mgbh0fb.com/", "https://xn--mgbh0fb.com/"],
  ])("%s", (address, target) => {
    const result = judgeUrl(address, policy);
    expect(result.ok && result.value.target.href).toBe(target);
  });

  it("sends a host that the operator aliased to the operator's address, over http too, once it is approved", () => {
    const approved = { ...policy, allowed: new Set(["prices.test"]) };
    const result = judgeUrl("http://prices.test/today?x=1", approved);
    expect(result.ok && result.value).toMatchObject({ host: "prices.test", aliased: true });
    expect(result.ok && result.value.target.href).toBe("http://127.0.0.1:9000/base/today?x=1");
    expect(result.ok && result.value.url.href).toBe("http://prices.test/today?x=1");
    expect(codeOf(judgeUrl("https://prices.test/", policy))).toBe("not_approved");
    expect(codeOf(judgeUrl("http://prices.test:9000/", approved))).toBe("port");
  });
});

describe("redirects (egress)", () => {
  it.each([
    ["/next", "https://approved.com/next"],
    ["next", "https://approved.com/next"],
    ["?q", "https://approved.com/start?q"],
    ["//approved.com/x", "https://approved.com/x"],
    ["https://approved.com/y", "https://approved.com/y"],
  ])("follows %s to %s", (location, target) => {
    const result = judgeRedirect(location, from, policy);
    expect(result.ok && result.value.target.href).toBe(target);
  });

  it.each([
    ["//evil.com/", "not_approved"],
    ["///evil.com/", "address_unreadable"],
    ["/\\evil.com/", "address_unreadable"],
    ["\\\\evil.com/", "address_unreadable"],
    ["/\t/evil.com/", "address_unreadable"],
    ["//127.1/", "numeric_host"],
    ["//[::1]/", "numeric_host"],
    ["https:evil.com", "address_unreadable"],
    ["http:/approved.com/x", "address_unreadable"],
    ["http://approved.com/", "scheme"],
    ["javascript:alert(1)", "address_unreadable"],
  ])("does not follow %j: %s", (location, code) => {
    expect(codeOf(judgeRedirect(location, from, policy))).toBe(code);
  });
});

describe("EGRESS_HOSTS", () => {
  it("reads host names and base addresses, local ones too", () => {
    const read = readAliases('{"Prices.Test":"http://127.0.0.1:9000","api.example.com":"https://fake.example.com/v1"}');
    expect(read.ok && [...read.value].map(([name, url]) => [name, url.href])).toEqual([
      ["prices.test", "http://127.0.0.1:9000/"],
      ["api.example.com", "https://fake.example.com/v1"],
    ]);
    expect(readAliases(undefined)).toEqual({ ok: true, value: new Map() });
    expect(readAliases(" ")).toEqual({ ok: true, value: new Map() });
  });

  it.each([
    ["{", "not JSON"],
    ["[]", "not a JSON object"],
    ['"x"', "not a JSON object"],
    ['{"localhost":"http://x/"}', "not a host name"],
    ['{"a.localhost":"http://x/"}', "not a host name"],
    ['{"127.0.0.1":"http://x/"}', "not a host name"],
    ['{"a.com:80":"http://x/"}', "not a host name"],
    ['{"a.com":5}', "not a plain http(s) address"],
    ['{"a.com":"ftp://x/"}', "not a plain http(s) address"],
    ['{"a.com":"http://u:p@x/"}', "not a plain http(s) address"],
    ['{"a.com":"http://x/?q"}', "not a plain http(s) address"],
    ['{"a.com":"http://x/","A.com":"http://y/"}', "twice"],
  ])("refuses %s with a sentence: %s", (text, sentence) => {
    const read = readAliases(text);
    expect(read.ok ? "" : read.error).toContain(sentence);
  });
});
