import { type Action, can, type Member, Role } from "../../shared/access/roles.ts";
import { type Problem, problem } from "../../shared/errors/problem.ts";

/** Who belongs to the project: this table is the truth, D1 holds its projection. */
export class Members {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  roleOf(userId: string): Role | null {
    const row = this.#sql.exec<{ role: string }>("SELECT role FROM members WHERE user_id = ?", userId).toArray()[0];
    return row ? Role.parse(row.role) : null;
  }

  all(): { userId: string; role: Role; createdAt: string }[] {
    return this.#sql
      .exec<{ user_id: string; role: string; created_at: string }>("SELECT * FROM members ORDER BY created_at, user_id")
      .toArray()
      .map((row) => ({ userId: row.user_id, role: Role.parse(row.role), createdAt: row.created_at }));
  }

  set(userId: string, role: Role | null, at: string): void {
    if (role === null) this.#sql.exec("DELETE FROM members WHERE user_id = ?", userId);
    else
      this.#sql.exec(
        "INSERT INTO members VALUES (?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET role = excluded.role",
        userId,
        role,
        at,
      );
  }

  /** Null when the person may do it now; the role the API vouched for is not taken on trust. */
  refusal(member: Member, action: Action): Problem | null {
    const role = this.roleOf(member.userId);
    if (role === null) return problem("not_found");
    return can(role, action) ? null : problem("role_forbidden", { role });
  }
}
