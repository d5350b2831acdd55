import { newId } from "../../../shared/lib/ids.ts";
import { err, ok } from "../../../shared/lib/result.ts";
import type { NewFile } from "../../../shared/protocol/library-rpc.ts";
import type { ChangedFile, ExecIo, ExecRequest, ExecResult } from "../../../shared/protocol/sandbox-rpc.ts";
import type { EventBody } from "../../../shared/workflow/events.ts";
import { fold } from "../../../shared/workflow/fold.ts";
import { SYSTEM } from "../../../shared/workflow/records.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { ToolOutcome } from "../engine/services.ts";
import { toolSettled } from "../engine/settle.ts";
import type { LivePage, PageReader, SandboxClient } from "../ports.ts";
import { createToolHost } from "../tools/host.ts";
import { ProjectFiles, uploadsOf } from "../tools/project-files.ts";
import { says, scriptedModel, scriptedOrchestrator, scriptedPlan } from "./scripted.ts";
import { APPROVED, hash, USER, world } from "./world.ts";

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What a command came to when it went well and did nothing. */
export const RAN: ExecResult = {
  outcome: "exited",
  exitCode: 0,
  output: "",
  outputCut: false,
  problem: null,
  changed: [],
  removed: [],
  read: [],
  tests: null,
  report: { runtime: "isolate", reason: "default", outcome: "exited", exitCode: 0, tests: null },
  durationMs: 1,
};

export const changedFile = (path: string, text: string): ChangedFile => {
  const bytes = bytesOf(text);
  return { path, size: bytes.length, sha256: hash(bytes), bytes };
};

type Answer = (request: ExecRequest, io: ExecIo) => Promise<ExecResult>;

/** A sandbox that answers as it is told, or with {@link RAN}; it remembers what it was asked. */
export class ScriptedSandbox implements SandboxClient {
  readonly requests: ExecRequest[] = [];
  readonly cancelled: string[] = [];
  readonly removed: string[] = [];
  readonly files = new Map<string, Uint8Array>();
  #answers: Answer[] = [];

  answer(...next: (Partial<ExecResult> | Answer)[]): void {
    this.#answers = next.map((one) => (typeof one === "function" ? one : async () => ({ ...RAN, ...one })));
  }

  exec(request: ExecRequest, io: ExecIo): Promise<ExecResult> {
    this.requests.push(request);
    return (this.#answers.shift() ?? (async () => RAN))(request, io);
  }

  cancel = async (_workspace: unknown, execId: string): Promise<void> => {
    this.cancelled.push(execId);
  };
  remove = async (_workspace: unknown, path: string) => {
    this.removed.push(path);
    return ok(null);
  };
  readFile = async (_workspace: unknown, path: string) => {
    const bytes = this.files.get(path);
    return bytes ? ok(bytes) : err({ problem: "not_found" as const, detail: "" });
  };
  writeFile = async () => err({ problem: "full" as const, detail: "" });
  runtimes = async () => ["isolate"] as const;
  destroy = async () => {};
  runCode = async () => {
    throw new Error("not asked for by tools");
  };
}

/** The tools of a run of two steps and a review over files in memory; what they leave is kept as the log would. */
export async function deskOfTools(uploads: Record<string, string | Uint8Array> = INVOICES) {
  const sandbox = new ScriptedSandbox();
  return { sandbox, ...(await deskOver(sandbox, uploads)) };
}

const INVOICES = { "invoices.csv": "client,total\nأحمد,١٠\n" };

/** The same over a sandbox of the caller's. */
export async function deskOver(sandbox: SandboxClient, uploads: Record<string, string | Uint8Array> = INVOICES) {
  const stored = new Map<string, Uint8Array>();
  const blobs = {
    read: async (key: string, header: string) => {
      const bytes = stored.get(`${key} ${header}`);
      if (!bytes) throw new Error(`nothing under ${key}`);
      return bytes;
    },
    write: async (key: string, bytes: Uint8Array) => {
      stored.set(`${key} sealed`, bytes);
      return { header: "sealed" };
    },
  };
  const derived = Object.entries(uploads).map(([path, content]) => {
    const bytes = typeof content === "string" ? bytesOf(content) : content;
    stored.set(`files/${path} h`, bytes);
    return { path, key: `files/${path}`, header: "h", size: bytes.length };
  });
  const file = { id: "fil_1", name: "Invoices.xlsx", derived };
  // SAFETY: tools look at the name and the derived texts of a file only.
  const library = { file: async (id: string) => (id === "fil_1" ? (file as unknown as NewFile) : null) };
  const w = world({ orchestrator: scriptedOrchestrator(scriptedPlan(2)), model: scriptedModel(() => says("done")) });
  await w.executor.run(60_000);
  w.journal.append(USER, [APPROVED]);
  let state: WorkflowState = { ...w.state(), id: newId("wf"), projectId: newId("prj") };
  const pages = new Map<string, LivePage>();
  const reader: PageReader = {
    fetch: async (_projectId, url) => {
      const page = pages.get(url);
      return page ? ok(page) : err("This is no page of a site of this project.");
    },
  };
  const host = createToolHost({
    state: () => state,
    files: new ProjectFiles(blobs, await uploadsOf(library, ["fil_1", "fil_gone"])),
    blobs,
    sandbox,
    pages: reader,
    hash,
    now: () => Date.UTC(2026, 10, 20),
    sleep: async () => {},
  });
  const append = (body: EventBody) => {
    state = fold(state, { version: state.version + 1, at: "2026-11-20T00:00:00.000Z", actor: SYSTEM, ...body });
  };
  let calls = 0;
  return {
    stored,
    pages,
    append,
    state: () => state,
    /** Runs a tool of a step, and keeps what it settles with. */
    use: async (name: string, input: Record<string, unknown>, nodeId = "s1"): Promise<ToolOutcome> => {
      const call = { toolCallId: `tool_${++calls}`, nodeId, name, input };
      const { toolCallId } = call;
      append({ name: "tool.started", data: { toolCallId, toolUseId: `use_${calls}`, nodeId, name, input } });
      const outcome = await host.run(call, new AbortController().signal);
      for (const body of toolSettled(call, outcome, 1)) append(body);
      return outcome;
    },
  };
}
