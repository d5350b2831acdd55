import type { IdPrefix } from "../../../../shared/lib/ports.ts";
import type { WorkflowCommand } from "../../../../shared/protocol/workflow-commands.ts";
import type { EventBody, WorkflowEvent } from "../../../../shared/workflow/events.ts";
import { type Actor, SYSTEM } from "../../../../shared/workflow/records.ts";
import type { Orchestrator } from "../../../orchestrators/port.ts";
import { KeyedAlarms } from "../../alarms/keyed-alarms.ts";
import { type AlarmDeps, type AlarmKey, isStranded, nudge, runAlarm } from "../../alarms/run-alarm.ts";
import { SteadyClock } from "../../alarms/steady-clock.ts";
import { LogGuard } from "../../log/log-guard.ts";
import { Outbox } from "../../outbox/outbox.ts";
import { Shelf } from "../../outbox/shelf.ts";
import type { ProjectPort, ShelfPort } from "../../ports.ts";
import { hash } from "../../testing/world.ts";
import { Admission, type AdmissionDeps } from "../admission.ts";
import { decide } from "../commands.ts";
import { dropApprover } from "../decisions.ts";
import { Executor } from "../executor.ts";
import { Journal } from "../journal.ts";
import type { ToolHost } from "../services.ts";
import { type Disk, DiskHandle } from "./disk.ts";
import type { ModelService } from "./model-service.ts";
import type { OutsideService } from "./outside-service.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** Everything around one workflow's object. */
export interface Surroundings {
  readonly disk: Disk;
  readonly time: VirtualTime;
  readonly orchestrator: Orchestrator;
  readonly model: ModelService;
  readonly service: OutsideService;
  readonly tools: ToolHost;
  /** `left`: whether what the asking instance sends gets out at all. */
  readonly project: (left: () => boolean) => ProjectPort & ShelfPort;
  readonly capacity: ReturnType<AdmissionDeps["capacity"]>;
  readonly diskFails: () => boolean;
  readonly nextId: () => number;
  readonly report: (what: string, error: unknown) => void;
}

/** One instance of a workflow's object: the engine's real parts put together as compose.ts does, on a disk that may fail. */
export class Instance {
  readonly journal: Journal;
  readonly #deps: AlarmDeps;
  readonly #handle: DiskHandle;
  readonly #around: Surroundings;
  #alarming = false;

  constructor(around: Surroundings) {
    const { disk, time: worldTime, service, orchestrator, model, tools, capacity, report } = around;
    this.#around = around;
    const handle = new DiskHandle(disk, around.diskFails);
    this.#handle = handle;
    const wall = () => worldTime.wall();
    const time = {
      sleep: (ms: number, signal: AbortSignal) =>
        handle.fades() ? new Promise<void>(() => {}) : worldTime.sleep(ms, signal),
    };
    const clock = new SteadyClock(wall, handle.last()?.at ?? "");
    const journal = new Journal(handle, hash, clock);
    this.journal = journal;
    const alarms = new KeyedAlarms<AlarmKey>(handle, {
      set: (due) => handle.setAlarm(due),
      clear: () => handle.setAlarm(null),
    });
    const left = () => handle.alive || handle.committed;
    const outside = service.outside(left);
    const project = around.project(left);
    const guard = new LogGuard({
      journal,
      store: handle,
      hash,
      timers: time,
      now: wall,
      anchor: (_projectId, workflowId) => project.anchor(workflowId),
      onDamage: (damage) => report("the log is damaged", damage),
    });
    const admission = new Admission({
      journal,
      clock,
      timers: time,
      capacity: () => capacity,
      onPosition: () => {},
      report,
    });
    const executor = new Executor({
      gate: admission,
      journal,
      store: handle,
      clock,
      random: { id: (prefix: IdPrefix) => `${prefix}_${around.nextId()}` },
      timers: time,
      outbox: new Outbox(handle, journal, () => project, clock),
      shelf: new Shelf(handle, journal, () => project, clock),
      hash,
      outside: () => outside,
      loadServices: async () => ({
        orchestrator,
        model: model.port(() => journal.state, left),
        profiles: [],
        tools: {
          run: (call, signal) => (handle.fades() ? new Promise(() => {}) : tools.run(call, signal)),
        },
        outside,
        project,
        loadImage: async () => new Uint8Array(),
      }),
      onText: () => {},
      onAnswer: () => {},
      report,
    });
    this.#deps = { alarms, executor, journal, guard, store: handle, clock, wall, report };
  }

  /** Whether the platform's alarm handler is under way. */
  get alarming(): boolean {
    return this.#alarming;
  }

  get running(): boolean {
    return this.#deps.executor.running;
  }

  create(actor: Actor, body: EventBody): void {
    this.journal.append(actor, [body]);
    nudge(this.#deps);
  }

  /** The platform calls. It does not call twice at a time, and calls again when the handler throws. */
  alarm(): void {
    this.#alarming = true;
    runAlarm(this.#deps, () => this.#handle.alive)
      .catch((error: unknown) => {
        this.#around.report("the alarm threw", error);
        this.#handle.setAlarm(this.#around.time.wall() + 2000);
      })
      .finally(() => {
        this.#alarming = false;
      })
      .catch(() => {});
  }

  /** Somebody looks: a run whose alarm was lost is set going. */
  look(): void {
    if (isStranded(this.#deps)) nudge(this.#deps);
  }

  /** What a member's command came to: the events that were acknowledged, or the code of the refusal. */
  act(actor: Actor, command: WorkflowCommand): readonly WorkflowEvent[] | string {
    const state = this.journal.state;
    if (!state) return "not_found";
    const { orchestrator, service, time } = this.#around;
    const outside = service.outside(() => true);
    const decision = decide(state, command, {
      now: time.wall(),
      pricing: { orchestrator, profiles: [], services: outside.services },
      outside,
      carries: () => true,
    });
    if (!decision.ok) return decision.error.code;
    const events = this.journal.append(actor, decision.value);
    nudge(this.#deps);
    return events;
  }

  dropMember(userId: string): readonly WorkflowEvent[] {
    const { journal } = this;
    const facts = journal.state ? dropApprover(journal.state, userId, this.#around.time.wall()) : [];
    if (facts.length === 0) return [];
    const events = journal.append(SYSTEM, facts);
    nudge(this.#deps);
    return events;
  }

  /** From now on nothing of this instance reaches the disk. `committed`: what it had sent is on its way all the same. */
  die(committed: boolean): void {
    this.#handle.die(committed);
  }
}
