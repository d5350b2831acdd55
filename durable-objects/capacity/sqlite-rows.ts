import type { AdmissionRows } from "./admissions.ts";
import type { Claim, Waiting } from "./fair-queue.ts";

type ClaimRow = { workflow_id: string; project_id: string; user_id: string };

const claimOf = ({ workflow_id, project_id, user_id }: ClaimRow): Claim => ({
  workflowId: workflow_id,
  projectId: project_id,
  userId: user_id,
});

/** Slots, queue and turns in the object's own database. */
export function sqliteRows(sql: SqlStorage): AdmissionRows {
  sql.exec(`
    CREATE TABLE IF NOT EXISTS slots (workflow_id TEXT PRIMARY KEY, project_id TEXT NOT NULL, user_id TEXT NOT NULL)
      WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS waiting (
      workflow_id TEXT PRIMARY KEY, project_id TEXT NOT NULL, user_id TEXT NOT NULL, seq INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS turns (owner TEXT PRIMARY KEY, turn INTEGER NOT NULL) WITHOUT ROWID;
  `);
  return {
    load: () => ({
      slots: sql.exec<ClaimRow>("SELECT workflow_id, project_id, user_id FROM slots").toArray().map(claimOf),
      waiting: sql
        .exec<ClaimRow & { seq: number }>("SELECT workflow_id, project_id, user_id, seq FROM waiting")
        .toArray()
        .map((row): Waiting => ({ ...claimOf(row), seq: row.seq })),
      turns: new Map(
        sql
          .exec<{ owner: string; turn: number }>("SELECT owner, turn FROM turns")
          .toArray()
          .map(({ owner, turn }) => [owner, turn]),
      ),
    }),
    saveSlot: ({ workflowId, projectId, userId }) =>
      void sql.exec("INSERT OR REPLACE INTO slots VALUES (?, ?, ?)", workflowId, projectId, userId),
    removeSlot: (workflowId) => void sql.exec("DELETE FROM slots WHERE workflow_id = ?", workflowId),
    saveWaiting: ({ workflowId, projectId, userId, seq }) =>
      void sql.exec("INSERT OR REPLACE INTO waiting VALUES (?, ?, ?, ?)", workflowId, projectId, userId, seq),
    removeWaiting: (workflowId) => void sql.exec("DELETE FROM waiting WHERE workflow_id = ?", workflowId),
    saveTurn: (owner, turn) => void sql.exec("INSERT OR REPLACE INTO turns VALUES (?, ?)", owner, turn),
    removeTurn: (owner) => void sql.exec("DELETE FROM turns WHERE owner = ?", owner),
  };
}
