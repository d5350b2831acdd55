import type { App } from "../../e2e/harness/app.ts";
import { newPlace, upload } from "../../e2e/support/journey.ts";
import { percentile } from "../support/figures.ts";
import { callsOf, fund, type Scripts, type ToolCall, work } from "./scripts.ts";
import { makeTable, type Table } from "./table.ts";
import { BenchTerminal } from "./terminal.ts";

/** A person may send 60 lines a minute: each of these sends fewer. */
const PEOPLE = 5;
const LINES_EACH = 50;

/** Small commands one after the other, as a client sees them: from sending the line to the end of the command. */
export async function smallCommands(app: App, scripts: Scripts) {
  const begun: number[] = [];
  const ran: number[] = [];
  const times = { echo: [] as number[], grep: [] as number[] };
  for (let person = 0; person < PEOPLE; person++) {
    const place = await newPlace(app.baseUrl);
    const { id } = await scripts.plan(place, { idle: [] });
    const terminal = new BenchTerminal(place.client, id).listen();
    await terminal.run('for i in $(seq 1 200); do echo "$i,Client $((i % 7)),$((i * 3))"; done > visits.csv');
    for (let at = 0; at < LINES_EACH; at++) {
      const kind = at % 2 === 0 ? "echo" : "grep";
      const { begunMs, ranMs, endMs, output } = await terminal.run(
        kind === "echo" ? `echo ${at}` : "grep -c 'Client 3' visits.csv",
      );
      if (output.trim() !== (kind === "echo" ? String(at) : "29")) throw new Error(`${kind} said ${output}`);
      times[kind].push(endMs);
      begun.push(begunMs);
      ran.push(ranMs);
    }
  }
  const of = (samples: readonly number[]) => ({
    samples: samples.length,
    p50Ms: percentile(samples, 0.5),
    p99Ms: percentile(samples, 0.99),
  });
  return {
    ...of([...times.echo, ...times.grep]),
    echo: of(times.echo),
    grep: of(times.grep),
    /** Who may, what the files are, what is approved; then the command itself; what is left is the way back. */
    parts: { admission: of(begun), sandbox: of(ran) },
  };
}

const PROGRAM = `import { readFileSync } from "node:fs";
const sums = new Map();
for (const line of readFileSync("sales.csv", "utf8").trim().split("\\n").slice(1)) {
  const [, , group, , amount] = line.split(",");
  sums.set(group, (sums.get(group) ?? 0) + Math.round(Number(amount) * 1000));
}
for (const group of [...sums.keys()].sort()) console.log(group + "," + (sums.get(group) / 1000).toFixed(3));
`;
const OF_TABLE = `const sums = new Map();
for (const [, , group, , amount] of files.readTable("sales.csv").rows)
  sums.set(group, (sums.get(group) ?? Big(0)).plus(amount));
for (const group of [...sums.keys()].sort()) console.log(group + "," + sums.get(group).toFixed(3));
`;
const OF_TEXT = `const sums = new Map();
const text = files.readText("sales.csv");
for (let from = text.indexOf("\\n") + 1; from < text.length; ) {
  const end = text.indexOf("\\n", from);
  const to = end === -1 ? text.length : end;
  const [, , group, , amount] = text.slice(from, to).split(",");
  sums.set(group, (sums.get(group) ?? 0) + Math.round(Number(amount) * 1000));
  from = to + 1;
}
for (const group of [...sums.keys()].sort()) console.log(group + "," + (sums.get(group) / 1000).toFixed(3));
`;
const AWK = `awk -F, 'NR > 1 { sum[$3] += $5 } END { for (group in sum) printf "%s,%.3f\\n", group, sum[group] }' sales.csv | sort`;

/** The ways to the same sums, each with what stands before it. */
const WAYS: Readonly<Record<string, readonly ToolCall[]>> = {
  awk: [{ name: "run_command", input: { command: AWK } }],
  nodeProgram: [
    { name: "write_file", input: { path: "sums.mjs", content: PROGRAM } },
    { name: "run_command", input: { command: "node sums.mjs" } },
  ],
  runCodeText: [{ name: "run_code", input: { code: OF_TEXT } }],
  runCodeTable: [{ name: "run_code", input: { code: OF_TABLE } }],
};
const ROUNDS = 3;

export interface Way {
  readonly correct: boolean;
  /** What came in place of the sums. */
  readonly said?: readonly string[];
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** Sums by group over an uploaded table of 10 MB; from the call to its result in the log. */
export async function aggregations(app: App, scripts: Scripts) {
  const table: Table = makeTable();
  const place = await newPlace(app.baseUrl);
  await fund(place);
  const file = await upload(place, "sales.csv", table.csv);
  const ways: Record<string, Way> = {};
  for (const [name, calls] of Object.entries(WAYS)) {
    const times: number[] = [];
    const wrong = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const events = await work(place, await scripts.plan(place, { sum: calls }, { fileIds: [file.id] }));
      const run = callsOf(events).findLast((one) => one.name.startsWith("run_"));
      if (!run) throw new Error(`${name} did not run`);
      times.push(run.to - run.from);
      if (!run.ok || run.output.trim() !== table.sums) wrong.add(run.output.slice(0, 200));
    }
    ways[name] = {
      correct: wrong.size === 0,
      ...(wrong.size > 0 && { said: [...wrong] }),
      p50Ms: percentile(times, 0.5),
      p99Ms: percentile(times, 0.99),
    };
  }
  return { megabytes: Math.round(table.csv.length / 1e5) / 10, rows: table.rows, rounds: ROUNDS, ways };
}
