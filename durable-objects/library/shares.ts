import { type Problem, problem } from "../../shared/errors/problem.ts";
import { err, ok } from "../../shared/lib/result.ts";
import type { Answer } from "../../shared/protocol/object-rpc.ts";
import type { NewShare, StoredShare } from "../../shared/protocol/sites-rpc.ts";
import { type Actor, SYSTEM } from "../../shared/workflow/records.ts";
import type { PublishingGround } from "./publishing.ts";

type Row = {
  id: string;
  token_hash: string;
  workflow_id: string;
  created_by: string;
  created_at: string;
  expires_at: string;
  revoked_at: string | null;
  opens: number;
  last_opened_at: string | null;
};

/** Links to one workflow's results that are open at once; all of them show in its list. */
const MAX_ACTIVE = 50;
/** The list goes back so far, and further for links that are open: nobody could withdraw what is not in it. */
const MAX_LISTED = 200;

/** Read-only links to results of one project. A link opens nothing from the moment it is revoked or has expired. */
export class Shares {
  readonly #ground: PublishingGround;
  readonly #sql: SqlStorage;

  constructor(ground: PublishingGround) {
    this.#ground = ground;
    this.#sql = ground.sql;
  }

  async create(share: NewShare): Promise<Answer<StoredShare>> {
    const refused = this.#ground.transaction((): Problem | null => {
      this.#ground.claim(share.projectId);
      if (this.#row(share.id)) return null;
      const { active } = this.#sql
        .exec<{ active: number }>(
          "SELECT COUNT(*) AS active FROM shares WHERE workflow_id = ? AND revoked_at IS NULL AND expires_at > ?",
          share.workflowId,
          this.#ground.now(),
        )
        .one();
      if (active >= MAX_ACTIVE) return problem("shares_full", { max: MAX_ACTIVE });
      this.#sql.exec(
        `INSERT INTO shares (id, token_hash, workflow_id, created_by, created_at, expires_at, opens)
         VALUES (?, ?, ?, ?, ?, ?, 0)`,
        share.id,
        share.tokenHash,
        share.workflowId,
        share.createdBy,
        this.#ground.now(),
        share.expiresAt,
      );
      const data = { shareId: share.id, workflowId: share.workflowId, expiresAt: share.expiresAt };
      this.#ground.audit("share.created", { kind: "user", id: share.createdBy }, data);
      return null;
    });
    if (refused) return err(refused);
    await this.#ground.tell();
    const made = this.#row(share.id);
    if (!made) throw new Error("the link's row was not written");
    return ok(toShare(made));
  }

  async list(workflowId: string): Promise<StoredShare[]> {
    return this.#sql
      .exec<Row>(
        `SELECT * FROM shares WHERE workflow_id = ?1 AND ((revoked_at IS NULL AND expires_at > ?2)
           OR seq IN (SELECT seq FROM shares WHERE workflow_id = ?1 ORDER BY seq DESC LIMIT ?3)) ORDER BY seq DESC`,
        workflowId,
        this.#ground.now(),
        MAX_LISTED,
      )
      .toArray()
      .map(toShare);
  }

  async share(id: string): Promise<StoredShare | null> {
    const row = this.#row(id);
    return row && toShare(row);
  }

  async revoke(id: string, userId: string): Promise<StoredShare | null> {
    this.#ground.transaction(() => {
      const row = this.#row(id);
      if (row?.revoked_at === null) this.#close(row, { kind: "user", id: userId });
    });
    await this.#ground.tell();
    const row = this.#row(id);
    return row && toShare(row);
  }

  /** Who left answers for nothing any more: what they opened to others closes with them. */
  async revokeAllOf(userId: string): Promise<void> {
    this.#ground.transaction(() => {
      const open = this.#sql.exec<Row>("SELECT * FROM shares WHERE created_by = ? AND revoked_at IS NULL", userId);
      for (const row of open.toArray()) this.#close(row, SYSTEM, { reason: "member_left" });
    });
    await this.#ground.tell();
  }

  #close({ id, workflow_id: workflowId }: Row, by: Actor, why: { readonly reason?: string } = {}): void {
    this.#sql.exec("UPDATE shares SET revoked_at = ? WHERE id = ?", this.#ground.now(), id);
    this.#ground.audit("share.revoked", by, { shareId: id, workflowId, ...why });
  }

  async open(id: string, tokenHash: string, count: boolean): Promise<StoredShare | null> {
    const row = this.#row(id);
    const now = this.#ground.now();
    if (!row || row.token_hash !== tokenHash || row.revoked_at !== null || row.expires_at <= now) return null;
    if (count) this.#sql.exec("UPDATE shares SET opens = opens + 1, last_opened_at = ? WHERE id = ?", now, id);
    return toShare(row);
  }

  #row(id: string): Row | null {
    return this.#sql.exec<Row>("SELECT * FROM shares WHERE id = ?", id).toArray()[0] ?? null;
  }
}

const toShare = (row: Row): StoredShare => ({
  id: row.id,
  workflowId: row.workflow_id,
  createdBy: row.created_by,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
  opens: row.opens,
  lastOpenedAt: row.last_opened_at,
});
