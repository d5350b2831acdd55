import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CALL_WAITS, INTERRUPT_WAITS } from "./suspension.ts";

const I32 = 0x7f;
const text = (name: string): number[] => [name.length, ...Buffer.from(name)];
const section = (id: number, bytes: readonly number[]): number[] => [id, bytes.length, ...bytes];
const body = (...code: number[]): number[] => [code.length + 3, 1, 1, I32, ...code];
const get = (index: number): number[] => [0x20, index];
/** Of i32.const, which is signed. */
const constant = (value: number): number[] => [0x41, value & 0x7f];
/** Calls `look`, keeps its answer in `local`; when that is `waits`, the answer is that of `wait`. */
const lookThenWait = (look: number, wait: number, local: number, waits: number): number[] => [
  ...[0x10, look, 0x22, local, ...constant(waits), 0x46, 0x04, I32, 0x10, wait],
  ...[0x05, ...get(local), 0x0b, 0x0b],
];

/**
 * (module
 *   (import "host" "look"     (func $look     (param i32) (result i32)))
 *   (import "host" "wait"     (func $wait     (result i32)))
 *   (import "host" "call"     (func $call     (param i32 i32 i32 i32 i32) (result i32)))
 *   (import "host" "callWait" (func $callWait (result i32)))
 *   (func (export "interrupt") (param i32) (result i32) (local $answer i32)
 *     (if (result i32) (i32.eq (local.tee $answer (call $look (local.get 0))) (i32.const INTERRUPT_WAITS))
 *       (then (call $wait)) (else (local.get $answer))))
 *   (func (export "callFunction") (param i32 i32 i32 i32 i32) (result i32) (local $answer i32)
 *     … the same with $call and $callWait))
 */
const MODULE = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...section(1, [3, ...[0x60, 1, I32, 1, I32], ...[0x60, 0, 1, I32], ...[0x60, 5, I32, I32, I32, I32, I32, 1, I32]]),
  ...section(2, [
    4,
    ...[...text("host"), ...text("look"), 0, 0],
    ...[...text("host"), ...text("wait"), 0, 1],
    ...[...text("host"), ...text("call"), 0, 2],
    ...[...text("host"), ...text("callWait"), 0, 1],
  ]),
  ...section(3, [2, 0, 2]),
  ...section(7, [2, ...text("interrupt"), 0, 4, ...text("callFunction"), 0, 5]),
  ...section(10, [
    2,
    ...body(...get(0), ...lookThenWait(0, 1, 1, INTERRUPT_WAITS)),
    ...body(...[0, 1, 2, 3, 4].flatMap(get), ...lookThenWait(2, 3, 5, CALL_WAITS)),
  ]),
]);

/** The compiler's library knows that instances are made of modules only. */
const isMade = (made: unknown): made is { readonly instance: WebAssembly.Instance } =>
  typeof made === "object" && made !== null && "instance" in made;

describe("suspension.wasm", () => {
  it("is what its text says, byte by byte", () => {
    expect(Uint8Array.from(readFileSync(join(import.meta.dirname, "suspension.wasm")))).toEqual(MODULE);
  });

  it("asks the host, and waits only where the host says so", async () => {
    const log: unknown[] = [];
    const answers = { look: 0, call: 7 };
    const noting =
      (name: string, answer: () => number) =>
      (...args: number[]): number => {
        log.push([name, ...args]);
        return answer();
      };
    const host = {
      look: noting("look", () => answers.look),
      wait: noting("wait", () => 1),
      call: noting("call", () => answers.call),
      callWait: noting("callWait", () => 9),
    };
    const made: unknown = await WebAssembly.instantiate(MODULE, { host });
    if (!isMade(made)) throw new Error("no instance");
    const { instance } = made;
    const call = (name: string, ...args: number[]): unknown => {
      const exported = instance.exports[name];
      return typeof exported === "function" ? exported(...args) : null;
    };
    expect([call("interrupt", 5), call("callFunction", 1, 2, 3, 4, 5)]).toEqual([0, 7]);
    Object.assign(answers, { look: INTERRUPT_WAITS, call: CALL_WAITS });
    expect([call("interrupt", 6), call("callFunction", 1, 2, 3, 4, 5)]).toEqual([1, 9]);
    const called = ["call", 1, 2, 3, 4, 5];
    expect(log).toEqual([["look", 5], called, ["look", 6], ["wait"], called, ["callWait"]]);
  });
});
