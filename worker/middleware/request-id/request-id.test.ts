import { expect, test } from "vitest";
import { isId } from "../../../shared/lib/ids.ts";
import { smallApp } from "../../testing/small-app.ts";
import { REQUEST_ID_HEADER, requestId } from "./request-id.ts";

test("names every request anew, whatever name the caller brings", async () => {
  const { app } = smallApp(requestId);
  const headers = { [REQUEST_ID_HEADER]: "mine\nforged" };
  const names = new Set<string>();
  for (let count = 0; count < 3; count++) {
    const name = (await app.request("/api/thing", { headers: { [REQUEST_ID_HEADER]: "mine" } })).headers.get(
      REQUEST_ID_HEADER,
    );
    expect(isId("req", name ?? "")).toBe(true);
    names.add(name ?? "");
  }
  expect(names.size).toBe(3);
  expect(() => new Headers(headers)).toThrow();
});
