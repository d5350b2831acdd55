import { withDeadline } from "../../../shared/lib/deadline.ts";
import { COMMAND_TIMES } from "../../../shared/protocol/command-times.ts";
import type {
  ExecLimits,
  ExecRequest,
  ExecResult,
  ManifestEntry,
  SandboxCommand,
} from "../../../shared/protocol/sandbox-rpc.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { StartTool } from "../engine/super-step.ts";
import type { SandboxClient } from "../ports.ts";
import { inTheWayOf } from "./file-names.ts";
import { grantedHosts } from "./network/granted-hosts.ts";
import type { ProjectFiles, ReadableFile } from "./project-files.ts";

const MIB = 1024 * 1024;
/** What one command of an agent may use. */
export const LIMITS: ExecLimits = {
  timeMs: COMMAND_TIMES.ownMs,
  memoryBytes: 64 * MIB,
  outputChars: 1_000_000,
  fileBytes: 16 * MIB,
  workspaceBytes: 128 * MIB,
  files: 5_000,
};
/** A sandbox that was killed is back within a few seconds. */
const RETRY_DELAYS_MS = [250, 1000, 4000];
export interface ExecDeps {
  readonly files: ProjectFiles;
  readonly sandbox: Pick<SandboxClient, "exec" | "cancel">;
  readonly sleep: (ms: number) => Promise<void>;
}

export type Ran =
  | { readonly kind: "ran"; readonly result: ExecResult; readonly leftOut: readonly string[] }
  /** The sandbox did not answer, however often it was asked. */
  | { readonly kind: "away" }
  /** It hung the sandbox. It is not run again: it would hang the next one too. */
  | { readonly kind: "hangs" };

/**
 * Runs a command over the workflow's files as its step sees them. The call's id is the command's: after a crash the
 * sandbox answers what it answered the first time.
 */
export async function exec(
  deps: ExecDeps,
  state: WorkflowState,
  call: StartTool,
  command: SandboxCommand,
  signal: AbortSignal,
): Promise<Ran> {
  const { given, leftOut } = fitting(deps.files.list(state, call.nodeId));
  const byPath = new Map(given.map((file) => [file.path, file]));
  const manifest = given.map(({ path, size, key }): ManifestEntry => ({ path, size, version: key }));
  const request = requestOf(state, call, command, manifest);
  const io = {
    async supply(path: string) {
      const file = byPath.get(path);
      if (!file) throw new Error("there is no such file");
      return deps.files.read(file);
    },
  };
  const cancel = () => void deps.sandbox.cancel(request.workspace, request.execId).catch(() => {});
  signal.addEventListener("abort", cancel, { once: true });
  try {
    for (let attempt = 0; ; attempt++) {
      const result = await ask(() => deps.sandbox.exec(request, io));
      if (result === "hangs") {
        cancel();
        return { kind: "hangs" };
      }
      // Where it says why it did not run (no runtime for it, a container that does not start), the model decides.
      if (result !== "away" && (result.outcome !== "unavailable" || result.problem !== null))
        return { kind: "ran", result, leftOut };
      const delay = RETRY_DELAYS_MS[attempt];
      if (delay === undefined || signal.aborted) return { kind: "away" };
      await deps.sleep(delay);
    }
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

class Late extends Error {}

/** The sandbox keeps the time limit itself; the deadline is for code that it cannot stop. */
async function ask(run: () => Promise<ExecResult>): Promise<ExecResult | "away" | "hangs"> {
  const asked = Date.now();
  try {
    return await withDeadline(Promise.resolve(run()), COMMAND_TIMES.answerMs, () => new Late());
  } catch (error) {
    return error instanceof Late || Date.now() - asked >= COMMAND_TIMES.hungMs ? "hangs" : "away";
  }
}

function requestOf(
  state: WorkflowState,
  call: StartTool,
  command: SandboxCommand,
  manifest: readonly ManifestEntry[],
): ExecRequest {
  const node = state.nodes.find((one) => one.id === call.nodeId);
  return {
    workspace: { projectId: state.projectId, workflowId: state.id },
    execId: call.toolCallId,
    command,
    limits: LIMITS,
    egress: grantedHosts(state),
    manifest,
    by: { kind: "agent", id: node?.agent ?? "", label: node?.label ?? call.nodeId },
  };
}

/** All files that fit, small ones first; of two names of which one would be a folder in the other, the first. */
export function fitting(readable: readonly ReadableFile[]): { given: ReadableFile[]; leftOut: string[] } {
  const given: ReadableFile[] = [];
  const leftOut: string[] = [];
  const paths = new Set<string>();
  let bytes = 0;
  for (const file of [...readable].sort((a, b) => a.size - b.size)) {
    // Half the room is left for what the command makes.
    const isTooLarge = file.size > LIMITS.fileBytes || bytes + file.size > LIMITS.workspaceBytes / 2;
    if (isTooLarge || inTheWayOf(file.path, paths)) leftOut.push(file.path);
    else {
      given.push(file);
      paths.add(file.path);
      bytes += file.size;
    }
  }
  return { given, leftOut };
}
