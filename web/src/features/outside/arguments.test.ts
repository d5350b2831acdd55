import { expect, test } from "vitest";
import { changedFields, fieldsOf, numberOf, readable, withTyped, wrongFields } from "./arguments.ts";

const ARGS = {
  service: "hotel",
  method: "POST",
  path: "/bookings",
  purpose: "Book the room",
  body: {
    guest_name: "Sara",
    nights: 2,
    breakfast: true,
    notes: "First line\nSecond line",
    extras: [{ name: "Crib", count: 1 }, "late check-out"],
    tags: [],
    agent: null,
  },
};

test("every single value is a field of its own; where it goes is not one", () => {
  expect(fieldsOf(ARGS).map(({ id, kind }) => [id, kind])).toEqual([
    ["path", "text"],
    ["purpose", "text"],
    ["body/guest_name", "text"],
    ["body/nights", "number"],
    ["body/breakfast", "boolean"],
    ["body/notes", "long"],
    ["body/extras/0/name", "text"],
    ["body/extras/0/count", "number"],
    ["body/extras/1", "text"],
    ["body/tags", "none"],
    ["body/agent", "none"],
  ]);
});

test("what was typed stands in its place with its kind, everything else as it was, lists stay lists", () => {
  const typed = { "body/nights": "٣", "body/breakfast": "false", "body/extras/1": "early", "body/guest_name": "Sara" };
  expect(withTyped(ARGS, typed)).toEqual({
    ...ARGS,
    body: { ...ARGS.body, nights: 3, breakfast: false, extras: [{ name: "Crib", count: 1 }, "early"] },
  });
  expect(changedFields(fieldsOf(ARGS), typed).map(({ id }) => id)).toEqual([
    "body/nights",
    "body/breakfast",
    "body/extras/1",
  ]);
});

test("nothing typed changes nothing, and the proposal itself is never touched", () => {
  const before = structuredClone(ARGS);
  expect(withTyped(ARGS, {})).toEqual(ARGS);
  withTyped(ARGS, { "body/notes": "other" });
  expect(ARGS).toEqual(before);
});

test("text where a number belongs is named, not sent", () => {
  expect(wrongFields(fieldsOf(ARGS), { "body/nights": "two" }).map(({ id }) => id)).toEqual(["body/nights"]);
  expect(wrongFields(fieldsOf(ARGS), { "body/nights": "" }).map(({ id }) => id)).toEqual(["body/nights"]);
});

test.each([
  ["12.5", 12.5],
  ["١٢٫٥", 12.5],
  ["-3", -3],
  ["1e9", null],
  ["0x10", null],
  ["", null],
  ["1,5", null],
])("a number as people write it: %s", (text, value) => expect(numberOf(text)).toBe(value));

test("the same number written otherwise is no change", () =>
  expect(changedFields(fieldsOf(ARGS), { "body/nights": "2.0" })).toEqual([]));

test.each([
  ["guest_name", "Guest name"],
  ["dueDate", "Due date"],
  ["to", "To"],
])("%s reads %s", (key, text) => expect(readable(key)).toBe(text));
