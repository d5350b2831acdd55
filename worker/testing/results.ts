import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { projectKey } from "../../durable-objects/storage/project-key.ts";
import { createSealedStore } from "../../durable-objects/storage/sealed-store.ts";
import { mediaTypeOf } from "../../durable-objects/workflow/tools/file-names.ts";
import type { WorkflowView } from "../../shared/api/workflows.ts";
import { newId } from "../../shared/lib/ids.ts";
import { createApp } from "../app.ts";
import { createFrontDoor } from "../front-door.ts";
import { type Person, replaced } from "./person.ts";

const app = createApp({ log: () => {} });
const door = createFrontDoor({ api: app.fetch });

/** Through the front door, with the host the address names. */
export async function visit(url: string, init: RequestInit = {}, bindings: typeof env = env): Promise<Response> {
  const ctx = createExecutionContext();
  const answer = await door(new Request(url, { redirect: "manual", ...init }), bindings, ctx);
  await waitOnExecutionContext(ctx);
  return answer;
}

type Artifact = WorkflowView["artifacts"][number];
export interface Made {
  readonly workflowId: string;
  readonly projectId: string;
  /** Results there are from now on, by name. */
  put(files: Readonly<Record<string, string | Uint8Array>>, role?: "log"): Promise<void>;
  /** Changes of the workflow as everybody sees it from now on. */
  show(changes: Partial<WorkflowView>): void;
}

/**
 * A workflow of this person that has ended, whose results a test sets: its object is real, its view and its results are
 * the test's. Sealing, R2, the library, D1 and the routes are real.
 */
export async function finishedWorkflow(person: Person, projectId: string): Promise<Made> {
  const made = await person.json<WorkflowView>("POST", `/api/projects/${projectId}/workflows`, { message: "A page" });
  const store = createSealedStore(env.BUCKET, () => projectKey(env, projectId));
  const stored = new Map<string, { view: Artifact; key: string; header: string }>();
  let changes: Partial<WorkflowView> = { status: "completed", name: "Noor Clinic" };
  const real = env.WORKFLOW.getByName.bind(env.WORKFLOW);
  const before = replaced.env.WORKFLOW;
  replaced.env = {
    ...replaced.env,
    WORKFLOW: {
      getByName(id: string) {
        const object = before ? before.getByName(id) : real(id);
        if (id !== made.id) return object;
        const fake = {
          view: async (member: Parameters<typeof object.view>[0]) => {
            const found = await object.view(member);
            const artifacts = [...stored.values()].map((one) => one.view);
            return found.ok ? { ok: true, value: { ...found.value, artifacts, ...changes } } : found;
          },
          artifact: async (_member: unknown, id: string) => {
            const found = [...stored.values()].find((one) => one.view.id === id);
            return found ? { ok: true, value: found } : { ok: false, error: { code: "not_found", params: {} } };
          },
          events: (...given: Parameters<typeof object.events>) => object.events(...given),
          act: (...given: Parameters<typeof object.act>) => object.act(...given),
        };
        // SAFETY: the routes under test call nothing else of it.
        return fake as never;
      },
    },
  };
  return {
    workflowId: made.id,
    projectId,
    async put(files, role) {
      for (const [name, content] of Object.entries(files)) {
        const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
        const id = newId("art");
        const key = `${projectId}/artifacts/${made.id}/${id}/tool_1`;
        const { header } = await store.put(key, bytes);
        const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
        const sha256 = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
        const view = {
          id,
          name,
          mediaType: mediaTypeOf(name),
          size: bytes.length,
          nodeId: "page",
          sha256,
          ...(role ? { role } : {}),
        };
        stored.set(name, { view, key, header });
      }
    },
    show(more) {
      changes = { ...changes, ...more };
    },
  };
}
