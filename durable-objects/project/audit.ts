import type { Member } from "../../shared/access/roles.ts";
import { AuditEntry } from "../../shared/api/audit.ts";
import type { AuditFact } from "../../shared/protocol/projection.ts";
import { sha256 } from "../workflow/log/hash.ts";

/** The chain of what happened to the project itself; each workflow has one of its own, named by its id. */
export const OWN = "project";
const FIRST_PREVIOUS = "0".repeat(64);

type Row = {
  source: string;
  seq: number;
  source_version: number;
  previous_hash: string;
  event_type: string;
  category: string;
  actor_kind: string;
  actor_id: string;
  at: string;
  data: string;
  is_sensitive: number;
};

/**
 * The audit trail: one chain per source, so that those of workflows are a function of their logs and can be derived
 * again, while the project's own can never be written anew. Ids and amounts only.
 */
export class AuditTrail {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Something a member did to the project itself. Written in the transaction of the change. */
  own(member: Pick<Member, "userId">, fact: Pick<AuditFact, "eventType" | "category" | "data" | "isSensitive">): void {
    const actor = { kind: "user", id: member.userId } as const;
    const sourceVersion = (this.#head(OWN)?.seq ?? 0) + 1;
    this.add({ ...fact, source: OWN, sourceVersion, actor, at: new Date().toISOString() });
  }

  /** Chains a line once: those of a source come in order, so what is not newer than its last line is known. */
  add(fact: AuditFact): void {
    const head = this.#head(fact.source);
    if (head && fact.sourceVersion <= head.source_version) return;
    this.#sql.exec(
      "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      fact.source,
      (head?.seq ?? 0) + 1,
      fact.sourceVersion,
      head ? sha256(hashedText(head)) : FIRST_PREVIOUS,
      fact.eventType,
      fact.category,
      fact.actor.kind,
      fact.actor.id,
      fact.at,
      JSON.stringify(fact.data),
      fact.isSensitive ? 1 : 0,
    );
  }

  /** Takes a workflow's chain away, to be derived again in the same transaction. */
  clear(source: string): void {
    this.#sql.exec("INSERT INTO rederived VALUES (?) ON CONFLICT DO NOTHING", source);
    this.#sql.exec("DELETE FROM audit WHERE source = ?", source);
    this.#sql.exec("DELETE FROM rederived WHERE source = ?", source);
  }

  /** Newest first. */
  page(input: { limit: number; cursor: string | null }): { items: AuditEntry[]; nextCursor: string | null } {
    const [at = "~", source = "~", seq = "0"] = input.cursor?.split("|") ?? [];
    const rows = this.#sql
      .exec<Row>(
        `SELECT * FROM audit WHERE (at, source, seq) < (?, ?, ?) ORDER BY at DESC, source DESC, seq DESC LIMIT ?`,
        at,
        source,
        Number(seq) || 0,
        input.limit + 1,
      )
      .toArray();
    const items = rows.slice(0, input.limit).map(toEntry);
    const last = items.at(-1);
    return {
      items,
      nextCursor: rows.length > input.limit && last ? `${last.at}|${last.source}|${last.seq}` : null,
    };
  }

  /** First line of a chain whose link does not fit, or null when the chain is whole. */
  findBreak(source: string): number | null {
    let previous = FIRST_PREVIOUS;
    let seq = 0;
    for (const row of this.#sql.exec<Row>("SELECT * FROM audit WHERE source = ? ORDER BY seq", source)) {
      if (row.previous_hash !== previous || row.seq !== seq + 1) return row.seq;
      previous = sha256(hashedText(row));
      seq = row.seq;
    }
    return null;
  }

  #head(source: string): Row | undefined {
    return this.#sql.exec<Row>("SELECT * FROM audit WHERE source = ? ORDER BY seq DESC LIMIT 1", source).toArray()[0];
  }
}

/** What a line's hash covers: all of its columns, the hash of the line before among them. */
function hashedText(row: Row): string {
  const { source, seq, source_version, previous_hash, event_type, category, actor_kind, actor_id } = row;
  const { at, data, is_sensitive } = row;
  return JSON.stringify([
    source,
    seq,
    source_version,
    previous_hash,
    event_type,
    category,
    actor_kind,
    actor_id,
    at,
    data,
    is_sensitive,
  ]);
}

function toEntry(row: Row): AuditEntry {
  return AuditEntry.parse({
    source: row.source,
    seq: row.seq,
    previousHash: row.previous_hash,
    eventType: row.event_type,
    category: row.category,
    actor: { kind: row.actor_kind, id: row.actor_id },
    at: row.at,
    data: JSON.parse(row.data),
    isSensitive: row.is_sensitive === 1,
  });
}
