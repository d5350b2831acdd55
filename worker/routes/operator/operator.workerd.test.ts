import { env } from "cloudflare:test";
import { afterEach, expect, test } from "vitest";
import { RebuiltProjections } from "../../../shared/api/operator.ts";
import { newId } from "../../../shared/lib/ids.ts";
import { newPerson, Person, problemOf, replaced } from "../../testing/person.ts";

const TOKEN = "only-for-tests-only-for-tests-only-for-tests";
const PATH = "/api/operator/projections/rebuild";

afterEach(() => {
  replaced.env = {};
});

const call = (body: object | undefined, token = TOKEN, person = new Person()) =>
  person.send("POST", PATH, body, { origin: "", ...(token && { authorization: `Bearer ${token}` }) });

test("there is no such thing without the deployment's token, in the very words of an unknown path", async () => {
  const unknown = await problemOf(await new Person().post("/api/operator/projections/nothing"));
  const owner = await newPerson();
  for (const [OPERATOR_TOKEN, given] of [
    [TOKEN, ""],
    [TOKEN, `${TOKEN}x`],
    [TOKEN, TOKEN.slice(1)],
    [undefined, ""],
    [undefined, TOKEN],
    ["", "x"],
    ["short", "short"],
  ] as const) {
    replaced.env = OPERATOR_TOKEN === undefined ? {} : { OPERATOR_TOKEN };
    for (const body of [undefined, { cursor: 7 }]) {
      const refused = await problemOf(await call(body, given, owner));
      expect(refused).toMatchObject({ status: 404, code: unknown.code });
    }
  }
});

test("walks all projects part by part and puts a damaged directory right (NFR-R2.4)", async () => {
  replaced.env = { OPERATOR_TOKEN: TOKEN };
  const owner = await newPerson();
  const projectId = await owner.project();
  const { id } = await owner.json<{ id: string }>("POST", `/api/projects/${projectId}/workflows`, { message: "Tips" });
  await owner.project("Without workflows");
  const stray = newId("wf");
  await env.DB.batch([
    env.DB.prepare("DELETE FROM workflow_index WHERE id = ?").bind(id),
    env.DB.prepare("UPDATE projects SET name = 'lost' WHERE id = ?").bind(projectId),
    env.DB.prepare(
      `INSERT INTO workflow_index (id, project_id, status, stage, version, created_by, created_at, updated_at)
       VALUES (?, ?, 'building', 'building', 3, 'usr_x', '', '')`,
    ).bind(stray, projectId),
  ]);
  expect((await owner.get(`/api/workflows/${id}`)).status).toBe(404);
  const walked: string[] = [];
  let cursor: string | null = null;
  do {
    const answer = await call(cursor === null ? undefined : { cursor });
    const part = RebuiltProjections.parse(await answer.json());
    if (part.projectId) walked.push(part.projectId);
    cursor = part.cursor;
  } while (cursor !== null);
  expect(walked.length).toBe(new Set(walked).size);
  const { results } = await env.DB.prepare("SELECT id FROM projects WHERE deleted_at IS NULL").all();
  expect(walked.toSorted()).toEqual(results.map((row) => row.id).toSorted());
  expect(await owner.json("GET", `/api/workflows/${id}`)).toMatchObject({ id, projectId });
  expect(await owner.json("GET", `/api/projects/${projectId}`)).toMatchObject({ name: "Clinic" });
  const gone = await env.DB.prepare("SELECT 1 FROM workflow_index WHERE id = ?").bind(stray).first();
  expect(gone).toBeNull();
});

test("takes no cursor it never gave", async () => {
  replaced.env = { OPERATOR_TOKEN: TOKEN };
  for (const cursor of ["prj_x", "", "a b c", `${newId("prj")} wf x`])
    expect(await problemOf(await call({ cursor }))).toMatchObject({ code: "invalid_request" });
});
