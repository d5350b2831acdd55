import { createHash } from "node:crypto";
import type { Clock, IdPrefix } from "../../../shared/lib/ports.ts";
import type { WorkflowSummary } from "../../../shared/protocol/object-rpc.ts";
import type { ProjectionFacts, RepairCase, ResultFacts } from "../../../shared/protocol/projection.ts";
import type { EventBody } from "../../../shared/workflow/events.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { ModelPort } from "../../models/port.ts";
import type { Orchestrator } from "../../orchestrators/port.ts";
import { Admission, type AdmissionDeps, type Gate } from "../engine/admission.ts";
import { Executor } from "../engine/executor.ts";
import { Journal } from "../engine/journal.ts";
import type { Services, ToolHost } from "../engine/services.ts";
import { MemoryLog } from "../log/memory-log.ts";
import { Outbox } from "../outbox/outbox.ts";
import { Shelf } from "../outbox/shelf.ts";
import type { LogStore, ProjectPort, Timers } from "../ports.ts";

export const hash = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** A clock that moves only when somebody sleeps on it. */
export class FakeTime implements Clock, Timers {
  #now = Date.parse("2026-11-23T10:00:00.000Z");

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  /** Lets everything that is ready go first; the time passes only when nothing else does. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    const due = this.#now + ms;
    for (let round = 0; round < 50; round++) {
      await Promise.resolve();
      if (signal.aborted) return;
    }
    await new Promise((resolve) => setImmediate(resolve));
    if (!signal.aborted) this.#now = Math.max(this.#now, due);
  }
}

export class FakeProject implements ProjectPort {
  readonly leases: { trancheId: string; micros: number; granted: number }[] = [];
  readonly released: number[] = [];
  readonly delivered: ({ summary: WorkflowSummary } & ProjectionFacts)[] = [];
  /** What the project has seen of similar failures, and what it was asked about. */
  seen = { succeeded: 0, total: 0 };
  readonly asked: RepairCase[] = [];
  budget = 100_000_000;
  failing = 0;
  /** What its library was told, and how often that breaks. */
  readonly shelved: ResultFacts[] = [];
  libraryFails = 0;

  async lease({ trancheId, micros }: { workflowId: string; trancheId: string; micros: number }) {
    this.#fail();
    const known = this.leases.find((one) => one.trancheId === trancheId);
    if (known) return { granted: known.granted, asked: known.micros };
    const granted = Math.min(micros, this.budget);
    this.budget -= granted;
    this.leases.push({ trancheId, micros, granted });
    return { granted, asked: micros };
  }

  async release({ micros }: { workflowId: string; micros: number }): Promise<void> {
    this.released.push(micros);
  }

  async project(input: { summary: WorkflowSummary } & ProjectionFacts): Promise<void> {
    this.#fail();
    this.delivered.push(input);
  }

  async results(facts: ResultFacts): Promise<void> {
    this.libraryFails -= 1;
    if (this.libraryFails >= 0) throw new Error("the library does not answer");
    this.shelved.push(facts);
  }

  async anchor() {
    const told = this.delivered.at(-1)?.summary;
    return told?.headHash ? { version: told.version, hash: told.headHash } : null;
  }

  async similar(kind: RepairCase) {
    this.asked.push(kind);
    this.#fail();
    return this.seen;
  }

  #fail(): void {
    if (this.failing === 0) return;
    this.failing -= 1;
    throw new Error("the project does not answer");
  }
}

export interface World {
  readonly journal: Journal;
  readonly executor: Executor;
  readonly project: FakeProject;
  readonly time: FakeTime;
  readonly store: LogStore;
  readonly reports: string[];
  readonly state: () => WorkflowState;
  /** Names of all events so far. */
  readonly names: () => string[];
  /** Another instance over the same log, as after a crash. */
  readonly again: (changes?: Partial<Parts>) => World;
}

export interface Parts {
  readonly orchestrator: Orchestrator;
  readonly model: ModelPort;
  readonly tools: ToolHost;
  readonly outside: Services["outside"];
  readonly store: LogStore;
  readonly time: FakeTime;
  readonly project: FakeProject;
  /** Without it there is always room to run. */
  readonly capacity?: AdmissionCapacity;
}

type AdmissionCapacity = ReturnType<AdmissionDeps["capacity"]>;

const ALWAYS_ROOM: Gate = { admitted: true, turn: () => {}, dueAt: () => null };

const echo: ToolHost = {
  run: async (call) => ({ ok: true, output: `${call.name} ${JSON.stringify(call.input)}`, artifacts: [] }),
};

export const NOTHING_OUTSIDE: Services["outside"] = { services: [], tools: [] };

/** An engine over a log in memory, with nothing of the platform. */
export function world(parts: Pick<Parts, "orchestrator" | "model"> & Partial<Parts>): World {
  const {
    time = new FakeTime(),
    store = new MemoryLog(),
    project = new FakeProject(),
    tools = echo,
    outside = NOTHING_OUTSIDE,
  } = parts;
  const { orchestrator } = parts;
  const journal = new Journal(store, hash, time);
  const reports: string[] = [];
  let ids = store.last()?.version ?? 0;
  const report = (what: string, error: unknown) => void reports.push(`${what}: ${String(error)}`);
  const { capacity } = parts;
  const gate: Gate = capacity
    ? new Admission({ journal, clock: time, timers: time, capacity: () => capacity, onPosition: () => {}, report })
    : ALWAYS_ROOM;
  const executor = new Executor({
    journal,
    store,
    clock: time,
    timers: time,
    random: { id: (prefix: IdPrefix) => `${prefix}_${++ids}` },
    outbox: new Outbox(store, journal, () => project, time),
    shelf: new Shelf(store, journal, () => project, time),
    hash,
    outside: () => outside,
    loadServices: async () => ({
      orchestrator,
      model: parts.model,
      profiles: [],
      tools,
      outside,
      project,
      loadImage: async () => new Uint8Array(),
    }),
    gate,
    onText: () => {},
    onAnswer: () => {},
    report,
  });
  if (!journal.state) journal.append({ kind: "user", id: "usr_1" }, [CREATED]);
  return {
    journal,
    executor,
    project,
    time,
    store,
    reports,
    state: () => {
      if (!journal.state) throw new Error("no workflow");
      return journal.state;
    },
    names: () => journal.events(0, 10_000).map((event) => event.name),
    again: (changes = {}) =>
      world({
        orchestrator,
        model: parts.model,
        tools,
        outside,
        store,
        time,
        project,
        ...(capacity && { capacity }),
        ...changes,
      }),
  };
}

export const CREATED: EventBody & { name: "workflow.created" } = {
  name: "workflow.created",
  data: {
    id: "wf_1",
    projectId: "prj_1",
    name: "",
    userInput: "Add up my invoices",
    locale: "en",
    files: [],
    framework: { name: "scripted", version: "1" },
    model: { provider: "offline", simulated: true },
    planningCapMicros: 100_000,
  },
};

export const USER = { kind: "user", id: "usr_1" } as const;
export const APPROVED: EventBody & { name: "plan.approved" } = {
  name: "plan.approved",
  data: { planVersion: 1, capMicros: 1_000_000, mode: "live" },
};
