import { describe, expect, test } from "vitest";
import { smallApp } from "../../testing/small-app.ts";
import { logger, routePattern } from "./logger.ts";
import { redactText } from "./redact.ts";

describe("logger", () => {
  test("writes one line of JSON per request, without query, headers or body", async () => {
    const { app, lines } = smallApp(logger);
    await app.request("/api/thing?token=t0ps3cret", {
      method: "POST",
      headers: { cookie: "__Host-nexus_session=abc", authorization: "Bearer abc" },
      body: JSON.stringify({ text: "private words" }),
    });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: "info",
      method: "POST",
      route: "/api/thing",
      status: 200,
      ms: 0,
    });
    for (const secret of ["t0ps3cret", "abc", "private"]) expect(lines[0]).not.toContain(secret);
  });

  test("says where an unexpected error came from, never its values; the caller hears none of it", async () => {
    const { app, lines } = smallApp(logger);
    const answer = await app.request("/api/breaks");
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({ code: "internal" });
    const line = JSON.parse(lines[0] ?? "");
    expect(line).toMatchObject({ level: "error", status: 500, error: "Error" });
    expect(line.message).toContain("Failed query");
    expect(line.stack).toContain("small-app");
    for (const secret of ["mona", "sEcr3t"]) expect(lines[0]).not.toContain(secret);
  });

  test("paths are logged by their pattern", () => {
    expect(routePattern("/api/projects/prj_abc123/files")).toBe("/api/projects/:id/files");
    expect(routePattern("/api/شركة النور/x@y.com")).toBe("/api/:id/:id");
    expect(routePattern("/api/openapi.json")).toBe("/api/openapi.json");
  });

  test.each([
    ['no such user "Mona Ali"', "Mona"],
    ["bad key sk-ant-api03-abcdefghijklmnop1234", "abcdefghijklmnop"],
    ["mail to mona@example.com failed", "mona@"],
    ["query failed params: 1, two, three", "two"],
  ])("%s loses its values", (text, secret) => {
    expect(redactText(text)).not.toContain(secret);
  });
});
