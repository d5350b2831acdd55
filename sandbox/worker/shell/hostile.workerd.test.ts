import { gzipSync, zipSync } from "fflate";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ExecLimits } from "../../../shared/protocol/sandbox-rpc.ts";
import { EXEC_LIMITS, type SandboxExecResult } from "../../port.ts";
import { egressFor } from "../egress/provide.ts";
import { IsolateSandbox } from "../exec/isolate-sandbox.ts";

let sandbox: IsolateSandbox;
beforeEach(() => {
  sandbox = new IsolateSandbox(egressFor({}));
});

const LIMITS = {
  ...EXEC_LIMITS,
  timeMs: 1_500,
  workspaceBytes: 8 * 1024 * 1024,
  fileBytes: 4 * 1024 * 1024,
  files: 300,
};
const run = (script: string, limits: Partial<ExecLimits> = {}): Promise<SandboxExecResult> =>
  sandbox.exec(
    { command: { kind: "shell", script }, limits: { ...LIMITS, ...limits }, egress: [] },
    { onOutput: () => undefined, signal: new AbortController().signal },
  );

// The first command reads the shell itself, which is no part of anybody's time.
beforeAll(async () => {
  sandbox = new IsolateSandbox(egressFor({}));
  await run("node -e 1");
}, 60_000);

/** After whatever came before, the sandbox must be as it was. */
async function isFine(): Promise<void> {
  expect(await run("echo fine")).toMatchObject({ outcome: "exited", exitCode: 0, output: "fine\n" });
}

const SPIKE = `${"a".repeat(40)}b`;

describe("hostile commands", () => {
  it.each([
    ["an endless loop", "while true; do :; done"],
    ["an endless for", "for ((;;)); do x=1; done"],
    ["an endless until in a function", "f() { until false; do :; done; }; f"],
    ["an endless loop in a substitution", "x=$(while true; do :; done)"],
    ["an endless loop behind a pipe", "echo a | while read -r x; do while :; do y=1; done; done"],
    ["an endless loop of JavaScript", "node -e 'while (true) {}'"],
    ["a catastrophic regex of JavaScript", `node -e '/^(a+)+$/.test("${SPIKE}".repeat(2))'`],
    ["a long sleep", "sleep 1000"],
    ["a long sleep in the background", "sleep 1000 & wait"],
  ])("ends %s at its time", async (_what, script) => {
    const result = await run(script, { timeMs: 500 });
    expect(result).toMatchObject({ outcome: "timeout", exitCode: null });
    expect(result.problem).toMatch(/\.$/);
    expect(result.durationMs).toBeLessThan(3_000);
    await isFine();
  });

  it("lets others have their turn during an endless loop, and can be cancelled in it", async () => {
    const controller = new AbortController();
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
      if (turns === 5) controller.abort();
    }, 10);
    const result = await sandbox.exec(
      {
        command: { kind: "shell", script: "while true; do x=1; done" },
        limits: { ...LIMITS, timeMs: 10_000 },
        egress: [],
      },
      { onOutput: () => undefined, signal: controller.signal },
    );
    clearInterval(timer);
    expect(result.outcome).toBe("cancelled");
    expect(result.durationMs).toBeLessThan(2_000);
  });

  it.each([
    ["awk's loops", "awk 'BEGIN { while (1) {} }'"],
    ["awk's recursion", "awk 'function f(n) { return f(n + 1) } BEGIN { f(1) }'"],
    ["awk's arrays", "awk 'BEGIN { for (;;) a[i++] = i }'"],
    ["awk's texts", "awk 'BEGIN { s = \"a\"; while (1) s = s s }'"],
    ["sed's jumps", "sed ':a;ba' <<< x"],
    ["jq's ranges", "jq -n '[range(1e9)] | length'"],
    ["jq's recursion", "jq -n 'def f: 1 + f; f'"],
    ["wide formats", "printf '%1000000000d' 1"],
    ["endless sequences", "seq 1 1000000000 | wc -l"],
  ])("bounds %s", async (_what, script) => {
    const result = await run(script, { timeMs: 5_000 });
    expect(result.exitCode).not.toBe(0);
    expect(result.durationMs).toBeLessThan(4_000);
    await isFine();
  });

  it.each([
    ["grep -E", `echo ${SPIKE} | grep -E '^(a+)+$'`],
    ["grep -P", `echo ${SPIKE} | grep -P '^(a|a)*$'`],
    ["rg", `echo ${SPIKE} | rg '^(a+)+$'`],
    ["sed", `echo ${SPIKE} | sed -E 's/^(a+)+$/x/'`],
    ["awk", `echo ${SPIKE} | awk '/^(a+)+$/'`],
    ["jq", `echo '"${SPIKE}"' | jq 'test("^(a+)+$")'`],
    ["the shell", `[[ ${SPIKE} =~ ^(a+)+$ ]]; case ${SPIKE} in +(+(a))) ;; esac`],
    ["expr", `expr ${SPIKE} : '\\(a*\\)*c'`],
  ])("does a catastrophic regex of %s in no time", async (_what, script) => {
    expect((await run(script)).outcome).toBe("exited");
    expect((await run(script)).durationMs).toBeLessThan(500);
  });

  it.each([
    ["a memory bomb of text", "x=a; while true; do x=$x$x; done"],
    ["a memory bomb of JavaScript", "node -e 'const a = []; while (true) a.push(new Array(1e5).fill(1))'; echo after"],
    ["a fork bomb", ":(){ :|:& };:"],
    ["a quieter fork bomb", "f() { f & f & }; f; wait"],
    ["endless recursion", "f() { f; }; f; echo after"],
    ["evaluation in evaluation", 'e=\'eval "$e"\'; eval "$e"; echo after'],
    ["the same behind other words", 'e=\'echo 1 | builtin eval "$e"\'; command eval "$e"; echo after'],
  ])("ends %s", async (_what, script) => {
    const result = await run(script, { timeMs: 5_000 });
    expect(result).toMatchObject({ outcome: "memory", exitCode: null });
    expect(result.output).not.toContain("after");
    await isFine();
  });

  it.each([
    ["many files", "i=0; while true; do i=$((i + 1)); echo $i > f$i; done"],
    ["a growing file", "echo xxxxxxxxxxxxxxxx > g; while true; do cat g g g g > h; mv h g; done"],
    ["many folders", "i=0; while true; do i=$((i + 1)); mkdir -p d$i/e$i; done"],
    ["many copies", "printf '%01000000d' 0 > a; i=0; while true; do i=$((i + 1)); cp a a$i; done"],
  ])("ends %s, and nothing of them stays", async (_what, script) => {
    expect(await run(script, { timeMs: 8_000 })).toMatchObject({ outcome: "files", changed: [] });
    expect((await run("ls")).output).toBe("");
  });

  it.each([
    ["a loop", "while true; do printf '%0100000d\\n' 0; done"],
    ["JavaScript", "node -e 'while (true) console.log(\"x\".repeat(1000))'"],
  ])("ends a flood of output of %s, and keeps both ends", async (_what, script) => {
    const result = await run(script, { timeMs: 20_000, outputChars: 2_000 });
    expect(result).toMatchObject({ outcome: "output", outputCut: true });
    expect(result.output.length).toBeLessThan(2_200);
    await isFine();
  });

  it("does not write out wide braces", async () => {
    const result = await run("echo {1..100000000}; echo {1..9999}{1..9999} | wc -c");
    expect(result.durationMs).toBeLessThan(2_000);
    expect(result.output.length).toBeLessThan(100_000);
  });

  it("gives `yes` an end", async () => {
    expect((await run("yes | head -2")).output).toBe("y\ny\n");
    expect((await run("yes", { outputChars: 1_000 })).output.length).toBeLessThan(1_200);
  });

  it("tells nothing of the host", async () => {
    const { output } = await run(
      "env; cat /proc/self/environ /proc/1/cmdline /etc/passwd /etc/hosts /proc/cpuinfo; hostname; whoami; id; uname -a; ps; ls -la / /proc /etc /root /home /sys; echo $$ $PPID $UID; df; mount; cat /dev/mem; curl http://169.254.169.254/latest/meta-data/ http://localhost:8787/",
    );
    expect(output).not.toMatch(
      /workerd|wrangler|miniflare|node_modules|root:x|\/work\/|cloudflare|EGRESS|SECRET|TOKEN/i,
    );
    expect(output).toMatch(/HOME=\/workspace/);
    const js = await run(
      'node -e \'console.log(JSON.stringify(process.env), typeof fetch, typeof WebSocket, process.versions.v8, typeof globalThis.caches, typeof require("node:fs").realpathSync); try { require("node:child_process") } catch (e) { console.log(e.message) } try { console.log(require("fs").readFileSync("/proc/self/environ", "utf8")) } catch (e) { console.log(e.code) }\'',
    );
    expect(js.output).not.toMatch(/workerd|wrangler|miniflare|\/work\/|cloudflare|SECRET|TOKEN/i);
    expect(js.output).toContain("ENOENT");
  });

  it("follows no link out, and writes nowhere else", async () => {
    const { output } = await run(
      "ln -s / r; ln -s /etc/passwd p; ln -s ../../../../.. u; cat p r/etc/passwd u/etc/passwd; ls r/proc; ln -s a b; ln -s b a; cat a; cd r && cd ..; pwd",
    );
    expect(output).not.toMatch(/root:x/);
    expect((await run("echo x > /usr/bin/ls; echo y")).exitCode).not.toBe(0);
    const { output: left } = await run(
      "rm -rf / /workspace /bin 2>/dev/null; [ -d /workspace ] && [ -x /bin/ls ] && echo here",
    );
    expect(left).toBe("here\n");
  });

  it("bears binary, invalid UTF-8, very long lines and strange names", async () => {
    await sandbox.files.write(
      "bin",
      Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 256),
    );
    const result = await run(
      "cat bin; wc -c < bin; sort bin | tail -1; grep -c a bin; sed s/a/b/ bin | wc -c; awk '{ n++ } END { print n }' bin; base64 bin | base64 -d | sha256sum; sha256sum bin; node -e 'console.log(require(\"fs\").readFileSync(\"bin\").length)'",
      { timeMs: 8_000 },
    );
    expect(result.outcome).toBe("exited");
    expect(result.output.isWellFormed()).toBe(true);
    const sums = result.output.match(/[0-9a-f]{64}/g);
    expect(sums).toHaveLength(2);
    expect(sums?.[0]).toBe(sums?.[1]);
    const long = await run(
      "printf '%0300000d' 7 > l; wc -c l; grep -c 7 l; cut -c1-3 l; sed 's/7/\\n8/' l | tail -1; echo; awk '{ print length($0) }' l",
    );
    expect(long.output).toBe("300000 l\n1\n000\n8\n300000\n");
    const names = await run(
      "mkdir n; cd n; touch -- '-rf' 'a b' '__proto__' 'constructor' 'ملف'; ls -A | wc -l | tr -d ' '; rm -- *; ls -A",
    );
    expect(names.output).toBe("5\n");
  });

  it("keeps its own prototypes", async () => {
    const { output } = await run(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's variables, not ours
      'declare -A m; m[__proto__]=x; m[constructor]=y; echo ${m[__proto__]} ${m[constructor]}; echo \'{"__proto__": {"polluted": 1}}\' | jq -c \'. * {"a": 1}\'; awk \'BEGIN { a["__proto__"] = 1; print a["__proto__"], length(a) }\'; export __proto__=1; node -e \'Object.prototype.polluted = 1; Array.prototype.map = null\'; echo ok',
    );
    expect(output).toContain("x y\n");
    expect(output.endsWith("ok\n")).toBe(true);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
    expect([1].map((one) => one)).toEqual([1]);
  });

  it("says plainly that a process ends whether it ignores signals or not", async () => {
    expect(await run("trap '' TERM INT HUP; while true; do sleep 0.05; done", { timeMs: 300 })).toMatchObject({
      outcome: "timeout",
    });
    await isFine();
  });
});

describe("hostile archives", () => {
  const bomb = new Uint8Array(3_900_000);

  it("refuses bombs of every kind", async () => {
    const small = { fileBytes: 16 * 1024 * 1024, workspaceBytes: 64 * 1024 * 1024, timeMs: 8_000 };
    await sandbox.files.write("b.gz", gzipSync(new Uint8Array(30_000_000), { level: 9 }));
    await sandbox.files.write("b.zip", zipSync({ a: [new Uint8Array(14_000_000), { level: 9 }] }));
    for (const script of ["gunzip b.gz", "zcat b.gz | wc -c", "tar xzf b.gz", "unzip -o b.zip"]) {
      const result = await run(script, small);
      expect(result.output, script).toMatch(/bomb|more than a file may hold|^0\n/);
    }
    expect((await run("ls")).output).toBe("b.gz\nb.zip\n");
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`f${index}`, new Uint8Array(1)]));
    await sandbox.files.write("many.zip", zipSync(many));
    expect((await run("unzip -q many.zip -d out; ls out | wc -l")).outcome).not.toBe("timeout");
    await sandbox.files.write("big.zip", zipSync({ a: [bomb, { level: 0 }], b: [bomb, { level: 0 }] }));
    const full = await run("unzip -o big.zip", { fileBytes: 3_000_000 });
    expect(full.exitCode === null || full.exitCode > 0).toBe(true);
  });

  it.each(["../evil", "a/../../evil", "C:\\evil", "..\\evil", "/workspace/../tmp/evil"])(
    "refuses the name %s in a zip, and writes nothing of it",
    async (name) => {
      await sandbox.files.write("t.zip", zipSync({ "good.txt": new Uint8Array(1), [name]: new Uint8Array(1) }));
      const result = await run("mkdir d; cd d; unzip ../t.zip; ls -R /workspace/d /tmp");
      expect(result.output).toMatch(/would leave the folder|refused/);
      expect(result.output).not.toMatch(/^(evil|good\.txt)$/m);
    },
  );

  it("puts absolute names of a zip below the folder", async () => {
    await sandbox.files.write("t.zip", zipSync({ "/etc/evil": new Uint8Array(1) }));
    expect((await run("mkdir d; cd d; unzip -q ../t.zip; find /workspace /etc -name evil 2>/dev/null")).output).toBe(
      "/workspace/d/etc/evil\n",
    );
  });

  it("refuses the same in a tar, also through a link it brings along", async () => {
    const made = await run(
      "mkdir -p x; echo evil > x/evil; ln -s /tmp x/out; tar cf l.tar -C x out; rm -rf x/out; mkdir x/out; echo evil > x/out/f; tar cf f.tar -C x out/f; cat l.tar > both.tar; mkdir d; tar xf l.tar -C d; tar xf f.tar -C d; ls /tmp; ls d",
    );
    expect(made.output).toMatch(/goes through a link: refused/);
    expect((await run("cat /tmp/f")).output).toContain("No such file");
    const raw = await run(
      'node -e \'const h=Buffer.alloc(1536);h.write("../evil",0);h.write("0000644\\0",100);h.write("00000000001\\0",124);h.fill(32,148,156);h.write("0",156);let s=0;for(let i=0;i<512;i++)s+=h[i];h.write(s.toString(8).padStart(6,"0")+"\\0 ",148);h[512]=65;require("fs").writeFileSync("e.tar",h)\'; mkdir -p q; cd q; tar xf ../e.tar; ls ..',
    );
    expect(raw.output).toMatch(/would leave the folder/);
    expect(raw.output).not.toMatch(/^evil$/m);
  });

  it("says what is no archive", async () => {
    await sandbox.files.write("x", new TextEncoder().encode("no archive at all, only text"));
    const { output } = await run("gunzip -c x; tar tf x; unzip -l x; cp x x.gz; gunzip x.gz");
    expect(output).toMatch(/gunzip: .*damaged[\s\S]*tar: .*archive[\s\S]*unzip: /);
  });

  it("packs and unpacks what it made itself", async () => {
    const { output } = await run(
      "mkdir -p d/مجلد; echo hi > d/مجلد/f; printf '%0200d' 1 > d/z; tar czf a.tgz d; zip -rq a.zip d; rm -r d; tar xzf a.tgz; cat d/مجلد/f; rm -r d; unzip -q a.zip; cat d/مجلد/f; gzip -k d/z; zcat d/z.gz | wc -c; cat d/z | gzip -c | gunzip | wc -c; tar tzf a.tgz | head -1",
    );
    expect(output).toBe("hi\nhi\n200\n200\nd/\n");
  });
});
