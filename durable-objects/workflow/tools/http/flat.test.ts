import fc from "fast-check";
import { expect, test } from "vitest";
import { flatten, type Json, unflatten } from "./flat.ts";

test("a body is a form of plain names, and comes back as it was", () => {
  const body = {
    name: "Sara",
    guest: { phone: "965" },
    items: [{ n: 1 }, { n: 2 }],
    none: [],
    "a.b": true,
    "[0]": null,
  };
  const flat = flatten("body", body);
  expect(flat.ok && flat.value).toEqual({
    "body.name": "Sara",
    "body.guest.phone": "965",
    "body.items[0].n": 1,
    "body.items[1].n": 2,
    "body.none": [],
    "body.a\\.b": true,
    "body.\\[0\\]": null,
  });
  expect(flat.ok && unflatten("body", flat.value)).toEqual({ ok: true, value: body });
});

test("every JSON object survives the form", () => {
  const name = fc.string({ minLength: 1, maxLength: 6 }).filter((key) => !["__proto__", "prototype"].includes(key));
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(name, tie("value"), { maxKeys: 3, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(name, value, { minKeys: 1, maxKeys: 3, noNullPrototype: true }), (body) => {
      const flat = flatten("body", body);
      if (!flat.ok) return;
      expect(unflatten("body", flat.value)).toEqual({ ok: true, value: body });
    }),
    { numRuns: 300, seed: 11 },
  );
});

test("an entry taken out of a list closes the gap", () => {
  expect(unflatten("body", { "body.a[0]": 1, "body.a[2]": 3 })).toEqual({ ok: true, value: { a: [1, 3] } });
});

test.each([
  [{ "body.__proto__.x": 1 }],
  [{ "body.constructor": 1 }],
  [{ "body..x": 1 }],
  [{ "body.a": 1, "body.a.b": 2 }],
  [{ "body.a[0]": 1, "body.a.b": 2 }],
  [{ "body.a": { b: 1 } }],
  [{ "body.a": undefined }],
  [{ "query.a": 1 }],
])("no form: %j", (leaves) => {
  expect(unflatten("body", leaves).ok).toBe(false);
  expect(({} as { x?: unknown }).x).toBeUndefined();
});
