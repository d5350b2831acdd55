import type { Role } from "../../shared/access/roles.ts";
import type { WorkflowSummary } from "../../shared/protocol/object-rpc.ts";

/*
 * The rows of D1's directories (worker/db/schema.ts) as the objects project them. Every statement may be run again,
 * and late deliveries never move a row back.
 */

export interface DirectoryProject {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly createdAt: string;
  /** Null while it exists. */
  readonly deletedAt: string | null;
  readonly members: readonly { readonly userId: string; readonly role: Role; readonly createdAt: string }[];
}

/** Brings a project's row and its members to what the ProjectObject says; a deleted project keeps no member rows. */
export async function writeProject(db: D1Database, project: DirectoryProject): Promise<void> {
  const members = project.deletedAt === null ? project.members : [];
  const kept = JSON.stringify(members.map((member) => member.userId));
  await db.batch([
    db
      .prepare(
        `INSERT INTO projects (id, owner_id, name, created_at, deleted_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET owner_id = excluded.owner_id, name = excluded.name,
           deleted_at = coalesce(projects.deleted_at, excluded.deleted_at)`,
      )
      .bind(project.id, project.ownerId, project.name, project.createdAt, project.deletedAt),
    db
      .prepare("DELETE FROM project_members WHERE project_id = ? AND user_id NOT IN (SELECT value FROM json_each(?))")
      .bind(project.id, kept),
    ...members.map((member) =>
      db
        .prepare(
          `INSERT INTO project_members (project_id, user_id, role, created_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (project_id, user_id) DO UPDATE SET role = excluded.role`,
        )
        .bind(project.id, member.userId, member.role, member.createdAt),
    ),
  ]);
}

/** Brings a workflow's row to this summary, unless a newer version is there. Its name stays in the project. */
export async function writeWorkflow(db: D1Database, summary: WorkflowSummary): Promise<void> {
  await workflowRow(db, summary).run();
}

function workflowRow(db: D1Database, summary: WorkflowSummary): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO workflow_index (id, project_id, status, stage, version, spent_micros, cap_micros, simulated, waiting,
         created_by, created_at, updated_at, completed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET status = excluded.status, stage = excluded.stage, version = excluded.version,
         created_by = excluded.created_by, created_at = excluded.created_at,
         spent_micros = excluded.spent_micros, cap_micros = excluded.cap_micros, simulated = excluded.simulated,
         waiting = excluded.waiting,
         updated_at = excluded.updated_at, completed_at = excluded.completed_at
       WHERE excluded.version > workflow_index.version`,
    )
    .bind(
      summary.id,
      summary.projectId,
      summary.status,
      summary.stage,
      summary.version,
      summary.spentMicros,
      summary.capMicros,
      summary.simulated ? 1 : 0,
      summary.waiting,
      summary.createdBy,
      summary.createdAt,
      summary.updatedAt,
      summary.completedAt,
    );
}

/** Ids of the workflows the directory has for a project. */
export async function listedWorkflows(db: D1Database, projectId: string): Promise<string[]> {
  const { results } = await db
    .prepare("SELECT id FROM workflow_index WHERE project_id = ?")
    .bind(projectId)
    .all<{ id: string }>();
  return results.map((row) => row.id);
}

/** Puts a workflow's row in place of whatever is there. */
export async function replaceWorkflow(db: D1Database, summary: WorkflowSummary): Promise<void> {
  await db.batch([removal(db, summary.id), workflowRow(db, summary)]);
}

export async function dropWorkflow(db: D1Database, id: string): Promise<void> {
  await removal(db, id).run();
}

const removal = (db: D1Database, id: string): D1PreparedStatement =>
  db.prepare("DELETE FROM workflow_index WHERE id = ?").bind(id);

/** Removes what the directories hold of a project's workflows and files, when it is erased. */
export async function clearProject(db: D1Database, projectId: string): Promise<void> {
  await db.batch([
    db.prepare("DELETE FROM workflow_index WHERE project_id = ?").bind(projectId),
    db.prepare("DELETE FROM file_index WHERE project_id = ?").bind(projectId),
  ]);
}
