import { z } from "zod";
import { modelFromEnv } from "../../../durable-objects/models/registry.ts";
import { modelNames } from "../../../durable-objects/workflow/model-names.ts";
import { EffectView, WorkflowView } from "../../../shared/api/workflows.ts";
import { WorkflowStateSchema } from "../../../shared/workflow/state-schema.ts";
import { toWorkflowView } from "../../../shared/workflow/view.ts";
import { unwrap } from "../../middleware/problems/problem-error.ts";
import { workflowRoute } from "../../routing/route.ts";

const tag = "Live";

export const VersionQuery = z.object({
  version: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
});
export const EffectList = z.object({ items: z.array(EffectView) });
export const Snapshot = z.object({
  /** Address of the JSON Schema of `state`. */
  schema: z.url(),
  schemaVersion: z.number().int().positive(),
  version: z.number().int().positive(),
  state: WorkflowStateSchema,
});

export const getState = workflowRoute(
  {
    method: "GET",
    path: "/api/workflows/:workflowId/state",
    id: "getStateAt",
    tag,
    summary: "The workflow as it was at a version of its log",
    query: VersionQuery,
    answer: { status: 200, schema: WorkflowView, description: "The workflow then" },
  },
  "workflow.read",
  async (c, { member, workflowId, query }) => {
    const state = unwrap(await c.env.WORKFLOW.getByName(workflowId).stateAt(member, query.version));
    const pinned = { ...c.env, MODEL_PROVIDER: state.model.provider };
    const names = modelNames({ model: () => modelFromEnv(pinned) }, state);
    return c.json(toWorkflowView(state, state.locale, names) satisfies WorkflowView);
  },
);

export const getEffects = workflowRoute(
  {
    method: "GET",
    path: "/api/workflows/:workflowId/effects",
    id: "listEffects",
    tag: "Results",
    summary:
      "What was done outside, or would have been in a rehearsal: oldest first, with proof and what can be undone",
    answer: { status: 200, schema: EffectList, description: "All effects, inherited ones first" },
  },
  "workflow.read",
  async (c, { member, workflowId }) =>
    c.json({ items: unwrap(await c.env.WORKFLOW.getByName(workflowId).effects(member)) }),
);

export const getSnapshot = workflowRoute(
  {
    method: "GET",
    path: "/api/workflows/:workflowId/snapshot",
    id: "getSnapshot",
    tag,
    summary: "The state in the published form that any orchestrator can go on from",
    answer: { status: 200, schema: Snapshot, description: "The state now, and where its schema is" },
  },
  "workflow.read",
  async (c, { member, workflowId }) => {
    const { schemaVersion, state } = unwrap(await c.env.WORKFLOW.getByName(workflowId).snapshot(member));
    const schema = new URL("/api/schemas/workflow-state.json", c.req.url).href;
    return c.json({ schema, schemaVersion, version: state.version, state });
  },
);
