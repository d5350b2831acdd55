import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import type { AppEnv } from "../../context.ts";
import { DRAIN_BYTES, drainBody } from "./drain-body.ts";

const app = new Hono<AppEnv>();
app.use(drainBody);
app.post("/refused", () => {
  throw new Error("refused");
});
app.post("/taken", async (c) => c.text(String((await c.req.arrayBuffer()).byteLength)));
app.onError((_error, c) => c.text("no", 413));

const PIECE = 1024 * 1024;

/** Sends pieces of 1 MiB, without end unless a number is given; tells how many were taken and whether it was let go. */
function sender(pieces = Number.POSITIVE_INFINITY) {
  const seen = { taken: 0, ended: false, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (seen.taken >= pieces) {
          seen.ended = true;
          return controller.close();
        }
        seen.taken++;
        controller.enqueue(new Uint8Array(PIECE));
      },
      cancel() {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { seen, body };
}
const post = (path: string, body: ReadableStream, headers: Record<string, string> = {}) =>
  // SAFETY: Node asks for `duplex` with a stream, and the types do not know it.
  app.request(path, { method: "POST", body, headers, duplex: "half" } as RequestInit);

describe("a request that is refused unread", () => {
  test("is taken in to its end before it is answered, so that its sender sees the answer", async () => {
    const { seen, body } = sender(9);
    const answer = await post("/refused", body);
    expect(answer.status).toBe(413);
    expect(seen).toEqual({ taken: 9, ended: true, cancelled: false });
  });

  test("is let go where it does not end, or says that it is larger than anything we take", async () => {
    const endless = sender();
    expect((await post("/refused", endless.body)).status).toBe(413);
    expect(endless.seen).toEqual({ taken: DRAIN_BYTES / PIECE, ended: false, cancelled: true });
    const huge = sender();
    expect((await post("/refused", huge.body, { "content-length": String(DRAIN_BYTES + 1) })).status).toBe(413);
    expect(huge.seen.taken).toBe(0);
  });
});

test("a request that was read stays as it is", async () => {
  const { seen, body } = sender(2);
  expect(await (await post("/taken", body)).text()).toBe(String(2 * PIECE));
  expect(seen).toEqual({ taken: 2, ended: true, cancelled: false });
});
