import { and, desc, eq, gt, isNull, lt, or } from "drizzle-orm";
import type { Role } from "../../shared/access/roles.ts";
import type { Database } from "./client.ts";
import { fileIndex, projectMembers, projects, workflowIndex } from "./schema.ts";
import type { ProjectScope, UserScope } from "./scope.ts";

export interface ProjectListRow {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: string;
}

const columns = { id: projects.id, name: projects.name, role: projectMembers.role, createdAt: projects.createdAt };
const belongs = (scope: UserScope) => and(eq(projectMembers.userId, scope.userId), isNull(projects.deletedAt));

/** A person's projects, newest first; one more than `limit` when there is a next page. */
export function listProjects(
  db: Database,
  scope: UserScope,
  page: { limit: number; after: { createdAt: string; id: string } | null },
): Promise<ProjectListRow[]> {
  const { after } = page;
  const older = after
    ? or(
        lt(projects.createdAt, after.createdAt),
        and(eq(projects.createdAt, after.createdAt), lt(projects.id, after.id)),
      )
    : undefined;
  return db
    .select(columns)
    .from(projectMembers)
    .innerJoin(projects, eq(projects.id, projectMembers.projectId))
    .where(and(belongs(scope), older))
    .orderBy(desc(projects.createdAt), desc(projects.id))
    .limit(page.limit + 1);
}

/** The first project after `id`, of everybody: for who runs the service, never for a person. Null at the end. */
export async function nextProject(db: Database, id: string): Promise<string | null> {
  const [row] = await db
    .select({ id: projects.id })
    .from(projects)
    .where(and(gt(projects.id, id), isNull(projects.deletedAt)))
    .orderBy(projects.id)
    .limit(1);
  return row?.id ?? null;
}

/** The directory's row of a project this person belongs to. */
export async function findProject(db: Database, scope: UserScope, projectId: string): Promise<ProjectListRow | null> {
  const [row] = await db
    .select(columns)
    .from(projectMembers)
    .innerJoin(projects, eq(projects.id, projectMembers.projectId))
    .where(and(belongs(scope), eq(projects.id, projectId)))
    .limit(1);
  return row ?? null;
}

/** Directory row of a workflow in a project this person belongs to. */
export async function findWorkflow(db: Database, scope: UserScope, id: string): Promise<ProjectScope | null> {
  const [row] = await db
    .select({ projectId: workflowIndex.projectId })
    .from(workflowIndex)
    .innerJoin(projectMembers, eq(projectMembers.projectId, workflowIndex.projectId))
    .innerJoin(projects, eq(projects.id, workflowIndex.projectId))
    .where(and(belongs(scope), eq(workflowIndex.id, id)))
    .limit(1);
  return row ?? null;
}

export async function findFile(db: Database, scope: UserScope, id: string): Promise<ProjectScope | null> {
  const [row] = await db
    .select({ projectId: fileIndex.projectId })
    .from(fileIndex)
    .innerJoin(projectMembers, eq(projectMembers.projectId, fileIndex.projectId))
    .innerJoin(projects, eq(projects.id, fileIndex.projectId))
    .where(and(belongs(scope), eq(fileIndex.id, id)))
    .limit(1);
  return row ?? null;
}

export async function addFile(db: Database, scope: ProjectScope, id: string, createdAt: string): Promise<void> {
  await db.insert(fileIndex).values({ id, projectId: scope.projectId, createdAt }).onConflictDoNothing();
}

/** Forgets a membership the ProjectObject no longer knows. */
export async function dropMembership(db: Database, scope: UserScope & ProjectScope): Promise<void> {
  await db
    .delete(projectMembers)
    .where(and(eq(projectMembers.projectId, scope.projectId), eq(projectMembers.userId, scope.userId)));
}
