import { DurableObject } from "cloudflare:workers";
import type { Action, Member, Role } from "../../shared/access/roles.ts";
import type { AuditEntry } from "../../shared/api/audit.ts";
import type { MessageView } from "../../shared/api/messages.ts";
import type { BudgetView } from "../../shared/api/projects.ts";
import type { WorkflowView } from "../../shared/api/workflows.ts";
import { problem } from "../../shared/errors/problem.ts";
import { ok } from "../../shared/lib/result.ts";
import { OBJECT_PATHS } from "../../shared/protocol/object-paths.ts";
import type {
  Answer,
  ForkRequest,
  Lease,
  ProjectRow,
  ProjectRpc,
  WorkflowSummary,
} from "../../shared/protocol/object-rpc.ts";
import type { AuditFact, ProjectionFacts, RebuildPart, RepairCase } from "../../shared/protocol/projection.ts";
import { decodeMember, MEMBER_HEADER } from "../../shared/protocol/trusted-member.ts";
import type { Env } from "../env.ts";
import { type AuditTrail, OWN } from "./audit.ts";
import { compose, type Project } from "./parts.ts";

type Paged = { limit: number; cursor: string | null };
type Page<T> = Answer<{ items: T[]; nextCursor: string | null }>;

/** One project: its members, money, Director conversation, audit trail and what it keeps of its workflows. A shell over them. */
export class ProjectObject extends DurableObject<Env> implements ProjectRpc {
  readonly #project: Project;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#project = compose(ctx, env);
  }

  async create(input: { id: string; name: string; ownerId: string }): Promise<Answer<ProjectRow>> {
    return this.#project.settings.create(input);
  }

  async roleOf(userId: string): Promise<Role | null> {
    const { meta, members } = this.#project;
    return meta.isOpen() ? members.roleOf(userId) : null;
  }

  async rename(member: Member, name: string): Promise<Answer<ProjectRow>> {
    return this.#project.settings.rename(member, name);
  }

  async remove(member: Member): Promise<Answer<null>> {
    return this.#project.settings.remove(member);
  }

  async members(member: Member): Promise<Answer<{ userId: string; role: Role }[]>> {
    return this.#project.refusal(member, "project.read") ?? ok(this.#project.members.all());
  }

  async setMember(member: Member, input: { userId: string; role: Role | null }): Promise<Answer<null>> {
    return this.#project.settings.setMember(member, input);
  }

  async wrappedKey(): Promise<{ keyVersion: number; wrapped: string }> {
    return this.#project.meta.key();
  }

  async budget(member: Member): Promise<Answer<BudgetView>> {
    return this.#project.refusal(member, "project.read") ?? ok(this.#project.money.view());
  }

  async setBudget(member: Member, budgetMicros: number): Promise<Answer<BudgetView>> {
    return this.#project.settings.setBudget(member, budgetMicros);
  }

  async lease(input: { workflowId: string; trancheId: string; micros: number }): Promise<Lease> {
    const { meta, money } = this.#project;
    return meta.isOpen() ? money.lease(input) : { granted: 0, asked: input.micros };
  }

  async release(input: { workflowId: string; returnId: string; micros: number }): Promise<void> {
    this.#project.money.release(input);
  }

  async project(input: { summary: WorkflowSummary } & ProjectionFacts): Promise<void> {
    return this.#project.projections.apply(input);
  }

  async anchor(workflowId: string): Promise<{ version: number; hash: string } | null> {
    return this.#project.projections.anchor(workflowId);
  }

  async similar(kind: RepairCase): Promise<{ succeeded: number; total: number }> {
    return this.#project.repairs.similar(kind);
  }

  async note(member: Member, action: Action, fact: Parameters<AuditTrail["own"]>[1]): Promise<Answer<null>> {
    const refusal = this.#project.refusal(member, action);
    if (refusal) return refusal;
    this.#project.audit.own(member, fact);
    return ok(null);
  }

  async noteOnce(fact: AuditFact): Promise<void> {
    const { audit, meta } = this.#project;
    // The project's own chain only the project itself writes.
    if (meta.isOpen() && fact.source !== OWN) audit.add(fact);
  }

  async audit(member: Member, input: Paged): Promise<Page<AuditEntry>> {
    return this.#project.refusal(member, "project.manage") ?? ok(this.#project.audit.page(input));
  }

  /** Besides the projections, the directory's rows of the project and its members. */
  async rebuild(cursor: string | null): Promise<RebuildPart> {
    if (cursor === null) await this.#project.directory.run();
    return this.#project.projections.rebuild(cursor);
  }

  async createWorkflow(
    member: Member,
    input: { id: string; message: string; name?: string | undefined; fileIds: readonly string[]; locale: "en" | "ar" },
  ): Promise<Answer<WorkflowView>> {
    const refusal = this.#project.refusal(member, "workflow.write");
    if (refusal) return refusal;
    const { id, message: goal, name = "", fileIds, locale } = input;
    return this.#project.runs.start(member.userId, { id, goal, name, fileIds, locale });
  }

  async fork(member: Member, input: { id: string; workflowId: string } & ForkRequest): Promise<Answer<WorkflowView>> {
    return this.#project.runs.fork(member, input);
  }

  async workflows(member: Member, input: Paged): Promise<Page<WorkflowSummary>> {
    return this.#project.refusal(member, "workflow.read") ?? ok(this.#project.summaries.page(input));
  }

  async messages(member: Member, input: { limit: number; before: string | null }): Promise<Page<MessageView>> {
    const { conversation, director, refusal } = this.#project;
    const refused = refusal(member, "chat.read");
    if (refused) return refused;
    const page = conversation.page(input);
    return ok({ ...page, items: page.items.map((message) => director.live(message)) });
  }

  override async fetch(request: Request): Promise<Response> {
    const { director, watchers, refusal } = this.#project;
    const member = decodeMember(request.headers.get(MEMBER_HEADER));
    const path = new URL(request.url).pathname;
    if (!member) return Response.json(problem("not_found"), { status: 404 });
    const refused = refusal(member, path === OBJECT_PATHS.messages ? "chat.write" : "project.read");
    if (refused) return Response.json(refused.error, { status: 409 });
    if (path === OBJECT_PATHS.socket) return watchers.accept(member, director.openMessages());
    if (path === OBJECT_PATHS.messages) return director.post(member, request);
    return Response.json(problem("not_found"), { status: 404 });
  }

  override webSocketMessage(socket: WebSocket): void {
    this.#project.watchers.refuse(socket);
  }

  /** What is owed: answers of the Director, rows D1 has missed, changed roles, erasure. It never throws. */
  override async alarm(): Promise<void> {
    await this.#project.chores.run();
  }
}
