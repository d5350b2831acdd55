import { expect, test } from "vitest";
import { siteArguments } from "./site-arguments.ts";

test("a request to publish is recognised, and its folder is written one way", () => {
  expect(siteArguments("publish", { folder: "./site/", title: "Clinic" })).toEqual({
    folder: "site",
    entry: undefined,
    title: "Clinic",
  });
  expect(siteArguments("publish", { folder: "", title: "عيادة", entry: "home.html" })).toMatchObject({
    folder: "",
    entry: "home.html",
  });
});

test("other requests are shown as they are", () => {
  expect(siteArguments("POST /bookings", { folder: "a", title: "b", to: "c" })).toBe(null);
  expect(siteArguments("POST /bookings", { title: "b" })).toBe(null);
  expect(siteArguments(undefined, { folder: "a", title: "b" })).toBe(null);
});
