import fc from "fast-check";
import { expect, test } from "vitest";
import {
  endsOf,
  type Happening,
  isRefusedKind,
  isSameFile,
  missingParts,
  next,
  type Phase,
  receivedBytes,
} from "./upload-model.ts";

const run = (...happenings: readonly Happening[]): Phase => happenings.reduce(next, { kind: "waiting" } as Phase);
const begun: Happening = { type: "begun", sent: 0 };
const progress = (sent: number): Happening => ({ type: "progress", sent, bytesPerS: 10 });

test("an upload goes on from what the server has, after a pause and after the network was away", () => {
  expect(run(begun, progress(50), { type: "pause" })).toEqual({ kind: "paused", sent: 50 });
  expect(run(begun, progress(50), { type: "pause" }, { type: "resume" })).toEqual({ kind: "waiting" });
  expect(run(begun, progress(50), { type: "network-lost" })).toEqual({ kind: "offline", sent: 50 });
  expect(run(begun, progress(50), { type: "network-lost" }, { type: "begun", sent: 40 })).toMatchObject({
    kind: "sending",
    sent: 40,
  });
  expect(run(begun, { type: "all-sent" }, { type: "stored", version: 2, same: false })).toEqual({
    kind: "done",
    version: 2,
    same: false,
  });
});

test("what comes too late changes nothing", () => {
  const paused = run(begun, progress(50), { type: "pause" });
  expect([progress(90), { type: "all-sent" } as const, begun].reduce(next, paused)).toEqual(paused);
  const done = run(begun, { type: "all-sent" }, { type: "stored", version: 1, same: false });
  const late: Happening[] = [progress(1), { type: "pause" }, { type: "resume" }, { type: "network-lost" }];
  expect(late.reduce(next, done)).toEqual(done);
});

test("the bar does not run back when a part is sent again", () => {
  expect(run(begun, progress(80), progress(60))).toMatchObject({ sent: 80 });
});

test("after a reload the file is asked for; another file is told and changes nothing else", () => {
  const waits: Phase = { kind: "needs-file", sent: 70, wrong: false };
  expect(next(waits, { type: "wrong-file" })).toEqual({ kind: "needs-file", sent: 70, wrong: true });
  expect(next(waits, { type: "resume" })).toEqual({ kind: "waiting" });
});

test("exactly the missing parts are sent, and they cover what is missing", () => {
  expect(missingParts({ size: 25, partSize: 10, parts: 3, received: [2] })).toEqual([
    { part: 1, start: 0, end: 10 },
    { part: 3, start: 20, end: 25 },
  ]);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000 }),
      fc.integer({ min: 1, max: 90 }),
      fc.array(fc.nat()),
      (size, partSize, some) => {
        const parts = Math.ceil(size / partSize);
        const received = [...new Set(some.map((one) => 1 + (one % parts)))];
        const upload = { size, partSize, parts, received };
        const missing = missingParts(upload);
        expect(missing.length + received.length).toBe(parts);
        expect(missing.every(({ start, end }) => end > start && end <= size)).toBe(true);
        expect(receivedBytes({ ...upload, received: Array.from({ length: parts }, (_, index) => index + 1) })).toBe(
          size,
        );
        expect(receivedBytes({ ...upload, received: [] })).toBe(0);
      },
    ),
  );
});

test("a file is known again by its content, not by its name", async () => {
  const big = new Uint8Array(300_000).map((_, index) => index % 251);
  const intent = { size: big.length, ends: await endsOf(new Blob([big])) };
  expect(await isSameFile(intent, new Blob([big]))).toBe(true);
  const other = big.slice();
  other[299_999] = 1;
  expect(await isSameFile(intent, new Blob([other]))).toBe(false);
  expect(await isSameFile(intent, new Blob([big, "x"]))).toBe(false);
});

test("only what the server is certain to refuse is refused before it is sent", async () => {
  const of = (...bytes: readonly number[]) => isRefusedKind(new Blob([new Uint8Array(bytes)]), "a");
  const text = (words: string) => isRefusedKind(new Blob([words]), "a");
  expect(await of(0x4d, 0x5a, 0x90, 0x00)).toBe(true);
  expect(await of(0x7f, 0x45, 0x4c, 0x46, 2)).toBe(true);
  expect(await of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1)).toBe(true);
  expect(await text("MZ,amount\n1,2\n")).toBe(false);
  expect(await text("7zip is a program")).toBe(false);
  expect(await of(0x50, 0x4b, 0x03, 0x04)).toBe(false);
  expect(await of()).toBe(false);
});
