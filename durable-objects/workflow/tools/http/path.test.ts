import { expect, test } from "vitest";
import { addressOf, checkPath, fillTemplate } from "./path.ts";

const BASE = "http://127.0.0.1:9100/api";

test.each(["/bookings", "/bookings/7", "/a/b_c-d~e.f", "/x/", "/caf%C3%A9", "/a@b:c,d"])("a path: %s", (path) => {
  expect(checkPath(path)).toBeNull();
  expect(addressOf(BASE, path)).toBe(`${BASE}${path}`);
});

test.each([
  "",
  "bookings",
  "http://evil.example/",
  "//evil.example/x",
  "/\\evil.example",
  "\\\\evil.example",
  "/../admin",
  "/a/../../admin",
  "/a/./b",
  "/..",
  "/%2e%2e/admin",
  "/%2E./admin",
  "/a%2Fb",
  "/a%5cb",
  "/a%252fb",
  "/..;/admin",
  "/a?x=1",
  "/a#x",
  "/a%3Fx",
  "/a b",
  "/a\r\nHost: evil",
  "/a%0d%0aHost:evil",
  "/a%00",
  "/a%",
  "/a%zz",
  "/a%ff",
  "/حجز",
  "/a//b",
  "/a\tb",
  "/a\u2028b",
  `/${"a".repeat(600)}`,
  "@evil.example/",
  ":9999/x",
  ".evil.example/",
])("not a path: %j", (path) => {
  expect(checkPath(path)).not.toBeNull();
  expect(addressOf(BASE, path)).toBeNull();
});

test("query values hold no second parameter", () => {
  const address = addressOf(BASE, "/x", { q: "a&admin=1#y", n: 5 });
  expect([...new URL(address ?? "").searchParams]).toEqual([
    ["q", "a&admin=1#y"],
    ["n", "5"],
  ]);
});

test("a reference out of a service's answer leads nowhere else either", () => {
  const fill = (reference: string) => fillTemplate(BASE, "{path}/{reference}", { path: "/bookings", reference });
  expect(fill("bk_1")).toBe(`${BASE}/bookings/bk_1`);
  for (const bad of ["..", ".", "", "a/b", "..%2f", "a?b=1", "a\r\nb", "a#b", "a;b/.."]) {
    const address = fill(bad);
    expect(address === null || new URL(address).pathname.startsWith("/api/bookings/"), bad).toBe(true);
    expect(address ?? "", bad).not.toMatch(/[?#]|\.\.|%2f/i);
  }
  expect(fillTemplate(BASE, "/lookup?reference={key}", { key: "k&x=1" })).toBe(`${BASE}/lookup?reference=k%26x%3D1`);
});
