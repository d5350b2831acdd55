import { z } from "zod";
import type { ServiceInfo } from "../../effects/port.ts";
import { checkPath } from "./path.ts";

const TEMPLATE_MAX = 500;
const METHOD_PATH = /^(GET|POST|PUT|PATCH|DELETE) (\/\S*)$/;
/** Shorter ones would be found by chance in ordinary answers, and masking them would garble those. */
const CREDENTIAL_MIN = 8;
const CREDENTIAL_PROBLEM = `credential must be null (none needed), "" (not set yet) or the header's value: ${CREDENTIAL_MIN} characters or more, plain ASCII, one line`;

const label = (what: string) =>
  z
    .string(`label.${what} must be text`)
    .trim()
    .min(1, `label.${what} is empty`)
    .max(60, `label.${what} is longer than 60`);

/** A path under `baseUrl` in which `{name}` stands for a value. */
const template = (field: string, needed: string, allowed: readonly string[]) =>
  z
    .string(`${field} must be a path`)
    .max(TEMPLATE_MAX, `${field} is too long`)
    .refine((text) => text.includes(`{${needed}}`), `${field} must hold {${needed}}`)
    .refine((text) => {
      const filled = allowed.reduce((left, name) => left.replaceAll(`{${name}}`, name === "path" ? "/x" : "x"), text);
      const [path = "", query = ""] = filled.split("?", 2);
      return checkPath(path) === null && /^[\w.~=&%-]*$/.test(query) && filled.split("?").length <= 2;
    }, `${field} must be a path such as /things/{${needed}}, under baseUrl`);

const baseUrl = z
  .string("baseUrl must be text")
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    return (
      (url.protocol === "http:" || url.protocol === "https:") &&
      url.username === "" &&
      url.password === "" &&
      url.search === "" &&
      url.hash === "" &&
      !/[?#\s\\]/.test(text)
    );
  }, "baseUrl must be a whole http or https address without user name, query or fragment")
  .transform((text) => text.replace(/\/+$/, ""));

const credential = z
  .string(CREDENTIAL_PROBLEM)
  .refine(
    (text) =>
      text === "" ||
      (text.length >= CREDENTIAL_MIN && text.length <= 4096 && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text)),
    CREDENTIAL_PROBLEM,
  )
  .nullable()
  .optional();

/** One outside service as an operator describes it in HTTP_SERVICES; `credential` is a secret. */
export const HttpService = z.strictObject({
  name: z
    .string("name must be text")
    .regex(/^[a-z][a-z0-9-]{0,59}$/, "name must be lower case letters, digits and hyphens, 60 at most"),
  label: z.strictObject({ en: label("en"), ar: label("ar") }, "label must be {en, ar}"),
  description: z.string("description must be text").trim().min(1, "description is empty").max(2000),
  /** May be local: nobody but the operator can set it. */
  baseUrl,
  /** `header`: the service does a write once per Idempotency-Key, however often it comes. */
  idempotency: z.enum(["header", "none"], 'idempotency must be "header" or "none"').default("none"),
  /** Without idempotency: where the key goes, so that a write can be looked up by it. */
  reference: z.enum(["header", "body"], 'reference must be "header" or "body"').default("header"),
  credential,
  credentialHeader: z
    .string("credentialHeader must be text")
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, "credentialHeader must be the name of a header")
    .refine((name) => !RESERVED.has(name.toLowerCase()), "credentialHeader names a header that Nexus itself sets")
    .default("authorization"),
  /** GET that finds a write by its key: "/lookup?reference={key}". */
  readBack: template("readBack", "key", ["key"]).optional(),
  /** How a POST is taken back: `{reference}` is the id of its answer, `{path}` the path it was sent to. */
  undo: z
    .strictObject(
      {
        method: z.enum(["DELETE", "POST", "PUT", "PATCH"], "undo.method must be DELETE, POST, PUT or PATCH"),
        path: template("undo.path", "reference", ["reference", "path"]),
      },
      "undo must be {method, path}",
    )
    .optional(),
  /** What may be called; `*` is one segment of a path, never an empty one. Absent: everything under baseUrl. */
  allow: z
    .array(z.string("allow must list texts").regex(METHOD_PATH, 'allow must list entries such as "POST /bookings"'))
    .max(50)
    .optional(),
});
export type HttpService = z.infer<typeof HttpService>;

/** Headers of ours that a credential must not replace. */
const RESERVED = new Set([
  "host",
  "content-type",
  "content-length",
  "accept",
  "idempotency-key",
  "x-request-reference",
]);

/** Reads HTTP_SERVICES. What cannot be read is left out and said in a sentence that holds no value: it may be a secret. */
export function parseServices(text: string | undefined): {
  readonly services: readonly HttpService[];
  readonly problems: readonly string[];
} {
  if (text === undefined || text.trim() === "") return { services: [], problems: [] };
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { services: [], problems: ["HTTP_SERVICES is not valid JSON; no outside service is available."] };
  }
  if (!Array.isArray(raw))
    return { services: [], problems: ["HTTP_SERVICES must be a JSON list; no outside service is available."] };
  const services: HttpService[] = [];
  const problems: string[] = [];
  for (const [index, one] of raw.entries()) {
    const parsed = HttpService.safeParse(one);
    const why = parsed.success ? clash(parsed.data, services) : whyNot(parsed.error);
    if (why === null && parsed.success) services.push(parsed.data);
    else problems.push(`HTTP_SERVICES, service ${index + 1}: ${why}. The service is left out.`);
  }
  return { services, problems };
}

/** Fields by name; zod's own message only where it is about the shape and cannot repeat a value. */
function whyNot(error: z.ZodError): string {
  return error.issues
    .map((issue) => {
      const field = issue.path.join(".");
      if (issue.code === "unrecognized_keys") return "it has a field that is not known (see docs)";
      if (issue.path.length === 0) return "it must be an object with name, label, description and baseUrl";
      return issue.message.startsWith(String(issue.path[0])) ? issue.message : `${field} is missing or wrong`;
    })
    .join("; ");
}

function clash(service: HttpService, others: readonly HttpService[]): string | null {
  if (others.some((other) => other.name === service.name)) return "name is used by a service before it";
  const labels = others.flatMap((other) => [other.label.en, other.label.ar, other.name]);
  if (labels.includes(service.label.en) || labels.includes(service.label.ar))
    return "label is used by a service before it";
  if (labels.includes(service.name)) return "name is the label of a service before it";
  return null;
}

export const isReady = (service: HttpService): boolean => service.credential !== undefined && service.credential !== "";

/** What plans, prompts and people see of it. */
export function infoOf(service: HttpService): ServiceInfo {
  const { name, label, description, allow } = service;
  const calls = allow === undefined ? "" : ` Allowed: ${allow.join(", ")}.`;
  return { name, label, description: `${description}${calls}`, ready: isReady(service) };
}

/** Whether the operator lets this be called. */
export function isAllowed(service: HttpService, method: string, path: string): boolean {
  if (service.allow === undefined) return true;
  const segments = path.split("/");
  return service.allow.some((entry) => {
    const [, allowedMethod, pattern = ""] = METHOD_PATH.exec(entry) ?? [];
    if (allowedMethod !== method) return false;
    const wanted = pattern.split("/");
    return (
      wanted.length === segments.length &&
      wanted.every((part, at) => (part === "*" ? segments[at] !== "" : part === segments[at]))
    );
  });
}
