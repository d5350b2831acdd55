import { type Attack, node, of } from "./hostile-attack.ts";

/* What takes more than its share. */

const SPIKE = `${"a".repeat(40)}b`;
const EXITED = ["exited"] as const;

const LOOPS = of("loop", [
  { name: "an endless loop of the shell", line: "while true; do :; done", ends: ["timeout"], busy: true },
  {
    name: "an endless loop in a function in a pipe",
    line: "echo started; f() { until false; do x=1; done; }; echo a | f",
    ends: ["cancelled"],
    stopped: true,
    busy: true,
  },
  {
    name: "an endless loop in a substitution",
    line: "echo started; for ((;;)); do x=$(echo $x); done",
    ends: ["cancelled"],
    stopped: true,
    busy: true,
  },
  { name: "an endless loop of JavaScript", line: node("for (;;) {}"), ends: ["timeout"], busy: true },
  {
    name: "an endless chain of promises",
    line: node('console.log("started"); (async () => { for (;;) await null; })()'),
    ends: ["cancelled"],
    stopped: true,
    busy: true,
  },
  { name: "an endless loop of awk", line: "awk 'BEGIN { while (1) {} }'", ends: ["timeout", "exited"] },
  { name: "endless jumps of sed", line: "sed ':a;ba' <<< x", ends: ["timeout", "exited"] },
  { name: "endless recursion of jq", line: "jq -n 'def f: 1 + f; f'", ends: ["timeout", "memory", "exited"] },
  { name: "a sleep without end, in the background", line: "sleep 100000 & wait", ends: ["timeout"] },
]);

const REGEXES = of("regex", [
  {
    name: "a catastrophic regex of JavaScript",
    line: node(`console.log("started"); /^(a+)+$/.test("${SPIKE}".repeat(2))`),
    ends: ["cancelled", "timeout"],
    stopped: true,
    busy: true,
  },
  {
    name: "a catastrophic regex of grep -E",
    line: `echo ${SPIKE} | grep -E '^(a+)+$'; echo after`,
    ends: EXITED,
    shows: [/after\n$/],
  },
  {
    name: "a catastrophic regex of grep -P",
    line: `echo ${SPIKE} | grep -P '^(a|a)*$'; echo after`,
    ends: EXITED,
    shows: [/after\n$/],
  },
  {
    name: "a catastrophic regex of sed",
    line: `echo ${SPIKE} | sed -E 's/^(a|aa)+$/x/'; echo after`,
    ends: EXITED,
    shows: [/after\n$/],
  },
  {
    name: "a catastrophic regex of awk",
    line: `echo ${SPIKE} | awk '/^(a+)+$/ { print "x" }'; echo after`,
    ends: EXITED,
    shows: [/after\n$/],
  },
  {
    name: "a catastrophic regex of rg",
    line: `echo ${SPIKE} | rg '^(a+)+$'; echo after`,
    ends: EXITED,
    shows: [/after\n$/],
  },
  {
    name: "a catastrophic regex of jq",
    line: `echo '"${SPIKE}"' | jq 'test("^(a+)+$")'; echo after`,
    ends: EXITED,
    shows: [/after\n$/],
  },
  {
    name: "a catastrophic regex and glob of the shell",
    line: `[[ ${SPIKE} =~ ^(a+)+$ ]]; shopt -s extglob; case ${SPIKE} in +(+(a))) ;; esac; echo after`,
    ends: EXITED,
    shows: [/after\n$/],
  },
]);

const MEMORY = of("memory", [
  { name: "a text that doubles", line: "x=a; while true; do x=$x$x; done", ends: ["memory"] },
  {
    name: "an array that grows",
    line: "echo started; i=0; while true; do a[i]=$i$i$i$i; i=$((i + 1)); done",
    ends: ["cancelled", "memory"],
    stopped: true,
  },
  {
    name: "arrays of JavaScript",
    line: node("const a = []; for (;;) a.push(new Array(1e5).fill(1))"),
    ends: ["memory"],
  },
  {
    name: "a text of JavaScript, its errors swallowed",
    line: node('console.log("started"); let s = "x"; for (;;) try { s += s } catch {}'),
    ends: ["cancelled", "memory"],
    stopped: true,
  },
  { name: "one buffer of two gigabytes", line: node("new Uint8Array(2 ** 31)"), ends: ["memory", "exited"] },
  {
    name: "a text of awk that doubles",
    line: "awk 'BEGIN { s = \"a\"; while (1) s = s s }'",
    ends: ["memory", "exited"],
  },
  { name: "a width of a thousand million", line: "printf '%1000000000d' 1", ends: ["memory", "exited"] },
  { name: "braces that multiply", line: "echo {1..9999}{1..9999}{1..9999} | wc -c", ends: ["memory", "exited"] },
  {
    name: "a sequence without end, sorted",
    line: "seq 1 1000000000 | sort | tail -1",
    ends: ["memory", "output", "timeout", "exited"],
  },
]);

const FILES = of("files", [
  {
    name: "files without number",
    line: "i=0; while true; do i=$((i + 1)); echo $i > f$i; done",
    ends: ["files", "timeout"],
  },
  {
    name: "files without number, of JavaScript",
    line: node('const fs = require("fs"); for (let i = 0; ; i++) fs.writeFileSync("j" + i, "x")'),
    ends: ["files", "exited"],
  },
  {
    name: "a file that doubles",
    line: "echo xxxxxxxxxxxxxxxx > g; while true; do cat g g g g > h; mv h g; done",
    ends: ["files"],
  },
  {
    name: "a file of JavaScript beyond its size",
    line: node('const fs = require("fs"); const s = "x".repeat(1e6); for (;;) fs.appendFileSync("big", s)'),
    ends: ["files", "memory", "exited"],
  },
  {
    name: "copies until the workspace is full",
    line: "printf '%010000000d' 0 > a; i=0; while true; do i=$((i + 1)); cp a a$i; done",
    ends: ["files", "memory"],
  },
  {
    name: "folders in folders",
    line: "while true; do mkdir d && cd d || break; done; pwd | wc -c",
    ends: ["files", "exited"],
  },
  {
    name: "a path of ten thousand folders",
    line: `mkdir -p $(printf 'd/%.0s' {1..10000}); echo after`,
    ends: ["files", "exited"],
  },
  {
    name: "a name of ten thousand letters",
    line: `echo x > $(printf 'n%.0s' {1..10000}); echo after`,
    ends: ["files", "exited"],
  },
]);

const FORKS = of("forks", [
  { name: "the fork bomb", line: ":(){ :|:& };:", ends: ["memory"] },
  { name: "a fork bomb of functions that wait", line: "f() { f & f & wait; }; f; wait", ends: ["memory"] },
  {
    name: "a script that starts itself twice",
    line: "echo 'bash s.sh & bash s.sh' > s.sh; bash s.sh",
    ends: ["memory", "timeout", "exited"],
  },
  {
    name: "xargs that starts shells without end",
    line: "yes | xargs -P 100 -n 1 sh -c 'while :; do :; done'",
    ends: ["memory", "timeout", "output"],
    busy: true,
  },
  {
    name: "find that starts itself",
    line: "echo 'find . -name s.sh -exec sh s.sh {} \\;' > s.sh; sh s.sh",
    ends: ["memory", "timeout", "exited"],
  },
  { name: "evaluation in evaluation", line: 'e=\'eval "$e"\'; eval "$e"', ends: ["memory", "timeout"] },
  {
    name: "processes of JavaScript",
    line: node(
      'for (const m of ["child_process", "cluster", "worker_threads"]) try { require(m); console.log("open", m) } catch (e) { console.log("closed", m) }',
    ),
    ends: EXITED,
    shows: [/closed child_process/, /closed cluster/, /closed worker_threads/],
  },
]);

const OUTPUT = of("output", [
  { name: "a flood of the shell", line: "while true; do printf '%0100000d\\n' 0; done", ends: ["output"] },
  { name: "a flood of JavaScript", line: node('for (;;) console.log("x".repeat(1e5))'), ends: ["output"] },
  { name: "a flood of yes", line: "yes", ends: ["output", "exited", "memory"] },
  { name: "a flood of errors", line: "while true; do ls /no/$(printf '%0100000d' 0); done", ends: ["output"] },
]);

const SIGNALS = of("signals", [
  {
    name: "a process that ignores every signal",
    line: "trap '' TERM INT HUP KILL; echo started; while true; do sleep 0.05; done",
    ends: ["cancelled"],
    stopped: true,
  },
  {
    name: "a process that starts anew when it is told to end",
    line: "echo started; f() { trap f EXIT TERM; while true; do sleep 0.05; done; }; f",
    ends: ["cancelled"],
    stopped: true,
  },
  {
    name: "JavaScript that ignores every signal",
    line: node(
      'for (const s of ["SIGTERM", "SIGINT", "exit", "uncaughtException"]) try { process.on(s, () => { for (;;); }) } catch {} console.log("started"); for (;;) try { for (;;) {} } catch {} finally { continue }',
    ),
    ends: ["cancelled"],
    stopped: true,
    busy: true,
  },
]);

export const EXHAUSTION: readonly Attack[] = [
  ...LOOPS,
  ...REGEXES,
  ...MEMORY,
  ...FILES,
  ...FORKS,
  ...OUTPUT,
  ...SIGNALS,
];
