import { env, runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Member } from "../../shared/access/roles.ts";
import { newId } from "../../shared/lib/ids.ts";
import { seam } from "./outside.ts";
import { type Script, says, scriptedModel, scriptedOrchestrator, scriptedPlan } from "./testing/scripted.ts";

const owner: Member = { userId: "usr_owner", role: "owner" };
const real = seam.outsideOf;

function stage(script: Script, nodes = scriptedPlan(2)) {
  const model = scriptedModel(script);
  const orchestrator = scriptedOrchestrator(nodes);
  vi.spyOn(seam, "outsideOf").mockImplementation((bindings) => ({
    ...real(bindings),
    frameworkForNew: () => orchestrator,
    orchestrator: () => orchestrator,
    model: () => model,
  }));
  return model;
}

let id: string;
let projectId: string;
const workflow = () => env.WORKFLOW.getByName(id);

beforeEach(async () => {
  id = newId("wf");
  projectId = newId("prj");
  await env.PROJECT.getByName(projectId).create({ id: projectId, name: "Clinic", ownerId: owner.userId });
});
afterEach(() => vi.restoreAllMocks());

describe("WorkflowObject", () => {
  test("R1 runs from creation to completion in its alarm", async () => {
    stage(() => says("done"));
    const created = await workflow().create({
      id,
      projectId,
      name: "",
      userInput: "Add it up",
      locale: "en",
      files: [],
      createdBy: owner.userId,
    });
    expect(created).toMatchObject({ ok: true, value: { status: "planning" } });
    console.error(await runDurableObjectAlarm(workflow()));
    console.error(JSON.stringify(await workflow().events(owner, 0, 100)));
  });
});
