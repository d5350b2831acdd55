import { RECONCILE } from "./reconcile-case.ts";

interface Case {
  readonly argv?: readonly string[];
  /** One text: the program itself. */
  readonly files: string | Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** Programs whose stdout and exit code must be those of Node. */
export const PROGRAMS: Readonly<Record<string, Case>> = {
  "a program that reconciles two CSV files": { argv: ["main.js"], files: RECONCILE },
  "the same, quiet and in another place": { argv: ["main.js", "-q", "--out", "x/y.json"], files: RECONCILE },
  "the same with a wrong option": { argv: ["main.js", "--nope"], files: RECONCILE },
  "values printed": {
    files: `console.log({ a: 1, b: "x", c: [1, 2, { d: null }], e: undefined, f() {}, g: class A {}, h: Symbol("s"), i: 10n, j: -0 });
console.log([1.5, "a", true, [], {}], new Map([["k", { v: 1 }]]), new Set([1, "2"]), new Date(0), /x/gi, null, undefined);
console.log("%s is %d and %i, %j %o %%", "x", 1.5, 2.7, { a: 1 }, [1], "rest");
console.log(Array.from({ length: 120 }, (_, i) => i));
console.log({ long: "x".repeat(100), nested: { deep: { deeper: { deepest: 1 } } } });
console.log([["a", 1], ["b", 2]], new Uint8Array(3), Buffer.from("hi"), new (class Foo { x = 1; })());
console.log(Object.create(null), function named() {}, () => {}, class B extends Array {}, [undefined, , 3]);
console.log(new Error("boom").message, String(new TypeError("t")), [new Error("in list").message]);
console.log({ "quoted key": 1, 5: 2 }, "multi\\nline", ["multi\\nline"], "it's", ["it's"], ['"']);
console.log(process.argv.length, typeof process.env.HOME, process.cwd());`,
  },
  "tables and groups": {
    files: `console.table([{ a: 1, b: "x" }, { a: 2, c: true }]); console.table([[1, 2], [3, 4]]); console.table(["p", "q"]);
console.table(new Map([["k", 1]])); console.table([{ a: 1, b: 2 }], ["b"]); console.table(5);
console.group("G"); console.log("in"); console.group(); console.log("deeper\\nlines"); console.groupEnd(); console.groupEnd(); console.log("out");
console.count(); console.count("x"); console.count(); console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 }); console.assert(true, "no");`,
  },
  "order of turns": {
    files: {
      "main.cjs": `setTimeout(() => console.log("timeout 0"), 0); setTimeout(() => console.log("timeout 20"), 20); setTimeout(() => console.log("timeout 10"), 10);
Promise.resolve().then(() => console.log("micro")); process.nextTick(() => console.log("tick")); queueMicrotask(() => console.log("micro 2"));
console.log("sync"); (async () => { console.log("async start"); await null; console.log("async end"); process.nextTick(() => console.log("tick 2")); })();
let n = 0; const i = setInterval(() => { console.log("interval", ++n); if (n === 3) clearInterval(i); }, 30);
process.on("exit", (code) => console.log("exit", code)); process.on("beforeExit", () => console.log("before exit"));`,
    },
    argv: ["main.cjs"],
  },
  "exit code set, exit in the middle": {
    files: `process.exitCode = 3; process.on("exit", (c) => console.log("bye", c)); console.log(1); try { process.exit(); } finally { console.log("never"); }`,
  },
  "an uncaught exception": { files: `console.log(1); null.x; console.log(2)` },
  "an uncaught exception in a timer": {
    files: `setTimeout(() => { throw new RangeError("late") }, 5); setTimeout(() => console.log("never"), 10)`,
  },
  "a rejection nobody handles": {
    files: `async function main() { await null; throw new Error("no") }\nmain();\nsetTimeout(() => console.log("never"), 10)`,
  },
  "a rejection handled late enough": {
    files: `const p = Promise.reject(new Error("x")); p.catch((e) => console.log("caught", e.message)); async function f() { throw 1 } f().catch(() => console.log("also")); await null;`,
  },
  "a rejection handler of the process": {
    files: `process.on("unhandledRejection", (e) => console.log("seen", e.message)); async function f() { throw new Error("q") } f();`,
  },
  "a dropped async callback": {
    files: `[1].forEach(async () => { throw new Error("x") }); setTimeout(() => console.log("never"), 1)`,
  },
  "a top-level await that never settles": { files: `console.log("start"); await new Promise(() => {});` },
  "an exception handler of the process": {
    files: `process.on("uncaughtException", (e) => console.log("handled", e.message)); setTimeout(() => console.log("goes on"), 5); throw new Error("u")`,
  },
  "modules both ways": {
    files: {
      "main.mjs": `import d, { a, named } from "./c.cjs"; import * as ns from "./lib/index.js"; import { createRequire } from "node:module";
const require = createRequire(import.meta.url); console.log(a, named, d, ns, require("./c.cjs") === d, import.meta.filename, import.meta.dirname, import.meta.main);
const m = await import("./lib/dyn.mjs"); console.log(m.default, m.x, Object.keys(m)); console.log(require("./data.json"));
try { await import("./missing.mjs") } catch (e) { console.log(e.code, e.name) } try { require("./nope") } catch (e) { console.log(e.code) }
try { await import("./lib") } catch (e) { console.log(e.code) } try { await import("leftpad") } catch (e) { console.log(e.code) }`,
      "c.cjs": `exports.a = 1; exports.named = "n"; Object.defineProperty(exports, "late", { value: 5 });`,
      "lib/index.js": `export const one = 1; export function two() { return 2 }`,
      "lib/package.json": `{"type":"module"}`,
      "lib/dyn.mjs": `export default class D {} ; export const x = import.meta.url.endsWith("dyn.mjs");`,
      "data.json": `{"k":[1]}`,
    },
  },
  "circular imports": {
    files: {
      "main.mjs": `import { a, useB } from "./a.mjs"; console.log(a, useB()); import("./x.cjs").then((m) => console.log(m.default));`,
      "a.mjs": `import { b, useA } from "./b.mjs"; export const a = "A"; export const useB = () => b + useA();`,
      "b.mjs": `import { a } from "./a.mjs"; export const b = "B"; export const useA = () => a;`,
      "x.cjs": `exports.early = 1; const y = require("./y.cjs"); exports.fromY = y.sawEarly; exports.done = true;`,
      "y.cjs": `const x = require("./x.cjs"); exports.sawEarly = x.early; exports.sawDone = x.done;`,
    },
  },
  "packages in node_modules and of its own": {
    files: {
      "main.mjs": `import p from "pkg"; import { sub } from "pkg/sub"; import { deep } from "pkg/features/deep.js"; import self from "own/thing"; import i from "#int"; import old from "old";
console.log(p, sub, deep, self, i, old); try { await import("pkg/hidden.js") } catch (e) { console.log(e.code) }`,
      "package.json": `{"name":"own","exports":{"./thing":"./thing.mjs"},"imports":{"#int":"./int.mjs"}}`,
      "thing.mjs": `export default "self"`,
      "int.mjs": `export default "internal"`,
      "node_modules/pkg/package.json": `{"name":"pkg","type":"module","exports":{".":{"import":"./esm.js","require":"./cjs.cjs"},"./sub":"./sub.js","./features/*.js":"./src/*.js"}}`,
      "node_modules/pkg/esm.js": `export default "esm"`,
      "node_modules/pkg/sub.js": `export const sub = "sub"`,
      "node_modules/pkg/src/deep.js": `export const deep = "deep"`,
      "node_modules/pkg/hidden.js": ``,
      "node_modules/old/package.json": `{"main":"lib/main"}`,
      "node_modules/old/lib/main.js": `module.exports = "old"`,
    },
  },
  "syntax decides": {
    files: { "main.js": `import { readFileSync } from "fs"; console.log(typeof readFileSync, typeof require, this);` },
    argv: ["main.js"],
  },
  "CommonJS by default": {
    files: {
      "main.js": `console.log(typeof require, require.main === module, module.id, __dirname, this === module.exports, typeof require("os").EOL);`,
    },
    argv: ["main.js"],
  },
  TypeScript: {
    files: {
      "main.ts": `import { type Shape, area } from "./shape.ts";\ninterface P { name: string }\nconst s: Shape = { w: 2, h: 3 };\nclass C<T> { private x: T; constructor(x: T) { this.x = x } get(): T { return this.x! } }\nfunction f(this: void, a?: number, ...r: string[]): asserts a is number {}\nconsole.log(area(s), new C<number>(4).get(), (s as never as P).name, <const T,>(x: T) => x);`,
      "shape.ts": `export type Shape = { w: number; h: number };\nexport function area({ w, h }: Shape): number { return w * h }`,
    },
    argv: ["main.ts"],
  },
  files: {
    files: {
      "main.mjs": `import fs from "node:fs"; import { readFile, writeFile, mkdir, readdir, rm, stat } from "node:fs/promises"; import path from "node:path";
fs.mkdirSync("a/b/c", { recursive: true }); fs.writeFileSync("a/b/x.txt", "واحد\\nاثنان"); fs.appendFileSync("a/b/x.txt", "\\n3"); console.log(fs.readFileSync("a/b/x.txt", "utf8").split("\\n"));
console.log(fs.readdirSync("a"), fs.readdirSync("a", { recursive: true }).sort(), fs.existsSync("nope"), fs.statSync("a").isDirectory(), fs.statSync("a/b/x.txt").size);
fs.renameSync("a/b/x.txt", "a/y.txt"); fs.copyFileSync("a/y.txt", "a/z.txt"); console.log((await readdir("a", { withFileTypes: true })).map((e) => [e.name, e.isFile()]));
await writeFile("j.json", JSON.stringify({ ok: true })); console.log(JSON.parse(await readFile("j.json", "utf8")), (await stat("j.json")).isFile());
for (const work of [() => fs.readFileSync("none"), () => fs.mkdirSync("a"), () => fs.rmdirSync("a"), () => fs.readdirSync("j.json"), () => fs.readFileSync("a"), () => fs.unlinkSync("zz"), () => fs.rmSync("zz"), () => fs.rmSync("a"), () => fs.writeFileSync("q/w", "")]) { try { work(); console.log("worked") } catch (e) { console.log(e.code, e.syscall, e.message) } }
await rm("a", { recursive: true }); fs.rmSync("zz", { force: true }); console.log(fs.readdirSync(".").sort());
fs.readFile("j.json", "utf8", (e, t) => console.log(e, t)); fs.writeFileSync("b.bin", Buffer.from([0, 255, 128])); console.log(fs.readFileSync("b.bin"));
const fd = fs.openSync("l.txt", "w"); fs.writeSync(fd, "one\\n"); fs.writeSync(fd, "two\\n"); fs.closeSync(fd); console.log(fs.readFileSync("l.txt", "utf8"), path.relative("/a/b", "/a/c/d"));`,
    },
  },
  "stdin by lines": {
    files: `import readline from "node:readline"; let n = 0; for await (const line of readline.createInterface({ input: process.stdin })) console.log(++n, line); console.log("done");`,
    stdin: "أ\nb\n\nlast",
  },
  "stdin by chunks": {
    files: `process.stdin.setEncoding("utf8"); let all = ""; process.stdin.on("data", (c) => { all += c }); process.stdin.on("end", () => console.log(JSON.stringify(all)));`,
    stdin: "a\nb",
  },
  "stdin as a file": {
    files: `import fs from "node:fs"; console.log(fs.readFileSync(0, "utf8").length)`,
    stdin: "",
  },
  "numbers, dates and lists by locale": {
    files: `console.log((1234567.891).toLocaleString(), (1234.5).toLocaleString("ar-KW"), (0.256).toLocaleString("en", { style: "percent" }), (5).toLocaleString("en-US", { style: "currency", currency: "KWD" }), 12n.toLocaleString());
console.log(new Date(0).toLocaleDateString("en-GB", { timeZone: "UTC" }), new Date(0).toLocaleString("en-US", { timeZone: "Asia/Kuwait" }), new Date(0).toLocaleDateString("ar-KW", { dateStyle: "full", timeZone: "UTC" }));
console.log(new Intl.NumberFormat("de", { minimumFractionDigits: 2 }).format(1234.5), new Intl.DateTimeFormat("en", { month: "long", timeZone: "UTC" }).format(new Date(0)), new Intl.PluralRules("ar").select(3), new Intl.ListFormat("en").format(["a", "b", "c"]));
console.log(["ä", "z", "a", "Z", "é"].sort((a, b) => a.localeCompare(b)), ["b10", "b9"].sort(new Intl.Collator("en", { numeric: true }).compare), "I".toLocaleLowerCase("tr"), [1234.5, 2].toLocaleString("en"));
console.log(new Intl.NumberFormat("en").formatToParts(1.5), new Intl.RelativeTimeFormat("en").format(-1, "day"), Intl.DateTimeFormat().resolvedOptions().timeZone, typeof Intl.Segmenter, [...new Intl.Segmenter("en", { granularity: "word" }).segment("a b")].map((s) => s.segment));
console.log(new Date(2026, 0, 5, 3, 4, 5).toString(), new Date(0).toISOString(), new Date("2026-02-03").getDay(), new Date(NaN).getTime());`,
  },
  "URLs, text and bytes": {
    files: `import { fileURLToPath, pathToFileURL } from "node:url"; import { createHash, randomUUID } from "node:crypto"; import { Buffer } from "node:buffer"; import os from "node:os";
const u = new URL("/p/a?x=1&x=2#h", "https://user:pw@example.com:8080"); u.searchParams.append("y", "ع b"); u.hash = ""; console.log(u.href, u.searchParams.getAll("x"), [...u.searchParams], u);
console.log(fileURLToPath("file:///a%20b/c"), pathToFileURL("/x y/ملف").href, URL.canParse("nope")); try { new URL("nope") } catch (e) { console.log(e.code, e.message) }
console.log(Buffer.from("سلام").toString("base64"), Buffer.from("aGk=", "base64").toString(), Buffer.concat([Buffer.from("a"), Buffer.alloc(2)]), Buffer.byteLength("ع"), Buffer.from("ff00", "hex"), Buffer.from("a").equals(Buffer.from("a")));
console.log(new TextEncoder().encode("ع"), new TextDecoder().decode(new Uint8Array([0xd8, 0xb9])), btoa("x"), atob("eA=="), structuredClone({ a: new Date(0), m: new Map([[1, new Set([2])]]) }));
console.log(createHash("sha256").update("abc").digest("hex"), createHash("md5").update(Buffer.from("a")).update("b").digest("base64"), randomUUID().length, os.EOL === "\\n");
const o = {}; o.self = o; const c = structuredClone(o); console.log(c.self === c, c !== o); try { structuredClone(() => {}) } catch (e) { console.log(e.name) }
console.log(new AbortController().signal.aborted, (() => { const a = new AbortController(); a.signal.addEventListener("abort", () => console.log("aborted")); a.abort(); return a.signal.aborted })());`,
  },
  "util and events": {
    files: `import util, { parseArgs, inspect, promisify } from "node:util"; import EventEmitter, { once } from "node:events"; import { setTimeout as sleep } from "node:timers/promises"; import assert from "node:assert";
console.log(parseArgs({ args: ["-f", "--bar", "b", "pos"], options: { foo: { type: "boolean", short: "f" }, bar: { type: "string" } }, allowPositionals: true }));
console.log(util.format("%s %o", "a", { b: 1 }), inspect({ a: { b: { c: { d: 1 } } } }, { depth: null, compact: false }), util.isDeepStrictEqual([1], [1]), util.types.isDate(new Date()));
const e = new EventEmitter(); e.once("x", (v) => console.log("once", v)); e.on("x", (v) => console.log("on", v)); e.emit("x", 1); e.emit("x", 2); console.log(e.listenerCount("x"), e.emit("none"));
setTimeout(() => e.emit("later", 5), 10); console.log(await once(e, "later")); const t = Date.now(); await sleep(5000 / 1000); console.log(Date.now() - t >= 4);
console.log(await promisify((a, done) => done(null, a + 1))(1)); class P extends EventEmitter {} console.log(new P() instanceof EventEmitter);
try { e.emit("error", new Error("unheard")) } catch (x) { console.log(x.message) } try { assert.strictEqual(1, 2) } catch (x) { console.log(x.code, x.name, x.message) }`,
  },
  "assertion messages": {
    files: `import assert from "node:assert/strict"; const tries = [() => assert.equal(1, 2), () => assert.equal("a", "b"), () => assert(false, "why"), () => assert.throws(() => {}), () => assert.match("abc", /x/), () => assert.notEqual(1, 1), () => assert.equal(1, 2, "custom"), () => assert.fail("f"), () => assert.throws(() => { throw new Error("a") }, /b/), () => assert.deepEqual({ a: 1, b: [1, 2] }, { a: 1, b: [1, 3] }), () => assert.ifError(new Error("i")), () => assert.doesNotThrow(() => { throw new Error("dn") }), () => assert.deepEqual([1, 2, 3], [1, 2, 3]), () => assert.deepEqual(new Map([[1, { a: 1 }]]), new Map([[1, { a: 1 }]])), () => assert.throws(() => { throw new TypeError("t") }, { name: "TypeError", message: "t" }), () => assert.rejects(Promise.resolve(1))];
for (const t of tries) { try { const r = t(); if (r) await r; console.log("ok") } catch (e) { console.log(e.name, e.code, e.generatedMessage, JSON.stringify(e.message)) } }`,
  },
  "errors shown": {
    files: `class MyError extends Error { constructor(m) { super(m); this.name = "MyError"; this.extra = 1 } } const e = new MyError("x"); console.log(e.stack.split("\\n")[0], String(e), e instanceof MyError, Object.keys(e), e.toString());
const c = new Error("outer", { cause: new Error("inner") }); console.log(c.cause.message, new AggregateError([new Error("a")], "all").errors.length); try { null.foo } catch (x) { console.log(x instanceof TypeError, x.constructor === TypeError, x.name) } try { undefinedThing } catch (x) { console.log(x.name) } try { JSON.parse("{") } catch (x) { console.log(x.name) }
function F() { Error.captureStackTrace(this, F) } console.log(typeof new F().stack, Error("no new") instanceof Error, RangeError.prototype.name, Object.getPrototypeOf(TypeError) === Error)`,
  },
  "errors of the engine, caught and shown": {
    argv: [
      "-e",
      `try { null.x } catch (e) { console.log(require("util").inspect(e).startsWith("TypeError: "), require("util").inspect({ e }).includes("TypeError: ")) }`,
    ],
    files: {},
  },
  "-e and -p": {
    argv: [
      "-e",
      "console.log(require('path').join('a', 'b'), typeof fs.readFileSync, process.argv.slice(1))",
      "x",
      "y",
    ],
    files: {},
  },
  "-p": { argv: ["-p", "[1, 2].map((x) => x * 2)"], files: {} },
  "-e with a rejection nobody handles": {
    argv: [
      "-e",
      "'use strict'; const $dropped = 1; console.log($dropped); Promise.reject(new Error('z')); setTimeout(() => console.log('never'), 5)",
    ],
    files: {},
  },
  "-e with a rejection that is handled": {
    argv: [
      "-e",
      "async function f() { throw new Error('z') } f().catch((e) => console.log(e.message)); const p = f(); p.then(null, () => console.log('too'))",
    ],
    files: {},
  },
  "-e with a rejection handler of the process": {
    argv: [
      "-e",
      "process.on('unhandledRejection', (e) => console.log('seen', e.message)); (async () => { throw new Error('z') })()",
    ],
    files: {},
  },
  "-p of a rejection": { argv: ["-p", "console.log(1); Promise.reject(3).then(() => 1); 5"], files: {} },
  "-e with import": { argv: ["-e", "import fs from 'fs'; console.log(typeof fs.readFileSync)"], files: {} },
  "the program on stdin": { argv: ["-", "arg"], stdin: "console.log(process.argv.slice(2))", files: {} },
  "no such file": { argv: ["nope.js"], files: {} },
  "--check": { argv: ["--check", "bad.js"], files: { "bad.js": "const = 1" } },
  "--check, fine": { argv: ["--check", "ok.js"], files: { "ok.js": "console.log(1)" } },
};

/** Test runs whose counts, lines and exit code must be those of Node. */
export const TEST_RUNS: Readonly<Record<string, Case>> = {
  "the tests of the program that reconciles": { files: RECONCILE },
  "passes, failures, skips and todos": {
    files: `import { test, it, describe, suite, before, after, beforeEach, afterEach } from "node:test"; import assert from "node:assert/strict";
test("passes", () => {}); test("fails", () => assert.equal(1, 2)); test("throws", () => { throw new Error("x") }); test("rejects", async () => { await null; throw new Error("y") });
test.skip("skipped", () => { throw 1 }); test("skipped by option", { skip: "reason" }, () => {}); test("skips itself", (t) => t.skip("inside")); test.todo("todo"); test("todo that fails", { todo: true }, () => { throw new Error("t") });
test("with callback", (t, done) => setTimeout(done, 5)); test("callback fails", (t, done) => done(new Error("cb"))); test("no function");
describe("suite", () => { it("one", () => {}); it("two", () => assert.ok(false)); describe("inner", () => { it("three", async () => {}); it.skip("four") }); });
suite("empty suite", () => {}); describe.skip("skipped suite", () => { it("never", () => {}) });
test("parent", async (t) => { await t.test("child", () => {}); await t.test("bad child", () => { throw new Error("z") }); });`,
  },
  "hooks in order": {
    files: `import { test, it, describe, before, after, beforeEach, afterEach } from "node:test";
before(() => console.log("root before")); after(() => console.log("root after")); beforeEach(() => console.log("root each")); afterEach(() => console.log("root after each"));
describe("s", () => { before(() => console.log("s before")); after(() => console.log("s after")); beforeEach(() => console.log("s each")); afterEach(() => console.log("s after each")); it("a", () => console.log("a")); it("b", () => console.log("b")); });
test("t", async (t) => { t.before(() => console.log("t before")); t.after(() => console.log("t after")); t.beforeEach(() => console.log("t each")); await t.test("sub", () => console.log("sub")); });`,
  },
  "hooks that fail": {
    files: `import { it, describe, before, beforeEach, afterEach, after } from "node:test";
describe("before fails", () => { before(() => { throw new Error("b") }); it("x", () => {}); it("y", () => {}) });
describe("each fails", () => { beforeEach(() => { throw new Error("e") }); it("x", () => {}) });
describe("after each fails", () => { afterEach(() => { throw new Error("e") }); it("x", () => {}) });
describe("after fails", () => { after(() => { throw new Error("e") }); it("x", () => {}) });`,
  },
  "several files, in folders": {
    files: {
      "a.test.js": `const test = require("node:test"); test("a", () => {});`,
      "lib/b.test.mjs": `import test from "node:test"; test("b", () => { throw new Error("no") });`,
      "test/c.js": `require("node:test").test("c", () => {});`,
      "test/deep/helper.js": `console.log("helper runs too");`,
      "t.test.ts": `import test from "node:test"; test("typed", (): void => {});`,
      "src/index.js": `throw new Error("not a test")`,
      "test-first.cjs": `require("node:test").it("first", () => {})`,
      "node_modules/x/x.test.js": `throw new Error("never")`,
    },
  },
  "a file that throws": {
    files: {
      "a.test.mjs": `throw new Error("load")`,
      "b.test.mjs": `import test from "node:test"; test("b", () => {})`,
    },
  },
  "a file without tests": { files: `console.log("nothing")` },
  "a sub-test nobody awaits": {
    files: `import test from "node:test"; test("parent", (t) => { t.test("slow", () => new Promise((r) => setTimeout(r, 20))); });`,
  },
  "a time limit": {
    files: `import test from "node:test"; test("late", { timeout: 10 }, () => new Promise((r) => setTimeout(r, 200))); test("next", () => {});`,
  },
  "asynchronous order": {
    files: `import test, { describe, it } from "node:test"; console.log("loaded"); test("a", async () => { console.log("a1"); await new Promise((r) => setTimeout(r, 10)); console.log("a2") }); test("b", () => console.log("b")); describe("d", async () => { it("c", () => console.log("c")) }); console.log("end of file");`,
  },
  "by name": {
    argv: ["--test", "--test-name-pattern=keep"],
    files: `import test, { describe, it } from "node:test"; test("keep me", () => {}); test("drop me", () => { throw 1 }); describe("keep suite", () => { it("x", () => {}) }); describe("s", () => { it("keep y", () => {}); it("z", () => {}) });`,
  },
  only: {
    argv: ["--test", "--test-only"],
    files: `import test, { describe, it } from "node:test"; test("no", () => { throw 1 }); test.only("yes", () => {}); describe("s", () => { it.only("in", () => {}); it("out", () => {}) });`,
  },
  "one file by path": {
    argv: ["--test", "x.mjs"],
    files: { "x.mjs": `import test from "node:test"; test("x", () => {})`, "y.test.mjs": `throw 1` },
  },
  "run as a program": {
    argv: ["a.mjs"],
    files: { "a.mjs": `import test from "node:test"; test("x", () => {}); test("y", () => { throw new Error("n") })` },
  },
  "mocks and plan": {
    files: `import test, { mock } from "node:test"; import assert from "node:assert";
test("fn", () => { const f = mock.fn((a) => a + 1); assert.equal(f(1), 2); assert.equal(f.mock.callCount(), 1); assert.deepEqual(f.mock.calls[0].arguments, [1]) });
test("method", (t) => { const o = { m() { return 1 } }; t.mock.method(o, "m", () => 2); assert.equal(o.m(), 2); assert.equal(o.m.mock.calls.length, 1) });
test("plan kept", (t) => { t.plan(2); t.assert.ok(1); t.assert.strictEqual(1, 1) }); test("plan broken", (t) => { t.plan(2); t.assert.ok(1) }); test("diagnostic", (t) => t.diagnostic("said"));`,
  },
  "exceptions and rejections that a test leaves behind": {
    files: `import test from "node:test"; test("a", async () => { setTimeout(() => { throw new Error("in timer") }, 1); await new Promise((r) => setTimeout(r, 20)); }); test("b", async () => { Promise.reject(new Error("dropped")); await new Promise((r) => setTimeout(r, 20)); }); test("c", () => {});`,
  },
  "declared after awaits": {
    files: `import test, { describe, it } from "node:test"; test("a", async () => { await new Promise((r) => setTimeout(r, 5)) }); await new Promise((r) => setTimeout(r, 1)); test("b", () => {}); await test("c", () => {}); describe("d", async () => { const { EOL } = await import("node:os"); it("e", () => {}); });`,
  },
  "an exception outside of a test": {
    files: `import test from "node:test"; test("a", () => {}); setTimeout(() => { throw new Error("stray") }, 5); test("b", () => new Promise((r) => setTimeout(r, 20)));`,
  },
};
