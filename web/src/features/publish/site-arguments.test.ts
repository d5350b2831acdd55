import { expect, test } from "vitest";
import { shownArguments, siteArguments } from "./site-arguments.ts";

test("a request to publish is recognised, and its folder is written one way", () => {
  expect(siteArguments("publish", { folder: "./site/", title: "Clinic" })).toEqual({
    folder: "site",
    entry: undefined,
    title: "Clinic",
  });
  expect(siteArguments("publish", { folder: "", title: "عيادة", entry: "home.html", content: "ab12" })).toMatchObject({
    folder: "",
    entry: "home.html",
  });
});

test("the fingerprint of the files is sent back and not shown", () => {
  const args = { folder: "site", title: "Clinic", entry: "index.html", content: "ab12" };
  expect(siteArguments("PUBLISH", args)).toMatchObject({ folder: "site", title: "Clinic" });
  expect(shownArguments(args)).toEqual({ folder: "site", title: "Clinic", entry: "index.html" });
});

test("other requests are shown as they are", () => {
  expect(siteArguments("POST /bookings", { folder: "a", title: "b", to: "c" })).toBe(null);
  expect(siteArguments("POST /bookings", { title: "b" })).toBe(null);
  expect(siteArguments(undefined, { folder: "a", title: "b" })).toBe(null);
});
