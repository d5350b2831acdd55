import { describe, expect, test } from "vitest";
import { MAX_JSON_BYTES, MAX_JSON_DEPTH, readBytes, readJson } from "./read-body.ts";

const post = (body: BodyInit | null, type?: string) =>
  new Request("http://localhost/", {
    method: "POST",
    body,
    headers: type === undefined ? {} : { "content-type": type },
  });

describe("readJson", () => {
  test("takes JSON and its relatives, and nothing for an empty body", async () => {
    expect(await readJson(post('{"a":1}', "application/json; charset=utf-8"))).toEqual({ a: 1 });
    expect(await readJson(post('"a"', "application/vnd.x+json"))).toBe("a");
    expect(await readJson(post(null))).toBe(undefined);
    expect(await readJson(post("", "application/json"))).toBe(undefined);
  });

  test.each([
    ["{}", "text/plain", "unsupported_media_type"],
    ["a=1", "application/x-www-form-urlencoded", "unsupported_media_type"],
    ["{", "application/json", "bad_json"],
    ["x".repeat(MAX_JSON_BYTES + 1), "application/json", "body_too_large"],
  ])("refuses %.20s as %s: %s", async (body, type, code) => {
    await expect(readJson(post(body, type))).rejects.toThrow(code);
  });

  test("a deeply nested body is refused, never a crash", async () => {
    const nested = (depth: number) => post("[".repeat(depth) + "]".repeat(depth), "application/json");
    await expect(readJson(nested(MAX_JSON_DEPTH))).resolves.toHaveLength(1);
    for (const depth of [MAX_JSON_DEPTH + 2, 9_000, 200_000])
      await expect(readJson(nested(depth))).rejects.toThrow("bad_json");
  });
});

test("readBytes stops reading at the limit and lets go of the rest", async () => {
  let pulled = 0;
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(1000));
    },
    cancel() {
      cancelled = true;
    },
  });
  const request = new Request("http://localhost/", { method: "POST", body: endless, duplex: "half" } as RequestInit);
  await expect(readBytes(request, 5_000, () => new Error("too much"))).rejects.toThrow("too much");
  expect(cancelled).toBe(true);
  expect(pulled).toBeLessThan(12);
});
