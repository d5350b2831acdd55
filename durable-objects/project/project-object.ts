import { DurableObject } from "cloudflare:workers";
import type { Action, Member, Role } from "../../shared/access/roles.ts";
import type { MessageView } from "../../shared/api/messages.ts";
import type { BudgetView } from "../../shared/api/projects.ts";
import type { WorkflowView } from "../../shared/api/workflows.ts";
import { problem } from "../../shared/errors/problem.ts";
import { newId } from "../../shared/lib/ids.ts";
import { err, ok } from "../../shared/lib/result.ts";
import { OBJECT_PATHS } from "../../shared/protocol/object-paths.ts";
import type { Answer, LedgerEntry, ProjectRow, ProjectRpc, WorkflowSummary } from "../../shared/protocol/object-rpc.ts";
import { decodeMember, MEMBER_HEADER } from "../../shared/protocol/trusted-member.ts";
import type { Env } from "../env.ts";
import { clearProject, writeWorkflow } from "../storage/directory.ts";
import { createWrappedKey } from "../storage/project-key.ts";
import { Conversation } from "./conversation.ts";
import { Director } from "./director/director.ts";
import { eraseProject } from "./erase.ts";
import { Members } from "./members.ts";
import { ProjectMeta } from "./meta.ts";
import { DEFAULT_BUDGET_MICROS, ProjectMoney } from "./money.ts";
import { createTables } from "./schema.ts";
import { startWorkflow } from "./start-workflow.ts";
import { Summaries } from "./summaries.ts";
import { Watchers } from "./watchers.ts";

/** One project: its members, money, Director conversation and the summaries of its workflows. A shell over them. */
export class ProjectObject extends DurableObject<Env> implements ProjectRpc {
  readonly #meta: ProjectMeta;
  readonly #members: Members;
  readonly #money: ProjectMoney;
  readonly #summaries: Summaries;
  readonly #conversation: Conversation;
  readonly #watchers: Watchers;
  readonly #director: Director;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { sql } = ctx.storage;
    createTables(sql);
    this.#meta = new ProjectMeta(sql);
    this.#members = new Members(sql);
    this.#money = new ProjectMoney(sql);
    this.#summaries = new Summaries(sql);
    this.#conversation = new Conversation(sql);
    this.#watchers = new Watchers(ctx, env.DB);
    this.#director = new Director({
      ctx,
      env,
      projectId: () => this.#meta.get()?.id ?? "",
      isOpen: () => this.#isOpen(),
      conversation: this.#conversation,
      money: this.#money,
      watchers: this.#watchers,
      startWorkflow: (userId, input) => this.#startWorkflow(userId, input),
    });
  }

  async create(input: { id: string; name: string; ownerId: string }): Promise<Answer<ProjectRow>> {
    if (!this.#meta.get()) {
      const key = await createWrappedKey(this.env, input.id);
      const at = new Date().toISOString();
      // Another call may have come first while the key was made.
      if (!this.#meta.get())
        this.ctx.storage.transactionSync(() => {
          this.#meta.insert({ ...input, createdAt: at, ...key, budgetMicros: DEFAULT_BUDGET_MICROS });
          this.#members.set(input.ownerId, "owner", at);
        });
      await this.#publish();
    }
    return this.#row();
  }

  async roleOf(userId: string): Promise<Role | null> {
    const meta = this.#meta.get();
    return meta && meta.deletedAt === null ? this.#members.roleOf(userId) : null;
  }

  async rename(member: Member, name: string): Promise<Answer<ProjectRow>> {
    const refusal = this.#refusal(member, "project.manage");
    if (refusal) return refusal;
    this.#meta.rename(name);
    await this.#publish();
    return this.#row();
  }

  /** Running workflows are stopped before the project is marked deleted; its content is erased right after. */
  async remove(member: Member): Promise<Answer<null>> {
    const refusal = this.#refusal(member, "project.manage");
    if (refusal) return refusal;
    const owner: Member = { userId: member.userId, role: "owner" };
    // One that cannot be stopped now is destroyed with the rest.
    await Promise.allSettled(
      this.#summaries
        .unfinished()
        .map((id) => this.env.WORKFLOW.getByName(id).act(owner, { kind: "cancel", reason: "project deleted" })),
    );
    this.#meta.markDeleted(new Date().toISOString());
    this.#watchers.close(null, "project deleted");
    await this.#publish();
    await this.ctx.storage.setAlarm(Date.now());
    return ok(null);
  }

  async members(member: Member): Promise<Answer<{ userId: string; role: Role }[]>> {
    return this.#refusal(member, "project.read") ?? ok(this.#members.all());
  }

  /** A role of null removes the member. The owner's own role cannot be changed. */
  async setMember(member: Member, input: { userId: string; role: Role | null }): Promise<Answer<null>> {
    const refusal = this.#refusal(member, "project.manage");
    if (refusal) return refusal;
    if (input.role === "owner" || this.#members.roleOf(input.userId) === "owner")
      return err(problem("role_forbidden", { role: "owner" }));
    this.#members.set(input.userId, input.role, new Date().toISOString());
    // With the new role the socket is opened anew, or not at all.
    this.#watchers.close(input.userId, "role changed");
    const workflows = this.#summaries
      .all()
      .map((id) => this.env.WORKFLOW.getByName(id).dropMember(input.userId, input.role));
    await Promise.allSettled(workflows);
    await this.#publish();
    return ok(null);
  }

  async wrappedKey(): Promise<{ keyVersion: number; wrapped: string }> {
    return this.#meta.key();
  }

  async budget(member: Member): Promise<Answer<BudgetView>> {
    return this.#refusal(member, "project.read") ?? ok(this.#money.view());
  }

  async setBudget(member: Member, budgetMicros: number): Promise<Answer<BudgetView>> {
    const refusal = this.#refusal(member, "project.manage");
    if (refusal) return refusal;
    const tooLow = this.#money.set(budgetMicros);
    return tooLow ? err(tooLow) : ok(this.#money.view());
  }

  async lease(input: { workflowId: string; trancheId: string; micros: number }): Promise<{ granted: number }> {
    return { granted: this.#isOpen() ? this.#money.lease(input) : 0 };
  }

  async release(input: { workflowId: string; returnId: string; micros: number }): Promise<void> {
    this.#money.release(input);
  }

  /** Own rows first, in one transaction; D1 after. A failure makes the workflow deliver again. */
  async project(input: { summary: WorkflowSummary; ledger: readonly LedgerEntry[] }): Promise<void> {
    const moved = this.ctx.storage.transactionSync(() => {
      for (const entry of input.ledger) this.#money.book(entry);
      return this.#summaries.apply(input.summary);
    });
    if (moved) this.#watchers.send({ type: "workflow", workflow: input.summary });
    if (this.#isOpen()) await writeWorkflow(this.env.DB, input.summary);
  }

  async createWorkflow(
    member: Member,
    input: { message: string; name?: string | undefined; fileIds: readonly string[]; locale: "en" | "ar" },
  ): Promise<Answer<WorkflowView>> {
    const refusal = this.#refusal(member, "workflow.write");
    if (refusal) return refusal;
    const { message: goal, name = "", fileIds, locale } = input;
    return this.#startWorkflow(member.userId, { id: newId("wf"), goal, name, fileIds, locale });
  }

  async workflows(
    member: Member,
    input: { limit: number; cursor: string | null },
  ): Promise<Answer<{ items: WorkflowSummary[]; nextCursor: string | null }>> {
    return this.#refusal(member, "workflow.read") ?? ok(this.#summaries.page(input));
  }

  async messages(
    member: Member,
    input: { limit: number; before: string | null },
  ): Promise<Answer<{ items: MessageView[]; nextCursor: string | null }>> {
    const refusal = this.#refusal(member, "chat.read");
    if (refusal) return refusal;
    const page = this.#conversation.page(input);
    return ok({ ...page, items: page.items.map((message) => this.#director.live(message)) });
  }

  override async fetch(request: Request): Promise<Response> {
    const member = decodeMember(request.headers.get(MEMBER_HEADER));
    const path = new URL(request.url).pathname;
    if (!member) return Response.json(problem("not_found"), { status: 404 });
    const refusal = this.#refusal(member, path === OBJECT_PATHS.messages ? "chat.write" : "project.read");
    if (refusal) return Response.json(refusal.error, { status: 409 });
    if (path === OBJECT_PATHS.socket) return this.#watchers.accept(member, this.#director.openMessages());
    if (path === OBJECT_PATHS.messages) return this.#director.post(member, request);
    return Response.json(problem("not_found"), { status: 404 });
  }

  override webSocketMessage(socket: WebSocket): void {
    this.#watchers.refuse(socket);
  }

  /** Answers the Director owes, the directory row D1 may have missed, erasure. */
  override async alarm(): Promise<void> {
    const meta = this.#meta.get();
    if (!meta) return;
    if (meta.deletedAt !== null) return eraseProject(this.ctx, this.env, this.#meta, this.#summaries);
    if (this.#meta.isDirty()) await this.#publish();
    await this.#director.work();
    const next = this.#director.due();
    if (next !== null || this.#meta.isDirty()) await this.ctx.storage.setAlarm(Math.max(next ?? 0, Date.now() + 200));
  }

  async #startWorkflow(userId: string, input: Parameters<typeof startWorkflow>[3]): Promise<Answer<WorkflowView>> {
    const projectId = this.#meta.get()?.id ?? "";
    if (!this.#isOpen()) return err(problem("not_found"));
    this.#summaries.begin(input.id);
    const made = await startWorkflow(this.env, projectId, userId, input);
    if (this.#isOpen()) return made;
    // The project was deleted meanwhile, and its erasure may have come before the workflow.
    await this.env.WORKFLOW.getByName(input.id).destroy();
    await clearProject(this.env.DB, projectId);
    return err(problem("not_found"));
  }

  #isOpen(): boolean {
    return this.#meta.get()?.deletedAt === null;
  }

  /** D1's row follows; when D1 is away the alarm tries again. */
  async #publish(): Promise<void> {
    await this.#meta.publish(this.env.DB, this.#members.all(), () => this.ctx.storage.setAlarm(Date.now() + 2000));
  }

  #refusal(member: Member, action: Action): ReturnType<typeof err<ReturnType<typeof problem>>> | null {
    const meta = this.#meta.get();
    if (!meta || meta.deletedAt !== null) return err(problem("not_found"));
    const refusal = this.#members.refusal(member, action);
    return refusal && err(refusal);
  }

  #row(): Answer<ProjectRow> {
    const meta = this.#meta.get();
    if (!meta) return err(problem("not_found"));
    const { id, name, ownerId, createdAt } = meta;
    return ok({ id, name, ownerId, createdAt });
  }
}
