import { monitorEventLoopDelay } from "node:perf_hooks";
import type { App } from "../../e2e/harness/app.ts";
import type { Attack } from "../../e2e/support/hostile-attack.ts";
import { ATTACKS } from "../../e2e/support/hostile-attacks.ts";
import { newPlace } from "../../e2e/support/journey.ts";
import type { WorkflowEvent } from "../../shared/workflow/events.ts";
import { percentile } from "../support/figures.ts";
import { watchOthers } from "../support/processes.ts";
import { callsOf, fund, type Script, type Scripts, work } from "./scripts.ts";
import { BenchTerminal } from "./terminal.ts";

const WARM_UP_MS = 4_000;
/** After each attack, once what it left behind is over: what else this machine does meets both alike. */
const SETTLE_MS = 200;
const CALM_MS = 500;
/** An attack that ends sooner is sent again, this often at most. */
const WINDOW_MS = 1_500;
const LAUNCHES = 6;
const BETWEEN_MS = 150;
/** Between two workflows: calm work must not fill the machine by itself, or what is measured is the machine. */
const PACE_MS = 100;
/** One after the other, so that a step never waits for another of its own workflow. */
const STEPS = 12;
const BEAT_MS = 50;
/** Processors that other programs keep busy in a time that still counts as undisturbed. */
const AT_REST = 0.2;

const PLAIN: Script = Object.fromEntries(
  Array.from({ length: STEPS }, (_, at) => [
    `note${at}`,
    [{ name: "write_file", input: { path: `note${at}.md`, content: "# Visits\n" } }],
  ]),
);
const SANDBOXED: Script = { run: [{ name: "run_command", input: { command: "echo done" } }] };

interface Sample {
  /** Milliseconds UTC. */
  readonly from: number;
  readonly ms: number;
}

/** What goes on while nothing and while something attacks. */
class Background {
  /** From a step's start to its delivery: two answers of the model and a file written, without the sandbox. */
  readonly steps: Sample[] = [];
  /** From the call of a small command to its result in the log. */
  readonly commands: Sample[] = [];
  /** Reads of a workflow, sent every {@link BEAT_MS} whether or not the one before was answered. */
  readonly beats: Sample[] = [];
  /** Of these reads, those that broke. */
  unanswered = 0;
  #stopped = false;
  readonly #lanes: Promise<void>[] = [];
  readonly #reads = new Set<Promise<void>>();

  async start(app: App, scripts: Scripts): Promise<void> {
    const prepare = async (
      script: Script,
      take: (events: readonly WorkflowEvent[]) => void,
    ): Promise<() => Promise<void>> => {
      const place = await newPlace(app.baseUrl);
      await fund(place);
      return async () => {
        while (!this.#stopped) {
          take(await work(place, await scripts.plan(place, script, { chained: true })));
          await pause(PACE_MS);
        }
      };
    };
    const lanes = [
      prepare(PLAIN, (events) => this.steps.push(...stepsOf(events))),
      prepare(SANDBOXED, (events) => {
        for (const { name, from, to } of callsOf(events))
          if (name === "run_command") this.commands.push({ from, ms: to - from });
      }),
      this.#heart(app, scripts),
    ];
    for (const run of await Promise.all(lanes)) {
      const lane = run();
      // Told when it is awaited at the end; until then it must not end this program, with the server left behind.
      lane.catch(() => undefined);
      this.#lanes.push(lane);
    }
    await pause(WARM_UP_MS);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#lanes);
  }

  /** Every read sent so far is answered: the longest are the last to be. */
  async answered(): Promise<void> {
    await Promise.all(this.#reads);
  }

  /** Figures of what began in these times. */
  during(...times: readonly Window[]) {
    const of = (samples: readonly Sample[]) =>
      samples.filter((one) => times.some(({ from, to }) => one.from >= from && one.from <= to)).map(({ ms }) => ms);
    const steps = of(this.steps);
    const commands = of(this.commands);
    return {
      steps: steps.length,
      stepP50Ms: percentile(steps, 0.5),
      stepP99Ms: percentile(steps, 0.99),
      commandP50Ms: percentile(commands, 0.5),
      commandMaxMs: percentile(commands, 1),
      stallMs: percentile(of(this.beats), 1),
    };
  }

  async #heart(app: App, scripts: Scripts): Promise<() => Promise<void>> {
    const place = await newPlace(app.baseUrl);
    const { id } = await scripts.plan(place, { idle: [] });
    const read = async () => {
      const from = Date.now();
      const began = performance.now();
      await place.client.get(`/api/workflows/${id}`);
      this.beats.push({ from, ms: performance.now() - began });
    };
    const broke = () => {
      this.unanswered += 1;
    };
    return async () => {
      while (!this.#stopped) {
        const sent = read().catch(broke);
        this.#reads.add(sent);
        void sent.then(() => this.#reads.delete(sent));
        await pause(BEAT_MS);
      }
      await this.answered();
    };
  }
}

interface Window {
  /** Milliseconds UTC. */
  readonly from: number;
  readonly to: number;
}

function stepsOf(events: readonly WorkflowEvent[]): Sample[] {
  const started = new Map<string, number>();
  return events.flatMap((event): Sample[] => {
    if (event.name === "node.started") started.set(event.data.nodeId, Date.parse(event.at));
    const from = event.name === "node.delivered" ? started.get(event.data.nodeId) : undefined;
    return from === undefined ? [] : [{ from, ms: Date.parse(event.at) - from }];
  });
}

/** Keeps an attack going for a while, in a project of its own, and waits until it is over. */
async function launch(app: App, scripts: Scripts, { line, before }: Attack) {
  const place = await newPlace(app.baseUrl);
  const { id } = await scripts.plan(place, { idle: [] });
  const terminal = new BenchTerminal(place.client, id).listen();
  if (before !== undefined) await terminal.run(before);
  const from = Date.now();
  const others = watchOthers(app.stateDir);
  const ends = new Set<string>();
  let launches = 0;
  while (launches < LAUNCHES && Date.now() - from < WINDOW_MS) {
    launches += 1;
    const { execId } = await terminal.start(line);
    const end = terminal.until(execId, performance.now());
    const left = Math.max(0, WINDOW_MS - (Date.now() - from));
    if ((await Promise.race([end, pause(left)])) === undefined) await terminal.cancel(execId);
    ends.add((await end).outcome);
    await pause(BETWEEN_MS);
  }
  return { window: { from, to: Date.now() }, launches, ends: [...ends], othersBusy: others() };
}

/**
 * Steps of other people's workflows while nobody attacks, and during each attack of the hostile list. An attack during
 * which somebody waited longer than `boundMs` is made once more at the end: what it does to others it does each time,
 * what another program of this machine did is seen once.
 */
export async function underAttack(app: App, scripts: Scripts, boundMs: number) {
  const lag = monitorEventLoopDelay({ resolution: 10 });
  const background = new Background();
  await background.start(app, scripts);
  lag.enable();
  const calm: Observed[] = [];
  const measure = async (one: Attack) => {
    const ran = await launch(app, scripts, one);
    await pause(SETTLE_MS);
    const others = watchOthers(app.stateDir);
    const rest = { window: await during(CALM_MS), othersBusy: others() };
    calm.push(rest);
    // What began in this calm ends before the next attack's person signs up.
    await pause(SETTLE_MS);
    await background.answered();
    const stallMs = background.during(ran.window).stallMs ?? 0;
    const told = `${ran.ends} × ${ran.launches} in ${ran.window.to - ran.window.from} ms`;
    process.stderr.write(`${one.name}: ${told}, longest stall ${stallMs} ms, others busy ${ran.othersBusy}\n`);
    return { attack: one, ...ran, stallMs };
  };
  const named = new RegExp(process.env.BENCH_ATTACKS ?? "");
  const attacked: Awaited<ReturnType<typeof measure>>[] = [];
  for (const one of ATTACKS) if (named.test(one.name)) attacked.push(await measure(one));
  const again = new Map<Attack, number>();
  for (const { attack, stallMs } of attacked) if (stallMs > boundMs) again.set(attack, (await measure(attack)).stallMs);
  lag.disable();
  await background.stop();
  const still = background.during(...windowsOf(calm));
  const restful = background.during(...windowsOf(calm.filter(undisturbed)));
  const attacks = attacked.map(({ attack, window, launches, ends, othersBusy }) => ({
    name: attack.name,
    family: attack.family,
    launches,
    ends,
    ms: window.to - window.from,
    othersBusy,
    ...compared(background.during(window), still),
    ...(again.has(attack) && { stallAgainMs: again.get(attack) }),
  }));
  return {
    calm: still,
    attacked: {
      ...compared(background.during(...windowsOf(attacked)), still),
      /** The longest that came each time its attack was made. */
      repeatedStallMs: Math.max(
        0,
        ...attacked.map(({ attack, stallMs }) => Math.min(stallMs, again.get(attack) ?? stallMs)),
      ),
    },
    /** The same by those times alone in which nothing else worked on this machine. */
    machineAtRest: {
      attacks: attacked.filter(undisturbed).length,
      calm: restful,
      attacked: compared(background.during(...windowsOf(attacked.filter(undisturbed))), restful),
    },
    unansweredReads: background.unanswered,
    /** How late this program itself was at most: part of every stall it saw. */
    ownLagMs: Math.round(lag.max / 1e6),
    attacks,
  };
}

interface Observed {
  readonly window: Window;
  readonly othersBusy: number | null;
}

const undisturbed = ({ othersBusy }: Observed): boolean => othersBusy !== null && othersBusy < AT_REST;
const windowsOf = (observed: readonly Observed[]): Window[] => observed.map(({ window }) => window);

type Felt = ReturnType<Background["during"]>;

/** With how many times as long as while nobody attacks; null where nothing began meanwhile. */
function compared(felt: Felt, still: Felt) {
  const ratio = (value: number | null, to: number | null): number | null =>
    value === null || to === null ? null : Math.round((value / Math.max(1, to)) * 100) / 100;
  return {
    ...felt,
    p50Ratio: ratio(felt.stepP50Ms, still.stepP50Ms),
    p99Ratio: ratio(felt.stepP99Ms, still.stepP99Ms),
  };
}

async function during(ms: number): Promise<Window> {
  const from = Date.now();
  await pause(ms);
  return { from, to: Date.now() };
}

const pause = (ms: number): Promise<undefined> => new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
