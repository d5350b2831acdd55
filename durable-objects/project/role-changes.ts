import { Role } from "../../shared/access/roles.ts";
import type { WorkflowRpc } from "../../shared/protocol/object-rpc.ts";
import type { Chore } from "./chores.ts";

/** Workflows told at once. */
const AT_ONCE = 16;
/** A workflow that does not confirm in this time is asked again later. */
const PATIENCE_MS = 1500;
/** A round that died with its object is taken up again after this. */
const CLAIM_MS = 5000;
const FIRST_BACKOFF_MS = 500;
const LAST_BACKOFF_MS = 5 * 60_000;
/** A wait this short is not left to the alarm, which another chore may hold up. */
const SOON_MS = 10_000;

type Row = {
  workflow_id: string;
  user_id: string;
  role: string | null;
  seq: number;
  attempts: number;
  not_before: number;
};

/**
 * Tells every workflow that a person's role changed, until each has confirmed: it closes what they have open and voids
 * their approvals. The library is told of who left, and withdraws the links they shared. One that is slow or broken
 * holds up neither the change nor the others.
 */
export class RoleChanges implements Chore {
  readonly name = "tell workflows of a changed role";
  readonly #sql: SqlStorage;
  readonly #workflow: (id: string) => Pick<WorkflowRpc, "dropMember">;

  /** @param workflow the object of a workflow, or the project's library by the project's id */
  constructor(sql: SqlStorage, workflow: (id: string) => Pick<WorkflowRpc, "dropMember">) {
    this.#sql = sql;
    this.#workflow = workflow;
  }

  /** Written in the transaction of the change. `urgent`: workflows that may still act on the person's word. */
  add(input: { userId: string; role: Role | null; workflows: readonly string[]; urgent: readonly string[] }): void {
    const { seq } = this.#sql.exec<{ seq: number }>("SELECT COALESCE(MAX(seq), 0) + 1 AS seq FROM role_changes").one();
    const urgent = new Set(input.urgent);
    for (const id of input.workflows)
      this.#sql.exec(
        "INSERT OR REPLACE INTO role_changes VALUES (?, ?, ?, ?, ?, 0, 0)",
        id,
        input.userId,
        input.role,
        seq,
        urgent.has(id) ? 1 : 0,
      );
  }

  due(): number | null {
    return this.#sql.exec<{ due: number | null }>("SELECT MIN(not_before) AS due FROM role_changes").one().due;
  }

  /**
   * One round over everything that is due. What is being told is put off for as long as that may take, so that rounds
   * can overlap: a later change does not wait for a workflow that hangs on an earlier one.
   */
  async run(): Promise<void> {
    const now = Date.now();
    const rows = this.#sql
      .exec<Row>("SELECT * FROM role_changes WHERE not_before <= ? ORDER BY urgent DESC, workflow_id", now)
      .toArray();
    this.#sql.exec("UPDATE role_changes SET not_before = ? WHERE not_before <= ?", now + CLAIM_MS, now);
    const queue = rows.values();
    const worker = async (): Promise<void> => {
      for (const row of queue) await this.#tell(row);
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, rows.length) }, worker));
    if (rows.length > 0) this.#soon();
  }

  async #tell(row: Row): Promise<void> {
    const role = row.role === null ? null : Role.parse(row.role);
    const confirmed = await within(PATIENCE_MS, () => this.#workflow(row.workflow_id).dropMember(row.user_id, role));
    // A later change of the same role is a row of its own seq, and still to be told.
    const mine = [row.workflow_id, row.user_id, row.seq] as const;
    if (confirmed)
      this.#sql.exec("DELETE FROM role_changes WHERE workflow_id = ? AND user_id = ? AND seq = ?", ...mine);
    else
      this.#sql.exec(
        `UPDATE role_changes SET attempts = attempts + 1, not_before = ?
         WHERE workflow_id = ? AND user_id = ? AND seq = ?`,
        Date.now() + Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(20, row.attempts)),
        ...mine,
      );
  }

  #soon(): void {
    const due = this.due();
    const wait = due === null ? Number.POSITIVE_INFINITY : Math.max(0, due - Date.now());
    if (wait <= SOON_MS) setTimeout(() => void this.run().catch(() => {}), wait);
  }
}

/** Whether `work` ended well in time. */
async function within(ms: number, work: () => Promise<void>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work().then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
