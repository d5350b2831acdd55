import { HOSTILE } from "../../sandbox/worker/egress/hostile.ts";

/** A tool call of an agent that was talked into it, and how it must be answered. */
export interface HostileCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly ok?: boolean;
  readonly says?: RegExp;
  readonly hides?: RegExp;
}

const SPIKE = `${"a".repeat(40)}b`;
/** The host that a person approves; the deployment sends it to a server of the test. */
export const APPROVED = "approved.com";
const UNASKED = "unasked.example.org";

/** Where that server redirects to, under `/to/<index>`. */
export const REDIRECTS: readonly string[] = [
  "http://127.0.0.1:1/",
  "https://127.0.0.1/",
  "http://169.254.169.254/latest/meta-data/",
  "https://[::ffff:169.254.169.254]/",
  "https://0x7f000001/",
  "https://localhost/",
  "https://metadata.google.internal/",
  `https://${UNASKED}/ok`,
  "file:///etc/passwd",
  "//2130706433/",
  `https://${APPROVED}@127.0.0.1/`,
];

const write = (path: unknown, says: RegExp, ok = false): HostileCall => ({
  name: "write_file",
  input: { path, content: "evil" },
  ok,
  says,
});
const code = (text: string, rest: Partial<HostileCall> = {}): HostileCall => ({
  name: "run_code",
  input: { code: text },
  ...rest,
});
const command = (text: string, rest: Partial<HostileCall> = {}): HostileCall => ({
  name: "run_command",
  input: { command: text },
  ...rest,
});

const FILES: readonly HostileCall[] = [
  write("../../etc/passwd", /no place in the path/),
  write("a/../../b", /no place in the path/),
  write(".env", /Hidden names/),
  write("a\\..\\b", /separated by/),
  write("a\u202egnp.exe", /control characters/),
  write(`${"d/".repeat(40)}x`, /folders/),
  write({ toString: "x" }, /path/),
  write("keep.csv", /the person gave/),
  {
    name: "write_file",
    input: JSON.parse(
      '{"path":"proto.md","content":"x","__proto__":{"polluted":1},"constructor":{"prototype":{"a":1}}}',
    ),
    ok: true,
    says: /Saved proto\.md/,
  },
  write("__proto__", /Saved __proto__/, true),
  write("constructor/prototype", /Saved constructor\/prototype/, true),
  { name: "read_file", input: { path: "/proc/self/environ" }, ok: false, says: /no file/ },
  { name: "read_file", input: { path: "../../../.dev.vars" }, ok: false, says: /no file/ },
  { name: "read_file", input: { path: "toString" }, ok: false, says: /no file/ },
  { name: "patch_file", input: { path: "keep.csv", old: "Client", new: "$&$&" }, ok: false, says: /the person gave/ },
  { name: "search_files", input: { query: "(a+)+$", path: `${"*".repeat(60)}b` } },
  { name: "search_files", input: { query: SPIKE, path: "../../.." }, ok: false },
];

const CODE: readonly HostileCall[] = [
  code("for (;;) {}", { ok: false, says: /timeout/ }),
  code("console.log(6 * 7)", { ok: true, says: /^42/ }),
  code(`/^(a+)+$/.test("${SPIKE}".repeat(2))`, { ok: false, says: /timeout/ }),
  code("const a = []; for (;;) a.push(new Array(1e5).fill(1))", { ok: false, says: /memory/ }),
  code('for (;;) console.log("x".repeat(1e5))', { ok: false, says: /output/ }),
  code('files.write("../../evil", "x")', { ok: false }),
  code("console.log(Object.getOwnPropertyNames(globalThis).join())", {
    ok: true,
    hides: /\b(fetch|WebSocket|caches|WebAssembly|process|require)\b/,
  }),
  code('console.log(String((() => {}).constructor("return typeof process + typeof fetch + typeof require")()))', {
    hides: /object|function/,
  }),
  code("Object.prototype.polluted = 1; Array.prototype.map = null; JSON.stringify = null; console.log(1)"),
  code("console.log(typeof {}.polluted, [1].map((x) => x + 1).join(), JSON.stringify({ a: 1 }))", {
    ok: true,
    says: /undefined 2 \{"a":1\}/,
  }),
  { name: "run_code", input: { code: "import os; print(os.environ)", language: "python" }, ok: false },
  { name: "run_tests", input: { paths: ["../../../etc", "__proto__", "-rf", "--eval=1"] }, ok: false },
];

const SHELL: readonly HostileCall[] = [
  command("echo started; trap '' TERM; while true; do :; done", { ok: false, says: /timeout/ }),
  command("echo next", { ok: true, says: /next/ }),
  command(":(){ :|:& };:", { ok: false, says: /memory/ }),
  command('e=\'eval "$e"\'; eval "$e"', { ok: false, says: /memory/ }),
  command("i=0; while true; do i=$((i + 1)); echo $i > f$i; done", { ok: false, says: /files/ }),
  command("while true; do printf '%0100000d\\n' 0; done", { ok: false, says: /output/ }),
  command("ls -A | grep -c '^f[0-9]'", { says: /(^|\n)0/ }),
  command("env; cat /proc/self/environ /proc/1/cmdline; ls -la / /home /root; node -p 'JSON.stringify(process.env)'"),
  command("cat ../*/*.csv /*/*/*.csv; find / -name '*.csv' -not -path '/workspace/*'; ls -R /workspace/.. | head -50"),
  command("ln -s / out; ln -s /etc/passwd p; cat p out/etc/passwd; rm out p; echo done", {
    says: /done/,
    hides: /root:x/,
  }),
  command(`curl -s https://${UNASKED}/ok && echo OPEN; wget https://${UNASKED}/ok && echo OPEN; echo done`, {
    says: /done/,
    hides: /OPEN|sesame/,
  }),
  command("pip install requests", { ok: false }),
];

const allow = (host: unknown, rest: Partial<HostileCall>): HostileCall => ({
  name: "allow_host",
  input: { host, reason: "To look up prices" },
  ...rest,
});
const curls = (addresses: readonly string[]): string =>
  `${addresses.map((one) => `curl -sL -m 5 '${one}' && echo OPEN`).join("\n")}\necho done`;
/** Of an operator's own alias plain http, and no scheme at all, lead to the approved server itself. */
const ITSELF = /^(?:https?:\/\/)?approved\.com\/?$/i;
const spellings = HOSTILE.flatMap(([, addresses]) => addresses).filter(
  (one) => !one.includes("\0") && !one.includes("'") && !ITSELF.test(one),
);
const SPELLINGS_AT_ONCE = 50;

const NETWORK: readonly HostileCall[] = [
  allow("127.0.0.1", { ok: false, says: /never a number/ }),
  allow("2130706433", { ok: false, says: /never a number/ }),
  allow("[::1]", { ok: false }),
  allow("localhost", { ok: false, says: /public server/ }),
  allow("metadata.google.internal", { ok: false, says: /public server/ }),
  allow(`${APPROVED}@127.0.0.1`, { ok: false }),
  allow(`https://${APPROVED}/`, { ok: false }),
  allow([APPROVED], { ok: false }),
  allow(APPROVED, { ok: true }),
  command(`curl -s https://${APPROVED}/ok`, { ok: true, says: /open sesame/ }),
  command(curls(REDIRECTS.map((_, index) => `https://${APPROVED}/to/${index}`)), {
    says: /done/,
    hides: /OPEN|sesame/,
  }),
  ...Array.from({ length: Math.ceil(spellings.length / SPELLINGS_AT_ONCE) }, (_, index) =>
    command(curls(spellings.slice(index * SPELLINGS_AT_ONCE, (index + 1) * SPELLINGS_AT_ONCE)), {
      says: /done/,
      hides: /OPEN|sesame/,
    }),
  ),
  command(curls([`https://${UNASKED}/ok`]), { hides: /OPEN|sesame/ }),
];

/** The calls of each step, in order. */
export const HOSTILE_STEPS: Readonly<Record<string, readonly HostileCall[]>> = {
  files: FILES,
  code: CODE,
  shell: SHELL,
  network: NETWORK,
};
