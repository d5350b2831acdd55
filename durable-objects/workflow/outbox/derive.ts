import type { LedgerEntry } from "../../../shared/protocol/object-rpc.ts";
import type { AuditFact, RepairCase, RepairFact, ResultFact } from "../../../shared/protocol/projection.ts";
import { NO_USAGE } from "../../../shared/workflow/content.ts";
import type { EventBody, WorkflowEvent } from "../../../shared/workflow/events.ts";
import type { ArtifactRecord, Failure } from "../../../shared/workflow/records.ts";
import type { RunNode } from "../../../shared/workflow/run-node.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";

/** What the project is told because of an event. `release`: budget that goes back; `result`: for its library. */
export type OutboxFact =
  | { readonly kind: "ledger"; readonly body: LedgerEntry }
  | { readonly kind: "audit"; readonly body: AuditFact }
  | { readonly kind: "repair"; readonly body: RepairFact }
  | { readonly kind: "result"; readonly body: ResultFact }
  | { readonly kind: "release"; readonly body: { readonly returnId: string; readonly micros: number } };

/**
 * What one event gives rise to outside its log: a pure function of the event and the states around it, so that the
 * projections can be derived again from the log alone (SPEC O4). `before` is null for the first event.
 */
export function derive(event: WorkflowEvent, before: WorkflowState | null, after: WorkflowState): OutboxFact[] {
  const facts: OutboxFact[] = [];
  if (before) for (const body of ledgerOf(event, before)) facts.push({ kind: "ledger", body });
  const audit = auditOf(event, before, after);
  if (audit) facts.push({ kind: "audit", body: audit });
  const repair = before && repairOf(event, before);
  if (repair) facts.push({ kind: "repair", body: repair });
  for (const body of resultsOf(event, before, after)) facts.push({ kind: "result", body });
  if (event.name === "money.returned")
    facts.push({ kind: "release", body: { returnId: `r${event.version}`, micros: event.data.micros } });
  return facts;
}

/** Lines of the money ledger an event gives rise to. A settled call may have a part that nobody can confirm. */
function ledgerOf(event: WorkflowEvent, before: WorkflowState): LedgerEntry[] {
  if (event.name !== "call.settled" && event.name !== "call.unconfirmed") return [];
  const call = before.calls[event.data.callId];
  if (!call) return [];
  const line = (source: string, costMicros: number, confirmed: boolean): LedgerEntry => ({
    source,
    sourceVersion: event.version,
    workflowId: before.id,
    model: call.model,
    operation: call.operation,
    usage: confirmed && event.name === "call.settled" ? event.data.usage : NO_USAGE,
    costMicros,
    simulated: before.model.simulated,
    confirmed,
    at: event.at,
  });
  if (event.name === "call.unconfirmed") return [line(`${before.id}:unconfirmed`, event.data.bookedMicros, false)];
  const unconfirmed = event.data.unconfirmedMicros ?? 0;
  const settled = line(before.id, event.data.costMicros, true);
  return unconfirmed > 0 ? [settled, line(`${before.id}:unconfirmed`, unconfirmed, false)] : [settled];
}

/** Results made and removed; a run that goes on from another begins with that one's. Outputs kept whole are none. */
function resultsOf(event: WorkflowEvent, before: WorkflowState | null, after: WorkflowState): ResultFact[] {
  const from = { sourceVersion: event.version, at: event.at };
  const made = (artifact: ArtifactRecord): ResultFact => ({
    ...from,
    kind: "created",
    artifact,
    step: after.nodes.find((node) => node.id === artifact.nodeId)?.label ?? "",
    simulated: after.model.simulated,
  });
  switch (event.name) {
    case "artifact.created":
      return isResult(event.data) ? [made(event.data)] : [];
    case "workflow.imported":
      return after.artifacts.filter(isResult).map(made);
    case "artifact.removed": {
      const artifact = before?.artifacts.find((one) => one.id === event.data.artifactId);
      if (!artifact || !isResult(artifact)) return [];
      return [{ ...from, kind: "removed", artifactId: artifact.id, name: artifact.name }];
    }
    default:
      return [];
  }
}

const isResult = (artifact: ArtifactRecord): boolean => artifact.role !== "log";

type Line = Pick<AuditFact, "eventType" | "data"> & Partial<Pick<AuditFact, "category" | "isSensitive">>;

function auditOf(event: WorkflowEvent, before: WorkflowState | null, after: WorkflowState): AuditFact | null {
  const line = lineOf(event, before, after);
  if (!line) return null;
  const { version: sourceVersion, actor, at } = event;
  return { category: "workflow", isSensitive: false, ...line, source: after.id, sourceVersion, actor, at };
}

/** Who changed what (FR-12.5): ids and amounts, never content. */
function lineOf(event: WorkflowEvent, before: WorkflowState | null, after: WorkflowState): Line | null {
  switch (event.name) {
    case "workflow.created":
      return { eventType: "workflow.created", data: { framework: frameworkOf(event.data.framework) } };
    case "workflow.imported": {
      const { reason, from } = event.data;
      const eventType = reason === "fork" ? "workflow.forked" : "workflow.promoted";
      return { eventType, data: { fromWorkflowId: from.workflowId, fromVersion: from.version } };
    }
    case "workflow.migrated":
      return {
        eventType: "workflow.migrated",
        data: { from: frameworkOf(event.data.from), to: frameworkOf(event.data.to) },
      };
    case "plan.edited":
      return { eventType: "plan.edited", data: { planVersion: event.data.planVersion, variant: event.data.variant } };
    case "plan.approved": {
      const { planVersion, capMicros, mode } = event.data;
      return { eventType: "plan.approved", data: { planVersion, capMicros, mode } };
    }
    case "cap.raised":
      return {
        eventType: "budget.raised",
        data: { fromMicros: before?.cost.capMicros ?? 0, capMicros: event.data.capMicros },
      };
    case "approval.decided":
    case "approval.expired":
    case "approval.voided":
      return approvalLine(event, after);
    case "effect.settled":
      return effectLine(event.data.effectId, event.data.outcome.kind, after);
    case "effect.resolved":
      return effectLine(event.data.effectId, event.data.outcome === "done" ? "done" : "failed", after);
    case "undo.requested":
      return outside("undo.requested", { effectIds: event.data.effectIds });
    case "workflow.steered":
      return { eventType: "workflow.steered", data: {} };
    case "workflow.paused":
    case "workflow.resumed":
      return event.actor.kind === "user" ? { eventType: event.name, data: {} } : null;
    case "workflow.completed":
      return { eventType: "workflow.completed", data: { spentMicros: after.cost.spentMicros } };
    case "workflow.failed":
      return {
        eventType: "workflow.failed",
        data: { code: event.data.failure.code, spentMicros: after.cost.spentMicros },
      };
    case "workflow.cancelled":
      return { eventType: "workflow.cancelled", data: { spentMicros: after.cost.spentMicros } };
    default:
      return null;
  }
}

const outside = (eventType: string, data: Line["data"]): Line => ({
  eventType,
  data,
  category: "integration",
  isSensitive: true,
});

const frameworkOf = ({ name, version }: WorkflowState["framework"]): string => `${name} ${version}`;

type ApprovalEvent = EventBody & { name: "approval.decided" | "approval.expired" | "approval.voided" };

/** Approvals of outside writes; one of money shows as the raised cap. */
function approvalLine(event: ApprovalEvent, after: WorkflowState): Line | null {
  const { approvalId } = event.data;
  const approval = after.approvals.find((one) => one.id === approvalId);
  if (approval?.kind !== "effect") return null;
  const outcome = event.name === "approval.decided" ? event.data.decision : event.name.slice("approval.".length);
  return outside(`effect.${outcome}`, { approvalId, ...named("nodeId", approval.nodeId) });
}

const OUTCOMES = { done: "done", recorded: "rehearsed", failed: "failed", unknown: "unknown" } as const;

function effectLine(effectId: string, outcome: keyof typeof OUTCOMES, after: WorkflowState): Line | null {
  const effect = after.effects.find((one) => one.effectId === effectId);
  if (!effect) return null;
  const { tool, service, nodeId, approvalId, approvedBy, undoOf } = effect;
  const data = {
    effectId,
    tool,
    service,
    nodeId,
    ...named("approvalId", approvalId),
    ...named("approvedBy", approvedBy),
  };
  if (undoOf === null) return outside(`effect.${OUTCOMES[outcome]}`, data);
  return outside(outcome === "done" ? "effect.undone" : `undo.${OUTCOMES[outcome]}`, { ...data, undoOf });
}

const named = (name: string, value: string | null): Record<string, string> => (value === null ? {} : { [name]: value });

function repairOf(event: WorkflowEvent, before: WorkflowState): RepairFact | null {
  const from = { source: before.id, sourceVersion: event.version };
  switch (event.name) {
    case "node.failed": {
      const node = before.nodes.find((one) => one.id === event.data.nodeId);
      if (!node) return null;
      return { ...from, kind: "opened", nodeId: node.id, ...repairCase(node, event.data.failure, before) };
    }
    case "node.delivered":
    case "node.finished":
    case "node.skipped": {
      const { nodeId } = event.data;
      const node = before.nodes.find((one) => one.id === nodeId);
      if (!node || !hasFailed(node)) return null;
      return { ...from, kind: "closed", nodeId, succeeded: event.name !== "node.skipped" };
    }
    case "workflow.failed":
    case "workflow.cancelled":
      return before.nodes.some(hasFailed) ? { ...from, kind: "closed", nodeId: null, succeeded: false } : null;
    default:
      return null;
  }
}

const hasFailed = (node: RunNode): boolean =>
  node.status === "error" || node.attempts.some((one) => one.failure !== null);

/** The kind of a step's failure; `node` as it was in the attempt that failed. */
export function repairCase(node: RunNode, failure: Failure, state: WorkflowState): RepairCase {
  const tool = node.tools.findLast((one) => one.result?.ok === false);
  const effect = tool && state.effects.find((one) => one.toolCallId === tool.id);
  return {
    code: failure.code,
    tool: tool?.name ?? "",
    action: effect ? `${node.stage}: ${effect.action}` : node.stage,
  };
}
