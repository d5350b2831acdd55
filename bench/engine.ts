/**
 * The engine against a bare Durable Object in the same run: durable steps a second in one workflow and in many, the cost
 * of a step as the log grows, waking, memory. Every round measures both sides in turn, so that a busy machine slows both.
 */
import { type Driven, type Runtime, startRuntime } from "./engine/runtime.ts";
import { percentile, report } from "./support/figures.ts";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const BYTES = 200;
const LONG = { steps: 210, activities: 24 };

type Kind = "tool" | "model";
interface Load {
  readonly workflows?: number;
  readonly steps: number;
  readonly activities: number;
  readonly bytes?: number;
  readonly kind?: Kind;
  readonly width?: number;
}

const runtime = await startRuntime();

const run = (what: "bare" | "engine", load: Load): Promise<Driven> =>
  runtime.ask<Driven>("/drive", { what, workflows: 1, bytes: BYTES, kind: "tool", width: 1, ...load });

/** Steps a second between the first and the last that was durable. */
function rateOf({ marks }: Driven): number {
  const all = marks.flat().sort((a, b) => a - b);
  return ((all.length - 1) * 1000) / Math.max(1, (all.at(-1) ?? 0) - (all[0] ?? 0));
}

/** Milliseconds from one durable step of a workflow to its next. */
const gapsOf = ({ marks }: Driven): number[] =>
  marks.flatMap((times) => times.slice(1).map((time, at) => time - (times[at] ?? 0)));

const spread = (samples: readonly number[], digits = 0): { median: number; min: number; max: number } => {
  const sorted = [...samples].sort((a, b) => a - b);
  const round = (value: number | undefined): number => Number((value ?? 0).toFixed(digits));
  return { median: round(sorted[sorted.length >> 1]), min: round(sorted[0]), max: round(sorted.at(-1)) };
};

/** The same steps in both, round by round; the ratio is of each round's pair. */
async function versus(name: string, load: Load) {
  const bare: number[] = [];
  const engine: number[] = [];
  const gaps: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const b = await run("bare", load);
    const e = await run("engine", load);
    // The first round warms both up.
    if (round === 0) continue;
    bare.push(rateOf(b));
    engine.push(rateOf(e));
    gaps.push(...gapsOf(e));
  }
  const ratio = spread(
    engine.map((rate, at) => rate / (bare[at] ?? 1)),
    2,
  );
  process.stderr.write(`${name}: ${JSON.stringify({ engine: spread(engine), bare: spread(bare), ratio })}\n`);
  return { engine: spread(engine), bare: spread(bare), ratio, p99StepMs: percentile(gaps, 0.99) };
}

/** Microseconds a step while the log grows to 10,000 events, and how long its object takes to wake. */
async function growth(what: Runtime) {
  const early: number[] = [];
  const late: number[] = [];
  const wakes: number[] = [];
  let events = 0;
  let bytesPerStep = 0;
  for (let round = 0; round < 3; round++) {
    const { ids, marks } = await run("engine", LONG);
    const times = marks[0] ?? [];
    const cost = (from: number, to: number): number => (((times[to] ?? 0) - (times[from] ?? 0)) * 1000) / (to - from);
    // Events 100 to 1,100 and the last 1,000: 500 steps each, two events a step.
    early.push(cost(50, 550));
    late.push(cost(times.length - 501, times.length - 1));
    const id = ids[0] ?? "";
    const { databaseBytes, rows } = await what.ask<{ databaseBytes: number; rows: number }>("/size", { id });
    events = rows;
    bytesPerStep = databaseBytes / times.length;
    for (let wake = 0; wake < 3; wake++) {
      await what.ask("/evict", { id });
      wakes.push((await what.ask<{ ms: number }>("/view", { id })).ms);
    }
  }
  const ratio = spread(
    late.map((cost, at) => cost / (early[at] ?? 1)),
    2,
  );
  const figures = { events, microsFirst: spread(early), microsLast: spread(late), lastToFirst: ratio };
  return { ...figures, wakeMs: spread(wakes), bytesPerStep: Math.round(bytesPerStep), eventsPerStep: 2 };
}

try {
  const one = await versus("one workflow", { steps: 50, activities: 20 });
  const many = await versus("100 × 20", { workflows: 100, steps: 1, activities: 20 });
  const wide = await versus("100 × 20, four steps at once", { workflows: 100, steps: 4, activities: 5, width: 4 });
  const calls = await versus("model calls", { steps: 50, activities: 20, kind: "model" });
  const whole = await versus("whole steps of a plan", { steps: 400, activities: 1 });
  const kb1 = await versus("1 KB", { steps: 25, activities: 20, bytes: 1000 });
  const kb100 = await versus("100 KB", { steps: 20, activities: 5, bytes: 100_000, kind: "model" });
  const grown = await growth(runtime);
  report("engine", { rounds: ROUNDS, one, many, wide, calls, whole, kb1, kb100, grown, memoryMb: runtime.memoryMb() });
} finally {
  await runtime.stop();
}
