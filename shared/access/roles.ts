import { z } from "zod";

export const Role = z.enum(["owner", "collaborator", "viewer"]);
export type Role = z.infer<typeof Role>;

/** The matrix of FR-12. */
const ALLOWED = {
  "workflow.read": ["owner", "collaborator", "viewer"],
  "workflow.write": ["owner", "collaborator"],
  "chat.read": ["owner", "collaborator", "viewer"],
  "chat.write": ["owner", "collaborator"],
  "file.read": ["owner", "collaborator", "viewer"],
  "file.write": ["owner", "collaborator"],
  /** See a result on the screen. */
  "artifact.read": ["owner", "collaborator", "viewer"],
  "artifact.download": ["owner", "collaborator"],
  "project.read": ["owner", "collaborator", "viewer"],
  "project.manage": ["owner"],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof ALLOWED;

/** Whether a member with this role may do it. Nobody else reaches a project at all: for them it is 404. */
export function can(role: Role, action: Action): boolean {
  const roles: readonly Role[] = ALLOWED[action];
  return roles.includes(role);
}

/** A person acting in a project, with the role the ProjectObject vouches for. */
export interface Member {
  readonly userId: string;
  readonly role: Role;
}
