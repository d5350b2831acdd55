import type { AuditCategory } from "../api/audit.ts";
import type { Actor, ArtifactRecord } from "../workflow/records.ts";
import type { LedgerEntry, WorkflowSummary } from "./object-rpc.ts";

/** A line of the audit chain before it is chained. Ids and amounts only, never content. */
export interface AuditFact {
  /** The workflow whose event it comes from, and that event's version: together they make delivery idempotent. */
  readonly source: string;
  readonly sourceVersion: number;
  readonly eventType: string;
  readonly category: AuditCategory;
  readonly actor: Actor;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly data: Readonly<Record<string, string | number | readonly string[]>>;
  /** Reaches outside, or changes who may see what. */
  readonly isSensitive: boolean;
}

/** What kind of failure: cases with the same three are similar (FR-5.6). */
export interface RepairCase {
  /** Code of the failure. */
  readonly code: string;
  /** The tool that failed last in the attempt, or "". */
  readonly tool: string;
  /** The step's stage, and what was done outside where the tool reaches there. */
  readonly action: string;
}

/** A failure of a step begins a case; what comes of the step closes it. */
export type RepairFact = {
  readonly source: string;
  readonly sourceVersion: number;
} & (
  | ({ readonly kind: "opened"; readonly nodeId: string } & RepairCase)
  /** `nodeId` null: every case of the workflow that is still open. */
  | { readonly kind: "closed"; readonly nodeId: string | null; readonly succeeded: boolean }
);

/** A result that a step made or removed; `at` is when. The keys of its bytes stay between objects. */
export type ResultFact = { readonly sourceVersion: number; readonly at: string } & (
  | {
      readonly kind: "created";
      readonly artifact: ArtifactRecord;
      /** The step's label. */
      readonly step: string;
      readonly simulated: boolean;
    }
  | { readonly kind: "removed"; readonly artifactId: string; readonly name: string }
);

/** Results of one workflow for the library, in the order of its events. */
export interface ResultFacts {
  readonly projectId: string;
  readonly workflowId: string;
  readonly workflowName: string;
  readonly locale: "en" | "ar";
  readonly facts: readonly ResultFact[];
}

/** What a project keeps of a workflow's events, in the order of the events. */
export interface ProjectionFacts {
  readonly ledger: readonly LedgerEntry[];
  readonly audit: readonly AuditFact[];
  readonly repairs: readonly RepairFact[];
}

/** The facts of a part of a workflow's log, derived again. */
export interface ProjectionPage extends ProjectionFacts {
  /** For the library, with the language the workflow speaks. */
  readonly results: readonly ResultFact[];
  readonly locale: "en" | "ar";
  /** Version of the last event read. */
  readonly through: number;
  /** On the last page: the row of the index at `through`. Null when there is more to read. */
  readonly summary: WorkflowSummary | null;
}

/** What rebuilding a part of a project came to; `next` continues it, null at the end. */
export interface RebuildPart {
  readonly workflows: number;
  readonly ledger: number;
  readonly audit: number;
  readonly repairs: number;
  /** Workflows whose log could not be read; what the project has of them is left as it is. */
  readonly unread: readonly string[];
  /** Projects whose own audit chain is damaged: where it breaks, as a sequence number. */
  readonly auditBrokenAt: number | null;
  readonly next: string | null;
}
