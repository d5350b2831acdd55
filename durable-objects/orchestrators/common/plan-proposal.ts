import { z } from "zod";
import { err, ok, type Result } from "../../../shared/lib/result.ts";
import type { Message } from "../../../shared/workflow/content.ts";
import { Tier } from "../../../shared/workflow/content.ts";
import { AgentId, NodeType, type PlanNode, type PlanProblem } from "../../../shared/workflow/plan.ts";
import { findPlanProblem } from "../../../shared/workflow/plan-graph.ts";
import { MAX_INSTRUCTIONS, MAX_LABEL, MAX_PLAN_NODES } from "../../../shared/workflow/plan-limits.ts";
import { breakCycles, coverWithReview, tieOrphans } from "./plan-repair.ts";
import { SITES } from "./proof.ts";
import { textsFor } from "./texts.ts";

/** A plan as a model proposed it, mended where the meaning is clear; not yet priced or laid out. */
export interface Proposal {
  readonly title: string;
  readonly summary: string;
  readonly limits: readonly string[];
  readonly nodes: readonly PlanNode[];
}

const MAX_TITLE = 100;
const MAX_SUMMARY = 2_000;

const ProposedStep = z.object({
  id: z.string().optional(),
  label: z.string().trim().min(1),
  type: NodeType.catch("task"),
  agent: z.string().catch("dev"),
  stage: z.enum(["planning", "orchestrating", "building", "reviewing"]).optional().catch(undefined),
  dependsOn: z.array(z.string()).catch([]),
  instructions: z.string().catch(""),
  tier: Tier.catch("standard"),
  optional: z.boolean().catch(false),
  touches: z.array(z.string()).catch([]),
  proof: z.enum(["none", "tests", "page"]).catch("none"),
});
type ProposedStep = z.infer<typeof ProposedStep>;

const ProposedPlan = z.object({
  title: z.string().trim().min(1),
  summary: z.string().trim().catch(""),
  limits: z.array(z.string()).catch([]),
  steps: z.array(ProposedStep).min(1),
});

/** What a proposal is read with. */
export interface Reading {
  readonly locale: "en" | "ar";
  /** Names of the services this deployment can reach. */
  readonly services: ReadonlySet<string>;
  /** See {@link Method}. */
  readonly shape: (nodes: readonly PlanNode[]) => PlanNode[];
}

/** Reads the last answer of the planning conversation: the plan, or what is wrong with it in words for the model. */
export function readProposal(answer: Message, reading: Reading): Result<Proposal, string> {
  const call = answer.content.find((block) => block.type === "tool_use" && block.name === "propose_plan");
  if (call?.type !== "tool_use") return err("You answered without calling propose_plan. Call it with the whole plan.");
  const parsed = ProposedPlan.safeParse(call.input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return err(`The arguments of propose_plan cannot be read: ${issue?.path.join(".")}: ${issue?.message}.`);
  }
  const { title, summary, limits, steps } = parsed.data;
  if (steps.length > MAX_PLAN_NODES)
    return err(`A plan has at most ${MAX_PLAN_NODES} steps; this one has ${steps.length}.`);
  const shaped = reading.shape(breakCycles(toNodes(steps, reading.services)));
  const nodes = coverWithReview(tieOrphans(shaped), reading.locale);
  const problem = findPlanProblem(nodes);
  if (problem) return err(problemText(problem));
  return ok({
    title: title.slice(0, MAX_TITLE),
    summary: summary.slice(0, MAX_SUMMARY),
    limits: [
      ...limits.map((one) => one.trim().slice(0, 400)).filter((one) => one !== ""),
      ...unknownServices(steps, reading.services).map(textsFor(reading.locale).noService),
    ],
    nodes,
  });
}

/** Slugged unique ids, known agents, dependencies that exist (given by id or by label). */
function toNodes(steps: readonly ProposedStep[], services: ReadonlySet<string>): PlanNode[] {
  const taken = new Set<string>();
  const named = steps.map((step, index) => ({
    step,
    id: uniqueId(slug(step.id ?? step.label) || `step-${index + 1}`, taken),
  }));
  const byName = new Map<string, string>();
  for (const { step, id } of named)
    for (const name of [step.label, slug(step.label), step.id ?? "", slug(step.id ?? "")])
      if (name !== "" && !byName.has(name)) byName.set(name, id);
  return named.map(({ step, id }) => {
    const dependsOn = new Set(step.dependsOn.flatMap((name) => byName.get(name) ?? byName.get(slug(name)) ?? []));
    dependsOn.delete(id);
    const known = AgentId.safeParse(step.agent.trim().toLowerCase());
    const stage = step.stage ?? (known.data === "reviewer" ? "reviewing" : "building");
    // A review reads and recomputes; what it judges was written by others.
    const touches = stage === "reviewing" ? [] : [...new Set(step.touches)].filter((name) => services.has(name));
    return {
      id,
      type: step.type,
      label: step.label.slice(0, MAX_LABEL).trim(),
      instructions: step.instructions.slice(0, MAX_INSTRUCTIONS),
      agent: known.success ? known.data : stage === "reviewing" ? "reviewer" : "dev",
      stage,
      dependsOn: [...dependsOn],
      tier: step.tier,
      optional: step.optional && stage !== "reviewing",
      ...(touches.length > 0 ? { touches } : {}),
      ...proofOfStep(step.proof, stage, touches),
      position: { x: 0, y: 0 },
      estimate: { p50Micros: 0, p90Micros: 0 },
    };
  });
}

/** A live page is proof only of a step that may publish one; a review proves nothing of its own. */
function proofOfStep(
  proof: ProposedStep["proof"],
  stage: PlanNode["stage"],
  touches: readonly string[],
): Pick<PlanNode, "proof"> {
  if (proof === "none" || stage === "reviewing" || (proof === "page" && !touches.includes(SITES))) return {};
  return { proof };
}

/** Services a plan counts on that nobody has connected: the person is told, at most so many. */
function unknownServices(steps: readonly ProposedStep[], services: ReadonlySet<string>): string[] {
  const named = steps.flatMap((step) => step.touches.map((name) => name.trim().slice(0, 60)));
  return [...new Set(named)].filter((name) => name !== "" && !services.has(name)).slice(0, 5);
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, "-")
    .replaceAll(/^[-_]+|-+$/g, "")
    .slice(0, 40);

function uniqueId(wanted: string, taken: Set<string>): string {
  let id = wanted;
  for (let count = 2; taken.has(id); count++) id = `${wanted.slice(0, 36)}-${count}`;
  taken.add(id);
  return id;
}

function problemText(problem: PlanProblem): string {
  switch (problem.code) {
    case "plan_no_work":
      return "The plan has no step with stage building: nothing would be made.";
    case "plan_no_review":
      return "The plan has no step with stage reviewing: nobody would check the work.";
    case "plan_cycle":
      return `These steps wait for each other: ${problem.nodeIds.join(", ")}.`;
    case "plan_orphan":
      return `The step ${problem.nodeId} is tied to no other.`;
    default:
      return `The plan cannot run: ${problem.code}.`;
  }
}
