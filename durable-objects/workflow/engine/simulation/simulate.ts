import { fold } from "../../../../shared/workflow/fold.ts";
import { FINISHED, type WorkflowState } from "../../../../shared/workflow/state.ts";
import type { ProjectPort, ShelfPort } from "../../ports.ts";
import { CREATED, FakeProject, hash } from "../../testing/world.ts";
import { eventOf } from "../chain.ts";
import { isActive } from "../commands.ts";
import type { ToolHost } from "../services.ts";
import { type Led, mindOf } from "./brains.ts";
import { Dice } from "./dice.ts";
import { Disk } from "./disk.ts";
import { Auditor, checkOutside, rule } from "./invariants.ts";
import { Instance, type Surroundings } from "./machine.ts";
import { ModelService } from "./model-service.ts";
import { OutsideService } from "./outside-service.ts";
import { anyCommand, helpfulCommand } from "./people.ts";
import { settle, VirtualTime } from "./virtual-time.ts";

export interface Run {
  readonly seed: number;
  readonly led: Led;
  /** What was broken; null when every rule held. */
  readonly broken: string | null;
  readonly steps: number;
  readonly kills: number;
  readonly commands: number;
  readonly effects: number;
  readonly phase: string;
  /** What happened, one line each, newest last. */
  readonly trace: readonly string[];
}

/** Steps of disorder before the calm in which every run must come to its end. */
const MAX_WILD_STEPS = 400;
const MAX_CALM_STEPS = 3000;
const PEOPLE = ["usr_1", "usr_2"] as const;

/** One whole life of a workflow under a seed: disorder first, then calm, and every rule checked after every step. */
export async function simulate(seed: number, led: Led | null = null): Promise<Run> {
  const life = new Life(seed, led);
  let broken: string | null = null;
  try {
    await life.live();
  } catch (error) {
    broken = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  return life.told(broken);
}

class Life {
  readonly led: Led;
  readonly #seed: number;
  readonly #dice: Dice;
  readonly #time = new VirtualTime();
  readonly #disk = new Disk();
  readonly #project = new FakeProject();
  readonly #auditor = new Auditor();
  readonly #around: Surroundings;
  readonly #model: ModelService;
  readonly #service: OutsideService;
  readonly #trace: string[] = [];
  /** How rough this life is, so that some lives are torn apart and others nearly smooth. */
  readonly #rough: { kills: number; people: number; disk: number; project: number };
  #instance: Instance;
  #calm = false;
  #ids = 0;
  #steps = 0;
  #kills = 0;
  #commands = 0;

  constructor(seed: number, led: Led | null) {
    this.#seed = seed;
    this.#dice = new Dice(seed);
    const dice = this.#dice;
    this.#rough = {
      kills: dice.pick([0, 0.01, 0.05, 0.15]),
      people: dice.pick([0.05, 0.15, 0.3]),
      disk: dice.pick([0, 0, 0.01, 0.05]),
      project: dice.pick([0, 0, 0.1, 0.4]),
    };
    const calm = () => this.#calm;
    this.led = led ?? dice.pick(["scripted", "scripted", "bmad", "lean"]);
    const mind = mindOf(this.led, dice, calm);
    this.#model = new ModelService(dice, this.#time, mind.brain);
    this.#service = new OutsideService(dice, this.#time);
    this.#around = {
      disk: this.#disk,
      time: this.#time,
      orchestrator: mind.orchestrator,
      model: this.#model,
      service: this.#service,
      tools: hostTools(dice, this.#time, calm),
      project: (left) => slowly(this.#project, this.#time, dice, left),
      capacity: {
        enter: async () => (this.#calm || dice.chance(0.8) ? { granted: true } : { granted: false, position: 1 }),
        leave: async () => {},
        beat: async () => ({ held: this.#calm || dice.chance(0.95) }),
        position: async () => 1,
      },
      diskFails: () => !this.#calm && dice.chance(this.#rough.disk),
      nextId: () => ++this.#ids,
      report: (what, error) => this.#note(`! ${what}: ${error instanceof Error ? error.message : String(error)}`),
    };
    this.#instance = new Instance({ ...this.#around, diskFails: () => false });
    const { name, version } = mind.orchestrator;
    const data = { ...CREATED.data, framework: { name, version }, planningCapMicros: dice.pick([100_000, 300_000]) };
    this.#instance.create({ kind: "user", id: PEOPLE[0] }, { ...CREATED, data });
    this.#instance = new Instance(this.#around);
  }

  async live(): Promise<void> {
    const wild = this.#dice.between(50, MAX_WILD_STEPS);
    for (let step = 0; step < wild; step++) await this.#step();
    this.#calm = true;
    this.#model.calm = true;
    this.#service.calm = true;
    this.#project.failing = 0;
    this.#note("calm");
    for (let step = 0; step < MAX_CALM_STEPS; step++) {
      if (this.#isOver()) return this.#checkEnd();
      await this.#step();
    }
    throw new Error(`broken rule: a run comes to its end (${this.#where()})`);
  }

  get #state(): WorkflowState {
    const { state } = this.#auditor;
    rule(state !== null, "a created workflow is there");
    return state;
  }

  async #step(): Promise<void> {
    const dice = this.#dice;
    this.#steps += 1;
    const undo = this.#disk.mark();
    const before = this.#disk.log.last()?.version ?? 0;
    const kind = this.#calm ? this.#calmly() : this.#wildly();
    // Dice are thrown before the turn, so that what the turn does cannot change whether it is torn off.
    const torn = !this.#calm && dice.chance(this.#rough.kills / 4);
    let acknowledged: Parameters<Auditor["tell"]>[0] = [];
    try {
      acknowledged = this.#do(kind);
    } catch (error) {
      // A command that failed was not acknowledged.
      this.#note(`? ${error instanceof Error ? error.message : String(error)}`);
    }
    await settle();
    if (torn) {
      // The process dies before the turn commits: nothing of it was written, told or sent.
      this.#kill(false, undo);
      this.#auditor.forget(before);
    } else this.#auditor.tell(acknowledged);
    this.#check();
  }

  #wildly(): string {
    const { kills, people, project } = this.#rough;
    return this.#dice.weighted({
      time: 1,
      kill: kills,
      evict: kills / 2,
      person: people,
      leaver: people / 20,
      again: 0.02,
      clock: 0.005,
      project: project / 4,
      look: 0.02,
    });
  }

  #calmly(): string {
    const command = helpfulCommand(this.#state);
    return command !== null && !this.#instance.running ? "help" : this.#dice.chance(0.05) ? "help" : "time";
  }

  #do(kind: string): Parameters<Auditor["tell"]>[0] {
    const dice = this.#dice;
    const actor = { kind: "user", id: dice.pick(PEOPLE) } as const;
    switch (kind) {
      case "kill":
        this.#kill(true);
        return [];
      case "evict":
        if (!this.#instance.alarming) this.#kill(true);
        return [];
      case "person":
        return this.#act(actor, anyCommand(this.#state, dice));
      case "help": {
        const command = helpfulCommand(this.#state);
        return command ? this.#act(actor, command) : [];
      }
      case "leaver":
        return this.#instance.dropMember(PEOPLE[1]);
      case "again":
        // The platform calls at least once, and so now and then once more.
        if (!this.#instance.alarming) this.#instance.alarm();
        return [];
      case "clock":
        this.#time.skewMs = dice.pick([0, 7_200_000, -7_200_000, 90_000, -90_000]);
        this.#note(`clock ${this.#time.skewMs}`);
        return [];
      case "project":
        this.#project.failing = dice.between(1, 8);
        this.#project.libraryFails = this.#project.failing;
        return [];
      case "look":
        this.#instance.look();
        return [];
      default:
        this.#pass();
        return [];
    }
  }

  #act(actor: { kind: "user"; id: string }, command: Parameters<Instance["act"]>[1]): Parameters<Auditor["tell"]>[0] {
    this.#commands += 1;
    const events = this.#instance.act(actor, command);
    this.#note(
      `${actor.id} ${command.kind}: ${typeof events === "string" ? events : events.map((one) => one.name).join(" ")}`,
    );
    return typeof events === "string" ? [] : events;
  }

  /** Time goes on to whatever is next: a sleeper, or the platform's alarm. */
  #pass(): void {
    const { alarmAt } = this.#disk;
    const sleeper = this.#time.next();
    const alarm =
      alarmAt === null || this.#instance.alarming ? null : Math.max(this.#time.now(), alarmAt - this.#time.skewMs);
    if (alarm !== null && (sleeper === null || alarm <= sleeper)) {
      this.#time.advance(alarm - this.#time.now());
      this.#disk.alarmAt = null;
      this.#instance.alarm();
    } else if (sleeper !== null) this.#time.moveTo(sleeper);
    else this.#time.advance(60_000);
  }

  /** A new instance over the same disk; what the old one still waits for arrives later, and at nobody. */
  #kill(committed: boolean, undo = () => {}): void {
    this.#kills += 1;
    this.#note(committed ? "kill" : "torn off");
    const interrupted = this.#instance.alarming;
    this.#instance.die(committed);
    undo();
    this.#instance = new Instance(this.#around);
    // An alarm whose handler was cut off is called again.
    if (interrupted && committed && this.#disk.alarmAt === null) this.#disk.alarmAt = this.#time.wall();
  }

  #check(): void {
    const range = (since: number, limit: number) => this.#disk.log.range(since, limit);
    const known = this.#auditor.state?.version ?? 0;
    this.#auditor.check(range);
    for (const row of range(known, 100)) this.#note(`  ${row.version} ${row.name} ${row.event.slice(0, 160)}`);
    const state = this.#state;
    const waits = this.#instance.alarming || this.#disk.alarmAt !== null;
    rule(!isActive(state) || waits, "a run that should be going has an alarm");
    rule(
      !(state.pause?.resumeAt && !FINISHED.includes(state.phase)) || waits,
      "a pause that ends by itself has an alarm",
    );
    rule(this.#instance.journal.damage === null, "the engine takes its own log for whole");
    const { spentMicros, unconfirmedMicros } = state.cost;
    rule(spentMicros <= this.#model.billed, "nothing is confirmed that was not billed");
    if (Object.keys(state.calls).length === 0)
      rule(this.#model.billed <= spentMicros + unconfirmedMicros, "what was billed is confirmed or in doubt");
  }

  /** What a run that goes nowhere waits for. */
  #where(): string {
    const { alarming, running } = this.#instance;
    const next = this.#time.next();
    const due = { alarming, running, sleeps: next && next - this.#time.now(), alarmAt: this.#disk.alarmAt };
    return `${describe(this.#state)} ${JSON.stringify(due)}`;
  }

  #isOver(): boolean {
    return (
      FINISHED.includes(this.#state.phase) && !this.#instance.alarming && this.#time.next() === null && this.#told()
    );
  }

  #told(): boolean {
    return this.#disk.log.outbox(1).length === 0 && this.#disk.log.outbox(1, "library").length === 0;
  }

  #checkEnd(): void {
    const range = (since: number, limit: number) => this.#disk.log.range(since, limit);
    this.#auditor.checkAcknowledged(range);
    const state = this.#state;
    let replayed: WorkflowState | null = null;
    for (const row of range(0, 100_000)) replayed = fold(replayed, eventOf(row));
    rule(
      JSON.stringify(replayed) === JSON.stringify(this.#instance.journal.state),
      "the log folds to what the engine says",
    );
    rule(Object.keys(state.calls).length === 0, "no call is left open");
    checkOutside(state, this.#service);
    const { spentMicros, unconfirmedMicros, leasedMicros, reservedMicros } = state.cost;
    rule(reservedMicros === 0, "nothing stays promised");
    rule(leasedMicros === spentMicros + unconfirmedMicros, "what was leased and not used went back");
    const lines = new Map(
      this.#project.delivered.flatMap(({ ledger }) => ledger.map((one) => [`${one.source} ${one.sourceVersion}`, one])),
    );
    const sum = (confirmed: boolean) =>
      [...lines.values()].filter((one) => one.confirmed === confirmed).reduce((all, one) => all + one.costMicros, 0);
    rule(sum(true) === spentMicros && sum(false) === unconfirmedMicros, "the project's ledger says what the log says");
  }

  told(broken: string | null): Run {
    return {
      seed: this.#seed,
      led: this.led,
      broken,
      steps: this.#steps,
      kills: this.#kills,
      commands: this.#commands,
      effects: [...this.#service.done.values()].reduce((sum, one) => sum + one, 0),
      phase: this.#auditor.state?.phase ?? "",
      trace: this.#trace,
    };
  }

  #note(line: string): void {
    this.#trace.push(
      `${String(this.#steps).padStart(4)} ${new Date(this.#time.now()).toISOString().slice(8, 19)} ${line}`,
    );
  }
}

/** The project as one instance reaches it: what a torn turn said to it never got there. */
function slowly(project: FakeProject, time: VirtualTime, dice: Dice, left: () => boolean): ProjectPort & ShelfPort {
  const after = async <T>(ask: () => Promise<T>): Promise<T> => {
    await time.sleep(dice.between(1, 300), new AbortController().signal);
    return left() ? ask() : new Promise(() => {});
  };
  return {
    lease: (input) => after(() => project.lease(input)),
    release: (input) => after(() => project.release(input)),
    project: (input) => after(() => project.project(input)),
    similar: (kind) => after(() => project.similar(kind)),
    anchor: () => after(() => project.anchor()),
    results: (facts) => after(() => project.results(facts)),
  };
}

/** Tools of the host: slow, now and then failing or broken; repeated, they leave the same. */
function hostTools(dice: Dice, time: VirtualTime, calm: () => boolean): ToolHost {
  return {
    async run(call, signal) {
      const kind = calm() ? "well" : dice.weighted({ well: 10, fails: 2, throws: 1, hangs: 0.5 });
      await time.sleep(kind === "hangs" ? 600_000 : dice.between(1, 5000), signal);
      if (kind === "throws") throw new Error("the tool broke");
      const ok = kind === "well";
      const path = call.name === "write_file" ? String(call.input.path) : null;
      const { nodeId } = call;
      const file = { mediaType: "text/csv", size: 3, sha256: hash(String(path)), key: `k/${path}`, header: "" };
      const artifacts = ok && path !== null ? [{ id: `art_${nodeId}_${path}`, nodeId, name: path, ...file }] : [];
      return { ok, output: `${call.name} ${kind}`, artifacts };
    },
  };
}

const describe = ({ phase, pause, calls, nodes, version, cost, queue }: WorkflowState): string =>
  JSON.stringify({
    version,
    phase,
    pause,
    cost,
    queue,
    calls: Object.keys(calls),
    nodes: nodes.map((one) => `${one.id} ${one.status} ${one.retryAt ?? ""}`),
  });
