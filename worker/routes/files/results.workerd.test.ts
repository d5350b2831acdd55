import { env, runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import type { FileView, FolderPage } from "../../../shared/api/files.ts";
import type { WorkflowView } from "../../../shared/api/workflows.ts";
import { newPerson } from "../../testing/person.ts";

/* A whole workflow with the offline model; its results arrive by its outbox. */

const CSV = "Client;Date;Total\nAl Noor;03/01/2026;120.5\nBeta;01/02/2026;99\n";
const PATIENT = { timeout: 15_000, interval: 50 };

test("O6 O4 results of a run are files with provenance; a library that lost them gets them again from the log", async () => {
  const person = await newPerson();
  const projectId = await person.project();
  const base = `/api/projects/${projectId}`;
  const form = new FormData();
  form.append("file", new File([CSV], "sales.csv"));
  const { id: fileId } = await person.json<FileView>("POST", `${base}/files`, form);
  const made = await person.json<WorkflowView>("POST", `${base}/workflows`, {
    message: "Totals by client and month, and a summary I can send",
    fileIds: [fileId],
  });
  const view = () => person.json<WorkflowView>("GET", `/api/workflows/${made.id}`);
  await vi.waitUntil(async () => (await view()).status === "pending_approval", PATIENT);
  const version = (await view()).plan?.version;
  await person.json("POST", `/api/workflows/${made.id}/approve`, { planVersion: version, capMicros: 1_000_000 });
  await vi.waitUntil(async () => (await view()).status === "completed", PATIENT);
  const { artifacts } = await view();
  expect(artifacts.length).toBeGreaterThan(0);

  const results = async () => {
    const { items } = await person.json<{ items: FileView[] }>("GET", `${base}/files?limit=100`);
    return items.filter((item) => item.origin === "result");
  };
  const ids = artifacts.map((one) => one.id).sort();
  const told = (files: FileView[]) => files.map((one) => one.provenance?.artifactId).sort();
  await vi.waitUntil(async () => (await results()).length === artifacts.length, PATIENT);
  const first = await results();
  expect(told(first)).toEqual(ids);
  const file = first[0];
  const folders = await person.json<FolderPage>("GET", `${base}/folders?path=Results`);
  expect(folders.items).toMatchObject([{ kind: "folder", files: artifacts.length }]);
  expect(file?.provenance).toMatchObject({ workflowId: made.id, simulated: true });
  expect(file?.provenance?.step).not.toBe("");
  const artifact = artifacts.find((one) => one.id === file?.provenance?.artifactId);
  const same = await person.get(`/api/workflows/${made.id}/artifacts/${artifact?.id}`);
  expect(await (await person.get(`/api/files/${file?.id}`)).text()).toBe(await same.text());

  const project = env.PROJECT.getByName(projectId);
  await project.rebuild(null);
  expect(await results()).toEqual(first);
  await runInDurableObject(env.LIBRARY.getByName(projectId), (_, { storage: { sql } }) => {
    sql.exec("DELETE FROM items WHERE origin = 'result'; DELETE FROM versions WHERE origin = 'result'");
    sql.exec(
      "DELETE FROM folders WHERE id > 0; DELETE FROM results; DELETE FROM result_files; DELETE FROM result_folders",
    );
    sql.exec("UPDATE folders SET folders = 0, files = 1, total_files = 1 WHERE id = 0");
  });
  expect(await results()).toEqual([]);
  await project.rebuild(null);
  expect(told(await results())).toEqual(ids);
});
