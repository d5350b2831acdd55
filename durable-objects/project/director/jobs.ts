export interface DirectorJob {
  readonly id: string;
  readonly messageId: string;
  /** The user's message it answers. */
  readonly questionId: string;
  readonly userId: string;
  readonly locale: "en" | "ar";
  readonly attempt: number;
}

type Row = {
  id: string;
  message_id: string;
  question_id: string;
  user_id: string;
  locale: string;
  attempt: number;
};

/** Answers to give, in the order they were asked for. A job survives everything until its message is complete. */
export class DirectorJobs {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(job: Omit<DirectorJob, "attempt">): void {
    this.#sql.exec(
      `INSERT INTO jobs VALUES (?, (SELECT COALESCE(MAX(seq), 0) + 1 FROM jobs), ?, ?, ?, ?, 'pending', 0, 0, 0)`,
      job.id,
      job.messageId,
      job.questionId,
      job.userId,
      job.locale,
    );
  }

  waiting(): number {
    return this.#sql.exec<{ n: number }>("SELECT COUNT(*) AS n FROM jobs").one().n;
  }

  /** The oldest job, when it may run; jobs never overtake each other. */
  next(now: number): DirectorJob | null {
    const row = this.#sql.exec<Row & { not_before: number }>("SELECT * FROM jobs ORDER BY seq LIMIT 1").toArray()[0];
    return row && row.not_before <= now ? toJob(row) : null;
  }

  /** When the next job may run; null when there is none. */
  due(): number | null {
    return (
      this.#sql.exec<{ not_before: number }>("SELECT not_before FROM jobs ORDER BY seq LIMIT 1").toArray()[0]
        ?.not_before ?? null
    );
  }

  /** Counts the attempt and holds money back for it. */
  start(id: string, reservedMicros: number): number {
    this.#sql.exec(
      "UPDATE jobs SET status = 'running', attempt = attempt + 1, reserved_micros = ? WHERE id = ?",
      reservedMicros,
      id,
    );
    return this.#sql.exec<{ attempt: number }>("SELECT attempt FROM jobs WHERE id = ?", id).one().attempt;
  }

  postpone(id: string, notBefore: number): void {
    this.#sql.exec(
      "UPDATE jobs SET status = 'pending', reserved_micros = 0, not_before = ? WHERE id = ?",
      notBefore,
      id,
    );
  }

  finish(id: string): void {
    this.#sql.exec("DELETE FROM jobs WHERE id = ?", id);
  }

  /** Jobs a dead process left running, with what they had reserved. */
  orphans(): (DirectorJob & { readonly reservedMicros: number })[] {
    return this.#sql
      .exec<Row & { reserved_micros: number }>("SELECT * FROM jobs WHERE status = 'running'")
      .toArray()
      .map((row) => ({ ...toJob(row), reservedMicros: row.reserved_micros }));
  }
}

function toJob(row: Row): DirectorJob {
  return {
    id: row.id,
    messageId: row.message_id,
    questionId: row.question_id,
    userId: row.user_id,
    locale: row.locale === "ar" ? "ar" : "en",
    attempt: row.attempt,
  };
}
