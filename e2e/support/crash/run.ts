import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../.dev/lib/ports.mjs";
import { foldAll } from "../../../shared/workflow/fold.ts";
import { startFakeAnthropic } from "../../fakes/anthropic.ts";
import { type App, startApp } from "../../harness/app.ts";
import { pagedEvents } from "../journey.ts";
import { crashBrain } from "./brain.ts";
import * as checks from "./checks.ts";
import { type Kill, Memory, type Watched } from "./memory.ts";
import { startOutside } from "./outside.ts";
import { Person } from "./people.ts";
import { sleep, Triggers } from "./triggers.ts";

const KEY = "sk-ant-crash-000000000000";
const FINISHED = new Set(["completed", "failed", "cancelled"]);
/** Sockets open at a time; each checks what it hears against what it heard before. */
const SOCKETS = 5;

export interface CrashOptions {
  readonly seed: number;
  readonly kills: number;
  /** Under way at once; new ones are asked for as these end, so that every kill meets work. */
  readonly workflows: number;
  readonly people: number;
  /** Longest time between two kills, milliseconds. */
  readonly patienceMs: number;
  /** Every n-th restart is left alone for a while, to see that nobody has to come by. */
  readonly quietEvery: number;
  readonly quietMs: number;
  readonly say?: (line: string) => void;
}

export interface CrashReport {
  readonly kills: readonly Kill[];
  readonly workflows: number;
  readonly events: number;
  readonly acknowledged: number;
  readonly framesHeard: number;
  readonly effects: number;
  readonly unknownAsked: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly unmatched: readonly string[];
  readonly stuck: readonly string[];
  readonly notResumed: readonly string[];
  /** Of all quiet restarts: milliseconds from the start of the process to the first event of each torn run. */
  readonly resumeMs: readonly number[];
  /** The same until the first run was back, and until all were, of each quiet restart. */
  readonly firstResumedMs: readonly number[];
  readonly allResumedMs: readonly number[];
  /** Runs that first moved later than 2 s after the server listened. */
  readonly slow: number;
  readonly restartMs: readonly number[];
  readonly billMicros: number;
  readonly confirmedMicros: number;
  readonly unconfirmedMicros: number;
}

/**
 * Drives workflows on the real server, kills its whole process tree at seeded moments, starts it again, and compares
 * what it then says with what it said before. Everything that compares lives in this process, which is never killed.
 */
export async function runCrash(options: CrashOptions): Promise<CrashReport> {
  const { seed, kills, people: count, say = () => {} } = options;
  const memory = new Memory();
  const triggers = new Triggers(seed);
  const outside = await startOutside((moment) => triggers.tell(moment));
  const fake = await startFakeAnthropic({
    keys: [KEY],
    delays: { betweenMs: 1 },
    brain: (request, images) => {
      triggers.tell("model.asked");
      return crashBrain(request, images);
    },
  });
  const stateDir = mkdtempSync(join(tmpdir(), "nexus-crash-"));
  const start = {
    stateDir,
    port: await freePort(),
    env: { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: fake.url, HTTP_SERVICES: outside.services },
  };
  const restartMs: number[] = [];
  let app: App = await startApp(start);
  try {
    const people = Array.from(
      { length: count },
      (_, number) => new Person(app.baseUrl, number, memory, triggers, outside.truth),
    );
    await Promise.all(people.map((person) => person.begin()));
    for (let round = 0; round < kills; round++) {
      const activity = new Activity(people, memory, triggers, options.workflows);
      const working = activity.run();
      const trigger = await triggers.next(options.patienceMs);
      const at = Date.now();
      await app.kill();
      activity.stop();
      await working;
      const from = Date.now();
      app = await startApp(start);
      const upAt = Date.now();
      restartMs.push(upAt - from);
      const quiet = round % options.quietEvery === 0;
      if (quiet) await sleep(options.quietMs);
      memory.kills.push({ trigger, at, startedAt: from, upAt, quietUntil: quiet ? Date.now() : upAt });
      if ((round + 1) % 10 === 0) say(`${round + 1} kills, ${memory.workflows.length} workflows`);
    }
    await settle(people, memory);
    const logs = await Promise.all(memory.workflows.map((watched) => logOf(people, watched)));
    const carried = outside.carried();
    const quiets = memory.kills.filter((kill) => kill.quietUntil > kill.upAt);
    const resumed = quiets.map((kill) => checks.resumedAfter(kill, logs));
    return {
      kills: memory.kills,
      workflows: logs.length,
      events: logs.reduce((sum, { events }) => sum + events.length, 0),
      acknowledged: memory.acknowledged.length,
      framesHeard: memory.workflows.reduce((sum, { heard }) => sum + heard.size, 0),
      effects: carried.length,
      unknownAsked: logs.flatMap(({ end }) => end.questions.filter((one) => one.kind === "effect")).length,
      lost: checks.findLost(memory, logs),
      doubled: checks.findDoubled(memory, logs, carried),
      unmatched: checks.findUnmatched(logs, carried),
      stuck: checks.findStuck(logs),
      notResumed: resumed.flatMap(({ missing }) => missing),
      resumeMs: resumed.flatMap(({ delays }) => delays),
      firstResumedMs: resumed.flatMap(({ delays }) => (delays.length > 0 ? [Math.min(...delays)] : [])),
      slow: resumed.reduce((sum, { slow }) => sum + slow, 0),
      allResumedMs: resumed.flatMap(({ delays }) => (delays.length > 0 ? [Math.max(...delays)] : [])),
      restartMs,
      billMicros: fake.bill.totals().costMicros,
      ...checks.moneyOf(logs),
    };
  } finally {
    await app.stop();
    await Promise.all([fake.close(), outside.close()]);
    rmSync(stateDir, { recursive: true, force: true });
  }
}

/** What people do between two kills. Whatever the kill cuts off ends quietly: it was never acknowledged. */
class Activity {
  readonly #people: readonly Person[];
  readonly #memory: Memory;
  readonly #triggers: Triggers;
  readonly #workflows: number;
  readonly #sockets: WebSocket[] = [];
  #stopped = false;

  constructor(people: readonly Person[], memory: Memory, triggers: Triggers, workflows: number) {
    this.#people = people;
    this.#memory = memory;
    this.#triggers = triggers;
    this.#workflows = workflows;
  }

  async run(): Promise<void> {
    const share = Math.ceil(this.#workflows / this.#people.length);
    await Promise.all([this.#listen(), ...this.#people.map((person, number) => this.#work(person, number, share))]);
  }

  stop(): void {
    this.#stopped = true;
    for (const socket of this.#sockets) socket.close();
  }

  async #listen(): Promise<void> {
    const chosen = new Set<Watched>();
    const { workflows } = this.#memory;
    for (let n = 0; n < SOCKETS && workflows.length > 0; n++) {
      const recent = Math.max(0, workflows.length - this.#workflows);
      const one = workflows[recent + this.#triggers.below(workflows.length - recent)];
      if (one) chosen.add(one);
    }
    for (const watched of chosen) {
      const socket = await this.#people[watched.person]?.listen(watched).catch(() => null);
      if (socket) this.#sockets.push(socket);
    }
  }

  async #work(person: Person, number: number, share: number): Promise<void> {
    while (!this.#stopped) {
      try {
        await person.repeat();
        const items = await person.list();
        const open = items.filter((item) => !FINISHED.has(item.status));
        for (let missing = share - open.length; missing > 0 && !this.#stopped; missing--)
          await person.ask(`[#${number}-${this.#memory.workflows.length}]`);
        for (const item of open) {
          if (this.#stopped) return;
          const watched = this.#memory.workflows.find((one) => one.id === item.id);
          if (!watched) continue;
          if (item.waiting > 0 || item.status === "pending_approval" || item.status === "paused")
            await person.attend(watched);
          else if (this.#triggers.below(40) === 0) await person.steer(watched);
        }
      } catch {
        // The server died under this request, or has not come back for it.
      }
      await sleep(20);
    }
  }
}

/** After the last kill: people see every run to its end. */
async function settle(people: readonly Person[], memory: Memory): Promise<void> {
  const deadline = Date.now() + 180_000;
  let open = [...memory.workflows];
  while (open.length > 0 && Date.now() < deadline) {
    for (const person of people) await person.repeat();
    const left: Watched[] = [];
    for (const watched of open) {
      const status = await people[watched.person]?.attend(watched);
      if (status === undefined || !FINISHED.has(status)) left.push(watched);
    }
    open = left;
    await sleep(100);
  }
}

async function logOf(people: readonly Person[], watched: Watched): Promise<checks.Logs> {
  const client = people[watched.person]?.client;
  if (!client) throw new Error(`nobody has ${watched.id}`);
  const events = await pagedEvents(client, watched.id, 500);
  const end = foldAll(null, events);
  if (!end) throw new Error(`${watched.id} has no log`);
  return { watched, events, end };
}
