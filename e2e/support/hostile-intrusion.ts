import { gzipOfZeros, lyingZip, overlappingZip, placing, tarOf, zipNamed } from "./hostile-archives.ts";
import { type Attack, node, of } from "./hostile-attack.ts";

/* What looks, writes or breaks out where it should not. */

const EXITED = ["exited"] as const;

const ARCHIVES = of("archive", [
  {
    name: "a gzip bomb",
    before: placing("b.gz", gzipOfZeros(20_000_000)),
    line: "gunzip -k b.gz; zcat b.gz | wc -c; ls b",
    ends: ["exited", "files", "memory"],
    shows: [/bomb|more than/],
    hides: [/20000000/],
  },
  {
    name: "a gzip of many parts that grows past a file",
    line: "printf '%015000000d' 0 | gzip > p.gz; cat p.gz p.gz p.gz p.gz > q.gz; gunzip q.gz; ls -l q",
    ends: ["exited", "files", "memory"],
    hides: [/60000000/],
  },
  {
    name: "a zip whose entries overlap",
    before: placing("o.zip", overlappingZip(500)),
    line: "mkdir o; cd o; unzip -q ../o.zip; ls | wc -l",
    ends: ["exited", "files", "memory"],
  },
  {
    name: "a zip that lies about its sizes",
    before: placing("l.zip", lyingZip()),
    line: "unzip -o l.zip; ls -l small",
    ends: ["exited", "files", "memory"],
    hides: [/20000000/],
  },
  ...["../evil", "a/../../evil", "C:\\evil", "..\\evil", "/workspace/../tmp/evil"].map((name) => ({
    name: `a zip with the name ${name}`,
    before: placing("t.zip", zipNamed("good", name)),
    line: "mkdir d; cd d; unzip ../t.zip; find / -name '*evil' 2>/dev/null; ls -R /workspace/d",
    ends: EXITED,
    shows: [/would leave the folder|refused/],
    hides: [/^\S*evil$/m],
  })),
  {
    name: "a tar with a name upwards",
    before: placing("u.tar", tarOf({ name: "../../evil", text: "evil" })),
    line: "mkdir d; cd d; tar xf ../u.tar; find / -name evil 2>/dev/null",
    ends: EXITED,
    hides: [/^\S*evil$/m],
  },
  {
    name: "a tar that writes through a link it brings",
    before: placing("k.tar", tarOf({ name: "out", link: "/tmp" }, { name: "out/evil", text: "evil" })),
    line: "tar xf k.tar; find /tmp -name evil",
    ends: EXITED,
    hides: [/^\S*evil$/m],
  },
]);

const LINKS = of("links", [
  {
    name: "links out of the workspace",
    line: "ln -s / r; ln -s /etc/passwd p; ln -s ../../../../.. u; cat p r/etc/passwd u/etc/passwd; ls r/proc/1 u/home u/work; cd r && cd .. && pwd",
    ends: EXITED,
    hides: [/root:x/],
  },
  {
    name: "links in a circle",
    line: "ln -s a b; ln -s b a; cat a; ls -LR .; find -L . -name c; echo after",
    ends: EXITED,
    shows: [/after\n$/],
  },
  {
    name: "links of JavaScript",
    line: node(
      'const fs = require("fs"); for (const t of ["/etc/passwd", "/proc/self/environ", "../../.."]) try { fs.symlinkSync(t, "l"); console.log(fs.readFileSync("l", "utf8")) } catch (e) { console.log("closed", e.code ?? e.name) }',
    ),
    ends: EXITED,
    shows: [/closed/],
    hides: [/root:x/],
  },
  {
    name: "writing over the programs",
    line: "echo x > /usr/bin/ls",
    ends: EXITED,
    shows: [/read-only/],
  },
  {
    name: "writing above the workspace",
    line: "mkdir ../evil; touch /evil /etc/passwd; rm -rf /bin /usr / 2>/dev/null; ls -d /bin/ls /workspace /evil; echo after",
    ends: EXITED,
    shows: [/\/bin\/ls\s+\/workspace\s/, /after\n$/],
    hides: [/^\/evil$/m],
  },
]);

const BYTES = of("bytes", [
  {
    name: "every byte there is",
    line: `${node(
      'require("fs").writeFileSync("bin", Buffer.from(Array.from({ length: 65536 }, (_, i) => (i * 7919) % 256)))',
    )}; cat bin; sort bin | tail -1; sed s/a/b/ bin | wc -c; base64 bin | base64 -d | sha256sum; sha256sum < bin; echo after`,
    ends: EXITED,
    shows: [/([0-9a-f]{64})[\s\S]*\1[\s\S]*after\n$/],
  },
  {
    name: "invalid UTF-8",
    line: "printf '\\xff\\xfe\\xc0\\xaf\\xed\\xa0\\x80 \\xf8\\x88\\x80\\x80\\x80'; echo after",
    ends: EXITED,
    shows: [/after\n$/],
  },
  {
    name: "a line of a million letters",
    line: "printf '%01000000d\\n' 7 > l; wc -c < l; cut -c1-3 l; grep -c 7 l; sed 's/7$/8/' l | tail -c 2; awk '{ print length($0) }' l",
    ends: EXITED,
    shows: [/1000001\s+000\s+1\s+8\s+1000000/],
  },
  {
    name: "codes that command a terminal",
    line: "printf '\\033]0;title\\007\\033]52;c;ZXZpbA==\\007\\033[2J\\033[?1049h\\033[6n\\033P+q\\033\\\\'; echo after",
    ends: EXITED,
    shows: [/after\n$/],
  },
  {
    name: "names that no file should have",
    line: "mkdir n; cd n; touch -- -rf 'a b' __proto__ constructor ملف $'new\\nline'; ls -A | wc -l; rm -- *; ls -A; echo after",
    ends: EXITED,
    shows: [/after\n$/],
  },
]);

const PROBES = of("probe", [
  {
    name: "the environment",
    line: "env; set; export -p; cat /proc/self/environ /proc/1/environ /proc/1/cmdline /proc/self/maps /proc/mounts; ps aux; mount; df; id; hostname; uname -a; ls -la / /proc /sys /root /home /etc /dev /var",
    ends: EXITED,
    shows: [/HOME=\/workspace/],
  },
  {
    name: "the environment of JavaScript",
    line: node(
      "console.log(JSON.stringify(process.env), Object.getOwnPropertyNames(globalThis).join(), process.argv.join(), typeof process.binding, new Error().stack)",
    ),
    ends: EXITED,
    hides: [/\b(WebSocket|caches|WebAssembly|navigator)\b/],
  },
  {
    name: "the host's modules",
    line: node(
      '(async () => { for (const m of ["cloudflare:workers", "workerd:unsafe", "node:vm", "node:net", "node:http", "node:dns", "node:inspector", "/etc/passwd", "../../x.js"]) { try { require(m); console.log("open", m) } catch {} try { await import(m); console.log("open", m) } catch {} } console.log("after") })()',
    ),
    ends: EXITED,
    shows: [/after\n$/],
    hides: [/open/],
  },
  {
    name: "the constructor of constructors",
    line: node(
      'for (const f of [(() => {}).constructor, (async () => {}).constructor, (function* () {}).constructor]) try { console.log(typeof f("return this")()) ; console.log(String(f("return globalThis.process?.mainModule?.require ?? globalThis.caches ?? globalThis.fetch")())) } catch (e) { console.log("closed") }',
    ),
    ends: EXITED,
    hides: [/native code.*fetch|CacheStorage/],
  },
  {
    name: "the metadata services",
    line: "for u in http://169.254.169.254/latest/meta-data/ https://169.254.169.254/ http://[fd00:ec2::254]/ http://metadata.google.internal/ http://100.100.100.200/ http://localhost:8787/ https://127.0.0.1/ http://0x7f000001/ http://2130706433/ http://[::ffff:127.0.0.1]/; do curl -s -m 3 $u && echo open; done; echo after",
    ends: EXITED,
    shows: [/after\n$/],
    hides: [/open/],
  },
  {
    name: "other work's folders",
    line: "ls -la .. ../.. /workspace/.. /tmp /var/tmp; find / -name '*.csv' -not -path '/workspace/*' 2>/dev/null; cat ../*/keep.txt /*/*/keep.txt; cd ..; cd ..; pwd; echo after",
    ends: EXITED,
    shows: [/after\n$/],
  },
  {
    name: "other work's folders, from JavaScript",
    line: node(
      'const fs = require("fs"); const seen = []; const walk = (d, n) => { if (n > 4) return; let all = []; try { all = fs.readdirSync(d) } catch {} for (const f of all) { const p = d + "/" + f; seen.push(p); walk(p, n + 1) } }; walk("/", 0); walk("/workspace/..", 0); console.log(seen.filter((p) => !/^\\/+(bin|usr)\\//.test(p)).join(" ").slice(0, 20000)); console.log("after")',
    ),
    ends: EXITED,
    shows: [/after\n$/],
  },
]);

const PROTOTYPES = of("prototype", [
  {
    name: "prototypes of JavaScript",
    line: node(
      "Object.prototype.polluted = 1; Array.prototype.map = null; JSON.parse = null; Promise.prototype.then = null; globalThis.Object = null",
    ),
    ends: EXITED,
  },
  {
    name: "prototypes by JSON",
    line: `echo '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}' | jq -c '. * {"a": 1}'; declare -A m; m[__proto__]=x; m[constructor]=y; echo \${m[__proto__]} \${m[constructor]}; awk 'BEGIN { a["__proto__"] = 1; print length(a) }'; export __proto__=1 constructor=2; env | grep -c polluted; echo after`,
    ends: EXITED,
    shows: [/x y\n/, /\n0\nafter\n$/],
  },
]);

export const INTRUSION: readonly Attack[] = [...ARCHIVES, ...LINKS, ...BYTES, ...PROBES, ...PROTOTYPES];
