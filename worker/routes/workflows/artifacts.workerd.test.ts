import { env } from "cloudflare:test";
import { unzipSync } from "fflate";
import { afterEach, beforeAll, expect, test } from "vitest";
import { projectKey } from "../../../durable-objects/storage/project-key.ts";
import { createSealedStore } from "../../../durable-objects/storage/sealed-store.ts";
import { newPerson, problemOf, replaced } from "../../testing/person.ts";

/* A workflow object that has one result stands in for the real one; sealing, R2, roles and routes are real. */

type Account = Awaited<ReturnType<typeof newPerson>>;
let owner: Account;
let viewer: Account;
let projectId: string;
let workflowId: string;

beforeAll(async () => {
  owner = await newPerson();
  viewer = await newPerson();
  projectId = await owner.project();
  await owner.json("POST", `/api/projects/${projectId}/members`, { email: viewer.email, role: "viewer" });
  const made = await owner.json<{ id: string }>("POST", `/api/projects/${projectId}/workflows`, {
    message: "Total it",
  });
  workflowId = made.id;
});
afterEach(() => {
  replaced.env = {};
});

async function serve(name: string, mediaType: string, content: string): Promise<string> {
  const key = `${projectId}/artifacts/${workflowId}/art_1`;
  const store = createSealedStore(env.BUCKET, () => projectKey(env, projectId));
  const { header, size } = await store.put(key, new TextEncoder().encode(content));
  const view = { id: "art_1", name, mediaType, size, nodeId: "total", sha256: "" };
  const stub = {
    ...env.WORKFLOW.getByName(workflowId),
    artifact: async () => ({ ok: true, value: { view, key, header } }),
  };
  // SAFETY: the route under test calls nothing but `artifact`.
  replaced.env = { WORKFLOW: { getByName: () => stub as never } };
  return `/api/workflows/${workflowId}/artifacts/art_1`;
}

test("a result is downloaded as it was made, harmless as a page", async () => {
  const path = await serve("totals.csv", "text/csv", "Client,Total\nNoor,1200.50\n");
  const answer = await owner.get(path);
  expect(await answer.text()).toBe("Client,Total\nNoor,1200.50\n");
  expect(answer.headers.get("content-type")).toBe("text/csv");
  expect(answer.headers.get("content-length")).toBe("26");
  expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="totals\.csv"/);
  expect(answer.headers.get("content-security-policy")).toContain("sandbox");
});

test("a result in a folder is downloaded under its own name, as the files beside it call it", async () => {
  const answer = await owner.get(await serve("tool/src/run.mjs", "text/javascript", "1;"));
  expect(answer.headers.get("content-disposition")).toMatch(
    /^attachment; filename="run\.mjs"; filename\*=UTF-8''run\.mjs$/,
  );
});

test("FR-12: a viewer looks at a result but does not download it", async () => {
  const path = await serve("totals.csv", "text/csv", "Client,Total\n");
  expect(await problemOf(await viewer.get(path))).toMatchObject({ status: 403, code: "role_forbidden" });
  const shown = await viewer.get(`${path}?inline=1`);
  expect(shown.status).toBe(200);
  expect(shown.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(shown.headers.get("content-disposition")).toMatch(/^inline/);
});

test.each([
  ["page.html", "text/html"],
  ["drawing.svg", "image/svg+xml"],
  ["thing.bin", "application/octet-stream"],
  ["odd.txt", "text/plain\r\nx-evil: 1"],
])("what could run in a page never shows in one: %s", async (name, mediaType) => {
  const path = await serve(name, mediaType, "<script>alert(1)</script>");
  const answer = await owner.get(`${path}?inline=1`);
  expect(answer.headers.get("content-disposition")).toMatch(/^attachment/);
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  expect(answer.headers.get("x-evil")).toBe(null);
  expect(await problemOf(await viewer.get(`${path}?inline=1`))).toMatchObject({ status: 403, code: "role_forbidden" });
});

test("FR-9.4: a folder of the results is one zip, each name in its last version, without logs; breaks off where one is gone", async () => {
  const store = createSealedStore(env.BUCKET, () => projectKey(env, projectId));
  const made: [string, string, string?][] = [
    ["tool/run.mjs", "old"],
    ["tool/sample/a.csv", "a\n1\n"],
    ["tool/run.mjs", "new"],
    ["tools/other.txt", "other"],
    ["tool/output.txt", "long", "log"],
  ];
  const stored = await Promise.all(
    made.map(async ([name, content, role], index) => {
      const id = `art_${index}`;
      const key = `${projectId}/artifacts/${workflowId}/${id}`;
      const { header, size } = await store.put(key, new TextEncoder().encode(content));
      return { view: { id, name, mediaType: "text/plain", size, nodeId: "s", sha256: "", role }, key, header };
    }),
  );
  let called = "Tool";
  const stub = {
    ...env.WORKFLOW.getByName(workflowId),
    view: async () => ({ ok: true, value: { name: called, artifacts: stored.map((one) => one.view) } }),
    artifact: async (_: unknown, id: string) => ({ ok: true, value: stored.find((one) => one.view.id === id) }),
  };
  // SAFETY: the route under test calls nothing but `view` and `artifact`.
  replaced.env = { WORKFLOW: { getByName: () => stub as never } };
  const path = `/api/workflows/${workflowId}/zip`;
  const files = async (query: string) => {
    const answer = await owner.get(`${path}${query}`);
    const zip = unzipSync(new Uint8Array(await answer.arrayBuffer()));
    const texts = Object.entries(zip).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]);
    return { named: answer.headers.get("content-disposition"), texts: Object.fromEntries(texts) };
  };
  const folder = await files("?folder=tool");
  expect(folder.named).toContain('filename="tool.zip"');
  expect(folder.texts).toEqual({ "run.mjs": "new", "sample/a.csv": "a\n1\n" });
  const all = await files("");
  expect(all.named).toContain('filename="Tool.zip"');
  expect(Object.keys(all.texts).sort()).toEqual(["tool/run.mjs", "tool/sample/a.csv", "tools/other.txt"]);
  // As a model may write it: with a slash, an override of direction and half a letter.
  called = "Open 24/7\u202e fdp.exe \ud800";
  expect((await files("")).named).toBe(
    "attachment; filename=\"Open 24-7 fdp.exe .zip\"; filename*=UTF-8''Open%2024-7%20fdp.exe%20.zip",
  );
  expect((await problemOf(await owner.get(`${path}?folder=nowhere`))).code).toBe("not_found");
  expect(await problemOf(await viewer.get(path))).toMatchObject({ status: 403, code: "role_forbidden" });

  await env.BUCKET.delete(stored[1]?.key ?? "");
  const cut = await owner.get(`${path}?folder=tool`);
  await expect(cut.arrayBuffer()).rejects.toThrow();
});
