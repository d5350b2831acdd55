import type { Action, Member, Role } from "../access/roles.ts";
import type { AuditEntry } from "../api/audit.ts";
import type { MessageView } from "../api/messages.ts";
import type { BudgetView } from "../api/projects.ts";
import type { ArtifactView, EffectView, PlanEdit, WorkflowView } from "../api/workflows.ts";
import type { Problem } from "../errors/problem.ts";
import type { Result } from "../lib/result.ts";
import type { Usage } from "../workflow/content.ts";
import type { WorkflowEvent } from "../workflow/events.ts";
import type { FileRef } from "../workflow/records.ts";
import type { WorkflowState } from "../workflow/state.ts";
import type { AuditFact, ProjectionFacts, ProjectionPage, RebuildPart, RepairCase } from "./projection.ts";
import type { WorkflowCommand } from "./workflow-commands.ts";

/** Outcome of a command on an object: refusals are values with a stable code. */
export type Answer<T> = Result<T, Problem>;

export interface CreateWorkflow {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly userInput: string;
  readonly locale: "en" | "ar";
  readonly files: readonly FileRef[];
  readonly createdBy: string;
}

/** From where, and with what changed, another run is to go on. */
export interface ForkRequest {
  readonly reason: "fork" | "promote";
  /** The checkpoint; ignored by a promotion, which finds its own. */
  readonly version: number;
  /** Replaces the request: without `nodes` it is planned anew. */
  readonly message?: string | undefined;
  /** Added to the request, with the results of the checkpoint at hand: without `nodes` it is planned anew. */
  readonly change?: string | undefined;
  /** Replaces the steps; what is unchanged and rests on nothing changed keeps its result. */
  readonly nodes?: PlanEdit["nodes"];
  /** Language of the new run. */
  readonly locale: "en" | "ar";
}

/** A checkpoint made ready to go on: between objects only, since keys of results are in it. */
export interface Checkpoint {
  readonly reason: "fork" | "promote";
  readonly from: { readonly workflowId: string; readonly version: number };
  /** Of the events (SCHEMA_VERSION) whose fold `state` is. */
  readonly schemaVersion: number;
  readonly state: WorkflowState;
}

export interface ImportWorkflow extends Checkpoint {
  /** Of the new run. */
  readonly id: string;
  readonly projectId: string;
  readonly createdBy: string;
}

/** WorkflowObject: every command names who acts; the object checks the role again. */
export interface WorkflowRpc {
  create(input: CreateWorkflow): Promise<Answer<WorkflowView>>;
  view(member: Member): Promise<Answer<WorkflowView>>;
  /** `key`: the same command sent again changes nothing more, also when the first answer was lost in a crash. */
  act(member: Member, command: WorkflowCommand, key?: string): Promise<Answer<WorkflowView>>;
  /** Events after `since`, at most `limit`. */
  events(member: Member, since: number, limit: number): Promise<Answer<{ events: WorkflowEvent[]; version: number }>>;
  artifact(member: Member, artifactId: string): Promise<Answer<{ view: ArtifactView; key: string; header: string }>>;
  /** The state as it was at a version, from 1 to the head, without keys of results; `not_found` beyond. */
  stateAt(member: Member, version: number): Promise<Answer<WorkflowState>>;
  /** Where the results are stored and what opens them, by id: for this deployment's own code, never for an answer. */
  stored(member: Member): Promise<Answer<readonly { id: string; key: string; header: string }[]>>;
  /** The published snapshot (shared/workflow/state-schema.ts) as it is now, without keys of results. */
  snapshot(member: Member): Promise<Answer<{ schemaVersion: number; state: WorkflowState }>>;
  /**
   * What a new run needs to go on from a checkpoint of this one, to be given to its `importState`. Refusals:
   * `not_found`, `nothing_to_promote`, `workflow_busy`, and what is wrong with edited steps.
   */
  checkpoint(member: Member, request: ForkRequest): Promise<Answer<Checkpoint>>;
  /** Creates a run from a checkpoint; the same id again gives what is there. `snapshot_invalid` when it cannot be read. */
  importState(input: ImportWorkflow): Promise<Answer<WorkflowView>>;
  /** What was done outside, oldest first; lines inherited from the run it goes on from come first. */
  effects(member: Member): Promise<Answer<EffectView[]>>;
  /**
   * A person left the project (null) or changed roles: sockets and streams of theirs are closed, and with the right to
   * write go the approvals of theirs that were not carried out.
   */
  dropMember(userId: string, role: Role | null): Promise<void>;
  /** Look again now: there may be room to run, or an alarm was lost. `active`: it wants to run. */
  nudge(): Promise<{ active: boolean }>;
  /**
   * What the log after `since` gives the project, derived again; null where no workflow was created. `storage_error`
   * where it cannot be read now: "nothing there" would take away what the project keeps of it.
   */
  projections(since: number): Promise<Answer<ProjectionPage | null>>;
  /** Erases the log; the project is going away. */
  destroy(): Promise<void>;
}

/** Row of the workflow index, fed by the outbox: ids, status and dollars, plus the name inside the project only. */
export interface WorkflowSummary {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly status: string;
  readonly stage: string;
  readonly version: number;
  /** Hash of the log's row of that version; null before anything was told. */
  readonly headHash: string | null;
  readonly spentMicros: number;
  readonly capMicros: number;
  readonly simulated: boolean;
  /** Open questions and approvals. */
  readonly waiting: number;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly completedAt: string | null;
}

/** One line of the money ledger. `source` and `sourceVersion` make delivery idempotent. */
export interface LedgerEntry {
  readonly source: string;
  readonly sourceVersion: number;
  readonly workflowId: string | null;
  readonly model: string;
  readonly operation: string;
  readonly usage: Usage;
  readonly costMicros: number;
  readonly simulated: boolean;
  readonly confirmed: boolean;
  readonly at: string;
}

/** Budget granted for a tranche, and what was asked for when it was granted: less than that means the project is dry. */
export interface Lease {
  readonly granted: number;
  readonly asked: number;
}

export interface ProjectRow {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly createdAt: string;
}

export interface ProjectRpc {
  create(input: { id: string; name: string; ownerId: string }): Promise<Answer<ProjectRow>>;
  /** Role of a member; null for everybody else, and for a deleted project. */
  roleOf(userId: string): Promise<Role | null>;
  rename(member: Member, name: string): Promise<Answer<ProjectRow>>;
  /** Cancels what runs, then marks the project deleted and erases its objects' content. */
  remove(member: Member): Promise<Answer<null>>;
  members(member: Member): Promise<Answer<{ userId: string; role: Role }[]>>;
  setMember(member: Member, input: { userId: string; role: Role | null }): Promise<Answer<null>>;

  /** The data key of this project, wrapped by the master key of `keyVersion`. */
  wrappedKey(): Promise<{ keyVersion: number; wrapped: string }>;
  budget(member: Member): Promise<Answer<BudgetView>>;
  /** Not below what is already leased and talked away: `budget_too_low`. A workflow that ran dry asks again on resume. */
  setBudget(member: Member, budgetMicros: number): Promise<Answer<BudgetView>>;
  /** Budget for a workflow, idempotent by tranche; grants up to what is left of the project's budget. */
  lease(input: { workflowId: string; trancheId: string; micros: number }): Promise<Lease>;
  release(input: { workflowId: string; returnId: string; micros: number }): Promise<void>;
  /** The workflow's outbox: applied once per (workflow, version), in order. */
  project(input: { summary: WorkflowSummary } & ProjectionFacts): Promise<void>;
  /** The last head of a workflow's log that was told: an anchor outside the log, for who checks its chain. */
  anchor(workflowId: string): Promise<{ version: number; hash: string } | null>;
  /** How often failures of this kind were mended before in this project (FR-5.6). */
  similar(kind: RepairCase): Promise<{ succeeded: number; total: number }>;
  /** A line of the audit trail for what a member, who must be allowed `action`, does beside the workflows' own logs. */
  note(
    member: Member,
    action: Action,
    fact: Pick<AuditFact, "eventType" | "category" | "data" | "isSensitive">,
  ): Promise<Answer<null>>;
  /** The same from another object of the project, which vouches for it: in a chain of its own, once per (source, sourceVersion). */
  noteOnce(fact: AuditFact): Promise<void>;
  /** Who changed what, newest first (FR-12.5); for owners. */
  audit(
    member: Member,
    input: { limit: number; cursor: string | null },
  ): Promise<Answer<{ items: AuditEntry[]; nextCursor: string | null }>>;
  /** Derives a part of the projections again from the workflows' logs; null begins. */
  rebuild(cursor: string | null): Promise<RebuildPart>;

  /** The same `id` again gives the workflow that is there. */
  createWorkflow(
    member: Member,
    input: { id: string; message: string; name?: string | undefined; fileIds: readonly string[]; locale: "en" | "ar" },
  ): Promise<Answer<WorkflowView>>;
  /**
   * Starts another run from a checkpoint of `workflowId`, see WorkflowRpc.checkpoint. The same `id` again gives the run
   * that is there.
   */
  fork(member: Member, input: { id: string; workflowId: string } & ForkRequest): Promise<Answer<WorkflowView>>;
  workflows(
    member: Member,
    input: { limit: number; cursor: string | null },
  ): Promise<Answer<{ items: WorkflowSummary[]; nextCursor: string | null }>>;

  messages(
    member: Member,
    input: { limit: number; before: string | null },
  ): Promise<Answer<{ items: MessageView[]; nextCursor: string | null }>>;
}
