import type { PlanEdit } from "../api/workflows.ts";
import type { RunMode } from "../workflow/effects.ts";

/** What a member can have a workflow do. Each is checked and appended in one turn; a refusal changes nothing. */
export type WorkflowCommand =
  | { readonly kind: "edit-plan"; readonly edit: PlanEdit }
  | {
      readonly kind: "approve-plan";
      readonly planVersion: number;
      readonly capMicros: number;
      /** Absent: live, unless a service the plan reaches has no credentials. */
      readonly mode?: RunMode | undefined;
    }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  /** Starts failed steps (or one) again, with changed instructions where given. */
  | { readonly kind: "retry"; readonly nodeId?: string | undefined; readonly instructions?: string | undefined }
  | { readonly kind: "steer"; readonly message: string }
  | { readonly kind: "cancel"; readonly reason: string }
  /** Another orchestrator goes on from here (NFR-I3.3); `workflow_busy` while a call or a tool is under way. */
  | { readonly kind: "migrate"; readonly framework: { readonly name: string; readonly version: string } }
  | { readonly kind: "answer"; readonly questionId: string; readonly answer: string }
  | {
      readonly kind: "decide";
      readonly approvalId: string;
      readonly decision: "approved" | "rejected";
      readonly arguments?: Readonly<Record<string, unknown>> | undefined;
    }
  /** Takes back what this run did outside, also when it is over; all that can be, unless effects are named. */
  | { readonly kind: "undo"; readonly effectIds?: readonly string[] | undefined };

export type CommandOf<Kind extends WorkflowCommand["kind"]> = Extract<WorkflowCommand, { kind: Kind }>;
