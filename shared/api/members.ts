import { z } from "zod";
import { Role } from "../access/roles.ts";

export const MemberView = z.object({ userId: z.string(), name: z.string(), email: z.string(), role: Role });
export type MemberView = z.infer<typeof MemberView>;
export const MemberList = z.object({ items: z.array(MemberView) });

/** Roles that can be given; a project has one owner. */
const GivenRole = z.enum(["collaborator", "viewer"]);
export const AddMember = z.object({
  email: z.string().trim().toLowerCase().max(254).pipe(z.email()),
  role: GivenRole,
});
export const ChangeMember = z.object({ role: GivenRole });
