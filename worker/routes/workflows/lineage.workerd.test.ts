import { beforeAll, describe, expect, test, vi } from "vitest";
import type { WorkflowView } from "../../../shared/api/workflows.ts";
import { SCHEMA_VERSION } from "../../../shared/workflow/events.ts";
import { WorkflowStateSchema } from "../../../shared/workflow/state-schema.ts";
import { newPerson, problemOf } from "../../testing/person.ts";

/* Who may call these routes is in tenancy.workerd.test.ts, which reads the route table. */

type Account = Awaited<ReturnType<typeof newPerson>>;
let owner: Account;
let projectId: string;
let planned: WorkflowView;

const at = (path: string, id = planned.id) => `/api/workflows/${id}${path}`;
const view = (id: string) => owner.json<WorkflowView>("GET", `/api/workflows/${id}`);
const refused = async (method: string, path: string, body: unknown, status: number, code: string) =>
  expect(await problemOf(await owner.send(method, path, body)), JSON.stringify(body)?.slice(0, 200)).toMatchObject({
    status,
    code,
  });

async function plan(message = "Write a short welcome letter for new patients"): Promise<WorkflowView> {
  const { id } = await owner.json<WorkflowView>("POST", `/api/projects/${projectId}/workflows`, { message });
  return vi.waitUntil(
    async () => {
      const now = await view(id);
      return now.status === "pending_approval" ? now : null;
    },
    { timeout: 10_000, interval: 50 },
  );
}

beforeAll(async () => {
  owner = await newPerson();
  projectId = await owner.project();
  planned = await plan();
});

describe("the past of a workflow", () => {
  test("GET …/state shows it as it was; what is not in the log is not found", async () => {
    expect(await owner.json("GET", at("/state?version=1"))).toMatchObject({
      id: planned.id,
      version: 1,
      status: "planning",
      plan: null,
    });
    const head = await owner.json<WorkflowView>("GET", at(`/state?version=${planned.version}`));
    expect(head).toMatchObject({ status: "pending_approval", plan: planned.plan, cost: planned.cost });
    await refused("GET", at("/state?version=100000"), undefined, 404, "not_found");
    for (const odd of ["", "?version=", "?version=0", "?version=-1", "?version=1.5", "?version=x", "?version=1e99"])
      await refused("GET", at(`/state${odd}`), undefined, 400, "invalid_request");
  });

  test("NFR-I3.2 GET …/snapshot names the schema that it keeps, and holds no keys", async () => {
    const snapshot = await owner.json<{ schema: string; schemaVersion: number; version: number; state: unknown }>(
      "GET",
      at("/snapshot"),
    );
    expect(snapshot).toMatchObject({ schemaVersion: SCHEMA_VERSION, version: planned.version });
    expect(WorkflowStateSchema.safeParse(snapshot.state).success).toBe(true);
    const { pathname, search } = new URL(snapshot.schema);
    expect(pathname).toBe("/api/schemas/workflow-state.json");
    expect(await owner.json("GET", pathname + search)).toMatchObject({ title: "Workflow state", type: "object" });
  });
});

describe("POST …/fork", () => {
  test("goes on from a checkpoint as a run of its own, once per Idempotency-Key", async () => {
    const path = at("/fork");
    const body = { version: planned.version };
    const first = await owner.post(path, body, { "idempotency-key": "fork-1" });
    expect(first.status).toBe(201);
    const made: WorkflowView = await first.json();
    expect(made).toMatchObject({
      projectId,
      status: "pending_approval",
      lineage: { reason: "fork", workflowId: planned.id, version: planned.version },
      createdBy: owner.userId,
    });
    expect(made.id).not.toBe(planned.id);
    const again: WorkflowView = await (await owner.post(path, body, { "idempotency-key": "fork-1" })).json();
    expect(again.id).toBe(made.id);
    // The list is a projection of the run's own log.
    await vi.waitUntil(
      async () => {
        const { items } = await owner.json<{ items: { id: string }[] }>("GET", `/api/projects/${projectId}/workflows`);
        return items.filter((one) => one.id === made.id).length === 1;
      },
      { timeout: 5_000, interval: 50 },
    );
    expect((await view(planned.id)).version).toBe(planned.version);
  });

  test("with another request it is planned anew", async () => {
    const made = await owner.json<WorkflowView>("POST", at("/fork"), {
      version: planned.version,
      message: "Write a farewell letter instead",
    });
    expect(made).toMatchObject({ userInput: "Write a farewell letter instead", status: "planning" });
  });

  test("a change is added to the request and planned (K8)", async () => {
    const { version, userInput } = planned;
    const made = await owner.json<WorkflowView>("POST", at("/fork"), { version, change: "Make it shorter" });
    expect(made).toMatchObject({ userInput: `${userInput}\n\nChange: Make it shorter`, status: "planning" });
    for (const change of ["", " ", 1, "x".repeat(4_001)])
      await refused("POST", at("/fork"), { version, change }, 400, "invalid_request");
  });

  test("with other steps it keeps the rules of plans; hostile bodies change nothing", async () => {
    const path = at("/fork");
    const { version } = planned;
    const nodes = planned.plan?.nodes ?? [];
    await refused("POST", path, { version, nodes: nodes.slice(0, 1) }, 422, "plan_no_work");
    const looped = nodes.map((node) => ({
      ...node,
      dependsOn: nodes.map(({ id }) => id).filter((id) => id !== node.id),
    }));
    await refused("POST", path, { version, nodes: looped }, 422, "plan_cycle");
    await refused("POST", path, { version: 100_000 }, 404, "not_found");
    await refused("POST", path, { version, message: "x".repeat(200_000) }, 413, "message_too_long");
    for (const odd of [
      {},
      { version: 0 },
      { version: "1" },
      { version: 1.5 },
      { version, message: " " },
      { version, nodes: [] },
      [],
    ])
      await refused("POST", path, odd, 400, "invalid_request");
  });
});

test("POST …/promote has nothing to promote of what was no rehearsal", async () => {
  await refused("POST", at("/promote"), {}, 409, "nothing_to_promote");
});

test("POST …/undo and GET …/effects: nothing was done outside", async () => {
  expect(await owner.json("GET", at("/effects"))).toEqual({ items: [] });
  await refused("POST", at("/undo"), undefined, 409, "nothing_to_undo");
  await refused("POST", at("/undo"), { effectIds: ["eff_of_somebody"] }, 404, "not_found");
  for (const effectIds of [[], "all", [1], ["x".repeat(101)], Array(501).fill("eff_1")])
    await refused("POST", at("/undo"), { effectIds }, 400, "invalid_request");
});

test("NFR-I3.3 POST …/migrate takes orchestrators of this deployment only", async () => {
  const kept = await owner.json<WorkflowView>("POST", at("/migrate"), planned.framework);
  expect(kept.framework).toEqual(planned.framework);
  await refused("POST", at("/migrate"), { name: "no-such", version: "1" }, 422, "framework_unknown");
  await refused("POST", at("/migrate"), { name: "__proto__", version: "1" }, 422, "framework_unknown");
  for (const odd of [{}, { name: "", version: "1" }, { name: "bmad" }, { name: "x".repeat(61), version: "1" }])
    await refused("POST", at("/migrate"), odd, 400, "invalid_request");
});

test("POST …/approve takes a mode, and gives the first answer again under the same Idempotency-Key", async () => {
  const workflow = await plan();
  const body = { planVersion: workflow.plan?.version, capMicros: 1_000_000, mode: "rehearsal" };
  await refused("POST", at("/approve", workflow.id), { ...body, mode: "pretend" }, 400, "invalid_request");
  const send = () => owner.post(at("/approve", workflow.id), body, { "idempotency-key": "approve-1" });
  const first = await send();
  expect(first.status).toBe(200);
  const approved: WorkflowView = await first.json();
  expect(approved.mode).toBe("rehearsal");
  const again = await send();
  expect(again.status).toBe(200);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(await again.json()).toEqual(approved);
  await refused("POST", at("/approve", workflow.id), body, 409, "plan_already_approved");
});
