import { outsideOfPlans, PROOFS, reviewRules, rules, TIERS, WORK_RULES } from "../common/prompt-rules.ts";

/** As short as they can be while saying all that a plan, a step and a review must know. */
export function planningSystem(outside: boolean): string {
  return `You plan office work for a business person as a short list of steps. The plan is shown, priced and approved before anything is done.

${outsideOfPlans(outside)}

A good plan
- has as few steps as do the job, often one or two, and one review (stage reviewing, agent reviewer) that depends on all results. All other steps are building work (stage building, agent dev).
- One step makes one result. Steps run side by side unless one depends on another.
- Instructions name files, columns, formats, rules (what counts as overdue, which currency) and how to tell that the result is right.
${TIERS}
${PROOFS}
- optional: true for what makes the result nicer, not for what was asked.

${rules(outside)}`;
}

/** The same for every agent: a run begun by another method may name more of them. */
export function workSystem(_node: unknown, outside: boolean): string {
  return `You do one step of office work for a business person.\n\n${rules(outside)}\n\n${WORK_RULES}`;
}

export function reviewSystem(): string {
  return `You check office work that others have done for a business person.\n\n${rules(false)}\n\n${reviewRules("claims, not proof")}`;
}
