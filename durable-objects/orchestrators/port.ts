import type { FileProfile } from "../../shared/api/files.ts";
import type { SandboxRuntime } from "../../shared/protocol/sandbox-rpc.ts";
import type { EventBody } from "../../shared/workflow/events.ts";
import type { PlanNode, Variant, VariantName } from "../../shared/workflow/plan.ts";
import type { WorkflowState } from "../../shared/workflow/state.ts";
import type { ModelRequest, ToolSpec } from "../models/port.ts";
import type { ServiceInfo } from "../workflow/effects/port.ts";

/** What the orchestrator may know besides the state: read once per decision, never fetched by it. */
export interface Surroundings {
  /** Milliseconds UTC. */
  readonly now: number;
  /** Profiles of the workflow's files, parsed by the sandbox. */
  readonly profiles: readonly FileProfile[];
  /** Outside services of this deployment that steps may touch. */
  readonly services: readonly ServiceInfo[];
  /** The tools that reach them, for steps that touch one. */
  readonly outsideTools: readonly ToolSpec[];
  /** Where code can run; absent: in the isolate alone. */
  readonly runtimes?: readonly SandboxRuntime[] | undefined;
}

/** A model call the engine shall make; the model id is filled in by the engine from the tier. */
export type CallSpec = Omit<ModelRequest, "model">;

/**
 * What shall happen next. `append` is a fact the orchestrator concludes (stage entered, step started, delivered,
 * reviewed, finished, question asked, workflow completed); `call` and `tool` are work, done by the engine.
 */
export type Intent =
  | { readonly kind: "append"; readonly event: EventBody }
  | { readonly kind: "call"; readonly nodeId: string | null; readonly spec: CallSpec }
  | {
      readonly kind: "tool";
      readonly nodeId: string;
      readonly toolUseId: string;
      readonly name: string;
      readonly input: Readonly<Record<string, unknown>>;
    };

/**
 * Decides; holds no state and does no I/O. `decide` is a pure function of its arguments: called again with the
 * same state it gives the same intents, so a crash between decision and log costs nothing. It gives [] when all
 * that is left to do waits for something (open calls and tools, a person, a timer, the end). It must not ask
 * for work that is already open in the state.
 */
export interface Orchestrator {
  readonly name: string;
  readonly version: string;
  decide(state: WorkflowState, around: Surroundings): readonly Intent[];
  /**
   * Positions and estimates of a person's edit; `nodes` has passed `findPlanProblem`. `profiles` are those of the
   * workflow's files: they are part of every prompt, and so of its price.
   */
  reprice(nodes: readonly PlanNode[], profiles?: readonly FileProfile[]): PlanNode[];
  /** The variants as they stand after an edit of the chosen one. */
  refine(
    variants: readonly Variant[],
    chosen: VariantName,
    nodes: readonly PlanNode[],
    profiles?: readonly FileProfile[],
  ): Variant[];
}
