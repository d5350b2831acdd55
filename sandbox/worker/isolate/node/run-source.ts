import { type GuestFs, GuestFsError } from "../../files/guest-fs.ts";
import type { GuestFileAccess } from "../bridge.ts";
import { GuestFilesError } from "../guest-files.ts";
import { runScript } from "../run-code.ts";
import type { NodeProgram, NodeResult, NodeRun } from "./contract.ts";
import { folderOf, joinPath, relativeTo } from "./paths.ts";
import { GuestProblem } from "./problems.ts";
import { stripTypes } from "./source.ts";

const MAX_LISTED = 20_000;
const decoder = new TextDecoder("utf-8");
const encoder = new TextEncoder();

/**
 * Source of its own, as run_code gives it: the globals of GUEST.md. `files` are those of the workspace, by paths
 * relative to the working folder; hidden ones and node_modules are not listed. An exception ends with exit code 1.
 */
export async function runSource(run: NodeRun, program: NodeProgram & { kind: "source" }): Promise<NodeResult> {
  const exited = (exitCode: number): NodeResult => ({ outcome: "exited", exitCode, problem: null, tests: null });
  let code: string;
  try {
    code = program.language === "typescript" ? stripTypes("code.ts", program.code) : program.code;
  } catch (error) {
    run.print("stderr", `${error instanceof GuestProblem ? `${error.name}: ${error.message}` : "It cannot be read"}\n`);
    return exited(1);
  }
  const failure = await runScript(code, {
    files: new WorkspaceAccess(run.fs, run.cwd),
    print: (text) => run.print("stdout", text),
    limits: run.limits,
    turns: run.turns,
  });
  if (run.turns.signal.aborted) {
    return { outcome: "cancelled", exitCode: null, problem: "The program was cancelled.", tests: null };
  }
  if (failure === null) return exited(0);
  if (failure.kind === "timeout" || failure.kind === "memory" || failure.kind === "output") {
    return { outcome: failure.kind, exitCode: null, problem: failure.message, tests: null };
  }
  run.print("stderr", `${failure.message}\n`);
  return exited(1);
}

class WorkspaceAccess implements GuestFileAccess {
  readonly #fs: GuestFs;
  readonly #cwd: string;

  constructor(fs: GuestFs, cwd: string) {
    this.#fs = fs;
    this.#cwd = cwd;
  }

  list(): string[] {
    const files: string[] = [];
    const open = [this.#cwd];
    for (let at = open.pop(); at !== undefined && files.length < MAX_LISTED; at = open.pop()) {
      for (const name of this.#attempt(() => this.#fs.list(at))) {
        if (name.startsWith(".") || name === "node_modules") continue;
        const path = joinPath(at, name);
        const { kind } = this.#fs.lstat(path);
        if (kind === "folder") open.push(path);
        else if (kind === "file") files.push(relativeTo(this.#cwd, path));
      }
    }
    return files.sort();
  }

  readText(path: string): string {
    const full = joinPath(this.#cwd, path);
    return decoder.decode(this.#attempt(() => this.#fs.read(full)));
  }

  write(path: string, text: string): void {
    const full = joinPath(this.#cwd, path.normalize("NFC"));
    this.#attempt(() => {
      this.#fs.makeFolder(folderOf(full), { recursive: true });
      this.#fs.write(full, encoder.encode(text));
    });
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof GuestFsError) throw new GuestFilesError(error.message);
      throw error;
    }
  }
}
