import { and, eq, isNull, ne } from "drizzle-orm";
import type { Database } from "./client.ts";
import { projectMembers, projects, shareLinks, sites } from "./schema.ts";
import type { ProjectScope, UserScope } from "./scope.ts";

/** Directory row of a site, not a preview, in a project this person belongs to. */
export async function findSite(db: Database, scope: UserScope, id: string): Promise<ProjectScope | null> {
  const [row] = await db
    .select({ projectId: sites.projectId })
    .from(sites)
    .innerJoin(projectMembers, eq(projectMembers.projectId, sites.projectId))
    .innerJoin(projects, eq(projects.id, sites.projectId))
    .where(and(belongs(scope), eq(sites.id, id), ne(sites.state, "preview")))
    .limit(1);
  return row ?? null;
}

export async function findShare(db: Database, scope: UserScope, id: string): Promise<ProjectScope | null> {
  const [row] = await db
    .select({ projectId: shareLinks.projectId })
    .from(shareLinks)
    .innerJoin(projectMembers, eq(projectMembers.projectId, shareLinks.projectId))
    .innerJoin(projects, eq(projects.id, shareLinks.projectId))
    .where(and(belongs(scope), eq(shareLinks.id, id)))
    .limit(1);
  return row ?? null;
}

const belongs = (scope: UserScope) => and(eq(projectMembers.userId, scope.userId), isNull(projects.deletedAt));
