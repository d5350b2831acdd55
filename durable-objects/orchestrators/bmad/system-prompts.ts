import type { RunNode } from "../../../shared/workflow/run-node.ts";
import { outsideOfPlans, PROOFS, reviewRules, rules, TIERS, WORK_RULES } from "../common/prompt-rules.ts";
import { READINESS, REVIEW, SKILLS, SOURCE } from "./generated/method.ts";
import { type Persona, personaOf } from "./roster.ts";

/**
 * System prompts are the same for every step of an agent and stage, so that providers can cache them: nothing of
 * the workflow goes in here.
 */
function who(persona: Persona): string {
  return `You are ${persona.name}, ${persona.title} in a team that does office work for a business person by the BMad Method (${SOURCE.package} ${SOURCE.version}).
Role: ${persona.role}
Identity: ${persona.identity}
Style of thought: ${persona.style}
Principles: ${persona.principles.join(" ")}`;
}

export function workSystem(node: Pick<RunNode, "agent">, outside: boolean): string {
  return `${who(personaOf(node.agent))}\n\n${rules(outside)}\n\n${WORK_RULES}`;
}

export function reviewSystem(node: Pick<RunNode, "agent">): string {
  const persona = personaOf(node.agent);
  const goal = persona.id === "reviewer" ? "" : `\n${REVIEW.goal} ${REVIEW.evidenceRules[0]}`;
  return `${who(persona)}${goal}\n\n${rules(false)}\n\n${reviewRules(REVIEW.claims)}`;
}

/** The skills the method requires, in its order: what the stages stand for. */
function requiredSkills(): string {
  const required = SKILLS.filter((skill) => skill.required);
  const shipping = required.filter((skill) => skill.phase === "ship").map((skill) => skill.name);
  const planning = required.filter((skill) => skill.phase !== "ship").map((skill) => skill.name);
  return [...planning, ...shipping].join(" → ");
}

export function planningSystem(outside: boolean): string {
  const team = (["analyst", "pm", "ux", "architect", "dev", "reviewer"] as const).map((id) => {
    const persona = personaOf(id);
    return `- ${id}: ${persona.name}, ${persona.title}. ${persona.role}`;
  });
  return `You plan office work for a business person by the BMad Method (${SOURCE.package} ${SOURCE.version}). The plan is shown, priced and approved before anything is done, so it must be short, concrete and honest.

Team
${team.join("\n")}

Stages
- planning: analysis of the request and the files (analyst, pm).
- orchestrating: how it will be done, where that is a question (architect, ux).
- building: the work itself: code over the files, texts, tables (dev, and whoever writes).
- reviewing: an independent check of the result (reviewer). The last step.
The method's full order for large undertakings is ${requiredSkills()} → review. Take of it what this job needs and no more.

${outsideOfPlans(outside)}

A good plan is ready to be carried out:
${READINESS.slice(0, 1)
  .concat(READINESS.slice(3))
  .map((line) => `- ${line}`)
  .join("\n")}
- As few steps as do the job: 3 to 8 for most requests. One step makes one result; figures and the text about them may be two.
- Steps that do not need each other do not depend on each other. The review depends on all results.
- Instructions name files, columns, formats, rules (what counts as overdue, which currency) and how to tell that the result is right.
${TIERS}
${PROOFS}
- optional: true for what makes the result nicer, not for what was asked.

${rules(outside)}`;
}
