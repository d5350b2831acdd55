/**
 * The Worker under measurement: the real WorkflowObject over an orchestrator that decides almost nothing and activities
 * that do nothing but wait for the commit, beside a bare Durable Object that inserts a row and waits for the same.
 * The load is driven in here: a proxy in front would be measured instead.
 */
import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../durable-objects/env.ts";
import type { ModelPort } from "../../durable-objects/models/port.ts";
import { seam } from "../../durable-objects/workflow/outside.ts";
import type { Outside, SandboxClient } from "../../durable-objects/workflow/ports.ts";
import { WorkflowObject } from "../../durable-objects/workflow/workflow-object.ts";
import type { Member } from "../../shared/access/roles.ts";
import { err } from "../../shared/lib/result.ts";
import { NO_USAGE } from "../../shared/workflow/content.ts";
import { type Load, noopOrchestrator } from "./orchestrator.ts";

interface BenchEnv extends Env {
  readonly BARE: { getByName(name: string): Bare };
}

/** Milliseconds at which the steps of each object were durable. One isolate: what the objects note, the driver reads. */
const marks = new Map<string, number[]>();
const loads = new Map<string, Load>();
/** Set while an object is being constructed: what it reaches outside must wait for its own storage. */
let constructing: DurableObjectState | null = null;

const TEXT = new Map<number, string>();
const textOf = (bytes: number): string => {
  const known = TEXT.get(bytes) ?? "0123456789abcde ".repeat(Math.ceil(bytes / 16)).slice(0, bytes);
  TEXT.set(bytes, known);
  return known;
};

/**
 * Every activity awaits `sync()`: what was appended before it (its own intent, the result of the step before) is on
 * disk then, as it would be for a real call, which the output gate holds back until the commit. The same wait is the
 * bare object's, so that both pay for it once per step.
 */
function noopOutside(ctx: DurableObjectState): Outside {
  const id = ctx.id.name ?? "";
  const loadOf = (): Load => loads.get(id) ?? { steps: 1, activities: 1, kind: "tool", bytes: 200, width: 1 };
  const durable = async (): Promise<void> => {
    await ctx.storage.sync();
    marks.get(id)?.push(Date.now());
  };
  const orchestrator = noopOrchestrator(loadOf);
  const model: ModelPort = {
    provider: "offline",
    simulated: true,
    modelFor: () => "claude-haiku-5-5",
    async call() {
      await durable();
      return {
        ok: true,
        content: [{ type: "text", text: textOf(loadOf().bytes) }],
        stopReason: "end",
        usage: NO_USAGE,
        model: "claude-haiku-5-5",
      };
    },
  };
  return {
    ...real,
    frameworkForNew: () => ({ name: orchestrator.name, version: orchestrator.version }),
    orchestrator: () => orchestrator,
    model: () => model,
    project: () => ({
      lease: async ({ micros }) => ({ granted: micros, asked: micros }),
      release: async () => {},
      project: async () => {},
      similar: async () => ({ succeeded: 0, total: 0 }),
      anchor: async () => null,
    }),
    library: () => ({ file: async () => null, results: async () => undefined }),
    capacity: () => ({
      enter: async () => ({ granted: true }),
      leave: async () => {},
      beat: async () => ({ held: true }),
      position: async () => null,
    }),
    sandbox: noopSandbox(async () => {
      await durable();
      return textOf(loadOf().bytes);
    }),
    isSessionLive: async () => true,
  };
}

/** Code and commands that wait for the commit, say something and change nothing. */
function noopSandbox(run: () => Promise<string>): SandboxClient {
  const missing = async () => err({ problem: "not_found" as const, detail: "" });
  return {
    async runCode() {
      return { ok: true, output: await run(), outputCut: false, failure: null, written: [], durationMs: 0 };
    },
    async exec() {
      const output = await run();
      const report = { runtime: "isolate", reason: "default", outcome: "exited", exitCode: 0, tests: null } as const;
      const ended = { outcome: "exited", exitCode: 0, problem: null, outputCut: false, durationMs: 0 } as const;
      return { ...ended, output, report, tests: null, changed: [], removed: [], read: [] };
    },
    cancel: async () => {},
    readFile: missing,
    writeFile: missing,
    remove: missing,
    runtimes: async () => ["isolate"],
    destroy: async () => {},
  };
}

let real: Outside;
const outsideOf = seam.outsideOf;
seam.outsideOf = (env) => {
  real = outsideOf(env);
  if (!constructing) throw new Error("an object asks for its outside when it is constructed");
  return noopOutside(constructing);
};

export class BenchWorkflow extends WorkflowObject {
  constructor(ctx: DurableObjectState, env: Env) {
    constructing = ctx;
    super(ctx, env);
  }

  async size(): Promise<{ databaseBytes: number; rows: number }> {
    const { sql } = this.ctx.storage;
    const rows = sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM checkpoints").one().n;
    return { databaseBytes: sql.databaseSize, rows };
  }

  async evict(): Promise<void> {
    this.ctx.abort("evicted by the benchmark");
  }
}

export class Bare extends DurableObject<BenchEnv> {
  async run(id: string, steps: number, bytes: number): Promise<void> {
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS steps (version INTEGER PRIMARY KEY, event TEXT NOT NULL)");
    const text = textOf(bytes);
    for (let at = 0; at < steps; at++) {
      sql.exec("INSERT INTO steps (event) VALUES (?)", text);
      await this.ctx.storage.sync();
      marks.get(id)?.push(Date.now());
    }
  }
}

/** A benchmark that stands still says so. */
const STALL_MS = 60_000;

const owner: Member = { userId: "usr_bench", role: "owner" };

interface Wanted extends Load {
  readonly what: "bare" | "engine";
  readonly workflows: number;
}

/** Times of every step, by object, in milliseconds of this process's clock. */
async function drive(env: BenchEnv, wanted: Wanted): Promise<{ ids: string[]; marks: number[][] }> {
  const { what, workflows, steps, activities, bytes } = wanted;
  const ids = Array.from({ length: workflows }, () => `wf_${crypto.randomUUID()}`);
  for (const id of ids) marks.set(id, []);
  const total = steps * activities;
  if (what === "bare") await Promise.all(ids.map((id) => env.BARE.getByName(id).run(id, total, bytes)));
  else {
    for (const id of ids) loads.set(id, wanted);
    const create = async (id: string): Promise<void> => {
      const stub = env.WORKFLOW.getByName(id);
      const input = { id, projectId: "prj_bench", name: "", userInput: "go", locale: "en" as const, files: [] };
      await stub.create({ ...input, createdBy: owner.userId });
      for (;;) {
        const seen = await stub.view(owner);
        if (seen.ok && seen.value.status === "pending_approval") return;
        await scheduler.wait(5);
      }
    };
    for (let at = 0; at < ids.length; at += 10) await Promise.all(ids.slice(at, at + 10).map(create));
    await Promise.all(
      ids.map((id) =>
        env.WORKFLOW.getByName(id).act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 900_000_000 }),
      ),
    );
    const reached = () => ids.reduce((sum, id) => sum + (marks.get(id)?.length ?? 0), 0);
    for (let seen = 0, since = Date.now(); reached() < total * ids.length; await scheduler.wait(20)) {
      if (reached() > seen) [seen, since] = [reached(), Date.now()];
      if (Date.now() - since > STALL_MS) throw new Error(`no step for ${STALL_MS / 1000} s: ${reached()} were made`);
    }
  }
  const seen = ids.map((id) => marks.get(id) ?? []);
  for (const id of ids) marks.delete(id);
  return { ids, marks: seen };
}

export default {
  async fetch(request: Request, env: BenchEnv): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/drive") return Response.json(await drive(env, (await request.json()) as Wanted));
    const { id } = (await request.json()) as { id: string };
    // SAFETY: the binding's class is BenchWorkflow.
    const stub = env.WORKFLOW.getByName(id) as unknown as BenchWorkflow;
    if (pathname === "/size") return Response.json(await stub.size());
    if (pathname === "/evict") {
      await stub.evict().catch(() => {});
      return Response.json({});
    }
    const began = performance.now();
    const seen = await stub.view(owner);
    return Response.json({ ms: performance.now() - began, version: seen.ok ? seen.value.version : 0 });
  },
};
