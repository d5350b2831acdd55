/**
 * The main reads and writes of the API under 20 parallel clients, each a person of their own with a project of their
 * own, without a pause between requests. Starting a workflow is measured apart, at the end: its planning goes on behind.
 */
import { startApp } from "../e2e/harness/app.ts";
import { newPlace, type Place, plannedView, upload } from "../e2e/support/journey.ts";
import type { WorkflowView } from "../shared/api/workflows.ts";
import { inParallel, percentile, report } from "./support/figures.ts";

const CLIENTS = 20;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 15);
const CSV = "Client,Amount\nNoor,10.500\nGulf,20.250\n";

interface Prepared extends Place {
  readonly workflowId: string;
  readonly fileId: string;
}

type Operation = readonly [
  name: string,
  kind: "read" | "write",
  run: (at: Prepared, round: number) => Promise<unknown>,
];

const OPERATIONS: readonly Operation[] = [
  ["GET me", "read", ({ client }) => client.get("/api/me")],
  ["GET projects", "read", ({ client }) => client.get("/api/projects")],
  ["GET project", "read", ({ client, projectId }) => client.get(`/api/projects/${projectId}`)],
  ["GET messages", "read", ({ client, projectId }) => client.get(`/api/projects/${projectId}/messages`)],
  ["GET files", "read", ({ client, projectId }) => client.get(`/api/projects/${projectId}/files`)],
  ["GET file", "read", ({ client, fileId }) => client.bytes(`/api/files/${fileId}`)],
  ["GET workflows", "read", ({ client, projectId }) => client.get(`/api/projects/${projectId}/workflows`)],
  ["GET workflow", "read", ({ client, workflowId }) => client.get(`/api/workflows/${workflowId}`)],
  ["GET events", "read", ({ client, workflowId }) => client.get(`/api/workflows/${workflowId}/events`)],
  ["POST project", "write", ({ client }, round) => client.post("/api/projects", { name: `Project ${round}` })],
  [
    "PATCH project",
    "write",
    ({ client, projectId }, round) => client.patch(`/api/projects/${projectId}`, { name: `Clinic ${round}` }),
  ],
  ["POST file", "write", (at, round) => upload(at, `sales-${round}.csv`, CSV)],
  [
    "PATCH plan",
    "write",
    ({ client, workflowId }, round) =>
      client.patch(`/api/workflows/${workflowId}/plan`, {
        planVersion: round + 1,
        variant: round % 2 === 0 ? "lean" : "balanced",
      }),
  ],
];

async function prepare(baseUrl: string): Promise<Prepared> {
  const place = await newPlace(baseUrl);
  const file = await upload(place, "sales.csv", CSV);
  const { id } = await place.client.post<WorkflowView>(`/api/projects/${place.projectId}/workflows`, {
    message: "Total amount by client",
    fileIds: [file.id],
  });
  await plannedView(place.client, id);
  return { ...place, workflowId: id, fileId: file.id };
}

/** One round of a client, its operations in an order of its own so that the clients mix. */
async function round(at: Prepared, index: number, number: number, times: Map<string, number[]>): Promise<void> {
  for (let step = 0; step < OPERATIONS.length; step++) {
    const operation = OPERATIONS[(step + index) % OPERATIONS.length];
    if (!operation) continue;
    const [name, , run] = operation;
    const began = performance.now();
    await run(at, number);
    times.get(name)?.push(performance.now() - began);
  }
}

const app = await startApp();
try {
  process.stderr.write(`Preparing ${CLIENTS} people …\n`);
  const people = await inParallel(Array.from({ length: CLIENTS }), 4, () => prepare(app.baseUrl));
  const times = new Map(OPERATIONS.map(([name]) => [name, [] as number[]]));
  process.stderr.write(`${ROUNDS} rounds of ${OPERATIONS.length} operations each …\n`);
  const began = performance.now();
  await Promise.all(
    people.map(async (person, index) => {
      for (let number = 0; number < ROUNDS; number++) await round(person, index, number, times);
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  const starts = await Promise.all(
    people.map(async ({ client, projectId, fileId }) => {
      const at = performance.now();
      await client.post(`/api/projects/${projectId}/workflows`, { message: "Total by client", fileIds: [fileId] });
      return performance.now() - at;
    }),
  );
  const of = (kind: "read" | "write"): number[] =>
    OPERATIONS.flatMap(([name, its]) => (its === kind ? (times.get(name) ?? []) : []));
  const figures = (samples: readonly number[]) => ({
    p50Ms: percentile(samples, 0.5),
    p95Ms: percentile(samples, 0.95),
    p99Ms: percentile(samples, 0.99),
  });
  report("api", {
    clients: CLIENTS,
    requests: CLIENTS * ROUNDS * OPERATIONS.length,
    requestsPerSecond: Math.round((CLIENTS * ROUNDS * OPERATIONS.length) / seconds),
    reads: figures(of("read")),
    writes: figures(of("write")),
    startWorkflow: figures(starts),
    operations: Object.fromEntries([...times].map(([name, samples]) => [name, figures(samples)])),
  });
} finally {
  await app.stop();
}
