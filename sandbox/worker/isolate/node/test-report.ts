import type { TestReport } from "../../../../shared/workflow/records.ts";
import type { TestOptions } from "./cli.ts";
import type { TestEvent, TestOutcome } from "./test-events.ts";

/** Tests kept in a report one by one; all are counted. */
const MAX_TESTS = 200;
const MAX_MESSAGE = 2_000;
const MAX_FAILURES_SHOWN = 50;

const FAILED: TestOutcome = {
  nesting: 0,
  name: "",
  path: [],
  kind: "test",
  failed: true,
  cancelled: false,
  skip: null,
  todo: null,
  failure: "testCodeFailure",
  message: "",
  durationMs: 0,
};

interface Counts {
  tests: number;
  suites: number;
  pass: number;
  fail: number;
  cancelled: number;
  skipped: number;
  todo: number;
}

/** Takes what test files tell, prints it as Node's reporters do, and adds it up. */
export class TestLog {
  readonly #print: (text: string) => void;
  readonly #reporter: TestOptions["reporter"];
  readonly #counts: Counts = { tests: 0, suites: 0, pass: 0, fail: 0, cancelled: 0, skipped: 0, todo: 0 };
  readonly #tests: { name: string; file: string; status: "passed" | "failed" | "skipped"; message: string }[] = [];
  readonly #failures: { outcome: TestOutcome; file: string }[] = [];
  /** Started and not yet ended, outermost first; `shown` once its line with ▶ is out. */
  readonly #open: { name: string; nesting: number; shown: boolean; notes: string[] }[] = [];
  readonly #numbers: number[] = [0];
  #file = "";
  #seen = 0;
  #suitesFailed = false;
  #fileFailed = false;

  constructor(reporter: TestOptions["reporter"], print: (text: string) => void) {
    this.#reporter = reporter;
    this.#print = print;
    if (reporter === "tap") print("TAP version 13\n");
  }

  get failed(): boolean {
    return this.#counts.fail + this.#counts.cancelled > 0 || this.#suitesFailed;
  }

  /** Whether a test of the file at hand has failed. */
  get fileFailed(): boolean {
    return this.#fileFailed;
  }

  /** Whether a test has begun and not ended. */
  get isRunning(): boolean {
    return this.#open.length > 0;
  }

  startFile(file: string): void {
    this.#fileFailed = false;
    this.#file = file;
    this.#seen = 0;
    this.#open.length = 0;
  }

  /** A file without tests counts as one test, as for Node; one that failed outside of its tests as a failed one. */
  endFile(problem: string | null, durationMs: number): void {
    this.#open.length = 0;
    if (problem === null && this.#seen > 0) return;
    this.take({ type: "start", nesting: 0, name: this.#file, kind: "test" });
    this.take({
      type: "end",
      outcome: {
        ...FAILED,
        name: this.#file,
        path: [this.#file],
        failed: problem !== null,
        failure: problem === null ? null : FAILED.failure,
        message: problem ?? "",
        durationMs,
      },
    });
  }

  /** The file was ended from outside: the test that ran then has failed, or the file when none did. */
  abortFile(problem: string, durationMs: number): void {
    const path = this.#open.map(({ name }) => name);
    const running = this.#open.at(-1);
    if (running === undefined) {
      this.endFile(problem, durationMs);
      return;
    }
    const { name, nesting } = running;
    this.#ended({ ...FAILED, nesting, name, path, message: problem, durationMs });
    this.#open.length = 0;
  }

  take(event: TestEvent): void {
    if (event.type === "start") {
      this.#seen++;
      this.#open.push({ name: event.name, nesting: event.nesting, shown: false, notes: [] });
      if (event.nesting > 0) this.#showAbove();
    } else if (event.type === "note") {
      const mark = this.#reporter === "tap" ? "#" : "ℹ";
      const text = `${this.#indentOf(event.nesting)}${mark} ${event.text}\n`;
      const running = this.#open.at(-1);
      if (running !== undefined) running.notes.push(text);
      else if (this.#reporter !== "dot") this.#print(text);
    } else this.#ended(event.outcome);
  }

  report(): TestReport {
    const { pass, fail, cancelled, skipped, todo } = this.#counts;
    return { passed: pass, failed: fail + cancelled, skipped: skipped + todo, tests: this.#tests };
  }

  summary(durationMs: number): void {
    if (this.#reporter === "dot") {
      this.#print("\n");
      return;
    }
    const mark = this.#reporter === "tap" ? "#" : "ℹ";
    if (this.#reporter === "tap") this.#print(`1..${this.#numbers[0] ?? 0}\n`);
    const lines = Object.entries(this.#counts).map(([key, count]) => `${mark} ${key} ${count}\n`);
    this.#print(`${lines.join("")}${mark} duration_ms ${durationMs}\n`);
    if (this.#reporter === "tap" || this.#failures.length === 0) return;
    this.#print("\n✖ failing tests:\n");
    for (const { outcome, file } of this.#failures.slice(0, MAX_FAILURES_SHOWN)) {
      this.#print(
        `\ntest at ${file}\n✖ ${outcome.path.join(" > ")}${timeOf(outcome)}\n${indent(outcome.message, 2)}\n`,
      );
    }
    const left = this.#failures.length - MAX_FAILURES_SHOWN;
    if (left > 0) this.#print(`\n… and ${left} more\n`);
  }

  #showAbove(): void {
    if (this.#reporter === "dot") return;
    for (const entry of this.#open.slice(0, -1)) {
      if (entry.shown) continue;
      entry.shown = true;
      const text = this.#reporter === "tap" ? `# Subtest: ${entry.name}` : `▶ ${entry.name}`;
      this.#print(`${this.#indentOf(entry.nesting)}${text}\n`);
    }
  }

  #ended(outcome: TestOutcome): void {
    const at = this.#open.findLastIndex((entry) => entry.name === outcome.name && entry.nesting === outcome.nesting);
    const [entry] = at < 0 ? [] : this.#open.splice(at);
    this.#count(outcome);
    const isFailure = outcome.failed && outcome.todo === null && outcome.skip === null;
    this.#fileFailed ||= isFailure;
    if (isFailure && outcome.failure !== "subtestsFailed") this.#failures.push({ outcome, file: this.#file });
    if (this.#reporter === "dot") this.#print(isFailure ? "X" : ".");
    else if (this.#reporter === "tap") this.#printTap(outcome, entry?.shown === true);
    else this.#printSpec(outcome);
    if (this.#reporter !== "dot") this.#print(entry?.notes.join("") ?? "");
  }

  #count(outcome: TestOutcome): void {
    const counts = this.#counts;
    if (outcome.kind === "suite") {
      counts.suites++;
      // A suite whose own code or hooks failed has no test to show it.
      if (outcome.failed && outcome.failure !== "subtestsFailed") this.#suitesFailed = true;
      return;
    }
    counts.tests++;
    const status = outcome.skip !== null || outcome.todo !== null ? "skipped" : outcome.failed ? "failed" : "passed";
    if (outcome.skip !== null) counts.skipped++;
    else if (outcome.todo !== null) counts.todo++;
    else if (outcome.cancelled) counts.cancelled++;
    else if (outcome.failed) counts.fail++;
    else counts.pass++;
    if (this.#tests.length >= MAX_TESTS && status !== "failed") return;
    if (this.#tests.length >= MAX_TESTS) {
      // A failure is worth more than a success when not all can be kept.
      const spare = this.#tests.findLastIndex((test) => test.status !== "failed");
      if (spare < 0) return;
      this.#tests.splice(spare, 1);
    }
    const message = status === "failed" ? outcome.message.slice(0, MAX_MESSAGE).toWellFormed() : "";
    this.#tests.push({
      name: outcome.path.join(" > ").slice(0, 500).toWellFormed(),
      file: this.#file,
      status,
      message,
    });
  }

  #printSpec(outcome: TestOutcome): void {
    const { skip, todo } = outcome;
    const mark = skip !== null ? "﹣" : !outcome.failed ? "✔" : todo !== null ? "⚠" : "✖";
    const directive = skip !== null ? ` # ${skip || "SKIP"}` : todo !== null ? ` # ${todo || "TODO"}` : "";
    this.#print(`${this.#indentOf(outcome.nesting)}${mark} ${outcome.name}${timeOf(outcome)}${directive}\n`);
  }

  #printTap(outcome: TestOutcome, hasChildren: boolean): void {
    const pad = this.#indentOf(outcome.nesting);
    if (hasChildren) this.#print(`${pad}    1..${this.#numbers[outcome.nesting + 1] ?? 0}\n`);
    else this.#print(`${pad}# Subtest: ${outcome.name}\n`);
    this.#numbers.length = outcome.nesting + 1;
    const number = (this.#numbers[outcome.nesting] ?? 0) + 1;
    this.#numbers[outcome.nesting] = number;
    const { skip, todo } = outcome;
    const directive =
      skip !== null ? ` # SKIP${skip && ` ${skip}`}` : todo !== null ? ` # TODO${todo && ` ${todo}`}` : "";
    this.#print(`${pad}${outcome.failed ? "not ok" : "ok"} ${number} - ${outcome.name}${directive}\n`);
    this.#print(`${pad}  ---\n${pad}  duration_ms: ${Math.max(0, outcome.durationMs).toFixed(3)}\n`);
    if (outcome.failed) this.#print(`${pad}  error: |-\n${indent(outcome.message, pad.length + 4)}\n`);
    this.#print(`${pad}  ...\n`);
  }

  #indentOf(nesting: number): string {
    return (this.#reporter === "tap" ? "    " : "  ").repeat(nesting);
  }
}

const timeOf = ({ durationMs }: TestOutcome): string => (durationMs < 0 ? "" : ` (${durationMs.toFixed(3)}ms)`);

const indent = (text: string, by: number): string =>
  text
    .split("\n")
    .map((line) => " ".repeat(by) + line)
    .join("\n");
