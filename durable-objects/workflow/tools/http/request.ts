import { err, ok, type Result } from "../../../../shared/lib/result.ts";
import type { EffectClass } from "../../../../shared/workflow/effects.ts";
import type { OutsideAction } from "../../effects/port.ts";
import { flatten, type Json, unflatten } from "./flat.ts";
import { checkPath } from "./path.ts";
import { type HttpService, isAllowed } from "./services.ts";
import { textsFor } from "./texts.ts";

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export type Method = (typeof METHODS)[number];
type Query = Readonly<Record<string, string | number | boolean>>;

/** One request to one service, every part of it checked. */
export interface HttpRequest {
  readonly service: HttpService;
  readonly method: Method;
  readonly path: string;
  readonly query: Query;
  readonly body: Json | undefined;
  readonly locale: "en" | "ar";
}

const MAX_BODY = 32 * 1024;
const MAX_QUERY_VALUE = 500;
const FIXED = new Set(["service", "method", "path", "query", "body", "purpose"]);
const isFlat = (name: string): boolean => /^body[.[]/.test(name) || name.startsWith("query.");

/**
 * Reads what a model gave ({service, method, path, query?, body?, purpose}) or a form of it that a person may have
 * edited ({service, method, path, "query.x", "body.x"}). `locale` is that of the error.
 */
export function readRequest(
  input: Readonly<Record<string, unknown>>,
  services: readonly HttpService[],
  locale: "en" | "ar",
): Result<HttpRequest, string> {
  const texts = textsFor(locale);
  const service = serviceOf(input.service, services);
  if (!service) return err(texts.unknownService(services.map((one) => one.name).join(", ")));
  const method = METHODS.find((one) => one === input.method);
  if (!method) return err(texts.method);
  const path = input.path;
  const problem = typeof path === "string" ? checkPath(path) : "start";
  if (problem !== null || typeof path !== "string") return err(texts.path[problem ?? "start"]);
  const stranger = Object.keys(input).find((name) => !FIXED.has(name) && !isFlat(name));
  if (stranger !== undefined) return err(texts.unknownField(stranger.slice(0, 60)));
  const query = queryOf(input);
  if (query === null) return err(texts.query);
  const body = bodyOf(input);
  if (!body.ok) return err(texts.body[body.error]);
  if (method === "GET" && body.value !== undefined)
    return err(Object.keys(input).some(isFlat) ? texts.notReadByForm : texts.bodyOfRead);
  if (service.idempotency === "none" && service.reference === "body" && holds(body.value, "reference"))
    return err(texts.referenceTaken);
  if (!isAllowed(service, method, path))
    return err(texts.notAllowed(`${method} ${path}`, (service.allow ?? []).join(", ")));
  return ok({ service, method, path, query, body: body.value, locale });
}

/** By name, or by either label: a form shows labels. */
function serviceOf(given: unknown, services: readonly HttpService[]): HttpService | undefined {
  return services.find(({ name, label }) => given === name || given === label.en || given === label.ar);
}

function queryOf(input: Readonly<Record<string, unknown>>): Query | null {
  const nested = input.query ?? {};
  if (typeof nested !== "object" || Array.isArray(nested)) return null;
  const flat = Object.entries(input).flatMap(([name, value]) =>
    name.startsWith("query.") ? [[name.slice(6), value]] : [],
  );
  const query: Record<string, string | number | boolean> = {};
  for (const [name, value] of [...Object.entries(nested ?? {}), ...flat]) {
    const plain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    if (!plain || typeof name !== "string" || !/^[\w.-]{1,60}$/.test(name) || name === "__proto__") return null;
    if (String(value).length > MAX_QUERY_VALUE || Object.hasOwn(query, name)) return null;
    query[name] = value;
  }
  return query;
}

function bodyOf(
  input: Readonly<Record<string, unknown>>,
): Result<Json | undefined, "shape" | "deep" | "many" | "name" | "long"> {
  const leaves = Object.fromEntries(Object.entries(input).filter(([name]) => /^body[.[]/.test(name)));
  const nested = input.body ?? undefined;
  const flat = unflatten("body", leaves);
  if (!flat.ok) return flat;
  if (nested !== undefined && flat.value !== undefined) return err("shape");
  if (nested !== undefined && (typeof nested !== "object" || nested === null)) return err("shape");
  // SAFETY: inputs of tools and of forms are parsed JSON.
  const body = (nested ?? flat.value) as Json | undefined;
  if (body === undefined) return ok(undefined);
  const shown = flatten("body", body);
  if (!shown.ok) return shown;
  return JSON.stringify(body).length > MAX_BODY ? err("long") : ok(body);
}

const holds = (body: Json | undefined, name: string): boolean =>
  typeof body === "object" && body !== null && !Array.isArray(body) && Object.hasOwn(body, name);

/** GET looks; PUT and DELETE, and whatever carries an idempotency key, may be repeated; the rest acts anew each time. */
export function classOf({ method, service }: Pick<HttpRequest, "method" | "service">): EffectClass {
  if (method === "GET") return "read";
  return method === "PUT" || method === "DELETE" || service.idempotency === "header" ? "idempotent-write" : "write";
}

/** What people see of a request before and after it is sent. All of it comes from what is sent, nothing from the agent's words. */
export function actionOf(request: HttpRequest): OutsideAction {
  const { service, method, path, query, body, locale } = request;
  const shown = body === undefined ? ok({}) : flatten("body", body);
  const leaves = shown.ok ? shown.value : {};
  const flatQuery = Object.fromEntries(Object.entries(query).map(([name, value]) => [`query.${name}`, value]));
  const label = service.label[locale];
  const values = Object.entries({ ...flatQuery, ...leaves }).map(([name, value]) => [
    name.replace(/^(body|query)\./, ""),
    value,
  ]);
  const told = values
    .slice(0, 4)
    .map(([name, value]) => `${name}: ${short(value)}`)
    .join(locale === "ar" ? "، " : ", ");
  return {
    effectClass: classOf(request),
    service: service.name,
    action: `${method} ${path}`,
    target: targetOf(values) ?? path,
    summary: textsFor(locale).summary[method](label, told === "" ? path : told),
    arguments: { service: label, method, path, ...flatQuery, ...leaves },
    reversible: method === "POST" && service.undo !== undefined,
  };
}

/** Whom it reaches, when a field says so by its name. */
function targetOf(values: readonly (readonly unknown[])[]): string | null {
  const wanted = /^(to|recipient|email|phone|mobile|name|client|customer|guest|patient|title|subject)$/i;
  const found = values.find(
    ([name, value]) => wanted.test(String(name).split(".").at(-1) ?? "") && typeof value === "string",
  );
  return found === undefined ? null : short(found[1]);
}

/** One line; marks that turn the order of writing round could make a value read as another. */
const short = (value: unknown): string => {
  const text = (typeof value === "string" ? value : JSON.stringify(value))
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .replaceAll(/[\p{Cf}]/gu, "");
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
};
