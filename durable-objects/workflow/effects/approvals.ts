import type { EventBody } from "../../../shared/workflow/events.ts";
import type { Approval } from "../../../shared/workflow/records.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { approvalsOfCall } from "./ledger.ts";
import type { OutsideAction, ServiceInfo } from "./port.ts";

const DECIDE_WITHIN_MS = 24 * 3_600_000;
const REMIND_AFTER_MS = 4 * 3_600_000;

/** Puts a write before a person. The id follows from the tool call, so that asking twice is the same request. */
export function requestApproval(
  state: WorkflowState,
  wanted: {
    readonly toolCallId: string;
    readonly nodeId: string;
    readonly tool: string;
    readonly action: OutsideAction;
    readonly info: ServiceInfo | undefined;
  },
  now: number,
): EventBody {
  const { toolCallId, nodeId, action, info } = wanted;
  const { effectClass } = action;
  const alike = state.effects.findLast(
    (one) =>
      one.tool === wanted.tool &&
      one.service === action.service &&
      one.action === action.action &&
      one.target === action.target &&
      one.undoOf === null &&
      (["done", "intended", "unknown"].includes(one.status) || one.knownBy === "person"),
  );
  return {
    name: "approval.requested",
    data: {
      ...openUntil(now),
      id: approvalIdOf(state, toolCallId),
      kind: "effect",
      nodeId,
      toolCallId,
      summary: action.summary,
      preview: {
        service: info?.label[state.locale] ?? action.service,
        action: action.action,
        target: action.target,
        effectClass: effectClass === "read" ? "write" : effectClass,
        reversible: action.reversible,
        resembles: alike ? `${alike.summary} (${alike.settledAt ?? alike.intendedAt})` : null,
      },
      arguments: { ...action.arguments },
    },
  };
}

/** The same request anew, as the person who lost the role had left it. */
export const requestAgain = (state: WorkflowState, approval: Approval, now: number): EventBody => ({
  name: "approval.requested",
  data: { ...approval, ...openUntil(now), id: approvalIdOf(state, approval.toolCallId ?? approval.id) },
});

const openUntil = (now: number) =>
  ({
    requestedAt: new Date(now).toISOString(),
    remindAt: new Date(now + REMIND_AFTER_MS).toISOString(),
    reminded: false,
    deadline: new Date(now + DECIDE_WITHIN_MS).toISOString(),
    onDeadline: "reject",
    status: "open",
    decidedBy: null,
    decidedAt: null,
  }) as const;

function approvalIdOf(state: WorkflowState, toolCallId: string): string {
  const before = approvalsOfCall(state, toolCallId).length;
  return `apr_${toolCallId.replace(/^tool_/, "")}${before > 0 ? `_${before + 1}` : ""}`;
}
