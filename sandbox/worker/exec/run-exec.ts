import type {
  ChangedFile,
  ExecIo,
  ExecRequest,
  ExecResult,
  WorkspaceRef,
} from "../../../shared/protocol/sandbox-rpc.ts";
import { chooseRuntime } from "../../choose.ts";
import type { Sandbox } from "../../port.ts";
import type { SecureFetch } from "../egress/contract.ts";
import type { ChangedMeta, Job, SandboxObjectRpc, StoredResult } from "../files/object-rpc.ts";
import { Runner, type RunnerOptions } from "./runner.ts";
import { type CheckedRequest, checkRequest } from "./validate.ts";

/** Bytes of changed files in one answer, which may hold 32 MiB with all else. */
const INLINE_BYTES = 24 * 1024 * 1024;

export interface ExecParts {
  readonly objectOf: (projectId: string) => SandboxObjectRpc;
  readonly egressFor: (hosts: readonly string[]) => SecureFetch;
  /** Null: this deployment has no containers. */
  readonly containerOf: ((workspace: WorkspaceRef) => Sandbox) | null;
}

/** {@link SandboxRpc.exec}: checked, put in its turn by the project's object, run, and answered with its files. */
export async function runExec(request: ExecRequest, io: ExecIo, parts: ExecParts): Promise<ExecResult> {
  const checked = checkRequest(request);
  if (!checked.ok) return notRun(checked.sentence, "default");
  const { workspace, command, runtime } = checked.request;
  const choice = chooseRuntime(command, parts.containerOf !== null, runtime);
  if (choice.refusal !== null) return notRun(choice.refusal, choice.reason);
  const object = parts.objectOf(workspace.projectId);
  const options: RunnerOptions = {
    request: checked.request,
    choice,
    io,
    object,
    fetch: parts.egressFor(checked.request.egress),
    container: choice.runtime === "container" ? (parts.containerOf?.(workspace) ?? null) : null,
  };
  const runner = new Runner(options);
  const result = await object.exec(jobOf(checked.request, choice.runtime, choice.reason), runner);
  return { ...result, changed: await withBytes(result, runner, object, workspace.workflowId) };
}

function jobOf(request: CheckedRequest, runtime: Job["runtime"], reason: string): Job {
  const { workspace, execId, command, by, manifest, limits } = request;
  return {
    workflowId: workspace.workflowId,
    execId,
    text: cut(shownAs(command)),
    by,
    runtime,
    reason,
    manifest,
    timeMs: limits.timeMs,
  };
}

/** What a terminal shows as the command. */
function shownAs(command: CheckedRequest["command"]): string {
  switch (command.kind) {
    case "shell":
      return command.script;
    case "tests":
      return ["node --test", ...command.paths].join(" ");
    case "code":
      return command.code;
  }
}

/** Longest command a terminal shows, characters: a line of it is one row, and rows have bounds. */
const SHOWN_CHARS = 200_000;

const cut = (text: string): string =>
  text.length <= SHOWN_CHARS ? text : `${text.slice(0, SHOWN_CHARS).replace(/[\ud800-\udbff]$/, "")}\n…`;

/** Bytes while they fit, small files first so that most are there. Files of an earlier run are asked from the object. */
async function withBytes(
  result: StoredResult,
  runner: Runner,
  object: SandboxObjectRpc,
  workflowId: string,
): Promise<ChangedFile[]> {
  const bytes = new Map<ChangedMeta, Uint8Array>();
  let room = INLINE_BYTES;
  for (const file of [...result.changed].sort((a, b) => a.size - b.size)) {
    room -= file.size;
    if (room < 0) break;
    const here = runner.bytesOf(file) ?? (await object.contents(workflowId, [file.sha256]))[0];
    if (here) bytes.set(file, here);
  }
  return result.changed.map((file) => {
    const here = bytes.get(file);
    return here === undefined ? file : { ...file, bytes: here };
  });
}

function notRun(problem: string, reason: string): ExecResult {
  const report = { runtime: "isolate" as const, reason, outcome: "unavailable", exitCode: null, tests: null };
  const nothing = { output: "", outputCut: false, changed: [], removed: [], read: [], tests: null, durationMs: 0 };
  return { ...nothing, outcome: "unavailable", exitCode: null, problem, report };
}
