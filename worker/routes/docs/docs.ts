import { z } from "zod";
import { WorkflowStateSchema } from "../../../shared/workflow/state-schema.ts";
import { PAGE_CSP } from "../../middleware/security-headers/security-headers.ts";
import { jsonSchema, openApiDocument } from "../../routing/openapi.ts";
import { publicRoute, type Route } from "../../routing/route.ts";
import { docsPage } from "./page.ts";
import { DOCS_STYLE } from "./style.ts";

const tag = "Service";
const PUBLIC_CACHE = "public, max-age=300";
const AnyJson = z.record(z.string(), z.unknown());

/** Made once per isolate, when first asked for. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The routes that describe the API. They describe themselves too. */
export function docRoutes(routes: readonly Route[]): readonly Route[] {
  const all: Route[] = [...routes];
  const document = once(() => openApiDocument(all));
  const page = once(() => docsPage(all));
  const stateSchema = once(() => jsonSchema(WorkflowStateSchema, "output"));

  const docs = [
    publicRoute(
      {
        method: "GET",
        path: "/api/openapi.json",
        id: "openApi",
        tag,
        summary: "This API as OpenAPI 3.1",
        answer: { status: 200, schema: AnyJson, description: "The document" },
      },
      (c) => c.json(document(), 200, { "cache-control": PUBLIC_CACHE }),
    ),
    publicRoute(
      {
        method: "GET",
        path: "/api/schemas/workflow-state.json",
        id: "workflowStateSchema",
        tag,
        summary: "JSON Schema of a workflow's snapshot",
        answer: { status: 200, schema: AnyJson, description: "The schema, with its version" },
      },
      (c) =>
        c.json(
          {
            $schema: "https://json-schema.org/draft/2020-12/schema",
            $id: "/api/schemas/workflow-state.json",
            title: "Workflow state",
            ...Object(stateSchema()),
          },
          200,
          { "cache-control": PUBLIC_CACHE },
        ),
    ),
    publicRoute(
      {
        method: "GET",
        path: "/api/docs",
        id: "docs",
        tag,
        summary: "This API as a page to read",
        answer: { status: 200, contentType: "text/html", description: "The page" },
      },
      (c) => c.html(page(), 200, { "content-security-policy": PAGE_CSP, "cache-control": PUBLIC_CACHE }),
    ),
    publicRoute(
      {
        method: "GET",
        path: "/api/docs/style.css",
        id: "docsStyle",
        tag,
        summary: "The page's style",
        answer: { status: 200, contentType: "text/css", description: "The style sheet" },
      },
      (c) => c.body(DOCS_STYLE, 200, { "content-type": "text/css; charset=utf-8", "cache-control": PUBLIC_CACHE }),
    ),
  ];
  all.push(...docs);
  return docs;
}
