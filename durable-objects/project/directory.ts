import type { Role } from "../../shared/access/roles.ts";
import type { WorkflowSummary } from "../../shared/protocol/object-rpc.ts";

export interface DirectoryRow {
  readonly id: string;
  readonly ownerId: string;
  readonly name: string;
  readonly createdAt: string;
  readonly deletedAt: string | null;
  readonly members: readonly { readonly userId: string; readonly role: Role; readonly createdAt: string }[];
}

/**
 * D1's projection of a project: what one person's list of projects needs, never content. Writing it again changes
 * nothing, so it is delivered at least once. Tables: worker/db/schema.ts.
 */
export async function writeDirectory(db: D1Database, row: DirectoryRow): Promise<void> {
  await db.batch([
    db
      .prepare(
        `INSERT INTO project_directory (id, owner_id, name, created_at, deleted_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET owner_id = excluded.owner_id, name = excluded.name, deleted_at = excluded.deleted_at`,
      )
      .bind(row.id, row.ownerId, row.name, row.createdAt, row.deletedAt),
    db.prepare("DELETE FROM project_members WHERE project_id = ?").bind(row.id),
    ...row.members.map((member) =>
      db
        .prepare("INSERT INTO project_members (project_id, user_id, role, created_at) VALUES (?, ?, ?, ?)")
        .bind(row.id, member.userId, member.role, member.createdAt),
    ),
  ]);
}

/** Row of the workflow index; an older version never overwrites a newer one. */
export async function writeWorkflowIndex(db: D1Database, summary: WorkflowSummary): Promise<void> {
  await db
    .prepare(
      `INSERT INTO workflow_index (id, project_id, status, stage, version, spent_micros, cap_micros, created_by, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET status = excluded.status, stage = excluded.stage,
       version = excluded.version, spent_micros = excluded.spent_micros, cap_micros = excluded.cap_micros, updated_at = excluded.updated_at
       WHERE excluded.version > version`,
    )
    .bind(
      summary.id,
      summary.projectId,
      summary.status,
      summary.stage,
      summary.version,
      summary.spentMicros,
      summary.capMicros,
      summary.createdBy,
      summary.createdAt,
      summary.updatedAt,
    )
    .run();
}
