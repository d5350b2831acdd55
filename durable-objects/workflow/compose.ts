import type { FileProfile } from "../../shared/api/files.ts";
import { withDeadline } from "../../shared/lib/deadline.ts";
import { newId } from "../../shared/lib/ids.ts";
import type { Randomness } from "../../shared/lib/ports.ts";
import type { SandboxRuntime } from "../../shared/protocol/sandbox-rpc.ts";
import type { WorkflowState } from "../../shared/workflow/state.ts";
import { SessionGate } from "../storage/session-gate.ts";
import { KeyedAlarms } from "./alarms/keyed-alarms.ts";
import type { AlarmDeps, AlarmKey } from "./alarms/run-alarm.ts";
import { sqliteAlarmRows } from "./alarms/sqlite-alarm-rows.ts";
import { SteadyClock } from "./alarms/steady-clock.ts";
import { Hub } from "./connections/hub.ts";
import { Admission } from "./engine/admission.ts";
import { LogDamaged } from "./engine/chain.ts";
import type { Pricing } from "./engine/edit-plan.ts";
import { Executor } from "./engine/executor.ts";
import { Journal } from "./engine/journal.ts";
import type { Services } from "./engine/services.ts";
import { carries } from "./fork/first-event.ts";
import { sha256 } from "./log/hash.ts";
import { LogGuard } from "./log/log-guard.ts";
import { SqliteLog } from "./log/sqlite-log.ts";
import { Outbox } from "./outbox/outbox.ts";
import { Projections } from "./outbox/projections.ts";
import { Shelf } from "./outbox/shelf.ts";
import type { Outside, RunAccess, Timers } from "./ports.ts";
import { createToolHost } from "./tools/host.ts";
import { ProjectFiles, uploadsOf } from "./tools/project-files.ts";

export interface Workflow extends AlarmDeps {
  readonly journal: Journal;
  readonly hub: Hub;
  readonly projections: Projections;
  readonly executor: Executor;
  readonly admission: Admission;
  /** What pricing an edit needs; asks the library, so nothing read before it holds after it. */
  pricing(state: WorkflowState): Promise<Pricing>;
}

/** A run begins without knowing what languages there are rather than later. */
const RUNTIMES_WITHIN_MS = 2_000;

const wall = () => Date.now();
const random: Pick<Randomness, "id"> = { id: (prefix) => newId(prefix) };

const timers: Timers = {
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const timer = setTimeout(resolve, ms);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

/** Puts one workflow's parts together over the object's storage. */
export function compose(ctx: DurableObjectState, outside: Outside): Workflow {
  const store = new SqliteLog(ctx.storage);
  const clock = new SteadyClock(wall, store.last()?.at ?? "");
  const journal = new Journal(store, sha256, clock);
  if (journal.state && ctx.id.name !== undefined && ctx.id.name !== journal.state.id)
    journal.markDamaged({ kind: "foreign", verifiedVersion: 0 });
  const hub = new Hub(ctx, journal, new SessionGate(outside.isSessionLive, wall));
  const alarms = new KeyedAlarms<AlarmKey>(sqliteAlarmRows(ctx.storage.sql), {
    // Writes of one turn commit together, the alarm with them; a failed write resets the object.
    set: (due) => void ctx.storage.setAlarm(due),
    clear: () => void ctx.storage.deleteAlarm(),
  });
  const outbox = new Outbox(store, journal, (projectId) => outside.project(projectId), clock);
  const shelf = new Shelf(store, journal, (projectId) => outside.library(projectId), clock);
  const onFault = (what: string, error: unknown) => report(journal.state?.id ?? "", what, error);
  const guard = new LogGuard({
    journal,
    store,
    hash: sha256,
    timers,
    now: wall,
    anchor: (projectId, workflowId) => outside.project(projectId).anchor(workflowId),
    onDamage(damage) {
      onFault("the log is damaged", new LogDamaged(damage));
      executor.stop();
      // Whoever watches connects again and gets what can be trusted.
      hub.closeAll();
    },
  });
  if (guard.isDue && alarms.next() === null) alarms.set("look", wall());
  const admission = new Admission({
    journal,
    clock,
    timers,
    capacity: () => outside.capacity(),
    onPosition: (position) => hub.tellPosition(position),
    report: onFault,
  });
  const executor = new Executor({
    gate: admission,
    journal,
    store,
    clock,
    random,
    timers,
    outbox,
    shelf,
    hash: sha256,
    outside: () => ({ services: outside.services(), tools: outside.outsideTools(runOf(journal)) }),
    async loadServices(state) {
      const [services] = await Promise.all([loadServices(state, journal, outside), guard.checkAnchor()]);
      if (journal.damage) throw new LogDamaged(journal.damage);
      return services;
    },
    onText: (nodeId, delta) => hub.progress.add(nodeId, delta),
    onAnswer: (nodeId) => hub.progress.clear(nodeId),
    report: onFault,
  });
  return {
    clock,
    wall,
    store,
    guard,
    report: onFault,
    journal,
    hub,
    projections: new Projections(journal),
    executor,
    admission,
    alarms,
    pricing: async (state) => ({
      // Prices are the same for all: a plan can be changed, and forked, when its own orchestrator is gone.
      orchestrator: outside.orchestrator(
        carries(outside, state.framework) ? state.framework : outside.frameworkForNew(state.id),
      ),
      profiles: await profilesOf(state, outside),
      services: outside.services(),
    }),
  };
}

async function loadServices(state: WorkflowState, journal: Journal, outside: Outside): Promise<Services> {
  const { projectId } = state;
  const library = outside.library(projectId);
  const blobs = outside.blobs(projectId);
  const ids = state.files.map((file) => file.id);
  const [profiles, uploads, runtimes] = await Promise.all([
    profilesOf(state, outside),
    uploadsOf(library, ids),
    runtimesOf(outside),
  ]);
  return {
    orchestrator: outside.orchestrator(state.framework),
    model: outside.model(state.model.provider),
    profiles,
    runtimes,
    project: outside.project(projectId),
    outside: { services: outside.services(), tools: outside.outsideTools(runOf(journal)) },
    tools: createToolHost({
      state: () => journal.state,
      files: new ProjectFiles(blobs, uploads),
      blobs,
      sandbox: outside.sandbox,
      pages: outside.pages,
      hash: sha256,
      now: wall,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    }),
    async loadImage(fileId) {
      const file = ids.includes(fileId) ? await library.file(fileId) : null;
      if (!file) throw new Error("the picture is gone");
      return blobs.read(file.key, file.header);
    },
  };
}

/** The run of this object, for tools that act for it. */
export const runOf = (journal: Pick<Journal, "state">): RunAccess => ({
  get workflowId() {
    return journal.state?.id ?? "";
  },
  state: () => journal.state,
});

/** A sandbox that is away holds no run up: its agents are told of no languages then. */
async function runtimesOf({ sandbox }: Outside): Promise<readonly SandboxRuntime[] | undefined> {
  try {
    return await withDeadline(Promise.resolve(sandbox.runtimes()), RUNTIMES_WITHIN_MS, () => new Error("no answer"));
  } catch {
    return undefined;
  }
}

async function profilesOf(state: WorkflowState, outside: Outside): Promise<FileProfile[]> {
  const library = outside.library(state.projectId);
  const files = await Promise.all(state.files.map((file) => library.file(file.id)));
  return files.flatMap((file) => (file?.profile ? [file.profile] : []));
}

/** One line of JSON. Only the message of an error: what was sent to a model or a tool must not reach the logs. */
export function report(workflowId: string, what: string, error: unknown): void {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : "unknown";
  console.error(JSON.stringify({ level: "error", workflowId, what, error: message.slice(0, 500) }));
}
