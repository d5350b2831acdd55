import type { Member, Role } from "../../shared/access/roles.ts";
import type { BudgetView } from "../../shared/api/projects.ts";
import { problem } from "../../shared/errors/problem.ts";
import { err, ok } from "../../shared/lib/result.ts";
import type { Answer, ProjectRow } from "../../shared/protocol/object-rpc.ts";
import type { AuditFact } from "../../shared/protocol/projection.ts";
import { createWrappedKey } from "../storage/project-key.ts";
import type { Chores } from "./chores.ts";
import { DEFAULT_BUDGET_MICROS } from "./money.ts";
import type { Ground } from "./parts.ts";

/** How long the answer to a changed role waits for the workflows to confirm; the rest confirm later. */
const CONFIRM_WITHIN_MS = 1000;

/** What owners do to the project itself. Each change is written together with its line in the audit trail. */
export class Settings {
  readonly #ground: Ground;
  readonly #chores: Chores;

  constructor(ground: Ground, chores: Chores) {
    this.#ground = ground;
    this.#chores = chores;
  }

  async create(input: { id: string; name: string; ownerId: string }): Promise<Answer<ProjectRow>> {
    const { env, ctx, meta, members } = this.#ground;
    if (!meta.get()) {
      const key = await createWrappedKey(env, input.id);
      const at = new Date().toISOString();
      // Another call may have come first while the key was made.
      if (!meta.get())
        ctx.storage.transactionSync(() => {
          meta.insert({ ...input, createdAt: at, ...key, budgetMicros: DEFAULT_BUDGET_MICROS });
          members.set(input.ownerId, "owner", at);
          this.#log({ userId: input.ownerId }, "project.created", { budgetMicros: DEFAULT_BUDGET_MICROS });
        });
      await this.#publish();
    }
    return this.#row();
  }

  async rename(member: Member, name: string): Promise<Answer<ProjectRow>> {
    const { ctx, meta, refusal } = this.#ground;
    const refused = refusal(member, "project.manage");
    if (refused) return refused;
    ctx.storage.transactionSync(() => {
      meta.rename(name);
      this.#log(member, "project.renamed", {});
    });
    await this.#publish();
    return this.#row();
  }

  /** Running workflows are stopped before the project is marked deleted; its content is erased right after. */
  async remove(member: Member): Promise<Answer<null>> {
    const { ctx, env, meta, summaries, watchers, refusal } = this.#ground;
    const refused = refusal(member, "project.manage");
    if (refused) return refused;
    const owner: Member = { userId: member.userId, role: "owner" };
    // One that cannot be stopped now is destroyed with the rest.
    await Promise.allSettled(
      summaries
        .unfinished()
        .map((id) => env.WORKFLOW.getByName(id).act(owner, { kind: "cancel", reason: "project deleted" })),
    );
    ctx.storage.transactionSync(() => {
      if (meta.isOpen()) this.#log(member, "project.deleted", {});
      meta.markDeleted(new Date().toISOString());
    });
    watchers.close(null, "project deleted");
    await this.#publish();
    return ok(null);
  }

  /** A role of null removes the member. The owner's own role cannot be changed. */
  async setMember(member: Member, input: { userId: string; role: Role | null }): Promise<Answer<null>> {
    const { ctx, members, meta, roleChanges, summaries, watchers, refusal } = this.#ground;
    const refused = refusal(member, "project.manage");
    if (refused) return refused;
    const { userId, role } = input;
    const before = members.roleOf(userId);
    if (role === "owner" || before === "owner") return err(problem("role_forbidden", { role: "owner" }));
    if (role === before) return ok(null);
    ctx.storage.transactionSync(() => {
      members.set(userId, role, new Date().toISOString());
      const from = before === null ? {} : { from: before };
      if (role === null) this.#log(member, "member.removed", { userId, ...from }, "data_access");
      else this.#log(member, "member.set", { userId, role, ...from }, "data_access");
      // Who is new has nothing open anywhere.
      if (before === null) return;
      // Links of somebody who left are the library's to withdraw.
      const library = role === null ? [meta.get()?.id ?? ""] : [];
      const [workflows, urgent] = [summaries.all(), summaries.unfinished()];
      roleChanges.add({ userId, role, workflows: [...library, ...workflows], urgent: [...library, ...urgent] });
    });
    // With the new role the socket is opened anew, or not at all.
    watchers.close(userId, "role changed");
    const told = roleChanges.run();
    await Promise.all([this.#publish(), Promise.race([told, sleep(CONFIRM_WITHIN_MS)])]);
    await this.#chores.arm();
    return ok(null);
  }

  setBudget(member: Member, budgetMicros: number): Answer<BudgetView> {
    const { ctx, money, refusal } = this.#ground;
    const refused = refusal(member, "project.manage");
    if (refused) return refused;
    const fromMicros = money.view().budgetMicros;
    const tooLow = ctx.storage.transactionSync(() => {
      const problem = money.set(budgetMicros);
      if (!problem) this.#log(member, "budget.set", { fromMicros, budgetMicros });
      return problem;
    });
    return tooLow ? err(tooLow) : ok(money.view());
  }

  #log(
    member: Pick<Member, "userId">,
    eventType: string,
    data: AuditFact["data"],
    category: AuditFact["category"] = "project",
  ): void {
    this.#ground.audit.own(member, { eventType, category, data, isSensitive: category === "data_access" });
  }

  /** D1's row follows. Called in the turn of the change: when D1 is away, or this object dies, the alarm tries again. */
  async #publish(): Promise<void> {
    const written = this.#ground.directory.run();
    await Promise.all([written, this.#chores.arm()]);
    await this.#chores.arm();
  }

  #row(): Answer<ProjectRow> {
    const meta = this.#ground.meta.get();
    if (!meta) return err(problem("not_found"));
    const { id, name, ownerId, createdAt } = meta;
    return ok({ id, name, ownerId, createdAt });
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
