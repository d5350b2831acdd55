import { expect, test } from "vitest";
import { smallApp } from "../../testing/small-app.ts";
import { locale, preferred } from "./locale.ts";

test.each([
  ["ar", "ar"],
  ["ar-KW,ar;q=0.9,en;q=0.8", "ar"],
  ["en-GB, ar;q=0.9", "en"],
  ["fr, ar;q=0.3, en;q=0.2", "ar"],
  ["ar;q=0, en;q=0.1", "en"],
  ["fr-FR, de", null],
  ["*", null],
  ["ar;q=x", null],
  ["", null],
  [undefined, null],
])("%s asks for %s", (header, expected) => {
  expect(preferred(header)).toBe(expected);
});

test("?lang= comes first, then the header, then English; the answer says which it is", async () => {
  const { app } = smallApp(locale);
  const language = async (path: string, header = "") =>
    (await app.request(path, { headers: { "accept-language": header } })).headers.get("content-language");
  expect(await language("/api/thing?lang=ar", "en")).toBe("ar");
  expect(await language("/api/thing?lang=fr", "ar")).toBe("ar");
  expect(await language("/api/thing", "fr")).toBe("en");
});
