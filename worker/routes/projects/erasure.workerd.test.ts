import { env, runDurableObjectAlarm } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { newId } from "../../../shared/lib/ids.ts";
import { newPerson } from "../../testing/person.ts";

test("NFR-S3.4: erasing a project takes the workspaces of its commands along", async () => {
  const person = await newPerson();
  const projectId = await person.project("Gone");
  const workspace = { projectId, workflowId: newId("wf") };
  await env.SANDBOX.writeFile(workspace, "clients.csv", new TextEncoder().encode("Noor,99999999\n"));
  expect((await env.SANDBOX.stat(workspace, "clients.csv")).ok).toBe(true);
  await person.json("DELETE", `/api/projects/${projectId}`);
  await vi.waitUntil(async () => {
    await runDurableObjectAlarm(env.PROJECT.getByName(projectId));
    return !(await env.SANDBOX.stat(workspace, "clients.csv")).ok;
  });
  expect(await env.SANDBOX.list(workspace, "", { recursive: true })).toEqual({ ok: true, value: [] });
});
