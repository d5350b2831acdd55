import { err, ok } from "../../shared/lib/result.ts";
import type { ChangedFile, ExecLimits, ExecOutcome, FilesAnswer } from "../../shared/protocol/sandbox-rpc.ts";
import type { TestReport } from "../../shared/workflow/records.ts";
import type { BoxEnd, BoxExec, BoxTest } from "../image/box/wire.ts";
import {
  EXEC_LIMITS,
  type Running,
  type Sandbox,
  type SandboxExec,
  type SandboxExecResult,
  type Snapshot,
} from "../port.ts";
import { isResult } from "../worker/files/paths.ts";
import { sentence } from "../worker/shell/endings.ts";
import { Terminal } from "../worker/shell/terminal.ts";
import { type BoxPort, BoxUnavailable } from "./box-port.ts";
import { packBundle, unpackBundle } from "./bundles.ts";
import { ContainerFiles } from "./container-files.ts";
import { readExec } from "./exec-stream.ts";
import { boxPath, isPlainPath } from "./paths.ts";

/** A container's processes need more than an interpreter in the isolate: Node alone takes 50 MB, pandas 100. */
const LEAST_MEMORY = 1024 * 1024 * 1024;
const PROCESSES = 256;
/** The box ends a flood by itself, a little later than {@link Terminal} had enough. */
const FLOOD_BYTES = 32 * 1024 * 1024;
/** Bytes of changed files given with a result. */
const INLINE_BYTES = 24 * 1024 * 1024;
/** How long the box may take beyond a command's own time: starting, killing, comparing files. */
const GRACE_MS = 30_000;
const TESTS_KEPT = 200;

const GONE = "The container could not be started or stopped in the middle. Nothing of this command counts: try again.";

/** The sandbox in a container, over the box in its image. Safe for one command at a time; more wait in the box. */
export class ContainerSandbox implements Sandbox {
  readonly runtime = "container";
  readonly files: ContainerFiles;
  readonly #port: BoxPort;

  constructor(port: BoxPort) {
    this.#port = port;
    this.files = new ContainerFiles(port);
  }

  async start(): Promise<void> {
    const response = await this.#port.send("/health");
    await response.body?.cancel();
    if (!response.ok) throw new BoxUnavailable("The container does not answer.");
  }

  async exec(request: SandboxExec, running: Running): Promise<SandboxExecResult> {
    const began = Date.now();
    const terminal = new Terminal(request.limits.outputChars, running.onOutput);
    const cwd = boxPath(request.cwd ?? "");
    const done = (
      outcome: ExecOutcome,
      problem: string | null,
      end?: Partial<SandboxExecResult>,
    ): SandboxExecResult => ({
      ...NOTHING,
      ...end,
      outcome,
      problem,
      output: terminal.finish(),
      outputCut: terminal.cut,
      durationMs: Date.now() - began,
    });
    if (cwd === null) return done("unavailable", "The working folder is outside of the workspace. Nothing was run.");
    if (running.signal.aborted) return done("cancelled", sentence("cancelled", 0));
    let end: BoxEnd["end"] | null;
    try {
      await this.#port.allow(request.egress);
      end = await this.#run(boxExec(request, cwd), terminal, running.signal);
    } catch {
      // Told to end and gone: that it broke off is what was asked for.
      return running.signal.aborted ? done("cancelled", sentence("cancelled", 0)) : done("unavailable", GONE);
    }
    const { timeMs } = request.limits;
    if (end === null) return done("output", sentence("output", timeMs));
    const tests = testReport(end.tests);
    if (end.outcome !== "exited") return done(end.outcome, sentence(end.outcome, timeMs), { tests });
    try {
      const changed = await this.#withBytes(end, request.limits);
      const removed = end.removed.filter(isShown).sort();
      const read = end.read.filter(isPlainPath).sort();
      return done("exited", end.problem, { exitCode: end.exitCode ?? 1, changed, removed, read, tests });
    } catch {
      return done("unavailable", GONE);
    }
  }

  async snapshot(): Promise<Snapshot> {
    const response = await this.#port.send("/snapshot");
    if (!response.ok) throw new BoxUnavailable("The container gave no files.");
    return unpackBundle(response.body, EXEC_LIMITS.workspaceBytes * 2);
  }

  async restore(snapshot: Snapshot): Promise<FilesAnswer<null>> {
    const paths = [...snapshot.files.map(({ path }) => path), ...snapshot.folders];
    if (!paths.every(isPlainPath)) return err({ problem: "bad_path", detail: "A path leads out of the workspace." });
    const bytes = snapshot.files.reduce((sum, file) => sum + file.bytes.byteLength, 0);
    if (bytes > EXEC_LIMITS.workspaceBytes || snapshot.files.length > EXEC_LIMITS.files) {
      return err({ problem: "full", detail: "These are more files than a workspace may hold." });
    }
    const response = await this.#port.send("/restore", { method: "POST", body: packBundle(snapshot) });
    await response.body?.cancel();
    if (!response.ok) throw new BoxUnavailable("The container did not take the files.");
    return ok(null);
  }

  async destroy(): Promise<void> {
    await this.#port.destroy();
  }

  async #run(exec: BoxExec, terminal: Terminal, signal: AbortSignal): Promise<BoxEnd["end"] | null> {
    const cancel = (): Promise<unknown> =>
      this.#port.send(`/cancel?id=${encodeURIComponent(exec.id)}`, { method: "POST" }).then(
        (response) => response.body?.cancel(),
        () => undefined,
      );
    const response = await this.#port.send("/exec", { method: "POST", body: JSON.stringify(exec) });
    if (!response.ok || response.body === null) throw new BoxUnavailable("The container did not take the command.");
    const { body } = response;
    // A box that does not keep the time, because a command broke it, is not waited for.
    const { promise: late, reject } = Promise.withResolvers<never>();
    let timer = setTimeout(
      () => reject(new BoxUnavailable("The container did not end it in time.")),
      exec.limits.timeMs + GRACE_MS,
    );
    const onAbort = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => reject(new BoxUnavailable("The container did not end it when told.")), GRACE_MS / 3);
      void cancel();
    };
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    try {
      const end = await Promise.race([readExec(body, (bytes) => terminal.write(bytes)), late]);
      if (end === null) await cancel();
      return end;
    } catch (error) {
      // Whatever still runs in there must not touch the next command's files.
      await this.#port.destroy().catch(() => undefined);
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Small files come with their bytes, hashed here: what the box says of them is only its word. */
  async #withBytes(end: BoxEnd["end"], limits: ExecLimits): Promise<ChangedFile[]> {
    const changed = end.changed.filter(({ path, size }) => isShown(path) && size <= limits.fileBytes);
    let room = INLINE_BYTES;
    const wanted: string[] = [];
    for (const { path, size } of [...changed].sort((a, b) => a.size - b.size)) {
      room -= size;
      if (room < 0) break;
      wanted.push(path);
    }
    if (wanted.length === 0) return changed;
    const response = await this.#port.send("/bundle", { method: "POST", body: JSON.stringify(wanted) });
    if (!response.ok) throw new BoxUnavailable("The container gave no files.");
    const { files } = await unpackBundle(response.body, INLINE_BYTES);
    const bytesOf = new Map(files.map(({ path, bytes }) => [path, bytes]));
    return Promise.all(
      changed.map(async (file) => {
        const bytes = bytesOf.get(file.path);
        return bytes === undefined
          ? file
          : { path: file.path, size: bytes.byteLength, sha256: await sha256Of(bytes), bytes };
      }),
    );
  }
}

/** As in the isolate: hidden files and installed packages are kept, and are nobody's result. */
const isShown = (path: string): boolean => isPlainPath(path) && isResult(path);

const NOTHING = { exitCode: null, changed: [], removed: [], read: [], tests: null } as const;

function boxExec({ command, stdin, limits }: SandboxExec, cwd: string): BoxExec {
  return {
    id: crypto.randomUUID(),
    command:
      command.kind === "code"
        ? { ...command, args: [...(command.args ?? [])] }
        : command.kind === "tests"
          ? { kind: "tests", paths: command.paths.flatMap((path) => boxPath(path) ?? []) }
          : command,
    stdin: stdin ?? "",
    cwd,
    limits: {
      timeMs: limits.timeMs,
      memoryBytes: Math.max(limits.memoryBytes, LEAST_MEMORY),
      floodBytes: FLOOD_BYTES,
      fileBytes: limits.fileBytes,
      workspaceBytes: limits.workspaceBytes,
      files: limits.files,
      processes: PROCESSES,
    },
  };
}

function testReport(tests: readonly BoxTest[] | null): TestReport | null {
  if (tests === null || tests.length === 0) return null;
  const count = (status: BoxTest["status"]): number => tests.filter((test) => test.status === status).length;
  return {
    passed: count("passed"),
    failed: count("failed"),
    skipped: count("skipped"),
    tests: tests.slice(0, TESTS_KEPT).map((test) => ({ ...test })),
  };
}

async function sha256Of(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(bytes));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
