import { z } from "zod";
import { type Member, Role } from "../access/roles.ts";

/** Header by which the API tells an object who is acting. The API strips whatever a client sent under this name. */
export const MEMBER_HEADER = "x-nexus-member";

/** A member who opens a connection; it lives no longer than the session it was opened in. */
export interface ConnectingMember extends Member {
  readonly sessionId?: string | undefined;
}

const Header = z.object({
  userId: z.string().min(1),
  role: Role,
  sessionId: z.string().min(1).max(200).optional(),
});

export const encodeMember = ({ userId, role, sessionId }: ConnectingMember): string =>
  JSON.stringify({ userId, role, sessionId });

/** The member a request to an object names; null when the header is absent or unreadable. */
export function decodeMember(header: string | null): ConnectingMember | null {
  if (header === null) return null;
  try {
    return Header.parse(JSON.parse(header));
  } catch {
    return null;
  }
}
