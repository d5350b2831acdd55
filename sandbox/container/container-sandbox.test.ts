import { spawnSync } from "node:child_process";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { EXEC_LIMITS, type SandboxExec, type SandboxExecResult } from "../port.ts";
import { ContainerSandbox } from "./container-sandbox.ts";
import { Cell, cellsHere } from "./testing/cell.ts";

const here = cellsHere();
/** The one programme of the image that a machine may do without. */
const python = spawnSync("/usr/bin/python3", ["--version"]).status === 0;
const cell = new Cell();
const sandbox = new ContainerSandbox(cell);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const never = new AbortController().signal;

function exec(command: SandboxExec["command"], more: Partial<SandboxExec> = {}, signal = never) {
  const pieces: string[] = [];
  const result = sandbox.exec(
    { command, limits: EXEC_LIMITS, egress: [], ...more },
    { onOutput: (piece) => pieces.push(piece), signal },
  );
  return Object.assign(result, { pieces });
}
const sh = (script: string, more: Partial<SandboxExec> = {}): Promise<SandboxExecResult> =>
  exec({ kind: "shell", script }, more);

if (here === true) {
  beforeEach(async () => {
    await sandbox.restore({ files: [], folders: [] });
  });
  afterAll(() => cell.close());

  describe("the container adapter over the image's box, in namespaces of this machine", () => {
    describe("commands", () => {
      it("makes the working folder, and puts UTF-8 together that came in two pieces", async () => {
        const result = await sh("pwd; cat; printf '\\xd9'; sleep 0.1; printf '\\x82\\n\\xff\\n'", {
          stdin: "قهوة\n",
          cwd: "/workspace/a/b",
        });
        expect(result.output).toBe("/workspace/a/b\nقهوة\nق\n\ufffd\n");
      });

      it("ends a stdin that nobody reads, of some megabytes", async () => {
        expect(await sh("exit 0", { stdin: "x".repeat(4_000_000) })).toMatchObject({ outcome: "exited", exitCode: 0 });
      });

      it("tells which files were read, changed and removed; rewritten with what they held is no change", async () => {
        const files = ["read.txt", "same.txt", "gone.txt", "new.txt", "still.txt"].map((path) => ({
          path,
          bytes: text(path),
        }));
        await sandbox.restore({ files, folders: ["empty"] });
        const result = await sh(
          "cat read.txt; printf same.txt > same.txt; rm gone.txt; printf NEW.txt > new.txt; mkdir -p d; echo x > d/.hidden; ls empty",
        );
        expect(result.changed.map(({ path }) => path).sort()).toEqual(["new.txt"]);
        expect(result.removed).toEqual(["gone.txt"]);
        expect(result.read).toEqual(["read.txt"]);
      });

      it("has a clean environment, an ordinary user, no network and no metadata", async () => {
        const result = await sh(
          "id -u; env; cat /proc/1/environ 2>&1; ls /root /work 2>&1; curl -sS -m 2 http://169.254.169.254/ 2>&1",
        );
        expect(result.output).not.toMatch(/^0$/m);
        expect(result.output).not.toMatch(/TOKEN|SECRET|KEY=|PASSWORD|npm_lifecycle|VITEST/);
        expect(result.output).toMatch(/curl: \(\d+\)/);
      });

      it("runs JavaScript, TypeScript and shell with arguments and files beside them, and leaves no trace of the source", async () => {
        await sandbox.restore({
          files: [{ path: "lib.js", bytes: text("export const twice = (n) => n * 2;") }],
          folders: [],
        });
        const code =
          "import { twice } from './lib.js'; console.log(twice(Number(process.argv[2])), await Promise.resolve('later'));";
        const js = await exec({ kind: "code", language: "javascript", code, args: ["21"] });
        expect(js).toMatchObject({ exitCode: 0, output: "42 later\n", changed: [], removed: [] });
        const ts = await exec({
          kind: "code",
          language: "typescript",
          code: "const n: number = 7; console.log(n as number);",
        });
        expect(ts).toMatchObject({ exitCode: 0, output: "7\n" });
        const args = await exec({
          kind: "code",
          language: "javascript",
          code: "console.log(process.argv.slice(2))",
          args: ["a b", "'", "$HOME"],
        });
        expect(args.output).toBe(`[ 'a b', "'", '$HOME' ]\n`);
        const broken = await exec({ kind: "code", language: "javascript", code: "throw new Error('no')" });
        expect(broken).toMatchObject({ outcome: "exited", exitCode: 1 });
      });

      it.runIf(python)("runs Python with the files beside it", async () => {
        await sandbox.restore({
          files: [{ path: "lib.py", bytes: text("def twice(n): return n * 2\n") }],
          folders: [],
        });
        const code = "import sys, lib\nopen('out.txt', 'w').write('ق')\nprint(lib.twice(int(sys.argv[1])))";
        const result = await exec({ kind: "code", language: "python", code, args: ["21"] });
        expect(result).toMatchObject({ exitCode: 0, output: "42\n", changed: [{ path: "out.txt", size: 2 }] });
      });
    });

    describe("tests", () => {
      const passing = "import test from 'node:test'; import assert from 'node:assert/strict';\n";

      it("runs node's test files and reports each test", async () => {
        const body = `${passing}test('adds', () => assert.equal(1 + 1, 2)); test('breaks', () => assert.equal(1, 2));
          test.skip('later', () => {}); test.todo('some day');`;
        const other = `${passing}import { suite } from 'node:test'; suite('s', () => { test('inner', () => {}); });`;
        await sandbox.restore({
          files: [
            { path: "sum.test.js", bytes: text(body) },
            { path: "lib/b.test.mjs", bytes: text(other) },
            { path: "node_modules/x/x.test.js", bytes: text(passing) },
          ],
          folders: [],
        });
        const result = await exec({ kind: "tests", paths: [] });
        expect(result).toMatchObject({ outcome: "exited", exitCode: 1, tests: { passed: 2, failed: 1, skipped: 2 } });
        expect(result.tests?.tests.find(({ name }) => name === "breaks")).toMatchObject({
          file: "sum.test.js",
          status: "failed",
          message: /1 !== 2|Expected/,
        });
        expect(await exec({ kind: "tests", paths: ["lib"] })).toMatchObject({
          exitCode: 0,
          tests: { passed: 1, failed: 0 },
        });
        expect(await sh("node --test lib/b.test.mjs")).toMatchObject({ exitCode: 0, tests: { passed: 1, failed: 0 } });
      });

      it("counts a file that does not run as failed, and says when there are no tests", async () => {
        await sandbox.restore({ files: [{ path: "a.test.js", bytes: text("this is no program") }], folders: [] });
        expect(await exec({ kind: "tests", paths: [] })).toMatchObject({
          exitCode: 1,
          tests: { passed: 0, failed: 1 },
        });
        await sandbox.restore({ files: [], folders: [] });
        expect(await exec({ kind: "tests", paths: [] })).toMatchObject({
          exitCode: 1,
          tests: null,
          problem: /no test files/,
        });
      });

      it.runIf(python)("runs Python's test files", async () => {
        const body =
          "import unittest\nclass T(unittest.TestCase):\n  def test_good(self): pass\n  def test_bad(self): self.assertEqual(1, 2)\n";
        await sandbox.restore({ files: [{ path: "test_sum.py", bytes: text(body) }], folders: [] });
        const result = await exec({ kind: "tests", paths: [] });
        expect(result).toMatchObject({ exitCode: 1, tests: { passed: 1, failed: 1, skipped: 0 } });
      });
    });

    describe("hostile code", () => {
      const quick = { limits: { ...EXEC_LIMITS, timeMs: 1_000 } };
      const intact = async (): Promise<void> => {
        expect(await sh("cat kept.txt; echo on")).toMatchObject({
          outcome: "exited",
          exitCode: 0,
          output: "kept\non\n",
        });
      };
      beforeEach(() => sandbox.restore({ files: [{ path: "kept.txt", bytes: text("kept\n") }], folders: [] }));

      it.each([
        ["an endless loop", "while :; do :; done"],
        ["a process that ignores SIGTERM", "trap '' TERM INT HUP; while :; do sleep 0.1; done"],
        ["sleeping children", "sleep 100 & sleep 100 & wait"],
        ["a stopped process", "kill -STOP $$"],
        ["catastrophic backtracking", `node -e '/^(a+)+$/.test("a".repeat(40) + "b")'`],
      ])("ends %s in time and puts the files back", async (_what, script) => {
        const result = await sh(`echo changed > kept.txt; echo new > new.txt; ${script}`, quick);
        expect(result).toMatchObject({
          outcome: "timeout",
          exitCode: null,
          changed: [],
          removed: [],
          problem: /longer than 1 s/,
        });
        expect(result.durationMs).toBeLessThan(4_000);
        await intact();
        expect((await sandbox.files.stat("new.txt")).ok).toBe(false);
      });

      it("ends what a command left running, however it detached", async () => {
        await sh(
          "setsid nohup sleep 5 >/dev/null 2>&1 & (env -i setsid sh -c 'sleep 0.5; echo late > /workspace/late.txt; sleep 50' &) ; true",
        );
        expect((await sh("sleep 0.8; pgrep -fc 'sleep 50?$'; ls")).output).toBe("0\nkept.txt\n");
      });

      it("survives a fork bomb", async () => {
        const result = await sh("bomb() { bomb | bomb & }; bomb; sleep 20", quick);
        expect(result.outcome).toBe("timeout");
        await intact();
      });

      it("ends a memory bomb", async () => {
        const result = await exec({
          kind: "code",
          language: "javascript",
          code: "const all = []; for (;;) all.push(Buffer.alloc(32 << 20, 1));",
        });
        expect(result).toMatchObject({ outcome: "memory", exitCode: null });
        await intact();
      });

      it("ends a flood of output", async () => {
        expect(await sh("yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")).toMatchObject({
          outcome: "output",
          outputCut: true,
        });
        await intact();
      });

      it.each([
        ["one large file", "head -c 40000000 /dev/zero > big"],
        ["many files", "for i in $(seq 1 6000); do : > f$i; done; sleep 1"],
        ["many large files", "for i in $(seq 1 12); do head -c 15000000 /dev/zero > f$i; done"],
      ])("refuses %s and puts the files back", async (_what, script) => {
        expect(await sh(script)).toMatchObject({ outcome: "files", changed: [] });
        await intact();
      });

      it("survives a command that ends the box: it is told, and the next one runs", async () => {
        const result = await sh("kill -9 -1; sleep 5");
        expect(result).toMatchObject({ outcome: "unavailable", exitCode: null, problem: /try again/ });
        expect(await sh("echo on")).toMatchObject({ outcome: "exited", output: "on\n" });
      });

      it("takes locked folders, pipes, sockets, devices, names of any bytes and long lines as they come", async () => {
        const result = await sh(
          "mkfifo p; mkdir locked; echo x > locked/y; chmod 000 locked; printf x > $'\\xff\\xfe'; printf x > $'new\\nline'; head -c 3000000 /dev/zero | tr '\\0' a; ln -s /etc/passwd link; ln -s .. up",
        );
        expect(result).toMatchObject({ outcome: "exited", exitCode: 0, changed: [] });
        expect(result.output).toHaveLength(result.outputCut ? result.output.length : 3_000_000);
        expect((await sandbox.restore({ files: [], folders: [] })).ok).toBe(true);
        expect(await sandbox.snapshot()).toEqual({ files: [], folders: [] });
      });

      it("reads no file through a link out of the workspace", async () => {
        await sh("ln -s /etc/passwd link; ln -s /etc dir; ln -s kept.txt inner");
        expect(await sandbox.files.read("link")).toMatchObject({ ok: false, error: { problem: "bad_path" } });
        expect(await sandbox.files.read("dir/passwd")).toMatchObject({ ok: false, error: { problem: "bad_path" } });
        expect(await sandbox.files.write("dir/x", text("x"))).toMatchObject({
          ok: false,
          error: { problem: "bad_path" },
        });
        expect(await sandbox.files.list("dir", { recursive: true })).toMatchObject({ ok: false });
        expect(await sandbox.files.read("inner")).toMatchObject({ ok: true, value: text("kept\n") });
        expect((await sandbox.snapshot()).files.map(({ path }) => path)).toEqual(["kept.txt"]);
      });
    });

    describe("files", () => {
      it("takes a snapshot and puts it back, exactly", async () => {
        const snapshot = {
          files: [
            { path: "a.txt", bytes: text("a") },
            { path: "d/e/ف.bin", bytes: new Uint8Array(100_000).fill(200) },
            { path: "empty", bytes: new Uint8Array() },
          ],
          folders: ["d", "d/e", "hollow"],
        };
        await sandbox.files.write("old", text("x"));
        expect(await sandbox.restore(snapshot)).toEqual({ ok: true, value: null });
        expect(await sandbox.snapshot()).toEqual(snapshot);
        expect(await sandbox.restore({ files: [{ path: "../x", bytes: text("x") }], folders: [] })).toMatchObject({
          ok: false,
        });
        expect(await sandbox.snapshot()).toEqual(snapshot);
      });

      it("forgets everything when it is destroyed, and starts anew", async () => {
        await sh("echo x > f; echo y > /tmp/y");
        await sandbox.destroy();
        expect((await sh("ls /workspace /tmp")).output).toBe("/tmp:\n\n/workspace:\n");
      });
    });

    it("passes on what a command may reach, before it runs", async () => {
      await sh("true", { egress: ["a.com"] });
      expect(cell.allowed).toEqual(["a.com"]);
      await sh("true");
      expect(cell.allowed).toEqual([]);
    });
  });
} else {
  it(`does not run here: ${here}`, () => {
    expect(cellsHere()).toBe(here);
  });
}
