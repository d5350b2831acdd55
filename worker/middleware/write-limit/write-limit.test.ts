import { expect, test } from "vitest";
import { smallApp } from "../../testing/small-app.ts";
import { writeLimit } from "./write-limit.ts";

test("a network that writes too much waits for the window to end; reads and others go on", async () => {
  const { app, clock } = smallApp(writeLimit({ max: 3, windowMs: 10_000 }));
  const send = (method: string, ip: string) =>
    app.request("/api/thing", { method, headers: { "cf-connecting-ip": ip } });
  for (let count = 0; count < 3; count++) expect((await send("POST", "2001:db8::1")).status).toBe(200);
  clock.at += 4_000;
  const refused = await send("POST", "2001:db8::2");
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("6");
  expect((await send("GET", "2001:db8::1")).status).toBe(200);
  expect((await send("POST", "203.0.113.5")).status).toBe(200);
  clock.at += 6_000;
  expect((await send("POST", "2001:db8::1")).status).toBe(200);
});
