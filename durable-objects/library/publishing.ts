import type { Problem } from "../../shared/errors/problem.ts";
import type { AuditFact } from "../../shared/protocol/projection.ts";
import type { Actor } from "../../shared/workflow/records.ts";
import type { Env } from "../env.ts";
import { type Chore, report } from "../project/chores.ts";
import { dropSiteHosts, writeSiteHost } from "../storage/site-directory.ts";
import { createPublishingTables } from "./publishing-tables.ts";

/** Name of the audit chain of sites and links. */
const SOURCE = "publishing";
const AFTER_FAULT_MS = 30_000;

type SiteRow = { id: string; state: "live" | "unpublished"; version: number; revision: number };
type AuditRow = { seq: number; event_type: string; by_kind: Actor["kind"]; by_id: string; at: string; data: string };

/** What sites and links of one project rest on: its tables, and telling the directory and the audit trail. */
export class PublishingGround implements Chore {
  readonly name = "tell of published sites";
  readonly sql: SqlStorage;
  readonly #storage: DurableObjectStorage;
  readonly #env: Env;
  readonly #arm: () => Promise<void>;
  #notBefore = 0;

  /** Null when that many bytes more fit into what the project may keep. */
  readonly refusal: (bytes: number) => Problem | null;

  /** @param arm puts the object's alarm where its chores want it */
  constructor(ctx: DurableObjectState, env: Env, arm: () => Promise<void>, refusal: (bytes: number) => Problem | null) {
    this.#arm = arm;
    this.refusal = refusal;
    this.#storage = ctx.storage;
    this.sql = ctx.storage.sql;
    this.#env = env;
    createPublishingTables(this.sql);
  }

  /** The alarm commits together with what comes to be owed, so that a crash before it is told loses nothing. */
  transaction<T>(work: () => T): T {
    const result = this.#storage.transactionSync(work);
    this.#notBefore = Date.now() + AFTER_FAULT_MS;
    this.#arm().catch((error) => report("an alarm was not set", error));
    return result;
  }

  now = (): string => new Date().toISOString();

  /** Whose sites these are; null before there was one. */
  get projectId(): string | null {
    return this.sql.exec<{ project_id: string }>("SELECT project_id FROM publishing").toArray()[0]?.project_id ?? null;
  }

  claim(projectId: string): void {
    this.sql.exec("INSERT INTO publishing VALUES (1, ?) ON CONFLICT DO NOTHING", projectId);
  }

  /** A line for the audit trail, in the transaction of what it tells. */
  audit(eventType: string, by: Actor, data: AuditFact["data"]): void {
    this.sql.exec(
      "INSERT INTO publishing_audit (event_type, by_kind, by_id, at, data) VALUES (?, ?, ?, ?, ?)",
      eventType,
      by.kind,
      by.id,
      this.now(),
      JSON.stringify(data),
    );
  }

  due(): number | null {
    const owed = this.#sites().length + this.#lines().length > 0 ? this.#notBefore : null;
    const preview = this.sql.exec<{ at: number | null }>("SELECT MIN(expires_at) AS at FROM site_previews").one().at;
    return owed === null ? preview : Math.min(owed, preview ?? owed);
  }

  async run(): Promise<void> {
    await this.tell();
    const now = Date.now();
    const old = this.sql.exec<{ id: string }>("SELECT id FROM site_previews WHERE expires_at <= ?", now).toArray();
    if (old.length === 0) return;
    await dropSiteHosts(
      this.#env.DB,
      old.map((one) => one.id),
    );
    this.sql.exec("DELETE FROM site_previews WHERE expires_at <= ?", now);
  }

  /**
   * Brings D1 up to date, then the audit trail. The directory comes first and must succeed for a change to count as
   * done: a site that was taken down is down. @throws when D1 is away; the alarm tries again
   */
  async tell(): Promise<void> {
    const { projectId } = this;
    if (projectId === null) return;
    this.#notBefore = Date.now() + AFTER_FAULT_MS;
    for (const { id, state, version, revision } of this.#sites()) {
      await writeSiteHost(this.#env.DB, { id, projectId, state, version, revision, expiresAt: null });
      this.sql.exec("UPDATE sites SET synced = MAX(synced, ?) WHERE id = ?", revision, id);
    }
    try {
      for (const row of this.#lines()) await this.#tellLine(projectId, row);
    } catch (error) {
      report("an audit line of a site is late", error);
      return;
    }
    this.#notBefore = 0;
  }

  async #tellLine(projectId: string, row: AuditRow): Promise<void> {
    await this.#env.PROJECT.getByName(projectId).noteOnce({
      source: SOURCE,
      sourceVersion: row.seq,
      eventType: row.event_type,
      category: "data_access",
      actor: { kind: row.by_kind, id: row.by_id },
      at: row.at,
      // SAFETY: written by `audit` as AuditFact["data"].
      data: JSON.parse(row.data) as AuditFact["data"],
      isSensitive: true,
    });
    this.sql.exec("DELETE FROM publishing_audit WHERE seq = ?", row.seq);
  }

  #sites(): SiteRow[] {
    return this.sql.exec<SiteRow>("SELECT id, state, version, revision FROM sites WHERE synced < revision").toArray();
  }

  #lines(): AuditRow[] {
    return this.sql.exec<AuditRow>("SELECT * FROM publishing_audit ORDER BY seq LIMIT 100").toArray();
  }
}
