import { expect, test } from "vitest";
import { readEventStream } from "./sse.ts";

const stream = (bytes: Uint8Array, cut: number) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += cut) controller.enqueue(bytes.slice(at, at + cut));
      controller.close();
    },
  });

async function read(text: string, cut: number): Promise<string[]> {
  const all: string[] = [];
  for await (const data of readEventStream(stream(new TextEncoder().encode(text), cut))) all.push(data);
  return all;
}

const TEXT =
  ': hello\n\ndata: {"a":1}\n\nevent: x\r\nid: 7\r\ndata: مرحبا 🎉\r\n\r\ndata:one\ndata: two\n\ndata: last\n\n';

test("records are whole wherever the network cuts them, also inside a character", async () => {
  for (let cut = 1; cut <= TEXT.length; cut++)
    expect(await read(TEXT, cut)).toEqual(['{"a":1}', "مرحبا 🎉", "one\ntwo", "last"]);
});

test("a record the stream did not finish is not given", async () => {
  expect(await read("data: a\n\ndata: hal", 3)).toEqual(["a"]);
});

test("who stops reading lets go of the stream", async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode("data: x\n\n")),
    cancel: () => {
      cancelled = true;
    },
  });
  for await (const data of readEventStream(body)) {
    expect(data).toBe("x");
    break;
  }
  expect(cancelled).toBe(true);
});
