import type { FileProfile } from "../api/files.ts";
import type { Tier, Usage } from "../workflow/content.ts";
import type { Estimate, NodeType, PlanNode } from "../workflow/plan.ts";
import { REVIEW_BATCH } from "../workflow/plan-limits.ts";
import { costOf, priceOf, TIER_MODELS } from "./prices.ts";

type WorkStage = PlanNode["stage"];

/** What a step of a kind usually takes: model calls of its whole run, and output tokens of one call. */
interface Prior {
  readonly calls: { readonly p50: number; readonly p90: number };
  readonly output: { readonly p50: number; readonly p90: number };
}

/**
 * Priors by stage. A step lists and reads, works, and finishes: three to six calls for building, fewer for
 * analysis; a review reads the work, recomputes it and gives a verdict. The p90 column holds a repaired attempt.
 */
const PRIORS: Readonly<Record<WorkStage, Prior>> = {
  planning: { calls: { p50: 2, p90: 5 }, output: { p50: 400, p90: 800 } },
  orchestrating: { calls: { p50: 2, p90: 4 }, output: { p50: 400, p90: 800 } },
  building: { calls: { p50: 4, p90: 8 }, output: { p50: 800, p90: 1300 } },
  reviewing: { calls: { p50: 2, p90: 4 }, output: { p50: 600, p90: 1100 } },
};

/** Deciding takes a turn less, talking to another system a turn more. */
const EXTRA_CALLS: Readonly<Record<NodeType, number>> = { agent: 0, task: 0, integration: 1, decision: -1 };

/** Deep models think before they answer, and thinking is billed as output. */
const THINKING: Readonly<Record<Tier, number>> = { fast: 1, standard: 1.15, deep: 1.5 };

/** Tokens of the system prompt and the tools: stable, so read from the cache after the first call. */
const STABLE_PROMPT = 1_700;
/** Tokens of a step's own prompt without the files' profiles: request, plan, instructions, inputs. */
const STEP_PROMPT = 800;
/** What each step under a review adds to it: its summary, evidence and code to read, and calls to check it. */
const JUDGED = { tokens: 1_200, calls: { p50: 0.4, p90: 0.8 } } as const;
/** Tokens a tool's answer adds to the next call. */
const TOOL_ANSWER = 500;
/** UTF-8 text of profiles in JSON runs at about three characters per token. */
const PROFILE_CHARS_PER_TOKEN = 3;

/** Beyond every listed date: plans are priced at the newest row of each model. */
const NEWEST = Date.UTC(2999, 0, 1);

/** Tokens the profiles of a workflow's files add to every prompt. */
export function profileTokens(profiles: readonly FileProfile[]): number {
  return profiles.length === 0 ? 0 : Math.ceil(JSON.stringify(profiles).length / PROFILE_CHARS_PER_TOKEN);
}

/** One step in ten is repaired: another attempt, or a longer one. */
const REPAIR = 1.25;

/**
 * Micro-dollars a step is expected to cost: the first call writes its prompt to the cache, later ones read it and
 * write what was added. p90: more and longer calls, and a share of a repair. `contextTokens` is {@link profileTokens};
 * `judged` is the number of steps a review judges; more than {@link REVIEW_BATCH} are judged in several full batches.
 */
export function estimateStep(
  step: Pick<PlanNode, "stage" | "type" | "tier">,
  contextTokens = 0,
  judged = step.stage === "reviewing" ? 1 : 0,
): Estimate {
  const prior = PRIORS[step.stage];
  const think = THINKING[step.tier];
  const batches = Math.max(1, Math.ceil(judged / REVIEW_BATCH));
  const more = Math.min(REVIEW_BATCH, judged);
  const prompt = contextTokens + more * JUDGED.tokens;
  const calls50 = Math.max(1, prior.calls.p50 + EXTRA_CALLS[step.type] + Math.round(more * JUDGED.calls.p50));
  const calls90 = Math.max(2, prior.calls.p90 + EXTRA_CALLS[step.type] + Math.round(more * JUDGED.calls.p90));
  const p50Micros = batches * conversation(step.tier, calls50, Math.round(prior.output.p50 * think), prompt);
  const p90Micros = batches * conversation(step.tier, calls90, Math.round(prior.output.p90 * think), prompt);
  return { p50Micros, p90Micros: Math.round(p90Micros * REPAIR) };
}

function conversation(tier: Tier, calls: number, output: number, promptTokens: number): number {
  const rate = priceOf(TIER_MODELS[tier], NEWEST);
  const grown = output + TOOL_ANSWER;
  let read = 0;
  let written = STABLE_PROMPT + STEP_PROMPT + promptTokens;
  let total = 0;
  for (let call = 0; call < calls; call++) {
    const usage: Usage = { input: 0, output, cacheRead: read, cacheWrite5m: written, cacheWrite1h: 0 };
    total += costOf(usage, rate);
    read += written;
    written = grown;
  }
  return total;
}

/** Sums of the steps, as they are shown: a plan's range is the range of its parts together. */
export function totalOf(nodes: readonly Pick<PlanNode, "estimate">[]): Estimate {
  let p50Micros = 0;
  let p90Micros = 0;
  for (const node of nodes) {
    p50Micros += node.estimate.p50Micros;
    p90Micros += node.estimate.p90Micros;
  }
  return { p50Micros, p90Micros };
}
