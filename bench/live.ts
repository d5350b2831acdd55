/**
 * 100 workflows of one user at once, 20 steps each, on the real engine with the offline model; five sockets are open.
 * Measured on each socket: event appended (its `at`) → received, on the same machine's clock. The clock of an object
 * stands still while it computes, so `at` is never late and the figures are upper bounds.
 */

import { startApp } from "../e2e/harness/app.ts";
import type { Client } from "../e2e/harness/client.ts";
import { newPlace, pagedEvents, plannedView, upload } from "../e2e/support/journey.ts";
import type { WorkflowView } from "../shared/api/workflows.ts";
import type { ProjectDownFrame } from "../shared/protocol/project-socket.ts";
import { inParallel, percentile, report } from "./support/figures.ts";
import { watchMemory } from "./support/memory.ts";
import { longPlan } from "./support/plans.ts";

const WORKFLOWS = Number(process.env.BENCH_WORKFLOWS ?? 100);
const STEPS = 20;
const SOCKETS = 5;
/** A project may spend so much to begin with that a quarter of the workflows fits well. */
const PROJECTS = 4;
const CAP_MICROS = 1_500_000;
const FINISHED = new Set(["completed", "failed", "cancelled", "paused"]);

/** What one socket heard of its workflow. */
interface Heard {
  readonly id: string;
  readonly versions: number[];
  readonly delays: number[];
}

async function prepare(client: Client, projectId: string, fileId: string): Promise<string> {
  const { id } = await client.post<WorkflowView>(`/api/projects/${projectId}/workflows`, {
    message: "Total amount by client",
    fileIds: [fileId],
  });
  const planned = await plannedView(client, id);
  await client.patch(`/api/workflows/${id}/plan`, { planVersion: 1, nodes: longPlan(planned, STEPS) });
  return id;
}

async function hear(client: Client, id: string): Promise<{ heard: Heard; close: () => void }> {
  const { version } = await client.get<WorkflowView>(`/api/workflows/${id}`);
  const socket = await client.socket(`/api/workflows/${id}/socket?since=${version}`);
  const heard: Heard = { id, versions: [], delays: [] };
  socket.addEventListener("message", ({ data }) => {
    const now = Date.now();
    const frame = JSON.parse(String(data));
    if (frame.type !== "event") return;
    heard.versions.push(frame.event.version);
    heard.delays.push(now - Date.parse(frame.event.at));
  });
  return { heard, close: () => socket.close() };
}

/** How each workflow ended, told by the sockets of the projects. */
async function watchEnds(client: Client, projectIds: readonly string[], count: number) {
  const ended = new Map<string, string>();
  const { promise, resolve } = Promise.withResolvers<ReadonlyMap<string, string>>();
  const sockets = await Promise.all(projectIds.map((id) => client.socket(`/api/projects/${id}/socket`)));
  for (const socket of sockets)
    socket.addEventListener("message", ({ data }) => {
      // SAFETY: the server's own frame type.
      const frame = JSON.parse(String(data)) as ProjectDownFrame;
      if (frame.type !== "workflow" || !FINISHED.has(frame.workflow.status)) return;
      ended.set(frame.workflow.id, frame.workflow.status);
      if (ended.size === count) resolve(ended);
    });
  return { all: promise, close: () => sockets.forEach((socket) => void socket.close()) };
}

const app = await startApp();
try {
  const { client, projectId: firstProject } = await newPlace(app.baseUrl);
  const rows = Array.from(
    { length: 40 },
    (_, at) => `Client ${at % 7},${at}.${100 + at},2026-0${1 + (at % 9)}-1${at % 10}`,
  );
  const projects = await inParallel(Array.from({ length: PROJECTS }), 1, async (_, at) => {
    const projectId =
      at === 0 ? firstProject : (await client.post<{ id: string }>("/api/projects", { name: "More" })).id;
    const file = await upload({ client, projectId }, "sales.csv", `Client,Amount,Date\n${rows.join("\n")}\n`);
    return { projectId, fileId: file.id };
  });
  process.stderr.write(`Planning ${WORKFLOWS} workflows of ${STEPS} steps …\n`);
  const ids = await inParallel(Array.from({ length: WORKFLOWS }), 8, (_, at) => {
    const { projectId, fileId } = projects[at % PROJECTS] ?? { projectId: "", fileId: "" };
    return prepare(client, projectId, fileId);
  });
  const listeners = await Promise.all(
    Array.from({ length: SOCKETS }, (_, at) => hear(client, ids[Math.floor((at * WORKFLOWS) / SOCKETS)] ?? "")),
  );
  const ends = await watchEnds(
    client,
    projects.map(({ projectId }) => projectId),
    WORKFLOWS,
  );
  const memory = watchMemory(app.stateDir);
  process.stderr.write("Running them all at once …\n");
  const began = Date.now();
  await inParallel(ids, WORKFLOWS, (id) =>
    client.post(`/api/workflows/${id}/approve`, { planVersion: 2, capMicros: CAP_MICROS }),
  );
  const statuses = [...(await ends.all).values()];
  const seconds = (Date.now() - began) / 1000;
  const { peakMb } = memory.stop();
  ends.close();

  const logs = await inParallel(ids, 8, (id) => pagedEvents(client, id, 1000));
  const ofRun = logs.flat().filter((event) => Date.parse(event.at) >= began);
  let lost = logs.filter((events) => events.some((event, at) => event.version !== at + 1)).length;
  let repeated = 0;
  for (const { heard, close } of listeners) {
    close();
    const log = logs[ids.indexOf(heard.id)] ?? [];
    const seen = new Set(heard.versions);
    repeated += heard.versions.length - seen.size;
    const first = heard.versions[0] ?? 0;
    lost += log.filter((event) => event.version >= first && !seen.has(event.version)).length;
  }
  const delays = listeners.flatMap(({ heard }) => heard.delays);
  report("live", {
    workflows: WORKFLOWS,
    stepsEach: STEPS,
    sockets: SOCKETS,
    completed: statuses.filter((status) => status === "completed").length,
    events: ofRun.length,
    seconds: Math.round(seconds * 10) / 10,
    eventsPerSecond: Math.round(ofRun.length / seconds),
    stepsPerSecond: Math.round((WORKFLOWS * STEPS * 10) / seconds) / 10,
    received: delays.length,
    p50Ms: percentile(delays, 0.5),
    p95Ms: percentile(delays, 0.95),
    p99Ms: percentile(delays, 0.99),
    maxMs: percentile(delays, 1),
    peakMemoryMb: peakMb,
    lost,
    repeated,
  });
} finally {
  await app.stop();
}
