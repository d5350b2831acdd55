import { expect, test } from "vitest";
import { infoOf, isAllowed, isReady, parseServices } from "./services.ts";

const GOOD = {
  name: "bookings",
  label: { en: "Bookings", ar: "الحجوزات" },
  description: "Tables.",
  baseUrl: "http://127.0.0.1:9100/api/",
  idempotency: "header",
  credential: "Bearer s3cret-token",
  readBack: "/lookup?reference={key}",
  undo: { method: "DELETE", path: "/bookings/{reference}" },
};
const read = (...entries: unknown[]) => parseServices(JSON.stringify(entries));

test("a service as an operator writes it; its address may be local (design 8)", () => {
  const { services, problems } = read(GOOD, {
    name: "open",
    label: { en: "Open", ar: "مفتوح" },
    description: "d",
    baseUrl: "https://x.example",
    credential: null,
  });
  expect(problems).toEqual([]);
  expect(services.map((one) => [one.baseUrl, isReady(one), one.idempotency])).toEqual([
    ["http://127.0.0.1:9100/api", true, "header"],
    ["https://x.example", true, "none"],
  ]);
  expect(JSON.stringify(services.map(infoOf))).not.toMatch(/s3cret|127\.0\.0\.1/);
});

test("without a credential it is there and not ready: runs that reach it are rehearsed", () => {
  const { credential: _, ...without } = GOOD;
  for (const one of [without, { ...GOOD, credential: "" }])
    expect(read(one).services.map((service) => infoOf(service).ready)).toEqual([false]);
});

test.each([
  [{ name: "Book ings" }, "name must be lower case"],
  [{ label: { en: "Bookings" } }, "label.ar"],
  [{ label: "Bookings" }, "label must be"],
  [{ description: "" }, "description is empty"],
  [{ baseUrl: "ftp://x" }, "baseUrl must be a whole http"],
  [{ baseUrl: "http://user:s3cret@x" }, "baseUrl must be a whole http"],
  [{ baseUrl: "http://x/?key=s3cret" }, "baseUrl must be a whole http"],
  [{ credential: "short" }, "credential must be"],
  [{ credential: "Bearer s3cret\r\nx: y" }, "credential must be"],
  [{ credentialHeader: "content-length" }, "credentialHeader names a header"],
  [{ credentialHeader: "x y" }, "credentialHeader must be"],
  [{ idempotency: "yes" }, "idempotency must be"],
  [{ readBack: "/lookup" }, "readBack must hold {key}"],
  [{ readBack: "//evil/{key}" }, "readBack must be a path"],
  [{ undo: { method: "GET", path: "/x/{reference}" } }, "undo.method must be"],
  [{ undo: { method: "DELETE", path: "/x/../{reference}" } }, "undo.path must be"],
  [{ allow: ["FETCH /x"] }, "allow must list"],
  [{ pasword: "s3cret" }, "a field that is not known"],
])(
  "what is wrong is named by its field, without a value, and only that service is left out: %j",
  (change, sentence) => {
    const other = { ...GOOD, name: "other", label: { en: "Other", ar: "أخرى" } };
    const { services, problems } = read({ ...GOOD, ...change }, other);
    expect(services.map((one) => one.name)).toEqual(["other"]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain("HTTP_SERVICES, service 1:");
    expect(problems[0]).toContain(sentence);
    expect(problems[0]).not.toContain("s3cret");
  },
);

test("text that is no list, and names that clash, are said and nothing else breaks", () => {
  expect(parseServices(undefined)).toEqual({ services: [], problems: [] });
  expect(parseServices('[{"s3cret').problems[0]).toMatch(/^HTTP_SERVICES is not valid JSON/);
  expect(parseServices("{}").problems[0]).toContain("must be a JSON list");
  expect(read(GOOD, GOOD).problems).toEqual([expect.stringContaining("service 2: name is used")]);
  const confusing = { ...GOOD, name: "desk", label: { en: "x", ar: "y" } };
  expect(read({ ...GOOD, label: { en: "desk", ar: "ب" } }, confusing).problems).toEqual([
    expect.stringContaining("service 2: name is the label"),
  ]);
  expect(read(GOOD, { ...GOOD, name: "b2" }).problems).toEqual([expect.stringContaining("service 2: label is used")]);
  expect(read(null).problems).toEqual([expect.stringContaining("service 1: it must be an object")]);
});

test("what an operator allows is matched by method and whole segments", () => {
  const [service] = read({ ...GOOD, allow: ["POST /bookings", "DELETE /bookings/*"] }).services;
  if (!service) throw new Error("no service");
  const allowed = (method: string, path: string) => isAllowed(service, method, path);
  expect(allowed("POST", "/bookings")).toBe(true);
  expect(allowed("DELETE", "/bookings/7")).toBe(true);
  expect(allowed("DELETE", "/bookings/7/guests")).toBe(false);
  // To many services that is the whole collection.
  expect(allowed("DELETE", "/bookings/")).toBe(false);
  expect(allowed("POST", "/bookings/")).toBe(false);
  expect(allowed("GET", "/bookings")).toBe(false);
});
