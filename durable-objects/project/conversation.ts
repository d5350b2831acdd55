import { MessageView } from "../../shared/api/messages.ts";

type Row = { seq: number; message: string };

/** The Director conversation of one project, oldest first by `seq`. */
export class Conversation {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  append(message: MessageView): void {
    this.#sql.exec(
      "INSERT INTO messages (id, role, status, message) VALUES (?, ?, ?, ?)",
      message.id,
      message.role,
      message.status,
      JSON.stringify(message),
    );
  }

  replace(message: MessageView): void {
    this.#sql.exec(
      "UPDATE messages SET status = ?, message = ? WHERE id = ?",
      message.status,
      JSON.stringify(message),
      message.id,
    );
  }

  get(id: string): MessageView | null {
    const row = this.#sql.exec<Row>("SELECT seq, message FROM messages WHERE id = ?", id).toArray()[0];
    return row ? parse(row) : null;
  }

  /** Newest page first in time, each page oldest first; `before` is the cursor of the page before. */
  page(input: { limit: number; before: string | null }): { items: MessageView[]; nextCursor: string | null } {
    const before = input.before === null ? Number.MAX_SAFE_INTEGER : Number.parseInt(input.before, 36) || 0;
    const rows = this.#sql
      .exec<Row>("SELECT seq, message FROM messages WHERE seq < ? ORDER BY seq DESC LIMIT ?", before, input.limit + 1)
      .toArray();
    const items = rows.slice(0, input.limit);
    const oldest = items.at(-1);
    return {
      items: items.reverse().map(parse),
      nextCursor: rows.length > input.limit && oldest ? oldest.seq.toString(36) : null,
    };
  }

  /** What was said up to and including `messageId`, at most `limit` messages. */
  upTo(messageId: string, limit: number): MessageView[] {
    return this.#sql
      .exec<Row>(
        `SELECT seq, message FROM messages WHERE seq <= (SELECT seq FROM messages WHERE id = ?)
         ORDER BY seq DESC LIMIT ?`,
        messageId,
        limit,
      )
      .toArray()
      .reverse()
      .map(parse);
  }
}

function parse(row: Row): MessageView {
  return MessageView.parse(JSON.parse(row.message));
}
