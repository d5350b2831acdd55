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
import { endedResult } from "../files/working-job.ts";
import { Runner, type RunnerOptions } from "./runner.ts";
import { type CheckedRequest, checkRequest, type Refused } from "./validate.ts";

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
  if (!checked.ok) return notRun(checked, parts);
  const { workspace, command, runtime } = checked.request;
  const choice = chooseRuntime(command, parts.containerOf !== null, runtime);
  const object = parts.objectOf(workspace.projectId);
  if (choice.refusal !== null) {
    const job = jobOf(checked.request, choice.runtime, choice.reason);
    return object.refuse(job, { sentence: choice.refusal, why: "absent" });
  }
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

/** Who waits at the terminal hears of it where the request says which terminal that is. */
async function notRun({ sentence, whose }: Refused, parts: ExecParts): Promise<ExecResult> {
  const job = { runtime: "isolate", reason: "default", manifest: [], timeMs: 0 } as const;
  if (whose === null) return endedResult(job, "unavailable", sentence);
  const { workspace, execId, by, command } = whose;
  const { projectId, workflowId } = workspace;
  const text = command === null ? "…" : cut(shownAs(command));
  return parts.objectOf(projectId).refuse({ ...job, workflowId, execId, by, text }, { sentence, why: "invalid" });
}
