import {
  abortAllDurableObjects,
  createExecutionContext,
  env,
  listDurableObjectIds,
  runInDurableObject,
  waitOnExecutionContext,
} from "cloudflare:test";
import { afterAll, vi } from "vitest";
import type { Env } from "../../durable-objects/env.ts";
import { ProblemBody } from "../../shared/errors/problem-body.ts";
import { createApp } from "../app.ts";

export const ORIGIN = "http://localhost:8787";

/** Lines the API logged in this file, for tests of what must not be among them. */
export const logged: string[] = [];

const app = createApp({ log: (line) => logged.push(line) });

/** What a test puts in place of some bindings; kept until it is emptied. */
export const replaced: { env: Partial<Env> } = { env: {} };
let addresses = 0;

/** Somebody with a browser of their own: a cookie jar and an address. */
export class Person {
  readonly #cookies = new Map<string, string>();
  readonly ip: string;

  constructor(ip = `198.51.100.${++addresses % 250}`) {
    this.ip = ip;
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  set cookie(line: string) {
    this.#cookies.clear();
    const [name = "", ...value] = line.split("=");
    this.#cookies.set(name, value.join("="));
  }

  /** Sends as a page of ours would; `headers` with an empty value are left out. */
  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const all = new Headers({ origin: ORIGIN, "cf-connecting-ip": this.ip, cookie: this.cookie });
    const raw = typeof body === "string" || body instanceof FormData || body instanceof Uint8Array;
    if (body !== undefined && !raw) all.set("content-type", "application/json");
    for (const [name, value] of Object.entries(headers)) value === "" ? all.delete(name) : all.set(name, value);
    const payload = body === undefined ? null : raw ? body : JSON.stringify(body);
    const ctx = createExecutionContext();
    const request = new Request(`${ORIGIN}${path}`, { method, headers: all, body: payload });
    const answer = await app.fetch(request, { ...env, ...replaced.env }, ctx);
    if (!answer.headers.get("content-type")?.startsWith("text/event-stream")) await waitOnExecutionContext(ctx);
    for (const line of answer.headers.getSetCookie()) this.#take(line);
    return answer;
  }

  get = (path: string, headers?: Record<string, string>) => this.send("GET", path, undefined, headers);
  post = (path: string, body: unknown = {}, headers?: Record<string, string>) => this.send("POST", path, body, headers);

  /** The JSON of a call that must succeed. */
  async json<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.send(method, path, body);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json<T>();
  }

  /** A project of this person's own; gives its id. */
  async project(name = "Clinic"): Promise<string> {
    return (await this.json<{ id: string }>("POST", "/api/projects", { name })).id;
  }

  #take(line: string): void {
    const [pair = "", ...attributes] = line.split("; ");
    const [name = "", ...value] = pair.split("=");
    if (attributes.includes("Max-Age=0")) this.#cookies.delete(name);
    else this.#cookies.set(name, value.join("="));
  }
}

/**
 * Workflows that tests start work on by themselves. They are cancelled and their alarms awaited, so that nothing runs
 * into the end of the test file.
 */
afterAll(async () => {
  const open = "SELECT id, created_by FROM workflow_index WHERE status NOT IN ('completed', 'failed', 'cancelled')";
  const { results } = await env.DB.prepare(open).all<{ id: string; created_by: string }>();
  const cancel = (row: { id: string; created_by: string }) =>
    env.WORKFLOW.getByName(row.id).act(
      { userId: row.created_by, role: "owner" },
      { kind: "cancel", reason: "the test is over" },
    );
  await Promise.all(results.map(cancel));
  const patient = { timeout: 10_000, interval: 20 };
  await vi.waitUntil(async () => (await env.DB.prepare(open).all()).results.length === 0, patient);
  for (const namespace of [env.WORKFLOW, env.PROJECT]) {
    const ids = await listDurableObjectIds(namespace);
    const read = (_: unknown, state: DurableObjectState) => state.storage.getAlarm();
    const idle = async () => {
      const alarms = await Promise.all(ids.map((id) => runInDurableObject(namespace.get(id), read)));
      return alarms.every((at) => at === null);
    };
    await vi.waitUntil(idle, patient);
  }
  await abortAllDurableObjects();
});

let people = 0;

/** Somebody who has just signed up. */
export async function newPerson(name = "Mona"): Promise<Person & { readonly email: string; readonly userId: string }> {
  const person = new Person();
  const email = `person${++people}@example.com`;
  const { user } = await person.json<{ user: { id: string } }>("POST", "/api/auth/sign-up/email", {
    name,
    email,
    password: PASSWORD,
  });
  return Object.assign(person, { email, userId: user.id });
}

export const PASSWORD = "seven blue doors";

/** Status and code of a refusal; checks that it is a problem as all are. */
export async function problemOf(answer: Response): Promise<{ status: number; code: string; body: ProblemBody }> {
  const type = answer.headers.get("content-type");
  if (!type?.startsWith("application/problem+json")) throw new Error(`no problem: ${answer.status} ${type}`);
  const body = ProblemBody.parse(await answer.json());
  if (body.status !== answer.status) throw new Error(`problem says ${body.status}, answer ${answer.status}`);
  return { status: answer.status, code: body.code, body };
}
