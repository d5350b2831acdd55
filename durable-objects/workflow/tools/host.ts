import { z } from "zod";
import { HOST_TOOLS, type HostTool } from "../../../shared/protocol/agent-tools.ts";
import type { SandboxCommand } from "../../../shared/protocol/sandbox-rpc.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { ToolHost, ToolOutcome } from "../engine/services.ts";
import type { StartTool } from "../engine/super-step.ts";
import type { Blobs, Hash, PageReader, SandboxClient } from "../ports.ts";
import { MAX_ARTIFACT_BYTES } from "./artifacts.ts";
import { runInSandbox } from "./command.ts";
import { cutMiddle, MAX_OUTPUT, pieceOf } from "./cut.ts";
import { fetchPage } from "./fetch-page.ts";
import { cleanName, isBinary, mediaTypeOf } from "./file-names.ts";
import { patch } from "./patch.ts";
import type { ProjectFiles, ReadableFile } from "./project-files.ts";
import { isReview, saveFiles } from "./save.ts";
import { filesUnder, searchIn } from "./search.ts";

const path = z.string().max(1_000);
const INPUTS = {
  list_files: z.object({}),
  read_file: z.object({ path, offset: z.number().int().nonnegative().default(0) }),
  write_file: z.object({ path, content: z.string().max(MAX_ARTIFACT_BYTES) }),
  patch_file: z.object({ path, old: z.string().min(1), new: z.string() }),
  search_files: z.object({ query: z.string().trim().min(1).max(200), path: path.default("") }),
  run_code: z.object({
    code: z.string().min(1).max(200_000),
    language: z.enum(["javascript", "typescript", "python"]).default("javascript"),
    purpose: z.string().optional(),
  }),
  run_command: z.object({ command: z.string().trim().min(1).max(100_000), purpose: z.string().optional() }),
  run_tests: z.object({ paths: z.array(path).max(200).default([]) }),
  fetch_page: z.object({ url: z.string().trim().min(1).max(2_000) }),
} satisfies Record<HostTool, z.ZodType>;

export interface HostDeps {
  readonly state: () => WorkflowState | null;
  readonly files: ProjectFiles;
  readonly blobs: Blobs;
  readonly sandbox: Pick<SandboxClient, "exec" | "cancel" | "readFile" | "remove">;
  readonly pages: PageReader | undefined;
  readonly hash: Hash;
  readonly sleep: (ms: number) => Promise<void>;
  /** Milliseconds UTC. */
  readonly now: () => number;
}

const isHostTool = (name: string): name is HostTool => Object.hasOwn(HOST_TOOLS, name);
const failed = (output: string): ToolOutcome => ({ ok: false, output: cutMiddle(output), artifacts: [] });
const done = (output: string): ToolOutcome => ({ ok: true, output: cutMiddle(output), artifacts: [] });

/** The tools agents have over the files of their workflow. What a model got wrong is told to the model, never thrown. */
export function createToolHost(deps: HostDeps): ToolHost {
  return {
    async run(call, signal) {
      const state = deps.state();
      if (!state) return failed("The workflow is gone.");
      if (!isHostTool(call.name)) return failed(`There is no tool "${call.name}".`);
      return TOOLS[call.name]({ deps, state, call, signal });
    },
  };
}

interface Use {
  readonly deps: HostDeps;
  readonly state: WorkflowState;
  readonly call: StartTool;
  readonly signal: AbortSignal;
}

/** Reads the input and does the work, or says what is wrong with it. */
const tool =
  <Schema extends z.ZodType>(schema: Schema, work: (use: Use, input: z.output<Schema>) => Promise<ToolOutcome>) =>
  async (use: Use): Promise<ToolOutcome> => {
    const input = schema.safeParse(use.call.input);
    return input.success ? work(use, input.data) : failed(problemsOf(input.error));
  };

const inSandbox = ({ deps, state, call, signal }: Use, command: SandboxCommand) =>
  runInSandbox(deps, state, call, command, signal);

const TOOLS: Record<HostTool, (use: Use) => Promise<ToolOutcome>> = {
  list_files: tool(INPUTS.list_files, async (use) => done(listing(filesOf(use)))),
  read_file: tool(INPUTS.read_file, readFile),
  search_files: tool(INPUTS.search_files, async (use, { query, path: under }) => {
    const files = filesUnder(filesOf(use), under);
    if (files.length === 0 && under !== "")
      return failed(`There are no files under "${under}". ${known(filesOf(use))}`);
    return done(await searchIn(use.deps.files, files, query));
  }),
  write_file: tool(INPUTS.write_file, (use, input) => write(use, input.path, input.content)),
  patch_file: tool(INPUTS.patch_file, patchFile),
  run_code: tool(INPUTS.run_code, (use, { code, language }) => inSandbox(use, { kind: "code", language, code })),
  run_command: tool(INPUTS.run_command, (use, { command }) => inSandbox(use, { kind: "shell", script: command })),
  run_tests: tool(INPUTS.run_tests, (use, { paths }) =>
    inSandbox(use, { kind: "tests", paths: paths.map(cleanName).filter((one) => one !== "") }),
  ),
  fetch_page: tool(INPUTS.fetch_page, ({ deps, state, signal }, { url }) => fetchPage(deps, state, url, signal)),
};

const problemsOf = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join(".") || "input"}: ${issue.message}`).join("\n");

const filesOf = ({ deps, state, call }: Use): ReadableFile[] => deps.files.list(state, call.nodeId);

const known = (files: readonly ReadableFile[]): string =>
  `Files: ${cutMiddle(files.map((one) => one.path).join(", ") || "none", 4_000)}.`;

const listing = (files: readonly ReadableFile[]): string =>
  files.length === 0
    ? "There are no files."
    : JSON.stringify(files.map(({ path, size, origin, from }) => ({ path, size, origin, from })));

function find(use: Use, given: string): ReadableFile | string {
  const name = cleanName(given);
  const files = filesOf(use);
  return files.find((one) => one.path === name) ?? `There is no file "${name.slice(0, 400)}". ${known(files)}`;
}

async function readFile(use: Use, input: { path: string; offset: number }): Promise<ToolOutcome> {
  const file = find(use, input.path);
  if (typeof file === "string") return failed(file);
  const bytes = await use.deps.files.read(file);
  if (isBinary(bytes))
    return failed(
      `"${file.path}" is no text: ${bytes.length} bytes, ${mediaTypeOf(file.path, bytes)}. Work on it with code.`,
    );
  const text = new TextDecoder().decode(bytes);
  if (input.offset > 0 && input.offset >= text.length) return failed(`The file has ${text.length} characters only.`);
  const piece = pieceOf(text, input.offset, MAX_OUTPUT - 100);
  const next = input.offset + piece.length;
  const more = text.length - next;
  return done(more > 0 ? `${piece}\n[… ${more} more characters; read on with offset ${next}]` : piece);
}

async function patchFile(use: Use, input: { path: string; old: string; new: string }): Promise<ToolOutcome> {
  const file = find(use, input.path);
  if (typeof file === "string") return failed(file);
  const bytes = await use.deps.files.read(file);
  if (isBinary(bytes)) return failed(`"${file.path}" is no text.`);
  // A byte order mark stays where it is.
  const patched = patch(
    new TextDecoder("utf-8", { fatal: false, ignoreBOM: true }).decode(bytes),
    input.old,
    input.new,
  );
  return patched.ok ? write(use, file.path, patched.value) : failed(patched.error);
}

async function write({ deps, state, call }: Use, name: string, content: string): Promise<ToolOutcome> {
  if (isReview(state, call)) return failed("A review changes no files.");
  const bytes = new TextEncoder().encode(content);
  const how = { tool: call.name, code: null, inputs: [] };
  const { saved, refused } = await saveFiles(deps, state, call, [{ path: name, bytes }], how);
  const [one] = saved;
  return one ? { ...done(`Saved ${one.name} (${one.size} bytes).`), artifacts: saved } : failed(refused.join("\n"));
}
