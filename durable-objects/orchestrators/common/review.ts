import { z } from "zod";
import { err, ok, type Result } from "../../../shared/lib/result.ts";
import type { RunNode, ToolRun } from "../../../shared/workflow/run-node.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { isOfSite, pageOf, publishedBy, sawPage } from "./proof.ts";

const MAX_REASONS = 4_000;

const Check = z.object({ label: z.string(), passed: z.boolean(), detail: z.string().catch("") });
const Judgement = z.object({
  nodeId: z.string(),
  accepted: z.boolean(),
  reasons: z.string().catch(""),
  checks: z.array(Check).catch([]),
});
export type Judgement = z.infer<typeof Judgement>;

const Verdict = z.object({ verdicts: z.array(Judgement).min(1), summary: z.string().trim().min(1).max(8_000) });
export type Verdict = z.infer<typeof Verdict>;

/** Reads a verdict: one judgement for each step under review, in plan order; otherwise what is wrong, for the model. */
export function readVerdict(
  input: Readonly<Record<string, unknown>>,
  work: readonly RunNode[],
  review: RunNode,
  state: Pick<WorkflowState, "effects">,
): Result<Verdict, string> {
  const parsed = Verdict.safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return err(`The arguments of verdict cannot be read: ${issue?.path.join(".")}: ${issue?.message}.`);
  }
  const byId = judgementsOf(parsed.data);
  const missing = work.filter((node) => !byId.has(node.id)).map((node) => node.id);
  if (missing.length > 0)
    return err(`The verdict says nothing about: ${missing.join(", ")}. Judge every step in <work>.`);
  if (!review.tools.some((run) => run.result?.ok === true && run.name !== "verdict"))
    return err("You have not looked at anything yourself. Read the files or recompute the figures, then judge.");
  const verdicts: Judgement[] = [];
  for (const node of work) {
    const one = byId.get(node.id);
    if (!one) continue;
    if (!one.accepted && one.reasons.trim() === "")
      return err(`${node.id} is rejected without reasons. Say what is wrong and what would make it right.`);
    if (one.accepted && one.checks.length === 0)
      return err(`${node.id} is accepted without a check. Say what you checked and what you found.`);
    const published = one.accepted ? publishedBy(node, state) : null;
    if (published && looksAt(review, published.link).length === 0)
      return err(`${node.id} has put ${published.link} online. Look at it with fetch_page before you accept it.`);
    verdicts.push({ ...one, reasons: one.reasons.slice(0, MAX_REASONS) });
  }
  return ok({ verdicts, summary: parsed.data.summary });
}

/** The review's looks at the live pages of a site, oldest first. */
export const looksAt = (review: RunNode, link: string): ToolRun[] =>
  review.tools.filter((run) => sawPage(run) && isOfSite(pageOf(run)?.url ?? "", link));

const judgementsOf = ({ verdicts }: Verdict): ReadonlyMap<string, Judgement> =>
  new Map(verdicts.map((one) => [one.nodeId, one]));

/** The verdict a review gave in its current run, after which it has nothing more to say in it; null before. */
export function recordedVerdict(
  review: RunNode,
): { readonly summary: string; accepts(nodeId: string): boolean } | null {
  const run = review.tools.findLast((one) => one.name === "verdict" && one.result?.ok === true);
  const parsed = run && Verdict.safeParse(run.input);
  if (!parsed?.success) return null;
  const byId = judgementsOf(parsed.data);
  return { summary: parsed.data.summary, accepts: (nodeId) => byId.get(nodeId)?.accepted === true };
}
