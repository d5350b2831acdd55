import { z } from "zod";
import type { Action } from "../../shared/access/roles.ts";
import type { ProblemCode } from "../../shared/errors/codes.ts";
import type { AppContext } from "../context.ts";
import type { Identity } from "../identity/identify.ts";
import { readJson } from "../middleware/body/read-body.ts";
import { fingerprintOf, LASTING_DEAD_MS, once } from "../middleware/idempotency/idempotency.ts";
import { requireOperator } from "../middleware/operator/operator.ts";
import { invalidRequest } from "../middleware/problems/field-text.ts";
import { refuse } from "../middleware/problems/problem-error.ts";
import { requireIdentity } from "../middleware/session/session.ts";
import {
  type FileAccess,
  fileAccess,
  type InProject,
  projectAccess,
  type ShareAccess,
  type SiteAccess,
  shareAccess,
  siteAccess,
  type UploadAccess,
  uploadAccess,
  type WorkflowAccess,
  workflowAccess,
} from "./access.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What a route says of itself: the router, the checks and the OpenAPI document all read this one description. */
export interface RouteSpec<Body extends z.ZodType = z.ZodType, Query extends z.ZodType = z.ZodType> {
  readonly method: Method;
  /** `/api/projects/:projectId`; the names `projectId`, `workflowId`, `fileId` and `uploadId` decide what is checked. */
  readonly path: `/api/${string}`;
  /** Name of the operation in the OpenAPI document. */
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly body?: Body;
  /** A request without a body counts as `{}`. */
  readonly bodyOptional?: boolean;
  /** The field that is a person's message: empty and too long ones have codes of their own. */
  readonly messageField?: MessageField;
  readonly upload?: boolean;
  /** The body is bytes, as they are. */
  readonly bytes?: boolean;
  readonly query?: Query;
  readonly answer: Answer;
  /** Problems beyond those every such route can answer with. */
  readonly problems?: readonly ProblemCode[];
  /** Takes an `Idempotency-Key`. `lasting`: whoever carries it out remembers the key too, so that it may be run again. */
  readonly idempotent?: boolean | "lasting";
}

export interface MessageField {
  readonly name: string;
  /** Characters. */
  readonly max: number;
  readonly required?: boolean;
}

export type Answer =
  | { readonly status: 200 | 201 | 202; readonly schema: z.ZodType; readonly description: string }
  | { readonly status: 200; readonly contentType: string; readonly description: string }
  | { readonly status: 101; readonly description: string };

/** A spec with what runs for it; `action` is what a member's role must allow. */
export interface Route {
  readonly spec: RouteSpec;
  readonly access: "public" | "user" | "operator" | Action;
  readonly handle: (c: AppContext) => Promise<Response>;
}

/** What a handler gets: its checked input, and who asks in which place. */
export interface Input<Body extends z.ZodType, Query extends z.ZodType> {
  readonly body: z.output<Body>;
  readonly query: z.output<Query>;
}

type Handler<Body extends z.ZodType, Query extends z.ZodType, Who> = (
  c: AppContext,
  input: Input<Body, Query> & Who,
) => Promise<Response> | Response;

type AsUser = { readonly identity: Identity };

function define<Body extends z.ZodType, Query extends z.ZodType, Who>(
  spec: RouteSpec<Body, Query>,
  access: Route["access"],
  admit: (c: AppContext) => Promise<Who> | Who,
  handler: Handler<Body, Query, Who>,
): Route {
  return {
    spec,
    access,
    // Who comes before what: a stranger learns nothing from how a body is refused.
    handle: async (c) => {
      const who = await admit(c);
      const query = parse(c, spec.query ?? NOTHING, c.req.query());
      const body = spec.body ? await readBody(c, spec, spec.body) : undefined;
      // SAFETY: body and query are the outputs of this spec's own schemas, or undefined where it has none.
      const run = async () => handler(c, { ...who, body, query } as Input<Body, Query> & Who);
      const identity = c.get("identity");
      // An upload names its own content, see routes/files/upload.ts.
      if (!spec.idempotent || spec.upload || !identity) return run();
      const content = () =>
        fingerprintOf([JSON.stringify(body ?? null), ...(spec.query ? [JSON.stringify(query)] : [])]);
      return once(c, identity, content, run, spec.idempotent === "lasting" ? LASTING_DEAD_MS : undefined);
    },
  };
}

const NOTHING = z.object({});

function parse<Schema extends z.ZodType>(c: AppContext, schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value, { reportInput: true });
  if (!result.success) throw invalidRequest(result.error, c.get("locale"));
  return result.data;
}

async function readBody(c: AppContext, spec: RouteSpec, schema: z.ZodType): Promise<unknown> {
  const json = await readJson(c.req.raw);
  if (json === undefined && !spec.bodyOptional) throw refuse("bad_json");
  const value = json ?? {};
  if (spec.messageField) checkMessage(spec.messageField, value);
  return parse(c, schema, value);
}

function checkMessage(field: MessageField, value: unknown): void {
  const text = typeof value === "object" && value !== null ? Reflect.get(value, field.name) : undefined;
  if (typeof text !== "string") return;
  const { length } = text.trim();
  if (length === 0 && field.required) throw refuse("message_empty");
  if (length > field.max) throw refuse("message_too_long", { max: field.max, length });
}

/** A route anybody may call. */
export const publicRoute = <Body extends z.ZodType, Query extends z.ZodType>(
  spec: RouteSpec<Body, Query>,
  handler: Handler<Body, Query, object>,
): Route => define(spec, "public", () => ({}), handler);

/** A route for who runs the service and holds its OPERATOR_TOKEN; for everybody else there is none. */
export const operatorRoute = <Body extends z.ZodType, Query extends z.ZodType>(
  spec: RouteSpec<Body, Query>,
  handler: Handler<Body, Query, object>,
): Route => define(spec, "operator", requireOperator, handler);

/** A route for people who are signed in. */
export const userRoute = <Body extends z.ZodType, Query extends z.ZodType>(
  spec: RouteSpec<Body, Query>,
  handler: Handler<Body, Query, AsUser>,
): Route => define(spec, "user", async (c) => ({ identity: await requireIdentity(c) }), handler);

/** A route under `/api/projects/:projectId`, for members whose role allows `action`; 404 for everybody else. */
export const projectRoute = <Body extends z.ZodType, Query extends z.ZodType>(
  spec: RouteSpec<Body, Query>,
  action: Action,
  handler: Handler<Body, Query, InProject>,
): Route => define(spec, action, (c) => projectAccess(c, c.req.param("projectId") ?? "", action), handler);

/** A route under `/api/workflows/:workflowId`, for members of the workflow's project. */
export const workflowRoute = <Body extends z.ZodType, Query extends z.ZodType>(
  spec: RouteSpec<Body, Query>,
  action: Action,
  handler: Handler<Body, Query, WorkflowAccess>,
): Route => define(spec, action, (c) => workflowAccess(c, c.req.param("workflowId") ?? "", action), handler);

/** A route under `/api/uploads/:uploadId`, for members of the upload's project. */
export const uploadRoute = <Body extends z.ZodType, Query extends z.ZodType>(
  spec: RouteSpec<Body, Query>,
  action: Action,
  handler: Handler<Body, Query, UploadAccess>,
): Route => define(spec, action, (c) => uploadAccess(c, c.req.param("uploadId") ?? "", action), handler);

/** A route under `/api/files/:fileId`, for members of the file's project. */
export const fileRoute = <Body extends z.ZodType, Query extends z.ZodType>(
  spec: RouteSpec<Body, Query>,
  action: Action,
  handler: Handler<Body, Query, FileAccess>,
): Route => define(spec, action, (c) => fileAccess(c, c.req.param("fileId") ?? "", action), handler);

/** A route under `/api/sites/:siteId`, for members of the site's project. */
export const siteRoute = <Body extends z.ZodType, Query extends z.ZodType>(
  spec: RouteSpec<Body, Query>,
  action: Action,
  handler: Handler<Body, Query, SiteAccess>,
): Route => define(spec, action, (c) => siteAccess(c, c.req.param("siteId") ?? "", action), handler);

/** A route under `/api/shares/:shareId`, for members of the project it shows something of. */
export const shareRoute = <Body extends z.ZodType, Query extends z.ZodType>(
  spec: RouteSpec<Body, Query>,
  action: Action,
  handler: Handler<Body, Query, ShareAccess>,
): Route => define(spec, action, (c) => shareAccess(c, c.req.param("shareId") ?? "", action), handler);
