/**
 * Scale, on the real server with the offline model (NFR-SC1.1, SC2). Four parts, one after the other:
 *
 * - growth: 1, 5, 50 and again 1 users, each with the same load: a run of a few steps begun every PERIOD_MS. The load
 *   is chosen so that its sum at 50 users still fits a machine of two cores that also runs this program and the model;
 *   what is compared is the time of a step, from its start to its end in the log.
 * - concurrency: 100 runs of one user begun at once.
 * - capacity: three users begin 120, 30 and 30 runs where 100 may run; who has to wait sees a place in the queue.
 * - graph: one run of 500 steps under one review.
 *
 * Plans are made beforehand. The clock of an object stands still while it computes, so times within one turn count as 0.
 */
import { startApp } from "../e2e/harness/app.ts";
import { newPlace, type Place, pagedEvents, plannedView, upload } from "../e2e/support/journey.ts";
import type { WorkflowView } from "../shared/api/workflows.ts";
import type { WorkflowEvent } from "../shared/workflow/events.ts";
import type { PlanNode } from "../shared/workflow/plan.ts";
import { inParallel, percentile, report } from "./support/figures.ts";
import { longPlan } from "./support/plans.ts";

const CAPACITY = 100;
const PERIOD_MS = Number(process.env.BENCH_PERIOD_MS ?? 12_000);
const RUNS_EACH = 3;
const ONE_USER_RUNS = 5;
/** Requests under way at once: more of them the local server's proxy resets on a busy machine. */
const LANES = 30;
const GROWTH = [1, 5, 50] as const;
const GRAPH_STEPS = 500;
const eightSteps = (planned: WorkflowView) => longPlan(planned, 8);
const CAP_MICROS = 1_000_000;
const BUDGET_MICROS = 50_000_000_000;
const GRAPH_CAP_MICROS = 900_000_000;
const CSV = `Client,Amount,Date\n${Array.from({ length: 12 }, (_, at) => `Client ${at % 4},${at}.${100 + at},2026-0${1 + (at % 9)}-11`).join("\n")}\n`;
const REST = new Set(["completed", "failed", "cancelled", "paused"]);

const say = (text: string) => void process.stderr.write(`${text}\n`);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** One part alone: BENCH_PART=graph. */
const wanted = (part: string) => [undefined, part].includes(process.env.BENCH_PART);

interface Run extends Place {
  readonly id: string;
  readonly planVersion: number;
}

interface Person extends Place {
  readonly fileId: string;
}

async function newPerson(baseUrl: string): Promise<Person> {
  const place = await newPlace(baseUrl);
  await place.client.patch(`/api/projects/${place.projectId}/budget`, { budgetMicros: BUDGET_MICROS });
  const file = await upload(place, "sales.csv", CSV);
  return { ...place, fileId: file.id };
}

async function plan(
  { client, projectId, fileId }: Person,
  change?: (planned: WorkflowView) => PlanNode[],
): Promise<Run> {
  const { id } = await client.post<WorkflowView>(`/api/projects/${projectId}/workflows`, {
    message: "Total amount by client",
    fileIds: [fileId],
  });
  let planned: WorkflowView = await plannedView(client, id);
  if (change !== undefined) {
    const edit = { planVersion: planned.plan?.version, nodes: change(planned) };
    planned = await client.patch<WorkflowView>(`/api/workflows/${id}/plan`, edit);
  }
  return { client, projectId, id, planVersion: planned.plan?.version ?? 0 };
}

/** Connections that broke; a person's browser would have tried again too. */
let broken = 0;

/** Tries again when the connection breaks. @throws what the server refuses, at once */
async function steadily<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 10; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TypeError) || left === 0) throw error;
      broken += 1;
      await pause(1_000);
    }
  }
}

const approve = ({ client, id, planVersion }: Run, capMicros = CAP_MICROS) => {
  const headers = { "idempotency-key": `approve-${id}` };
  const body = { planVersion, capMicros };
  return steadily(() => client.ok<WorkflowView>("POST", `/api/workflows/${id}/approve`, body, headers));
};

const viewOf = ({ client, id }: Run) => steadily(() => client.get<WorkflowView>(`/api/workflows/${id}`));

/** Waits without loading the server much; gives the status it rests in. */
async function untilRest(run: Run, everyMs = 1_000): Promise<string> {
  for (;;) {
    const { status } = await viewOf(run);
    if (REST.has(status)) return status;
    await pause(everyMs);
  }
}

const logOf = ({ client, id }: Run) => steadily(() => pagedEvents(client, id, 1000));

/** Milliseconds from each step's start to its end. */
function stepTimes(events: readonly WorkflowEvent[]): number[] {
  const startedAt = new Map<string, number>();
  return events.flatMap((event) => {
    if (event.name === "node.started") startedAt.set(event.data.nodeId, Date.parse(event.at));
    const started = event.name === "node.finished" ? startedAt.get(event.data.nodeId) : undefined;
    return started === undefined ? [] : [Date.parse(event.at) - started];
  });
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const rounded = (value: number, digits = 1): number => Math.round(value * 10 ** digits) / 10 ** digits;

async function growth(baseUrl: string) {
  const phases: { users: number; runs: Run[][] }[] = [];
  for (const users of [...GROWTH, 1]) {
    const people = await inParallel(Array.from({ length: users }), 4, () => newPerson(baseUrl));
    const each = users === 1 ? ONE_USER_RUNS : RUNS_EACH;
    const runs = await inParallel(people, 4, (one) => inParallel(Array.from({ length: each }), 1, () => plan(one)));
    phases.push({ users, runs });
    say(`planned the runs of ${users} users`);
  }
  const measured: { users: number; steps: number[]; runs: number[]; ofUser: number[] }[] = [];
  for (const { users, runs } of phases) {
    await pause(5_000);
    const failed: string[] = [];
    // Users begin evenly spread over the period, as people do who know nothing of each other.
    await Promise.all(
      runs.map(async (own, user) => {
        await pause((user * PERIOD_MS) / users);
        const ends: Promise<string>[] = [];
        for (const run of own) {
          await approve(run);
          ends.push(pause(PERIOD_MS).then(() => untilRest(run)));
          await pause(PERIOD_MS);
        }
        failed.push(...(await Promise.all(ends)).filter((status) => status !== "completed"));
      }),
    );
    if (failed.length > 0) throw new Error(`runs did not complete: ${failed.join(", ")}`);
    const logs = await inParallel(runs, 4, (own) => inParallel(own, 1, logOf));
    const ofUsers = logs.map((own) => own.flatMap(stepTimes));
    measured.push({
      users,
      steps: ofUsers.flat(),
      runs: logs.flat().map(runTime),
      ofUser: ofUsers.map(mean),
    });
    say(`${users} users: a step takes ${rounded(mean(ofUsers.flat()))} ms`);
  }
  const alone = measured.filter((one) => one.users === 1);
  const base = mean(alone.flatMap((one) => one.steps));
  const baseRun = mean(alone.flatMap((one) => one.runs));
  return {
    periodMs: PERIOD_MS,
    users: measured.map(({ users, steps, runs, ofUser }) => ({
      users,
      steps: steps.length,
      meanMs: rounded(mean(steps)),
      p50Ms: percentile(steps, 0.5),
      p95Ms: percentile(steps, 0.95),
      ratio: rounded(mean(steps) / base, 3),
      /** Of the users' own means, against one user alone. */
      ratioP10: rounded((percentile(ofUser, 0.1) ?? 0) / base, 3),
      ratioP90: rounded((percentile(ofUser, 0.9) ?? 0) / base, 3),
      runMs: rounded(mean(runs), 0),
      runRatio: rounded(mean(runs) / baseRun, 3),
    })),
  };
}

/** From the approval to the end. */
function runTime(events: readonly WorkflowEvent[]): number {
  const at = (name: WorkflowEvent["name"]) => Date.parse(events.find((event) => event.name === name)?.at ?? "");
  return at("workflow.completed") - at("plan.approved");
}

/** How many run at the same time at most: begun and neither queued nor at the end. */
function peak(logs: readonly (readonly WorkflowEvent[])[]): number {
  const changes = logs.flatMap((events) => {
    const begun = events.find((event) => event.name === "call.intended" && event.data.nodeId !== null);
    const ended = events.find((event) => event.name === "workflow.completed");
    return begun && ended
      ? [
          { at: Date.parse(begun.at), by: 1 },
          { at: Date.parse(ended.at), by: -1 },
        ]
      : [];
  });
  changes.sort((a, b) => a.at - b.at || a.by - b.by);
  let now = 0;
  return changes.reduce((most, { by }) => {
    now += by;
    return Math.max(most, now);
  }, 0);
}

async function beginAll(runs: readonly Run[]): Promise<{ seconds: number; statuses: string[]; maxPosition: number }> {
  const began = Date.now();
  const answers = await inParallel(runs, LANES, (run) => approve(run));
  if (answers.length !== runs.length) throw new Error("not all were approved");
  let maxPosition = 0;
  await inParallel(runs, 8, async (run) => {
    const { queue } = await viewOf(run);
    maxPosition = Math.max(maxPosition, queue?.position ?? 0);
  });
  const statuses = await inParallel(runs, 4, (run) => untilRest(run));
  return { seconds: (Date.now() - began) / 1000, statuses, maxPosition };
}

async function concurrency(baseUrl: string) {
  const one = await newPerson(baseUrl);
  const runs = await inParallel(Array.from({ length: CAPACITY }), 6, () => plan(one, eightSteps));
  say(`beginning ${runs.length} runs of one user at once`);
  const { seconds, statuses } = await beginAll(runs);
  const logs = await inParallel(runs, 4, logOf);
  return {
    workflows: runs.length,
    completed: statuses.filter((status) => status === "completed").length,
    atOnce: peak(logs),
    queued: logs.filter(waited).length,
    seconds: rounded(seconds),
  };
}

const waited = (events: readonly WorkflowEvent[]): boolean =>
  queueTimes(events.slice(events.findIndex((event) => event.name === "plan.approved"))) !== null;

/** When it entered and left the queue after its approval, milliseconds UTC; null when it never waited. */
function queueTimes(events: readonly WorkflowEvent[]): { entered: number; left: number } | null {
  const entered = events.find((event) => event.name === "queue.entered");
  const left = events.find((event) => event.name === "queue.left");
  return entered && left ? { entered: Date.parse(entered.at), left: Date.parse(left.at) } : null;
}

async function capacity(baseUrl: string) {
  const sizes = [120, 30, 30];
  const people = await inParallel(sizes, 3, () => newPerson(baseUrl));
  const runs: (Run & { user: number })[] = [];
  for (const [user, person] of people.entries())
    runs.push(
      ...(await inParallel(Array.from({ length: sizes[user] ?? 0 }), 6, async () => ({
        ...(await plan(person, eightSteps)),
        user,
      }))),
    );
  say(`beginning ${runs.length} runs of three users where ${CAPACITY} may run`);
  const { seconds, statuses, maxPosition } = await beginAll(runs);
  const queued = (await inParallel(runs, 4, logOf)).flatMap((events, at) => {
    const times = queueTimes(events.slice(events.findIndex((event) => event.name === "plan.approved")));
    return times ? [{ user: runs[at]?.user ?? 0, ...times }] : [];
  });
  queued.sort((a, b) => a.left - b.left);
  const users = [...new Set(queued.map((one) => one.user))].sort();
  // While all of them wait, each is to be served as often as the others.
  const lastOf = (user: number) => queued.findLastIndex((one) => one.user === user);
  const contended = queued.slice(0, Math.min(...users.map(lastOf)) + 1);
  const served = users.map((user) => contended.filter((one) => one.user === user).length);
  return {
    capacity: CAPACITY,
    workflows: runs.length,
    completed: statuses.filter((status) => status === "completed").length,
    failed: statuses.filter((status) => status === "failed").length,
    queued: queued.length,
    maxPosition,
    servedWhileAllWait: served,
    fairness: rounded(jain(served), 3),
    waitedMs: users.map((user) => {
      const waits = queued.filter((one) => one.user === user).map((one) => one.left - one.entered);
      return { user, workflows: waits.length, p50: percentile(waits, 0.5), max: percentile(waits, 1) };
    }),
    seconds: rounded(seconds),
  };
}

/** Jain's index: 1 when all got the same, 1/n when one got all. */
function jain(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.length === 0 ? 1 : sum ** 2 / (shares.length * shares.reduce((total, share) => total + share ** 2, 0));
}

async function graph(baseUrl: string) {
  const one = await newPerson(baseUrl);
  const run = await plan(one, (planned) => longPlan(planned, GRAPH_STEPS));
  say(`beginning a run of ${GRAPH_STEPS} steps`);
  const began = Date.now();
  await approve(run, GRAPH_CAP_MICROS);
  const status = await untilRest(run);
  const events = await logOf(run);
  if (status !== "completed") {
    const { paused, error, questions } = await viewOf(run);
    say(`it rests ${status}: ${JSON.stringify({ paused, error, questions: questions.map((one) => one.text) })}`);
  }
  const finished = events.filter((event) => event.name === "node.finished");
  // Small readings only: the tables and the review at the end are other work. They end as soon as they are done.
  const readings = finished
    .filter((event) => event.data.nodeId.startsWith("reading-"))
    .map((event) => Date.parse(event.at));
  const perStep = (from: number, to: number) => rounded(((readings[to] ?? 0) - (readings[from] ?? 0)) / (to - from));
  const reviewed = events.filter((event) => event.name === "tool.started" && event.data.name === "verdict").length;
  return {
    steps: GRAPH_STEPS,
    status,
    verdicts: reviewed,
    finished: finished.length,
    events: events.length,
    seconds: rounded((Date.now() - began) / 1000),
    stepMsAtBeginning: perStep(0, 100),
    stepMsInTheMiddle: perStep(200, 300),
    stepMsAtEnd: perStep(readings.length - 101, readings.length - 1),
    viewMs: await timed(() => run.client.get(`/api/workflows/${run.id}`)),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return rounded(performance.now() - from);
}

const app = await startApp({ env: { CAPACITY_RUNNING: String(CAPACITY) } });
try {
  report("scale", {
    ...(wanted("graph") && { graph: await graph(app.baseUrl) }),
    ...(wanted("concurrency") && { concurrency: await concurrency(app.baseUrl) }),
    ...(wanted("capacity") && { capacity: await capacity(app.baseUrl) }),
    ...(wanted("growth") && { growth: await growth(app.baseUrl) }),
    brokenConnections: broken,
  });
} catch (error) {
  say(app.logs().slice(-3_000));
  throw error;
} finally {
  await app.stop();
}
