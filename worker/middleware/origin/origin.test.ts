import { describe, expect, test } from "vitest";
import { smallApp } from "../../testing/small-app.ts";
import { fromOurPages, originCheck } from "./origin.ts";

const request = (url: string, headers: Record<string, string>) => new Request(url, { method: "POST", headers });

describe("fromOurPages", () => {
  test.each([
    ["http://localhost:8787/api/x", { origin: "http://localhost:8787" }, true],
    ["https://nexus.example/api/x", { origin: "https://nexus.example" }, true],
    ["http://nexus.example/api/x", { origin: "https://nexus.example" }, true],
    ["https://nexus.example/api/x", { origin: "http://nexus.example" }, false],
    ["https://nexus.example/api/x", { origin: "https://evil.example" }, false],
    ["https://nexus.example/api/x", { origin: "https://nexus.example.evil.example" }, false],
    ["https://nexus.example/api/x", { origin: "https://nexus.example:8443" }, false],
    ["https://nexus.example/api/x", { origin: "null" }, false],
    ["https://nexus.example/api/x", { origin: "" }, false],
    ["https://nexus.example/api/x", { origin: "https://app.example" }, true],
    ["https://nexus.example/api/x", { origin: "https://app.example.evil" }, false],
    ["https://nexus.example/api/x", {}, true],
    ["https://nexus.example/api/x", { "sec-fetch-site": "same-origin" }, true],
    ["https://nexus.example/api/x", { "sec-fetch-site": "none" }, true],
    ["https://nexus.example/api/x", { "sec-fetch-site": "same-site" }, false],
    ["https://nexus.example/api/x", { "sec-fetch-site": "cross-site" }, false],
    ["https://nexus.example/api/x", { origin: "https://evil.example", "sec-fetch-site": "same-origin" }, false],
  ])("%s %o → %s", (url, headers, expected) => {
    expect(fromOurPages(request(url, headers), "https://app.example, ")).toBe(expected);
  });
});

test("reads pass from anywhere; writes and sockets only from our pages", async () => {
  const { app } = smallApp(originCheck);
  const status = async (method: string, headers: Record<string, string>) =>
    (await app.request("http://localhost/api/thing", { method, headers }, {})).status;
  const evil = { origin: "https://evil.example" };
  expect(await status("GET", evil)).toBe(200);
  for (const method of ["POST", "PATCH", "PUT", "DELETE"]) expect(await status(method, evil)).toBe(403);
  expect(await status("GET", { ...evil, upgrade: "websocket" })).toBe(403);
  expect(await status("GET", { origin: "http://localhost", upgrade: "websocket" })).toBe(200);
});
