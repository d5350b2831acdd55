import type { Env } from "../../../durable-objects/env.ts";
import { ModelConfigurationError, modelFromEnv } from "../../../durable-objects/models/registry.ts";
import { HealthView } from "../../../shared/api/health.ts";
import { publicRoute } from "../../routing/route.ts";

/** Which model this environment answers with, or the setting that stands in its way. */
export function modelOf(env: Env): Pick<HealthView, "model" | "problem"> {
  try {
    const { provider, simulated } = modelFromEnv(env);
    return { model: { provider, simulated }, problem: null };
  } catch (error) {
    if (error instanceof ModelConfigurationError) return { model: null, problem: error.variable };
    throw error;
  }
}

export const health = publicRoute(
  {
    method: "GET",
    path: "/api/health",
    id: "health",
    tag: "Service",
    summary: "Whether the service answers, and which model works behind it",
    answer: { status: 200, schema: HealthView, description: "The state of the service" },
  },
  (c) => {
    const found = modelOf(c.env);
    const status = found.model ? "ok" : "misconfigured";
    return c.json({ status, ...found, at: new Date(c.var.clock.now()).toISOString() } satisfies HealthView);
  },
);
