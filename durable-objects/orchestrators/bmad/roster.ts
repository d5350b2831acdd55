import { invariant } from "../../../shared/lib/assert.ts";
import type { AgentId } from "../../../shared/workflow/plan.ts";
import { AGENTS } from "./generated/method.ts";

/** Who works on a step: the package's persona, put into the system prompt. */
export interface Persona {
  readonly id: AgentId;
  readonly name: string;
  readonly title: string;
  readonly icon: string;
  readonly role: string;
  readonly identity: string;
  readonly style: string;
  readonly principles: readonly string[];
}

/** The team in the order it comes on stage; `reviewer` last. */
export const TEAM: readonly Persona[] = AGENTS;

export function personaOf(id: AgentId): Persona {
  const persona = TEAM.find((one) => one.id === id);
  invariant(persona, `the team has ${id}`);
  return persona;
}
