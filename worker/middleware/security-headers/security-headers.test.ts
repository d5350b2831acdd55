import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { smallApp } from "../../testing/small-app.ts";
import { COMMON_HEADERS, DATA_CSP, securityHeaders } from "./security-headers.ts";

test("every answer carries them; a route's own policy is kept", async () => {
  const { app } = smallApp(securityHeaders);
  app.get("/api/page", (c) => c.html("<p>", 200, { "content-security-policy": "default-src 'self'" }));
  const { headers } = await app.request("/api/thing");
  for (const [name, value] of Object.entries(COMMON_HEADERS)) expect(headers.get(name)).toBe(value);
  expect(headers.get("content-security-policy")).toBe(DATA_CSP);
  expect(headers.get("cache-control")).toBe("private, no-store");
  expect((await app.request("/api/page")).headers.get("content-security-policy")).toBe("default-src 'self'");
  expect((await app.request("/api/breaks")).headers.get("x-content-type-options")).toBe("nosniff");
});

test("the static client is served with the same ones, and a policy that runs no foreign or inline script", () => {
  const [everywhere = "", ...others] = readFileSync("web/public/_headers", { encoding: "utf8" }).split(/\n(?=\S)/);
  expect(everywhere).toMatch(/^\/\*\n/);
  // What other rules change is no policy, and a referrer only towards less.
  const changes = others.join("\n").match(/^ {2}(?:! )?[\w-]+(?:: .+)?$/gm) ?? [];
  expect(changes.filter((line) => /policy/i.test(line))).toEqual([
    "  ! Referrer-Policy",
    "  Referrer-Policy: no-referrer",
  ]);
  const set = new Map(
    everywhere.split("\n").flatMap((line) => {
      const [, name, value] = /^ {2}([\w-]+): (.+)$/.exec(line) ?? [];
      return name && value ? [[name.toLowerCase(), value] as const] : [];
    }),
  );
  for (const [name, value] of Object.entries(COMMON_HEADERS)) expect(set.get(name)).toBe(value);
  const policy = new Map(
    (set.get("content-security-policy") ?? "").split("; ").map((part) => {
      const [name = "", ...values] = part.split(" ");
      return [name, values.join(" ")];
    }),
  );
  expect(policy.get("script-src")).toBe("'self'");
  expect(policy.get("connect-src")).toBe("'self'");
  expect(policy.get("frame-ancestors")).toBe("'none'");
  expect(policy.get("object-src")).toBe("'none'");
});
