import type { AuditFact } from "../../../shared/protocol/projection.ts";
import type { AppContext } from "../../context.ts";
import { report } from "../../middleware/defer.ts";
import type { ProjectAccess } from "../../routing/access.ts";

/** A line of the project's audit trail for what somebody did with its files (FR-12.5): ids and numbers, never names. */
export async function note(
  c: AppContext,
  { projectId, member }: Pick<ProjectAccess, "projectId" | "member">,
  eventType: string,
  data: AuditFact["data"],
  isSensitive = false,
): Promise<void> {
  // It is done: that its line is missing is for the log, not for who did it.
  await c.env.PROJECT.getByName(projectId)
    .note(member, "file.write", { eventType, category: "project", data, isSensitive })
    .catch((error: unknown) => report(c, "note what was done with a file", error));
}
