import { expect, test, vi } from "vitest";
import { httpOutside } from "./configured.ts";

test("settings are read once, and what is wrong with them is logged once, without values (NFR-I1.2)", () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const text = JSON.stringify([
    { name: "x", label: { en: "X", ar: "س" }, description: "d", baseUrl: "http://x", credential: null },
    { name: "y", label: { en: "Y", ar: "ص" }, description: "d", baseUrl: "nowhere", credential: "Bearer s3cret-99" },
  ]);
  const first = httpOutside(text);
  expect(httpOutside(text)).toBe(first);
  expect(first.services.map((one) => one.name)).toEqual(["x"]);
  expect(first.tools.map((tool) => tool.name)).toEqual(["http_request"]);
  expect(logged).toHaveBeenCalledTimes(1);
  expect(String(logged.mock.calls[0])).toMatch(/service 2: baseUrl must be/);
  expect(String(logged.mock.calls[0])).not.toContain("s3cret");
  expect(httpOutside(undefined)).toEqual({ services: [], tools: [] });
  logged.mockRestore();
});
