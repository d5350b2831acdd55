import { profileTokens } from "../../../shared/money/estimates.ts";
import type { AgentId, PlanNode, Stage } from "../../../shared/workflow/plan.ts";
import { layoutPlan } from "../../../shared/workflow/plan-graph.ts";
import type { RunNode } from "../../../shared/workflow/run-node.ts";
import { FINISHED } from "../../../shared/workflow/state.ts";
import type { Orchestrator } from "../port.ts";
import { decidePlanning } from "./decide-planning.ts";
import { decideRun } from "./decide-run.ts";
import { priceSteps, refineVariants } from "./variants.ts";

/** What makes one way of working differ from another. How steps run, prove and fail is the same for all (SPEC.md). */
export interface Method {
  readonly name: string;
  readonly version: string;
  /** Who may be given a step, and in which stages, as the planner is told. */
  readonly agents: readonly AgentId[];
  readonly stages: readonly Exclude<Stage, "completed">[];
  /** The thorough variant has a second, independent review. */
  readonly secondCheck: boolean;
  /**
   * System prompts hold nothing of a workflow, so that providers can cache them. `outside`: there are services in
   * this deployment (planning), or the step may reach one (work).
   */
  readonly prompts: {
    planning(outside: boolean): string;
    work(node: Pick<RunNode, "agent">, outside: boolean): string;
    review(node: Pick<RunNode, "agent">): string;
  };
  /** Brings a plan of a model's into the form this method wants, before what every plan needs is mended. */
  shape(nodes: readonly PlanNode[]): PlanNode[];
}

/** The orchestrator that works by this method. */
export function orchestratorOf(method: Method): Orchestrator {
  return {
    name: method.name,
    version: method.version,
    decide(state, around) {
      if (state.pause || FINISHED.includes(state.phase)) return [];
      if (state.plan === null) return decidePlanning(method, state, around);
      return state.plan.approved ? decideRun(method, state, around) : [];
    },
    reprice: (nodes, profiles = []) => priceSteps(layoutPlan(nodes), profileTokens(profiles)),
    refine: (variants, chosen, nodes, profiles = []) =>
      refineVariants(variants, chosen, nodes, profileTokens(profiles)),
  };
}
