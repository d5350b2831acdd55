import { afterAll, beforeAll, expect, test } from "vitest";
import type { WorkflowView } from "../shared/api/workflows.ts";
import type { RunMode } from "../shared/workflow/effects.ts";
import type { FakeServer } from "./fakes/http.ts";
import { startFakeOpenAi } from "./fakes/openai.ts";
import { type App, startApp } from "./harness/app.ts";
import { CLOSED, fetchingBrain, type Hosts, OPEN, RATES, startHosts, typed } from "./support/egress.ts";
import { follow, newPlace, type Place, pagedEvents, plannedView } from "./support/journey.ts";
import { approveAs, completed, decide, effectsOf, waitingApprovals } from "./support/outside.ts";

/* The one way out of a command, through the whole engine: asked for by an agent, opened and closed by a person. */

let hosts: Hosts;
let model: FakeServer;
let app: App;
let place: Place;

beforeAll(async () => {
  hosts = await startHosts();
  model = await startFakeOpenAi({ brain: fetchingBrain, keys: ["sk-local-0000000000"] });
  app = await startApp({
    env: {
      OPENAI_API_KEY: "sk-local-0000000000",
      OPENAI_BASE_URL: `${model.url}/v1`,
      MODEL_STANDARD: "house-model-70b",
      EGRESS_HOSTS: hosts.aliases,
    },
  });
  place = await newPlace(app.baseUrl);
});
afterAll(() => Promise.all([app?.stop(), model?.close(), hosts?.close()]));

async function begun(mark: string, mode: RunMode = "live"): Promise<WorkflowView> {
  const message = `Fetch today's rates ${mark}`;
  const { id } = await place.client.post<WorkflowView>(`/api/projects/${place.projectId}/workflows`, {
    message,
    fileIds: [],
    locale: "en",
  });
  const planned = await plannedView(place.client, id);
  expect(planned.plan.nodes.flatMap((node) => node.touches ?? [])).toEqual(["internet"]);
  await approveAs(place.client, planned, mode);
  return planned;
}

/** What the step's calls were told, by the command or tool that asked. */
async function told(workflowId: string): Promise<readonly (readonly [what: string, ok: boolean, output: string])[]> {
  const events = await pagedEvents(place.client, workflowId, 500);
  const asked = new Map(
    events.flatMap((event) =>
      event.name === "tool.started" && event.data.nodeId === "fetch"
        ? [[event.data.toolCallId, String(event.data.input.command ?? event.data.name)] as const]
        : [],
    ),
  );
  return events.flatMap((event) => {
    if (event.name !== "tool.settled") return [];
    const what = asked.get(event.data.toolCallId);
    return what === undefined ? [] : [[what, event.data.ok, event.data.output] as const];
  });
}

const refusal = (host: string): RegExp =>
  new RegExp(`${host.replaceAll(".", "\\.")} is not approved for this workflow`);
let fetched: string;

test("an approved host is reached with curl, and nothing else is: not before, not by a redirect, not in another way", async () => {
  const { client } = place;
  const { id } = await begun("[#fetch]");
  const [approval] = await waitingApprovals(client, id, 1);
  expect(approval).toMatchObject({
    kind: "effect",
    arguments: { host: OPEN },
    preview: { target: OPEN, reversible: true },
  });
  // Asked for by a command before anybody decided.
  expect(hosts.arrived).toEqual([]);
  await decide(client, id, approval?.id ?? "", "approved");
  const done = await completed(client, id);
  fetched = id;

  const said = await told(id);
  const outputs = said.map(([what, ok, output]) => ({ what, ok, output }));
  const denied = (at: number, sentence: RegExp) => {
    expect(outputs[at]?.ok, outputs[at]?.what).toBe(false);
    expect(outputs[at]?.output).toMatch(sentence);
  };
  denied(0, refusal(OPEN));
  expect(outputs[0]?.output).toContain("Ask for it with allow_host");
  expect(outputs[1]).toMatchObject({ what: "allow_host", ok: true });
  denied(2, refusal(CLOSED));
  denied(3, refusal(CLOSED));
  denied(4, /Numeric addresses cannot be reached/);
  denied(5, /Numeric addresses cannot be reached/);
  denied(6, /Numeric addresses cannot be reached/);
  denied(7, /can be reached on the default port only/);
  denied(8, /no network/i);
  expect(outputs[9]).toMatchObject({ ok: true, output: expect.stringContaining("USD,0.307") });
  expect(outputs[10]).toMatchObject({ ok: true, output: expect.stringContaining("EUR,0.334") });
  expect(outputs).toHaveLength(11);
  for (const { output } of outputs) expect(output).not.toContain("the inner secret");

  expect(hosts.arrived.map((one) => one.line)).toEqual([
    "GET /data/elsewhere",
    "GET /data/metadata",
    "GET /data/inside",
    "GET /data/same",
    "GET /data/rates.csv",
    "GET /data/rates.csv",
  ]);
  for (const { headers } of hosts.arrived)
    for (const name of ["cookie", "authorization", "referer", "x-forwarded-for", "forwarded"])
      expect([name, headers[name]]).toEqual([name, undefined]);
  expect(done.artifacts.map((one) => [one.name, one.size])).toContainEqual(["rates.csv", RATES.length]);
  expect(await effectsOf(client, id)).toMatchObject([
    { tool: "allow_host", status: "done", target: OPEN, canUndo: true },
  ]);
});

test("another workflow of the project reaches nothing, nor does one whose person declined, nor a rehearsal", async () => {
  const { client } = place;
  const before = hosts.arrived.length;
  const without = await begun("[#without]");
  const declined = await begun("[#declined]");
  const rehearsed = await begun("[#rehearsed]", "rehearsal");
  const [approval] = await waitingApprovals(client, declined.id, 1);
  await decide(client, declined.id, approval?.id ?? "", "rejected");
  for (const { id } of [without, declined, rehearsed]) {
    await completed(client, id);
    const tried = (await told(id)).find(([what]) => what.startsWith("curl"));
    expect(tried).toEqual([expect.any(String), false, expect.stringMatching(refusal(OPEN))]);
  }
  expect(await effectsOf(client, without.id)).toEqual([]);
  expect(await effectsOf(client, declined.id)).toEqual([]);
  expect(await effectsOf(client, rehearsed.id)).toMatchObject([{ tool: "allow_host", status: "recorded", sent: 0 }]);
  // A person's own terminal has what the workflow has.
  expect(await typed(client, without.id, `curl -sS https://${OPEN}/rates.csv`)).toMatch(refusal(OPEN));
  expect(await typed(client, rehearsed.id, `curl -sS https://${OPEN}/rates.csv`)).toMatch(refusal(OPEN));
  expect(hosts.arrived).toHaveLength(before);
});

test("taking the permission back closes the host again", async () => {
  const { client } = place;
  const line = `curl -sS https://${OPEN}/rates.csv`;
  expect(await typed(client, fetched, line)).toContain("USD,0.307");
  const reached = hosts.arrived.length;
  await client.post(`/api/workflows/${fetched}/undo`);
  await follow(client, fetched, (state) => state.effects.some((one) => one.status === "undone"));
  expect(await typed(client, fetched, line)).toMatch(refusal(OPEN));
  expect(hosts.arrived).toHaveLength(reached);
});
