import { z } from "zod";
import { HOST_TOOLS, type HostTool } from "../../../shared/protocol/agent-tools.ts";
import type { SandboxRpc } from "../../../shared/protocol/sandbox-rpc.ts";
import type { ArtifactRecord } from "../../../shared/workflow/records.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { ToolHost, ToolOutcome } from "../engine/services.ts";
import type { StartTool } from "../engine/super-step.ts";
import type { Blobs, Hash } from "../ports.ts";
import { MAX_ARTIFACT_BYTES, storeArtifact } from "./artifacts.ts";
import { cutMiddle, MAX_OUTPUT, pieceOf } from "./cut.ts";
import { cleanName, nameProblem } from "./file-names.ts";
import type { ProjectFiles, ReadableFile } from "./project-files.ts";
import { CodeHangs, runCode, SandboxUnavailable } from "./run-code.ts";
import { searchIn } from "./search.ts";

const INPUTS = {
  list_files: z.object({}),
  read_file: z.object({ path: z.string(), offset: z.number().int().nonnegative().default(0) }),
  write_file: z.object({ path: z.string(), content: z.string().max(MAX_ARTIFACT_BYTES) }),
  search_files: z.object({ query: z.string().trim().min(1).max(200) }),
  run_code: z.object({ code: z.string().min(1).max(200_000), purpose: z.string().optional() }),
} satisfies Partial<Record<HostTool, z.ZodType>>;

/** A workflow keeps at most this many results. */
const MAX_ARTIFACTS = 200;

export interface HostDeps {
  readonly state: () => WorkflowState | null;
  readonly files: ProjectFiles;
  readonly blobs: Blobs;
  readonly sandbox: Pick<SandboxRpc, "runCode">;
  readonly hash: Hash;
  readonly sleep: (ms: number) => Promise<void>;
}

const isHostTool = (name: string): name is HostTool => Object.hasOwn(HOST_TOOLS, name);
const failed = (output: string): ToolOutcome => ({ ok: false, output: cutMiddle(output), artifacts: [] });
const done = (output: string, artifacts: readonly ArtifactRecord[] = []): ToolOutcome => ({
  ok: true,
  output: cutMiddle(output),
  artifacts,
});

/** The tools agents have over the files of their workflow. What a model got wrong is told to the model, never thrown. */
export function createToolHost(deps: HostDeps): ToolHost {
  return {
    async run(call) {
      const { name } = call;
      const state = deps.state();
      if (!state) return failed("The workflow is gone.");
      if (!isHostTool(name)) return failed(`There is no tool "${name}".`);
      switch (name) {
        case "list_files":
          return done(listing(deps.files.list(state, call.nodeId)));
        case "read_file": {
          const input = INPUTS.read_file.safeParse(call.input);
          return input.success ? readFile(deps, state, call, input.data) : failed(problemsOf(input.error));
        }
        case "search_files": {
          const input = INPUTS.search_files.safeParse(call.input);
          if (!input.success) return failed(problemsOf(input.error));
          return done(await searchIn(deps.files, deps.files.list(state, call.nodeId), input.data.query));
        }
        case "write_file": {
          const input = INPUTS.write_file.safeParse(call.input);
          if (!input.success) return failed(problemsOf(input.error));
          const bytes = new TextEncoder().encode(input.data.content);
          const { saved, refused } = await save(deps, state, call, [{ path: input.data.path, bytes }]);
          return saved.length > 0 ? done(savedLine(saved), saved) : failed(refused.join("\n"));
        }
        case "run_code": {
          const input = INPUTS.run_code.safeParse(call.input);
          return input.success ? run(deps, state, call, input.data.code) : failed(problemsOf(input.error));
        }
        default:
          return failed(`"${name}" is not to be had here.`);
      }
    },
  };
}

const problemsOf = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join(".") || "input"}: ${issue.message}`).join("\n");

const listing = (files: readonly ReadableFile[]): string =>
  files.length === 0
    ? "There are no files."
    : JSON.stringify(files.map(({ path, size, origin, from }) => ({ path, size, origin, from })));

const savedLine = (saved: readonly ArtifactRecord[]): string =>
  `Saved ${saved.map((one) => `${one.name} (${one.size} bytes)`).join(", ")}.`;

async function readFile(
  deps: HostDeps,
  state: WorkflowState,
  call: StartTool,
  input: { path: string; offset: number },
): Promise<ToolOutcome> {
  const path = cleanName(input.path);
  const files = deps.files.list(state, call.nodeId);
  const file = files.find((one) => one.path === path);
  if (!file) return failed(`There is no file "${path}". Files: ${files.map((one) => one.path).join(", ") || "none"}.`);
  const text = await deps.files.readText(file);
  if (input.offset > 0 && input.offset >= text.length) return failed(`The file has ${text.length} characters only.`);
  const piece = pieceOf(text, input.offset, MAX_OUTPUT - 100);
  const next = input.offset + piece.length;
  const more = text.length - next;
  return done(more > 0 ? `${piece}\n[… ${more} more characters; read on with offset ${next}]` : piece);
}

async function run(deps: HostDeps, state: WorkflowState, call: StartTool, code: string): Promise<ToolOutcome> {
  const readable = deps.files.list(state, call.nodeId);
  let ran: Awaited<ReturnType<typeof runCode>>;
  try {
    ran = await runCode(code, { source: deps.files, readable }, deps.sandbox, deps.sleep);
  } catch (error) {
    if (error instanceof SandboxUnavailable) return failed("The sandbox does not answer. Try again.");
    if (error instanceof CodeHangs)
      return failed("timeout: the code did not come to an end and was given up. Work with fewer or smaller values.");
    throw error;
  }
  const { result, leftOut } = ran;
  const notes = leftOut.length > 0 ? [`Too large to hand over, so not there: ${leftOut.join(", ")}.`] : [];
  if (!result.ok) {
    const { kind, message } = result.failure ?? { kind: "exception", message: "unknown" };
    return failed([`${kind}: ${message}`, result.output, ...notes].filter((part) => part !== "").join("\n"));
  }
  const { saved, refused } = await save(deps, state, call, result.written);
  // Printed output stands alone when there is any, so that what code prints as JSON can be read as JSON.
  if (result.output.trim() === "")
    notes.push(saved.length > 0 ? savedLine(saved) : "The code ran and printed nothing.");
  return done([result.output, ...notes, ...refused].filter((part) => part.trim() !== "").join("\n"), saved);
}

async function save(
  deps: HostDeps,
  state: WorkflowState,
  call: StartTool,
  files: readonly { readonly path: string; readonly bytes: Uint8Array }[],
): Promise<{ saved: ArtifactRecord[]; refused: string[] }> {
  const saved: ArtifactRecord[] = [];
  const refused: string[] = [];
  const owner = { projectId: state.projectId, workflowId: state.id, nodeId: call.nodeId, toolCallId: call.toolCallId };
  for (const { path, bytes } of files) {
    const name = cleanName(path);
    const why =
      nameProblem(name) ??
      (deps.files.isUpload(name) ? "This is a file the person gave; write under another name." : null) ??
      (bytes.length > MAX_ARTIFACT_BYTES ? `Results have at most ${MAX_ARTIFACT_BYTES} bytes.` : null) ??
      (state.artifacts.length + saved.length >= MAX_ARTIFACTS ? "There are too many results already." : null);
    if (why) refused.push(`Not saved: ${name.slice(0, 200)}. ${why}`);
    else saved.push(await storeArtifact(owner, { name, bytes }, deps.blobs, deps.hash));
  }
  return { saved, refused };
}
