import { env as startEnv } from "cloudflare:workers";
import type { Env } from "../env.ts";
import { modelFromEnv } from "../models/registry.ts";
import { DEFAULT_FRAMEWORK, ORCHESTRATORS, orchestratorFor } from "../orchestrators/registry.ts";
import { Chooser } from "../orchestrators/rollout.ts";
import { projectKey } from "../storage/project-key.ts";
import { createSealedStore } from "../storage/sealed-store.ts";
import { isSessionLive } from "../storage/session-gate.ts";
import type { Blobs, Outside } from "./ports.ts";
import { httpOutside } from "./tools/http/configured.ts";
import { allowHost } from "./tools/network/allow-host.ts";
import { servicesOf } from "./tools/services.ts";
import { pageReader, publishTools } from "./tools/sites/configured.ts";

// Read at start, so that what is wrong with it stands at the head of the log.
if ("HTTP_SERVICES" in startEnv) httpOutside(String(startEnv.HTTP_SERVICES));

/** Of the isolate, so that a bad setting is told once and not for every workflow. */
const chooser = new Chooser(ORCHESTRATORS, DEFAULT_FRAMEWORK, (problem) =>
  console.error(JSON.stringify({ level: "error", what: "ORCHESTRATOR_ROLLOUT is not used", error: problem })),
);

/** The real outside of a workflow, from the Worker's bindings. */
export function outsideOf(env: Env): Outside {
  return {
    frameworkForNew: (workflowId) => chooser.choose(env.ORCHESTRATOR_ROLLOUT, workflowId),
    orchestrator({ name, version }) {
      const found = orchestratorFor(name, version);
      if (!found) throw new Error(`the orchestrator ${name} ${version} is not carried by this deployment`);
      return found;
    },
    // A running workflow stays with its provider: its dollars are real or simulated, never both.
    model: (pinned) => modelFromEnv(pinned === undefined ? env : { ...modelSettings(env), MODEL_PROVIDER: pinned }),
    project: (projectId) => env.PROJECT.getByName(projectId),
    capacity: () => env.CAPACITY.getByName("global"),
    library: (projectId) => env.LIBRARY.getByName(projectId),
    blobs: (projectId) => blobsOf(env, projectId),
    sandbox: env.SANDBOX,
    services: () => servicesOf(env),
    outsideTools: (run) => [
      ...httpOutside(env.HTTP_SERVICES).tools,
      ...publishTools(env, run, (projectId) => blobsOf(env, projectId)),
      allowHost,
    ],
    pages: pageReader(env),
    isSessionLive: (sessionId) => isSessionLive(env.DB, sessionId),
  };
}

function blobsOf(env: Env, projectId: string): Blobs {
  const store = createSealedStore(env.BUCKET, () => projectKey(env, projectId));
  return {
    async read(key, header) {
      const bytes = await store.get(key, header);
      if (!bytes) throw new Error("a stored file is gone");
      return bytes;
    },
    write: (key, bytes) => store.put(key, bytes),
  };
}

type ModelSettings = Parameters<typeof modelFromEnv>[0];

function modelSettings(env: Env): ModelSettings {
  const { ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL, OPENAI_API_KEY, OPENAI_BASE_URL } = env;
  const { MODEL_FAST, MODEL_STANDARD, MODEL_DEEP, SANDBOX } = env;
  const set = {
    ANTHROPIC_API_KEY,
    ANTHROPIC_BASE_URL,
    OPENAI_API_KEY,
    OPENAI_BASE_URL,
    MODEL_FAST,
    MODEL_STANDARD,
    MODEL_DEEP,
  };
  const present = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
  return { ...present, SANDBOX };
}

/**
 * The seam where tests put a scripted orchestrator and model. It is an object and not a function so that it can be
 * replaced for objects that the runtime constructs.
 */
export const seam = { outsideOf };
