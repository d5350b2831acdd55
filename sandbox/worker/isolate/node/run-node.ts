import { Budget } from "../budget.ts";
import { engineFailure } from "../guest-vm.ts";
import { type Command, parseCommand, TEST_DEFAULTS, type TestOptions } from "./cli.ts";
import type { NodeResult, NodeRun, RunNode } from "./contract.ts";
import { type Entry, GuestProcess, type ProcessEnd, type ProcessSetup } from "./guest-process.ts";
import { joinPath, relativeTo } from "./paths.ts";
import { GuestProblem } from "./problems.ts";
import { Resolver } from "./resolve.ts";
import { runSource } from "./run-source.ts";
import { findSyntaxProblem } from "./source.ts";
import { findTestFiles } from "./test-files.ts";
import { TestLog } from "./test-report.ts";

const VERSION = "v24.21.0";
/** Characters of a test file's last words on stderr that explain why it failed. */
const MAX_SAID = 2_000;
const HELP = `Usage: node [options] [ script.js ] [arguments]
       node -e <code> | -p <code> | --check <file> | --test [files]
Options of --test: --test-name-pattern, --test-only, --test-timeout, --test-reporter spec|tap|dot
`;

/** Runs `node`, source of its own, or tests, over the files of one command. See contract.ts. */
export const runNode: RunNode = async (run) => {
  const budget = new Budget(run.limits.timeMs, run.turns);
  try {
    return await new NodeCommand(run, budget).run();
  } catch (error) {
    const failure = engineFailure(error);
    if (failure.kind === "memory") return ended("memory");
    run.print("stderr", `${failure.message}\n`);
    return exited(1, null);
  }
};

const exited = (exitCode: number, tests: NodeResult["tests"]): NodeResult => ({
  outcome: "exited",
  exitCode,
  problem: null,
  tests,
});

const PROBLEMS: Record<Exclude<NodeResult["outcome"], "exited">, string> = {
  timeout: "The program ran longer than it may and was ended. Look for a loop that never ends, or do less at a time.",
  memory: "The program used more memory than it may and was ended. Read and keep less at a time.",
  output: "The program printed far more than can be kept and was ended. Print less, or write to a file.",
  cancelled: "The program was cancelled.",
};

const ended = (outcome: Exclude<NodeResult["outcome"], "exited">, tests: NodeResult["tests"] = null): NodeResult => ({
  outcome,
  exitCode: null,
  problem: PROBLEMS[outcome],
  tests,
});

class NodeCommand {
  readonly #run: NodeRun;
  readonly #budget: Budget;

  constructor(run: NodeRun, budget: Budget) {
    this.#run = run;
    this.#budget = budget;
  }

  async run(): Promise<NodeResult> {
    const { program } = this.#run;
    if (this.#run.turns.signal.aborted) return ended("cancelled");
    if (program.kind === "tests") return await this.#test(program.paths, TEST_DEFAULTS);
    if (program.kind === "source") return await runSource(this.#run, program);
    return await this.#command(parseCommand(program.argv));
  }

  async #command(command: Command): Promise<NodeResult> {
    switch (command.kind) {
      case "version":
        this.#print("stdout", `${VERSION}\n`);
        return exited(0, null);
      case "help":
        this.#print("stdout", HELP);
        return exited(0, null);
      case "refused":
        this.#print("stderr", `node: ${command.message}\n`);
        return exited(9, null);
      case "check":
        return this.#check(command.path);
      case "test":
        return await this.#test(command.paths, command.options);
      case "eval": {
        const entry = { code: command.code, name: "[eval]", printsValue: command.printsValue };
        return await this.#single(entry, command.args);
      }
      case "stdin": {
        const code = new TextDecoder().decode(this.#run.stdin);
        return await this.#single({ code, name: "[stdin]", printsValue: false }, ["-", ...command.args]);
      }
      case "file": {
        const path = this.#locate(command.path);
        return path === null ? exited(1, null) : await this.#single({ path }, [path, ...command.args]);
      }
    }
  }

  /** One program; when it uses node:test, its tests are reported as Node does. */
  async #single(entry: Entry, argv: readonly string[]): Promise<NodeResult> {
    const started = Date.now();
    let log: TestLog | null = null;
    const file = "path" in entry ? relativeTo(this.#run.cwd, entry.path) : entry.name;
    const setup = this.#setup(argv, TEST_DEFAULTS, (event) => {
      if (log === null) {
        log = new TestLog("spec", (text) => this.#print("stdout", text));
        log.startFile(file);
      }
      log.take(event);
    });
    const end = await this.#process(setup, entry);
    // The closure above set it, unseen by the compiler.
    const tests = log as TestLog | null;
    if (tests?.isRunning === true) tests.abortFile("The program ended while this test ran", Date.now() - started);
    if (end.kind === "exited") tests?.summary(Date.now() - started);
    return this.#resultOf(end, tests?.report() ?? null);
  }

  async #test(paths: readonly string[], options: TestOptions): Promise<NodeResult> {
    const started = Date.now();
    const { files, missing } = findTestFiles(this.#run.fs, this.#run.cwd, paths);
    if (missing.length > 0) {
      this.#print("stderr", `Could not find ${missing.map((path) => `'${path}'`).join(", ")}\n`);
      return exited(1, null);
    }
    const log = new TestLog(options.reporter, (text) => this.#print("stdout", text));
    for (const path of files) {
      const fileStarted = Date.now();
      log.startFile(relativeTo(this.#run.cwd, path));
      let said = "";
      const print: ProcessSetup["print"] = (stream, data) => {
        if (stream === "stderr" && typeof data === "string") said = (said + data).slice(-MAX_SAID);
        this.#print("stdout", data);
      };
      const setup = { ...this.#setup([path], options, (event) => log.take(event)), print };
      const end = await this.#process(setup, { path });
      if (end.kind !== "exited") {
        log.abortFile(this.#problemOf(end), Date.now() - fileStarted);
        return this.#resultOf(end, log.report());
      }
      const code = `The file ended with exit code ${end.code}\n${said}`.trimEnd();
      if (log.isRunning) log.abortFile(code, Date.now() - fileStarted);
      else log.endFile(end.code !== 0 && !log.fileFailed ? code : null, Date.now() - fileStarted);
    }
    log.summary(Date.now() - started);
    return exited(log.failed ? 1 : 0, log.report());
  }

  #check(path: string): NodeResult {
    const file = this.#locate(path);
    if (file === null) return exited(1, null);
    try {
      const format = new Resolver(this.#run.fs, new Set()).formatOf(file, "require");
      const text = new TextDecoder().decode(this.#run.fs.read(file));
      const problem = format === "json" ? null : findSyntaxProblem(file, text, format);
      if (problem !== null) throw new GuestProblem("SyntaxError", problem);
      return exited(0, null);
    } catch (error) {
      this.#print("stderr", `${error instanceof GuestProblem ? error.message : "It cannot be read"}\n`);
      return exited(1, null);
    }
  }

  #locate(path: string): string | null {
    try {
      const found = new Resolver(this.#run.fs, new Set()).entry(joinPath(this.#run.cwd, path));
      return "path" in found ? found.path : null;
    } catch (error) {
      const message = error instanceof GuestProblem ? error.message : `Cannot find module '${path}'`;
      this.#print("stderr", `Error: ${message}\n\nNode.js ${VERSION}\n`);
      return null;
    }
  }

  async #process(setup: ProcessSetup, entry: Entry): Promise<ProcessEnd> {
    try {
      return await GuestProcess.run(setup, entry);
    } catch (error) {
      const failure = engineFailure(error);
      if (failure.kind === "memory") return { kind: "memory" };
      this.#print("stderr", `${failure.message}\n`);
      return { kind: "exited", code: 1 };
    }
  }

  #setup(argv: readonly string[], options: TestOptions, onTest: ProcessSetup["onTest"]): ProcessSetup {
    const { fs, cwd, env, stdin, limits } = this.#run;
    return {
      fs,
      cwd,
      env,
      argv,
      execArgv: [],
      stdin,
      memoryBytes: limits.memoryBytes,
      budget: this.#budget,
      print: (stream, data) => this.#print(stream, data),
      onTest,
      testNames: options.names,
      testOnly: options.only,
      testTimeout: options.timeout,
    };
  }

  #print(stream: "stdout" | "stderr", data: string | Uint8Array): void {
    if (!this.#run.print(stream, data)) this.#budget.stop("output");
  }

  #problemOf(end: Exclude<ProcessEnd, { kind: "exited" }>): string {
    if (end.kind === "waited") return "The program only waited with timers for more than an hour and was ended.";
    return PROBLEMS[end.kind === "memory" ? "memory" : (this.#budget.stopped ?? "timeout")];
  }

  #resultOf(end: ProcessEnd, tests: NodeResult["tests"]): NodeResult {
    if (end.kind === "exited") return exited(end.code, tests);
    const outcome =
      end.kind === "memory" ? "memory" : end.kind === "waited" ? "timeout" : (this.#budget.stopped ?? "timeout");
    return { ...ended(outcome, tests), problem: this.#problemOf(end) };
  }
}
