import { z } from "zod";
import { type Member, Role } from "../access/roles.ts";

/** Header by which the API tells an object who is acting. The API strips whatever a client sent under this name. */
export const MEMBER_HEADER = "x-nexus-member";

const Header = z.object({ userId: z.string().min(1), role: Role });

export const encodeMember = (member: Member): string => JSON.stringify({ userId: member.userId, role: member.role });

/** The member a request to an object names; null when the header is absent or unreadable. */
export function decodeMember(header: string | null): Member | null {
  if (header === null) return null;
  try {
    return Header.parse(JSON.parse(header));
  } catch {
    return null;
  }
}
