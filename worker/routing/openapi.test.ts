import { describe, expect, test } from "vitest";
import { SCHEMA_VERSION } from "../../shared/workflow/events.ts";
import { createApp } from "../app.ts";
import { ROUTES } from "../routes/all-routes.ts";
import { openApiPath } from "./openapi.ts";

const app = createApp({ log: () => undefined });
// SAFETY: the routes called here read no binding.
const NO_BINDINGS = {} as never;
/** These routes use no binding. */
async function fetchJson<T = Record<string, unknown>>(path: string): Promise<T> {
  return (await app.request(path, {}, NO_BINDINGS)).json();
}

interface Operation {
  operationId: string;
  summary: string;
  parameters: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

const document = () => fetchJson<Document>("/api/openapi.json");

describe("/api/openapi.json", () => {
  test("has every registered route, and no other", async () => {
    const { openapi, paths } = await document();
    expect(openapi).toBe("3.1.0");
    const registered = app.routes
      .filter((route) => route.method !== "ALL")
      .map((route) => `${route.method} ${openApiPath(route.path)}`);
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.toSorted()).toEqual([...new Set(registered)].toSorted());
    expect(described.length).toBe(ROUTES.length + 4);
  });

  test("names each operation once, with its path parameters, bodies, answers and problems", async () => {
    const { paths } = await document();
    const ids = new Set<string>();
    for (const [path, methods] of Object.entries(paths))
      for (const operation of Object.values(methods)) {
        expect(ids.has(operation.operationId)).toBe(false);
        ids.add(operation.operationId);
        expect(operation.summary.length).toBeGreaterThan(5);
        const inPath = operation.parameters.filter((one) => one.in === "path").map((one) => one.name);
        expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
        expect(Object.keys(operation.responses).some((status) => /^(101|2\d\d)$/.test(status))).toBe(true);
        for (const answer of Object.values(operation.responses))
          for (const { schema } of Object.values(answer.content ?? {}))
            expect(Object.keys(schema).length).toBeGreaterThan(0);
      }
  });

  test("shows the shapes scripts rely on", async () => {
    const { paths } = await document();
    const workflow = JSON.stringify(paths["/api/workflows/{workflowId}"]?.get?.responses["200"]);
    for (const name of ["p50Micros", "capMicros", "dependsOn", "resultSummary", "efficiency", "etaSeconds"])
      expect(workflow).toContain(`"${name}"`);
    expect(paths["/api/projects/{projectId}/files"]?.post?.requestBody?.content).toHaveProperty("multipart/form-data");
  });
});

test("/api/docs is one page without scripts or anything from elsewhere, within its own policy", async () => {
  const answer = await app.request("/api/docs", {}, NO_BINDINGS);
  const html = await answer.text();
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(html).not.toMatch(/<script|\son\w+=|style="|https?:\/\//i);
  for (const { spec } of ROUTES) expect(html).toContain(openApiPath(spec.path));
  expect(html).toContain('id="problem-plan_stale"');
  const style = await app.request("/api/docs/style.css", {}, NO_BINDINGS);
  expect(style.headers.get("content-type")).toContain("text/css");
});

test("/api/schemas/workflow-state.json is a JSON Schema that says its version", async () => {
  const schema = await fetchJson("/api/schemas/workflow-state.json");
  expect(schema).toMatchObject({ $schema: "https://json-schema.org/draft/2020-12/schema", type: "object" });
  expect(JSON.stringify(schema)).toContain(`event schema ${SCHEMA_VERSION}`);
});
