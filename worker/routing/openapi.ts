import { z } from "zod";
import { EN } from "../../shared/errors/catalogue/en.ts";
import { CODES, type ProblemCode } from "../../shared/errors/codes.ts";
import { ProblemBody } from "../../shared/errors/problem-body.ts";
import { SESSION_COOKIE } from "../identity/auth.ts";
import type { Route, RouteSpec } from "./route.ts";

/** JSON, as far as this module needs to know. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** OpenAPI 3.1 of these routes: every schema, status and problem comes from what the routes themselves check with. */
export function openApiDocument(routes: readonly Route[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = openApiPath(route.spec.path);
    paths[path] = { ...paths[path], [route.spec.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: "3.1.0",
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    info: {
      title: "Nexus",
      version: "1",
      description:
        "Say what you need, see the plan and its price, approve, and watch it being done. Money is in micro-dollars " +
        "(fields end in Micros), times are ISO 8601 UTC. Errors are application/problem+json in the caller's language " +
        "(Accept-Language or ?lang=).",
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: { Problem: jsonSchema(ProblemBody, "output") },
      securitySchemes: {
        session: { type: "apiKey", in: "cookie", name: SESSION_COOKIE },
        operator: { type: "http", scheme: "bearer", description: "OPERATOR_TOKEN of the deployment" },
      },
    },
  };
}

export const openApiPath = (path: string): string => path.replace(/:(\w+)/g, "{$1}");

function operation(route: Route): Json {
  const { spec, access } = route;
  const role = isOpenTo(access) ? {} : { "x-action": access };
  return {
    operationId: spec.id,
    tags: [spec.tag],
    summary: spec.summary,
    ...role,
    security: access === "public" ? [] : [{ [access === "operator" ? "operator" : "session"]: [] }],
    parameters: parameters(spec),
    ...(requestBody(spec) ?? {}),
    responses: { ...success(spec), ...refusals(route) },
  };
}

/** Whether no role in a project is asked. */
const isOpenTo = (access: Route["access"]): boolean => ["public", "user", "operator"].includes(access);

function parameters(spec: RouteSpec): Json[] {
  const inPath = [...spec.path.matchAll(/:(\w+)/g)].map(
    ([, name = ""]): Json => ({ name, in: "path", required: true, schema: { type: "string" } }),
  );
  const query = spec.query ? asObject(jsonSchema(spec.query, "input")) : {};
  const inQuery = Object.entries(asObject(query.properties)).map(
    ([name, schema]): Json => ({ name, in: "query", required: false, schema }),
  );
  const key: Json = {
    name: "Idempotency-Key",
    in: "header",
    required: false,
    description: "Sent again with the same content within a day, the first answer is given again.",
    schema: { type: "string", maxLength: 200 },
  };
  return [...inPath, ...inQuery, ...(spec.idempotent ? [key] : [])];
}

function requestBody(spec: RouteSpec): { requestBody: Json } | null {
  if (spec.upload) {
    const properties = { file: { type: "string", format: "binary" }, path: { type: "string" } };
    const schema = { type: "object", required: ["file"], properties };
    return { requestBody: { required: true, content: { "multipart/form-data": { schema } } } };
  }
  if (spec.bytes) {
    const content = { "application/octet-stream": { schema: { type: "string", format: "binary" } } };
    return { requestBody: { required: true, content } };
  }
  if (!spec.body) return null;
  const schema = jsonSchema(spec.body, "input");
  return { requestBody: { required: !spec.bodyOptional, content: { "application/json": { schema } } } };
}

function success(spec: RouteSpec): Record<string, Json> {
  const { answer } = spec;
  const { description } = answer;
  if (answer.status === 101) return { "101": { description } };
  if ("schema" in answer) {
    const content = { "application/json": { schema: jsonSchema(answer.schema, "output") } };
    return { [answer.status]: { description, content } };
  }
  const { contentType } = answer;
  const schema = { type: "string", ...(contentType === "application/octet-stream" ? { format: "binary" } : {}) };
  return { [answer.status]: { description, content: { [contentType]: { schema } } } };
}

/** The problems a route can answer with: its own, and those of its kind. */
export function problemsOf({ spec, access }: Route): ProblemCode[] {
  const codes = new Set<ProblemCode>(spec.problems);
  if (access === "operator") codes.add("not_found");
  else if (access !== "public") codes.add("unauthenticated");
  if (!isOpenTo(access)) codes.add("not_found").add("role_forbidden");
  if (spec.body) codes.add("bad_json").add("body_too_large");
  if (spec.body || spec.upload) codes.add("unsupported_media_type");
  if (spec.body || spec.query) codes.add("invalid_request");
  if (spec.idempotent) codes.add("idempotency_mismatch").add("request_in_progress");
  if (spec.method !== "GET") codes.add("bad_origin").add("rate_limited");
  return [...codes.add("internal")];
}

function refusals(route: Route): Record<string, Json> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemsOf(route)) {
    const { status } = CODES[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      { description: codes.map((code) => `\`${code}\`: ${EN[code].title}`).join("; "), content },
    ]),
  );
}

/** JSON Schema (2020-12) of what a schema takes (`input`) or gives (`output`). */
export function jsonSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: "draft-2020-12", unrepresentable: "any" });
  // Through JSON: the result carries non-enumerable helpers that must not be shared.
  const plain: Json = JSON.parse(JSON.stringify(rest));
  return plain;
}

const asObject = (value: Json | undefined): { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !isArray(value) ? value : {};

const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);
