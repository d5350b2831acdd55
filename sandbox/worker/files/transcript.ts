import type { TranscriptEntry } from "../../../shared/protocol/sandbox-rpc.ts";

/** What a workspace's terminal keeps; older lines go first. */
const KEPT_ROWS = 4_000;
const KEPT_CHARS = 4_000_000;
/** A reader that lets this much pile up is sent away: it can come back with `since`. */
const MAX_BEHIND_BYTES = 4 * 1024 * 1024;

/** An entry before it has its number and time. */
export type TranscriptLine = TranscriptEntry extends infer Each
  ? Each extends TranscriptEntry
    ? Omit<Each, "seq" | "at">
    : never
  : never;

const encoder = new TextEncoder();

/** The lines of the terminals of a project, kept as rows and told to those who watch. */
export class Transcript {
  readonly #sql: SqlStorage;
  readonly #watchers = new Map<string, Set<ReadableStreamDefaultController<Uint8Array>>>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`CREATE TABLE IF NOT EXISTS transcript (
      workspace TEXT NOT NULL, seq INTEGER NOT NULL, chars INTEGER NOT NULL, entry TEXT NOT NULL,
      PRIMARY KEY (workspace, seq)) WITHOUT ROWID`);
  }

  append(workspace: string, line: TranscriptLine): void {
    const seq = this.#last(workspace) + 1;
    const text = JSON.stringify({ seq, at: new Date().toISOString(), ...line });
    this.#sql.exec("INSERT INTO transcript VALUES (?, ?, ?, ?)", workspace, seq, text.length, text);
    if (seq % 64 === 0) this.#trim(workspace, seq);
    const bytes = encoder.encode(`${text}\n`);
    for (const watcher of this.#watchers.get(workspace) ?? []) this.#tell(workspace, watcher, bytes);
  }

  /** What came after `since`, then what comes, as one JSON text per line. */
  watch(workspace: string, since: number): ReadableStream<Uint8Array> {
    const all = this.#watchers.get(workspace) ?? new Set();
    this.#watchers.set(workspace, all);
    let mine: ReadableStreamDefaultController<Uint8Array>;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          mine = controller;
          const rows = this.#sql.exec<{ entry: string }>(
            "SELECT entry FROM transcript WHERE workspace = ? AND seq > ? AND chars > 0 ORDER BY seq",
            workspace,
            since,
          );
          for (const { entry } of rows) controller.enqueue(encoder.encode(`${entry}\n`));
          all.add(controller);
        },
        cancel: () => {
          all.delete(mine);
        },
      },
      { highWaterMark: MAX_BEHIND_BYTES, size: (chunk) => chunk?.byteLength ?? 0 },
    );
  }

  /** Ends the streams as well. Who comes back to one asks for what came after its last line: the count goes on. */
  destroy(workspace: string): void {
    const last = this.#last(workspace);
    this.#sql.exec("DELETE FROM transcript WHERE workspace = ?", workspace);
    if (last > 0) this.#sql.exec("INSERT INTO transcript VALUES (?, ?, 0, '')", workspace, last);
    this.closeWatchers(workspace);
  }

  closeWatchers(workspace?: string): void {
    for (const [name, watchers] of this.#watchers) {
      if (workspace !== undefined && name !== workspace) continue;
      for (const watcher of watchers) close(watcher);
      this.#watchers.delete(name);
    }
  }

  #tell(workspace: string, watcher: ReadableStreamDefaultController<Uint8Array>, bytes: Uint8Array): void {
    try {
      if ((watcher.desiredSize ?? 0) > -MAX_BEHIND_BYTES) {
        watcher.enqueue(bytes);
        return;
      }
    } catch {
      // The reader went away a moment ago.
    }
    close(watcher);
    this.#watchers.get(workspace)?.delete(watcher);
  }

  #last(workspace: string): number {
    const query = "SELECT max(seq) AS seq FROM transcript WHERE workspace = ?";
    return this.#sql.exec<{ seq: number | null }>(query, workspace).one().seq ?? 0;
  }

  #trim(workspace: string, seq: number): void {
    this.#sql.exec(
      `DELETE FROM transcript WHERE workspace = ?1 AND (seq <= ?2 OR seq IN (SELECT seq FROM (
         SELECT seq, sum(chars) OVER (ORDER BY seq DESC) AS total FROM transcript WHERE workspace = ?1
       ) WHERE total > ?3))`,
      workspace,
      seq - KEPT_ROWS,
      KEPT_CHARS,
    );
  }
}

function close(watcher: ReadableStreamDefaultController<Uint8Array>): void {
  try {
    watcher.close();
  } catch {
    // Closed by its reader already.
  }
}
