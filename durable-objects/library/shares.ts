import type { NewShare, StoredShare } from "../../shared/protocol/sites-rpc.ts";
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

/** Read-only links to results of one project. A link opens nothing from the moment it is revoked or has expired. */
export class Shares {
  readonly #ground: PublishingGround;
  readonly #sql: SqlStorage;

  constructor(ground: PublishingGround) {
    this.#ground = ground;
    this.#sql = ground.sql;
  }

  /** The same id again gives what is there. */
  async create(share: NewShare): Promise<StoredShare> {
    this.#ground.transaction(() => {
      this.#ground.claim(share.projectId);
      if (this.#row(share.id)) return;
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
    });
    await this.#ground.tell();
    const made = this.#row(share.id);
    if (!made) throw new Error("the link's row was not written");
    return toShare(made);
  }

  async list(workflowId: string): Promise<StoredShare[]> {
    return this.#sql
      .exec<Row>("SELECT * FROM shares WHERE workflow_id = ? ORDER BY seq DESC LIMIT 200", workflowId)
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
      if (!row || row.revoked_at !== null) return;
      this.#sql.exec("UPDATE shares SET revoked_at = ? WHERE id = ?", this.#ground.now(), id);
      this.#ground.audit("share.revoked", { kind: "user", id: userId }, { shareId: id, workflowId: row.workflow_id });
    });
    await this.#ground.tell();
    const row = this.#row(id);
    return row && toShare(row);
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
