import { Unzip, UnzipInflate, UnzipPassThrough } from "fflate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CodeLanguage, ExecLimits, SandboxCommand } from "../../shared/protocol/sandbox-rpc.ts";
import { EXEC_LIMITS, type Sandbox, type SandboxExec, type SandboxExecResult } from "../port.ts";

/** What an adapter says of itself. */
export interface ContractSubject {
  /** A sandbox of its own, empty. */
  make(): Promise<Sandbox>;
  readonly languages: readonly CodeLanguage[];
  /** Time limit for commands that should meet it, ms. */
  readonly shortMs: number;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Every point of sandbox/port.ts, for whatever stands behind it. Call it inside a test file of its own. */
export function sandboxContract(name: string, subject: ContractSubject): void {
  describe(`the sandbox port: ${name}`, () => {
    let sandbox: Sandbox;
    beforeEach(async () => {
      sandbox = await subject.make();
      await sandbox.start();
    });
    afterEach(() => sandbox.destroy());

    interface More {
      readonly limits?: Partial<ExecLimits>;
      readonly stdin?: string;
      readonly cwd?: string;
      readonly signal?: AbortSignal;
      readonly onOutput?: (text: string) => void;
    }
    const run = (command: SandboxCommand, more: More = {}): Promise<SandboxExecResult> => {
      const exec: SandboxExec = {
        command,
        stdin: more.stdin,
        cwd: more.cwd,
        limits: { ...EXEC_LIMITS, ...more.limits },
        egress: [],
      };
      const running = {
        onOutput: more.onOutput ?? (() => undefined),
        signal: more.signal ?? new AbortController().signal,
      };
      return sandbox.exec(exec, running);
    };
    const shell = (script: string, more?: More): Promise<SandboxExecResult> => run({ kind: "shell", script }, more);
    const put = async (path: string, text: string): Promise<void> => {
      const answer = await sandbox.files.write(path, encode(text));
      if (!answer.ok) throw new Error(answer.error.detail);
    };
    const get = async (path: string): Promise<string> => {
      const answer = await sandbox.files.read(path);
      if (!answer.ok) throw new Error(answer.error.detail);
      return decode(answer.value);
    };
    const problemOf = async (answer: Promise<{ ok: boolean; error?: { problem: string } }>): Promise<string | null> => {
      const given = await answer;
      return given.ok ? null : (given.error?.problem ?? "");
    };

    describe("commands", () => {
      it("gives exit code and output, stdout and stderr in the order they came", async () => {
        const result = await shell("echo one; echo two >&2; echo three; exit 3");
        expect(result).toMatchObject({ outcome: "exited", exitCode: 3, problem: null, outputCut: false });
        expect(result.output).toBe("one\ntwo\nthree\n");
      });

      it("streams output while the command runs", async () => {
        const seen: string[] = [];
        let done = false;
        const result = await shell("echo first; sleep 0.4; echo last", {
          onOutput: (text) => {
            if (!done) seen.push(text);
          },
        }).finally(() => {
          done = true;
        });
        expect(result.outcome).toBe("exited");
        expect(seen.length).toBeGreaterThanOrEqual(2);
        expect(seen.join("")).toBe("first\nlast\n");
      });

      it("hands stdin over", async () => {
        expect((await shell("cat", { stdin: "مرحبا\nb\n" })).output).toBe("مرحبا\nb\n");
      });

      it("begins in /workspace, or in the folder that was asked for", async () => {
        expect((await shell("pwd; echo $HOME")).output).toBe("/workspace\n/workspace\n");
        await put("reports/q1/a.txt", "x");
        expect((await shell("pwd; ls", { cwd: "reports/q1" })).output).toBe("/workspace/reports/q1\na.txt\n");
        expect((await shell("pwd", { cwd: "/workspace/reports" })).output).toBe("/workspace/reports\n");
      });

      it("refuses a folder outside of /workspace", async () => {
        const result = await shell("pwd", { cwd: "/etc" });
        expect(result).toMatchObject({ outcome: "unavailable", exitCode: null });
        expect(result.problem).not.toBeNull();
      });

      it("keeps nothing of the shell between commands but the files", async () => {
        await shell("export X=1; cd /tmp; echo kept > /workspace/a.txt");
        expect((await shell('echo "[$X]"; pwd; cat a.txt')).output).toBe("[]\n/workspace\nkept\n");
      });

      it("tells which files were written, changed, removed and read", async () => {
        await put("in.csv", "a,b\n1,2\n");
        await put("old.txt", "old");
        await put("same.txt", "same");
        const result = await shell(
          "cut -d, -f1 in.csv > out.csv; mkdir -p site; echo hi > site/index.html; rm old.txt; printf same > same.txt; echo x > .hidden; mkdir node_modules; echo y > node_modules/y.js; echo z > /tmp/z.txt",
        );
        expect(result.changed.map(({ path }) => path).sort()).toEqual(["out.csv", "site/index.html"]);
        expect(result.removed).toEqual(["old.txt"]);
        const out = result.changed.find(({ path }) => path === "out.csv");
        expect(out).toMatchObject({ size: 4, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
        expect(decode(out?.bytes ?? new Uint8Array())).toBe("a\n1\n");
        if (sandbox.runtime === "isolate") expect(result.read).toEqual(["in.csv"]);
      });

      it("cuts long output in the middle and keeps both ends", async () => {
        const result = await shell("echo begin; seq 1 20000; echo end", { limits: { outputChars: 1_000 } });
        expect(result.outputCut).toBe(true);
        expect(result.output.length).toBeLessThan(1_200);
        expect(result.output).toMatch(/^begin\n1\n[\s\S]*characters left out[\s\S]*20000\nend\n$/);
      });

      it("bears very long lines, binary output and invalid UTF-8", async () => {
        const result = await shell("printf '%0300000d\\n' 0; printf 'a\\377b\\n'; printf '\\330'; printf '\\247\\n'");
        expect(result.outcome).toBe("exited");
        const lines = result.output.split("\n");
        expect(lines[0]).toHaveLength(300_000);
        expect(lines[1]).toMatch(/^a.b$/);
        expect(result.output.isWellFormed()).toBe(true);
      });
    });

    describe("what is ended", () => {
      it("ends a command at its time, and undoes what it wrote", async () => {
        await put("a.txt", "before");
        const result = await shell("echo after > a.txt; echo started; while true; do sleep 0.05; done", {
          limits: { timeMs: subject.shortMs },
        });
        expect(result).toMatchObject({ outcome: "timeout", exitCode: null, changed: [], removed: [] });
        expect(result.problem).toMatch(/\.$/);
        expect(result.output).toContain("started\n");
        expect(await get("a.txt")).toBe("before");
      });

      it("runs the next command in order after one that was ended", async () => {
        await shell("while true; do sleep 0.05; done", { limits: { timeMs: subject.shortMs } });
        const result = await shell("echo fine > b.txt; cat b.txt");
        expect(result).toMatchObject({ outcome: "exited", exitCode: 0, output: "fine\n" });
      });

      it("ends a command that ignores SIGTERM", async () => {
        const started = Date.now();
        const result = await shell("trap '' TERM; while true; do sleep 0.05; done", {
          limits: { timeMs: subject.shortMs },
        });
        expect(result.outcome).toBe("timeout");
        expect(Date.now() - started).toBeLessThan(subject.shortMs + 8_000);
      });

      it("ends what was left in the background", async () => {
        const result = await shell("(while true; do sleep 0.05; done) & echo front", {
          limits: { timeMs: subject.shortMs },
        });
        expect(["timeout", "exited"]).toContain(result.outcome);
        expect((await shell("echo still here")).output).toBe("still here\n");
      });

      it("cancels", async () => {
        const controller = new AbortController();
        const result = await shell("echo begun; echo x > c.txt; while true; do sleep 0.05; done", {
          signal: controller.signal,
          onOutput: () => controller.abort(),
        });
        expect(result).toMatchObject({ outcome: "cancelled", exitCode: null, changed: [] });
        expect(await problemOf(sandbox.files.stat("c.txt"))).toBe("not_found");
      });

      it("does not begin what was cancelled before", async () => {
        const result = await shell("echo x > d.txt", { signal: AbortSignal.abort() });
        expect(result.outcome).toBe("cancelled");
        expect(await problemOf(sandbox.files.stat("d.txt"))).toBe("not_found");
      });

      it("holds files to their limits", async () => {
        const large = await shell("printf '%0200000d' 0 > big.bin", { limits: { fileBytes: 100_000 } });
        expect(large.outcome === "files" || large.exitCode !== 0).toBe(true);
        expect(await problemOf(sandbox.files.stat("big.bin"))).toBe("not_found");
        const many = await shell("for i in $(seq 1 300); do echo $i > f$i.txt || exit 9; done", {
          limits: { files: 100 },
        });
        expect(many.outcome === "files" || many.exitCode !== 0).toBe(true);
      });
    });

    describe("code by language", () => {
      const programs: Record<CodeLanguage, string> = {
        javascript: 'console.log([1, 2, 3].reduce((a, b) => a + b, 0)); files.write("js.txt", "written");',
        typescript: "const xs: number[] = [1, 2, 3]; console.log(xs.reduce((a: number, b) => a + b, 0));",
        python: 'print(sum([1, 2, 3])); open("py.txt", "w").write("written")',
      };
      for (const language of subject.languages) {
        it(`runs ${language}`, async () => {
          const result = await run({ kind: "code", language, code: programs[language] });
          expect(result).toMatchObject({ outcome: "exited", exitCode: 0, output: "6\n" });
        });

        it(`says what went wrong in ${language}`, async () => {
          const code = language === "python" ? 'raise ValueError("bad total")' : 'throw new Error("bad total")';
          const result = await run({ kind: "code", language, code });
          expect(result.outcome).toBe("exited");
          expect(result.exitCode).not.toBe(0);
          expect(result.output).toContain("bad total");
        });

        it(`ends ${language} without end`, async () => {
          const code = language === "python" ? "while True:\n  pass" : "while (true) {}";
          const result = await run({ kind: "code", language, code }, { limits: { timeMs: subject.shortMs } });
          expect(result).toMatchObject({ outcome: "timeout", exitCode: null });
        });
      }

      it("runs a program with its tests and reports them", async () => {
        await put("sum.js", "export const sum = (xs) => xs.reduce((a, b) => a + b, 0);\n");
        await put(
          "sum.test.js",
          'import test from "node:test"; import assert from "node:assert/strict"; import { sum } from "./sum.js";\n' +
            'test("adds", () => assert.equal(sum([1, 2]), 3));\ntest("is wrong", () => assert.equal(sum([]), 1));\n',
        );
        const result = await run({ kind: "tests", paths: [] });
        expect(result.tests).toMatchObject({ passed: 1, failed: 1, skipped: 0 });
        expect(result.exitCode).toBe(1);
        expect((await shell("node --test sum.test.js")).tests).toMatchObject({ passed: 1, failed: 1 });
      });
    });

    describe("files", () => {
      it("writes, reads, lists, stats, moves and removes", async () => {
        await put("a/b/c.txt", "hello");
        await put("/workspace/a/d.txt", "there");
        expect(await get("a/b/c.txt")).toBe("hello");
        const stat = await sandbox.files.stat("a/d.txt");
        expect(stat).toMatchObject({ ok: true, value: { path: "a/d.txt", kind: "file", size: 5 } });
        const paths = async (folder: string, recursive: boolean): Promise<string[]> => {
          const answer = await sandbox.files.list(folder, { recursive });
          return answer.ok ? answer.value.map(({ path, kind }) => `${kind} ${path}`).sort() : [answer.error.problem];
        };
        expect(await paths("", false)).toEqual(["folder a"]);
        expect(await paths("a", true)).toEqual(["file a/b/c.txt", "file a/d.txt", "folder a/b"]);
        expect(await sandbox.files.move("a/b", "z/y")).toMatchObject({ ok: true, value: { path: "z/y" } });
        expect(await get("z/y/c.txt")).toBe("hello");
        expect(await sandbox.files.remove("z")).toEqual({ ok: true, value: null });
        expect(await paths("", true)).toEqual(["file a/d.txt", "folder a"]);
      });

      it("says why an operation is refused", async () => {
        await put("a/b.txt", "x");
        expect(await problemOf(sandbox.files.read("nope"))).toBe("not_found");
        expect(await problemOf(sandbox.files.read("a"))).toBe("is_a_folder");
        expect(await problemOf(sandbox.files.list("a/b.txt"))).toBe("not_a_folder");
        expect(await problemOf(sandbox.files.write("a/b.txt/c", encode("x")))).toBe("not_a_folder");
        await put("c.txt", "y");
        expect(await problemOf(sandbox.files.move("c.txt", "a/b.txt"))).toBe("exists");
        for (const path of ["../x", "/etc/passwd", "a/../../x", "/tmp/x", "a\0b", "/workspace/../tmp/x"]) {
          expect(await problemOf(sandbox.files.write(path, encode("x"))), path).toBe("bad_path");
          expect(await problemOf(sandbox.files.read(path)), path).toBe("bad_path");
        }
        expect(await problemOf(sandbox.files.write("big", new Uint8Array(EXEC_LIMITS.fileBytes + 1)))).toBe(
          "too_large",
        );
      });

      it("never follows a link out of the workspace", async () => {
        const made = await shell(
          "ln -s /etc/passwd p; ln -s / root; ln -s ../../.. up; echo in > in.txt; ln -s in.txt inside; ln -s loop loop",
        );
        expect(made.exitCode).toBe(0);
        expect(await problemOf(sandbox.files.read("p"))).not.toBeNull();
        expect(await problemOf(sandbox.files.read("root/etc/passwd"))).not.toBeNull();
        expect(await problemOf(sandbox.files.write("root/tmp/x", encode("x")))).toBe("bad_path");
        expect(await problemOf(sandbox.files.list("up"))).toBe("bad_path");
        expect(await problemOf(sandbox.files.read("loop"))).not.toBeNull();
        expect(await get("inside")).toBe("in\n");
        expect(await sandbox.files.stat("p")).toMatchObject({ ok: true, value: { kind: "link" } });
      });

      it("archives a folder, without what links lead to", async () => {
        await put("site/index.html", "<h1>hi</h1>");
        await put("site/img/ملف.txt", "مرحبا");
        await shell("ln -s /etc/passwd site/p");
        const answer = await sandbox.files.archive("site");
        if (!answer.ok) throw new Error(answer.error.detail);
        const files = await unzipped(answer.value);
        expect(files.get("index.html")).toBe("<h1>hi</h1>");
        expect(files.get("img/ملف.txt")).toBe("مرحبا");
        expect([...files.keys()].filter((path) => !path.endsWith("/")).sort()).toEqual(["img/ملف.txt", "index.html"]);
        expect(await problemOf(sandbox.files.archive("nope"))).toBe("not_found");
        expect(await problemOf(sandbox.files.archive("../.."))).toBe("bad_path");
      });
    });

    describe("snapshots", () => {
      it("puts the files of one sandbox into another", async () => {
        await put("a/b.txt", "one");
        await shell("mkdir empty; printf 'x\\377' > raw.bin");
        const snapshot = await sandbox.snapshot();
        const other = await subject.make();
        try {
          expect(await other.restore(snapshot)).toEqual({ ok: true, value: null });
          expect(await other.snapshot()).toEqual(snapshot);
        } finally {
          await other.destroy();
        }
      });

      it("replaces all files", async () => {
        await put("old.txt", "old");
        await sandbox.restore({ files: [{ path: "new.txt", bytes: encode("new") }], folders: [] });
        expect((await shell("ls")).output).toBe("new.txt\n");
      });

      it("takes no path that leads out", async () => {
        await put("kept.txt", "kept");
        const answer = sandbox.restore({ files: [{ path: "../x", bytes: encode("x") }], folders: [] });
        expect(await problemOf(answer)).toBe("bad_path");
      });

      it("forgets everything when it is destroyed, and can be used again", async () => {
        await put("a.txt", "x");
        await sandbox.destroy();
        expect((await shell("ls -A | wc -l | tr -d ' '")).output).toBe("0\n");
      });
    });
  });
}

async function unzipped(stream: ReadableStream<Uint8Array>): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const unzip = new Unzip((file) => {
    const decoder = new TextDecoder();
    files.set(file.name, "");
    file.ondata = (error, data, final) => {
      if (error) throw error;
      files.set(file.name, (files.get(file.name) ?? "") + decoder.decode(data, { stream: !final }));
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  unzip.register(UnzipPassThrough);
  for await (const chunk of stream) unzip.push(chunk);
  unzip.push(new Uint8Array(), true);
  return files;
}
