import { describe, expect, it } from "vitest";
import type { RunCodeInput, RunCodeResult } from "../../../shared/protocol/sandbox-rpc.ts";
import { runCode } from "./run-code.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const LIMITS: RunCodeInput["limits"] = {
  timeMs: 15_000,
  memoryBytes: 32 * 1024 * 1024,
  outputChars: 4_000,
  filesBytes: 1024 * 1024,
};

function run(code: string, files: Record<string, string> = {}, limits: Partial<RunCodeInput["limits"]> = {}) {
  return runCode({
    code,
    files: Object.entries(files).map(([path, text]) => ({ path, bytes: encoder.encode(text) })),
    limits: { ...LIMITS, ...limits },
  });
}

const textOf = (result: RunCodeResult, path: string): string | undefined => {
  const file = result.written.find((entry) => entry.path === path);
  return file && decoder.decode(file.bytes);
};

describe("runCode: what guest code can do (FR-14.1)", () => {
  it("prints values and counts nothing against a good run", async () => {
    const result = await run(
      `console.log("a", 1, 2n, [1, "x"], { b: null }, new Big("0.10"), new Map([[1, 2]]), undefined)`,
    );
    expect(result).toMatchObject({ ok: true, failure: null, outputCut: false, written: [] });
    expect(result.output).toBe('a 1 2n [1, "x"] {"b": null} 0.1 Map [[1, 2]] undefined\n');
  });

  it("awaits at top level and allows a top-level return", async () => {
    expect((await run(`const x = await Promise.resolve(5); console.log(x)`)).output).toBe("5\n");
    const returned = await run(`console.log(1);\nif (true) return;\nconsole.log(2)`);
    expect(returned).toMatchObject({ ok: true, output: "1\n" });
  });

  it("lets code name its own variables as the globals are named", async () => {
    expect(
      (await run(`const names = files.list(); { const files = names; console.log(files) }`, { a: "" })).output,
    ).toBe('["a"]\n');
    expect((await run(`const Big = 5; console.log(Big)`)).output).toBe("5\n");
  });

  it("reads given files and gives back written ones, Arabic included", async () => {
    const result = await run(`files.write("نتيجة.txt", files.readText("in.txt").toUpperCase() + " ١")`, {
      "in.txt": "ok",
    });
    expect(result.ok).toBe(true);
    expect(textOf(result, "نتيجة.txt")).toBe("OK ١");
  });

  it("reads a table larger than one part and sums it exactly", async () => {
    const rows = Array.from({ length: 30_000 }, (_, index) => `c${index % 7},0.1`);
    const result = await run(
      `const { columns, rows } = files.readTable("t.csv");
       const sum = rows.reduce((total, row) => total.plus(nexus.number(row[1])), new Big(0));
       console.log(columns, rows.length, rows[29999], sum)`,
      { "t.csv": `client,amount\r\n${rows.join("\r\n")}\r\n` },
    );
    expect(result.output).toBe('["client", "amount"] 30000 ["c4", "0.1"] 3000\n');
  });

  it("refuses a table of billions of cells made of ragged lines", async () => {
    const result = await run(`files.readTable("t.csv")`, {
      "t.csv": `${new Array(10_000).fill("c").join(",")}\n${"1\n".repeat(100_000)}`,
    });
    expect(result.failure?.message).toContain("This table has more than");
  });

  it("reads quoted fields, short rows, repeated headers", async () => {
    const result = await run(`console.log(JSON.stringify(files.readTable("t.csv")))`, {
      "t.csv": '\ufeffa,a,"b\nc"\n"x, ""y""",2\n\n1,2,3\n',
    });
    expect(JSON.parse(result.output)).toEqual({
      columns: ["a", "a (2)", "b c"],
      rows: [
        ['x, "y"', "2", ""],
        ["1", "2", "3"],
      ],
    });
  });

  it("understands numbers and dates like the profiles do", async () => {
    const result = await run(`
      console.log(String(nexus.number("١٬٢٣٤٫٥٠٠ د.ك")), String(nexus.number("(45.00)")), String(nexus.number("1.234,56", { decimal: "," })));
      console.log(nexus.number("n/a"), nexus.number(null), String(nexus.number(0.1)), String(nexus.number(1e21)));
      console.log(nexus.date("٥ مارس ٢٠٢٦"), nexus.date("03/04/2026", { order: "mdy" }), nexus.date("31/02/2026"), nexus.date(undefined));`);
    expect(result.output).toBe("1234.5 -45 1234.56\nnull null 0.1 1e+21\n2026-03-05 2026-03-04 null null\n");
  });

  it("writes RFC 4180 with nexus.csv and reads it back unchanged", async () => {
    const result = await run(`
      const rows = [["a,b", 'say "x"', " padded "], ["two\\nlines", null, new Big("1.50")], ["", "", ""]];
      files.write("o.csv", nexus.csv(["one", "two", "three"], rows));
      console.log(JSON.stringify(files.readTable("o.csv").rows))`);
    expect(JSON.parse(result.output)).toEqual([
      ["a,b", 'say "x"', " padded "],
      ["two\nlines", "", "1.5"],
      ["", "", ""],
    ]);
  });

  it("takes exact decimals from Big that nothing can change", async () => {
    const result = await run(
      `Big.DP = 1; Big.prototype.plus = () => 0; console.log(new Big("0.1").plus("0.2").toFixed(2), new Big(1).div(3).toFixed(4))`,
    );
    expect(result.output).toBe("0.30 0.3333\n");
  });
});

describe("runCode: failures say what happened where (FR-5.1)", () => {
  it("names line and column of the guest's own source", async () => {
    const result = await run(`const a = 1;\nfunction f() {\n  null.x;\n}\n\nf();`);
    expect(result.failure?.kind).toBe("exception");
    expect(result.failure?.message).toContain("TypeError");
    expect(result.failure?.message).toMatch(/at f \(line 3:\d+\)\n {4}at line 6:/);
  });

  it("ends as memory what lost its promise jobs because memory was used up", async () => {
    const code = "const go = () => Promise.resolve().then(go); go()";
    const limits = { ...LIMITS, timeMs: 30_000, memoryBytes: 16 * 1024 * 1024 };
    const result = await runCode({ code, files: [], limits });
    expect(result.failure).toEqual({ kind: "memory", message: "The code used more memory than it may." });
  });

  it("keeps line numbers with a top-level return and hides the host's frames", async () => {
    const result = await run(`\nfiles.readText("missing.csv");\nreturn;`, { "a.csv": "x" });
    expect(result.failure?.kind).toBe("files");
    expect(result.failure?.message).toContain('There is no file "missing.csv". Files: "a.csv"');
    expect(result.failure?.message).toMatch(/at (<anonymous> \()?line 2:/);
    expect(result.failure?.message).not.toContain("node:internal");
  });

  it.each([
    ["const = 1", "syntax"],
    ["let a = 1;\nimport x from 'y'", "syntax"],
    ["throw 5", "exception"],
    ["await import('fs')", "exception"],
    ["fetch('https://example.com')", "exception"],
    ["setTimeout(() => {}, 1)", "exception"],
    ["nexus.number('1', { decimal: ';' })", "exception"],
    ["async function main() { await null; throw new Error('inside') }\nmain()", "exception"],
    ["await new Promise(() => {})", "timeout"],
    ["async function main() { await new Promise(() => {}) }\nmain()", "timeout"],
  ])("%j fails as %s", async (code, kind) => {
    const result = await run(code);
    expect(result.ok).toBe(false);
    expect(result.failure?.kind).toBe(kind);
  });

  it("keeps what was printed and written before the failure", async () => {
    const result = await run(`console.log("before"); files.write("a.txt", "x"); throw new Error("no")`);
    expect(result).toMatchObject({ ok: false, output: "before\n" });
    expect(textOf(result, "a.txt")).toBe("x");
  });
});

const HOSTILE: readonly (readonly [string, string, string])[] = [
  ["an endless loop", "for (;;) {}", "timeout"],
  ["an endless loop that catches", "for (;;) { try { for (;;) {} } catch {} }", "timeout"],
  ["a catastrophic pattern", '/^(a+)+$/.test("a".repeat(40) + "b")', "timeout"],
  ["endless promise jobs", "const f = () => Promise.resolve().then(f); await f()", "timeout|memory"],
  // Whichever limit the machine reaches first.
  [
    "growing promise jobs",
    "const f = () => { Promise.resolve().then(f); Promise.resolve().then(f) }; f()",
    "timeout|memory",
  ],
  ["an endless generator", "function* g() { for (;;) yield 1 }; for (const x of g());", "timeout"],
  ["an endless getter in what it throws", "throw { get name() { for (;;) {} }, get x() { for (;;) {} } }", "timeout"],
  ["a search through a length without data", "Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1)", "timeout"],
  ["a walk over an empty long array", "new Array(2 ** 32 - 1).forEach(() => {})", "timeout"],
  ["a long array made text", "String(new Array(2 ** 32 - 1))", "timeout"],
  ["a long array inside another", "[new Array(2 ** 32 - 1)].flat()", "timeout"],
  ["a long array appended", "[].concat(new Array(2 ** 32 - 1))", "timeout"],
  [
    "a length that changes",
    "let n = 0; Array.prototype.indexOf.call({ get length() { return n++ ? 2 ** 53 - 1 : 1 } }, 1)",
    "exception",
  ],
  ["slow built-ins in a loop", "const s = 'a'.repeat(1e6); for (;;) s.indexOf('b')", "timeout"],
  ["slow built-ins that are caught", "const s = 'a'.repeat(1e6); for (;;) try { s.split('b') } catch {}", "timeout"],
  [
    "much JSON in a loop",
    "const a = Array.from({ length: 1e5 }, (_, i) => i); for (;;) JSON.parse(JSON.stringify(a))",
    "timeout",
  ],
  ["a memory bomb", "const a = []; for (;;) a.push('x'.repeat(1000) + a.length)", "memory"],
  ["one huge text", "let s = 'x'; for (;;) s += s", "memory"],
  ["one huge buffer", "new Uint8Array(2 ** 31 - 1)", "memory"],
  ["an output flood", "for (;;) console.log('flood '.repeat(100))", "output"],
  ["deep recursion", "function f() { f() } f()", "exception"],
  ["deep data", "let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; JSON.stringify(o)", "exception"],
  ["deep data printed", "let o = {}; for (let i = 0; i < 1e5; i++) o = [o]; console.log(o); throw o", "exception"],
  ["a deep pattern", "new RegExp('('.repeat(50000))", "exception"],
  ["a deep source", "eval('['.repeat(100000))", "exception"],
  ["a thrown proxy", "throw new Proxy({}, {})", "exception"],
  [
    "an error with a hostile stack",
    "const e = new Error('x'); Object.defineProperty(e, 'stack', { get() { throw 1 } }); throw e",
    "exception",
  ],
  ["giant files", "for (let i = 0; ; i++) files.write('f' + i, 'x'.repeat(100000))", "files"],
  ["thousands of files", "for (let i = 0; i < 5000; i++) files.write('f' + i, '')", "files"],
  ["a path upwards", "files.write('../x', '')", "files"],
  ["a path with a slash", "files.write('a/b', '')", "files"],
  ["a path with NUL", "files.write('a.csv\\0.exe', '')", "files"],
  ["an empty path", "files.write('', '')", "files"],
  ["a folder as a path", "files.write('..', '')", "files"],
  ["a path with a direction mark", "files.write('a\\u202etxt.exe', '')", "files"],
  ["a path that is no text", "files.write({ toString() { return 'x' } }, '')", "exception"],
  ["content that is no text", "files.write('x', { get a() { throw 1 } })", "exception"],
];

describe("runCode: hostile code ends alone, and the next run works (FR-14.1, NFR-S1.1)", () => {
  it.each(HOSTILE)("%s", async (_name, code, kind) => {
    // Time is short only where it is what ends the run, so that a busy machine cannot change the outcome.
    const result = await run(code, {}, kind.startsWith("timeout") ? { timeMs: 400 } : {});
    expect(result.ok).toBe(false);
    expect(kind.split("|")).toContain(result.failure?.kind);
    expect(result.failure?.message).not.toMatch(/wasm|node_modules|emscripten|prelude/i);
    expect(result.output.length).toBeLessThan(LIMITS.outputChars + 100);
    expect(await run("console.log([1].map((x) => x + 1))")).toMatchObject({ ok: true, output: "[2]\n" });
  });

  it("lets honest code walk a long text by its line ends", async () => {
    const walk = `const s = "a line of text\\n".repeat(1e5);
      let lines = 0;
      for (let from = 0; from < s.length; lines++) from = s.indexOf("\\n", from) + 1;
      console.log(lines, s.indexOf("text", { valueOf: () => 8 }), s.indexOf("", 1e9), s.indexOf("none", Infinity));`;
    expect((await run(walk)).output).toBe("100000 10 1500000 -1\n");
  });

  it("counts steps too, for clocks that stand still", async () => {
    const now = Date.now;
    Date.now = () => 0;
    try {
      expect((await run("for (;;) {}", {}, { timeMs: 50 })).failure?.kind).toBe("timeout");
    } finally {
      Date.now = now;
    }
  });

  it("cannot reach the host's objects or the next run's", async () => {
    const attack = await run(`
      Object.prototype.polluted = "yes"; Array.prototype.toJSON = () => "mine"; String.prototype.toJSON = () => "mine";
      JSON.parse = () => { throw 1 }; globalThis.leak = 1;
      JSON.stringify({ __proto__: null, constructor: { prototype: { polluted: 1 } } });
      console.log(files.constructor.constructor("return typeof process + typeof Deno + typeof WebAssembly + typeof fetch")());`);
    expect(attack.failure?.message ?? "").not.toContain("node");
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    const next = await run(
      `console.log(typeof leak, ({}).polluted, files.constructor.constructor("return typeof process + typeof WebAssembly")())`,
    );
    expect(next.output).toBe("undefined undefined undefinedundefined\n");
  });

  it("keeps the start and the end of long output and says how much is missing", async () => {
    const result = await run(`console.log("START"); console.log("x".repeat(50000)); console.log("END")`);
    expect(result.ok).toBe(true);
    expect(result.outputCut).toBe(true);
    expect(result.output).toMatch(/^START\nx+\n… \d+ characters left out …\nx+\nEND\n$/);
  });

  it("carries NUL, lone surrogates and every other character of a text", async () => {
    const result = await run(
      `files.write("a.txt", "a\\0b\\ud800c😀"); console.log(files.readText("a.txt").length, files.readText("b.txt").length)`,
      { "b.txt": "x\0y" },
    );
    expect(textOf(result, "a.txt")).toBe("a\0b\ufffdc😀");
    expect(result.output).toBe("7 3\n");
  });

  it("leaves files beyond the limit out and keeps the ones before", async () => {
    const result = await run(
      `files.write("a", "x".repeat(600000)); try { files.write("b", "ع".repeat(300000)) } catch (e) { console.log(e.name) } files.write("a", "y")`,
    );
    expect(result).toMatchObject({ ok: true, output: "FilesError\n" });
    expect(result.written.map((file) => [file.path, file.bytes.length])).toEqual([["a", 1]]);
  });

  it("runs at once without mixing anything up", async () => {
    const results = await Promise.all(
      [1, 2, 3, 4].map((n) => run(`await null; files.write("n", "${n}"); console.log(${n})`)),
    );
    expect(results.map((result) => [result.output, textOf(result, "n")])).toEqual(
      [1, 2, 3, 4].map((n) => [`${n}\n`, `${n}`]),
    );
  });
});
