import type { Member } from "../../shared/access/roles.ts";
import { problem } from "../../shared/errors/problem.ts";
import { err, ok, type Result } from "../../shared/lib/result.ts";
import type { Answer, WorkflowRpc } from "../../shared/protocol/object-rpc.ts";
import type { EffectRecord } from "../../shared/workflow/effects.ts";
import type { WorkflowState } from "../../shared/workflow/state.ts";

/** Where a promotion goes, and what the real runs of the same rehearsal before it have done outside. */
export interface Promotion {
  readonly id: string;
  readonly done: readonly EffectRecord[];
}

/**
 * The real runs of each rehearsal. Two of them would send the same twice without knowing of each other, so there is one
 * at a time: promoting again gives the one that is there until it is completed or cancelled, and the next one reads what
 * it has done.
 */
export class Promotions {
  readonly #sql: SqlStorage;
  readonly #workflow: (id: string) => Pick<WorkflowRpc, "snapshot">;

  constructor(sql: SqlStorage, workflow: (id: string) => Pick<WorkflowRpc, "snapshot">) {
    this.#sql = sql;
    this.#workflow = workflow;
  }

  /** `id`: of the run to make when there is none that goes on. Refuses while a write of an earlier one is on its way. */
  async place(member: Member, rehearsalId: string, id: string): Promise<Answer<Promotion>> {
    for (;;) {
      const earlier = this.#latest(rehearsalId);
      const found = await this.#look(member, earlier, id);
      // Somebody promoted meanwhile: theirs is the earlier one.
      if (this.#latest(rehearsalId) !== earlier) continue;
      if (found.ok && found.value.id !== earlier)
        this.#sql.exec("INSERT INTO promotions (rehearsal_id, workflow_id) VALUES (?, ?)", rehearsalId, id);
      return found;
    }
  }

  async #look(member: Member, earlier: string | null, id: string): Promise<Answer<Promotion>> {
    if (earlier === null || earlier === id) return ok({ id, done: [] });
    const there = await this.#workflow(earlier).snapshot(member);
    // It was promised and not made yet, or its maker died: whoever comes makes it, under the same id.
    if (!there.ok) return there.error.code === "not_found" ? ok({ id: earlier, done: [] }) : there;
    const { state } = there.value;
    if (state.phase !== "completed" && state.phase !== "cancelled") return ok({ id: earlier, done: [] });
    const done = doneBy(state);
    return done.ok ? ok({ id, done: done.value }) : err(problem("workflow_busy"));
  }

  #latest(rehearsalId: string): string | null {
    const sql = "SELECT workflow_id FROM promotions WHERE rehearsal_id = ? ORDER BY seq DESC LIMIT 1";
    return this.#sql.exec<{ workflow_id: string }>(sql, rehearsalId).toArray()[0]?.workflow_id ?? null;
  }
}

/** The ledger of a run that is over, to be read by another; an error while something of it is still under way. */
function doneBy(state: WorkflowState): Result<EffectRecord[], "under way"> {
  const own = (one: EffectRecord) => one.inheritedFrom === null;
  const open = (one: EffectRecord) =>
    one.status === "intended" || one.undo?.status === "requested" || one.undo?.status === "running";
  if (state.effects.some((one) => own(one) && open(one))) return err("under way");
  const live = state.effects.filter((one) => one.mode === "live");
  return ok(live.map((one) => ({ ...one, inheritedFrom: one.inheritedFrom ?? state.id })));
}
