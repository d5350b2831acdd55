import type { ProblemBody } from "../../../shared/errors/problem-body.ts";
import { t } from "../i18n/i18n.ts";
import { settingsStore } from "../stores/settings-store.ts";

/** A refusal of the API, in the person's language; `status` 0 when the request never arrived. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly body: ProblemBody;
  constructor(body: ProblemBody) {
    super(body.detail || body.title);
    this.body = body;
  }
  get code(): string {
    return this.body.code;
  }
  get offline(): boolean {
    return this.body.status === 0;
  }
}

export const unreachable = (): ApiError =>
  new ApiError({
    type: "about:blank",
    status: 0,
    code: "offline",
    title: t("error.offline.title"),
    detail: t("error.offline.detail"),
  });

function isProblem(value: unknown): value is ProblemBody {
  return typeof value === "object" && value !== null && "code" in value && "detail" in value;
}

/** better-auth answers `{code, message}`; both shapes end as one. */
export function toApiError(status: number, value: unknown): ApiError {
  if (isProblem(value)) return new ApiError({ ...value, status: value.status ?? status });
  const code =
    typeof value === "object" && value !== null && "code" in value ? String(value.code).toLowerCase() : "internal";
  return new ApiError({
    type: "about:blank",
    status,
    code,
    title: t("error.unexpected.title"),
    detail: t("error.unexpected.detail"),
  });
}

export const languageHeader = (): Record<string, string> => ({ "accept-language": settingsStore.getState().locale });

declare global {
  interface Window {
    /** What web/public/early.js asked for before this script ran, by path. */
    nexusEarly?: Record<string, Promise<Response>>;
  }
}

/** Paths whose answer was asked for before the page listened: something may have happened in between. */
const early = new Set<string>();
/** True once for a path that was answered early. */
export const wasEarly = (path: string): boolean => early.delete(path);

/** On a slow phone the scripts arrive seconds after what was asked for; what is taken later than this may be outdated. */
const EARLY_MS = 20_000;

/** The answer to a read that is on its way already: given once, and not after anything was written. */
async function takeEarly(method: string, path: string): Promise<Response | null> {
  if (typeof window === "undefined" || !window.nexusEarly) return null;
  if (method !== "GET" || performance.now() > EARLY_MS) delete window.nexusEarly;
  const asked = window.nexusEarly?.[path];
  delete window.nexusEarly?.[path];
  const answer = await asked?.catch(() => null);
  if (!answer || (!answer.ok && answer.status !== 401)) return null;
  early.add(path);
  return answer;
}

interface Options {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  readonly headers?: Record<string, string>;
}

/** Calls the API under `/api`. Throws {@link ApiError}. Gives the response, its body unread. */
export async function send(path: string, options: Options = {}): Promise<Response> {
  const { method = "GET", body, signal, headers } = options;
  let response: Response;
  try {
    response =
      (await takeEarly(method, path)) ??
      (await fetch(`/api${path}`, {
        method,
        credentials: "same-origin",
        headers: {
          ...languageHeader(),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      }));
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable();
  }
  if (response.ok) return response;
  throw toApiError(response.status, await response.json().catch(() => null));
}

/** Calls the API and reads JSON; the response types are declared in shared/api. */
export async function call<T>(path: string, options: Options = {}): Promise<T> {
  const response = await send(path, options);
  if (response.status === 204) return undefined as T;
  // SAFETY: same origin, same release: the server declares its answers with the same types of shared/api.
  return (await response.json()) as T;
}

/** A key under which the server carries a write out once, however often it is sent. */
export const idempotencyKey = (): string => crypto.randomUUID();
