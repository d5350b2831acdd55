import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, it } from "vitest";

const WASM = createRequire(import.meta.url)
  .resolve("@jitl/quickjs-wasmfile-release-sync")
  .replace(/index\.[a-z]+$/, "emscripten-module.wasm");
const GLOBALS = 6;

/** Unsigned LEB128. */
function numberAt(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] ?? 0;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value, at];
  }
}

function sectionOf(bytes: Uint8Array, wanted: number): Uint8Array {
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at] ?? 0;
    const [size, start] = numberAt(bytes, at + 1);
    if (id === wanted) return bytes.subarray(start, start + size);
    at = start + size;
  }
  throw new Error("there is no such section");
}

it("the engine's build keeps nothing outside of its memory but the stack pointer: a snapshot of memory is all of it", () => {
  const [count, first] = numberAt(sectionOf(new Uint8Array(readFileSync(WASM)), GLOBALS), 0);
  const globals = sectionOf(new Uint8Array(readFileSync(WASM)), GLOBALS);
  // One global: i32, mutable. Emscripten's stack pointer is always the first.
  expect([count, globals[first], globals[first + 1]]).toEqual([1, 0x7f, 1]);
});
