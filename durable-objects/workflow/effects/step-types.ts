import type { Receipt } from "../../../shared/workflow/effects.ts";
import type { EventBody } from "../../../shared/workflow/events.ts";
import type { RunNode, ToolRun } from "../../../shared/workflow/run-node.ts";
import { FINISHED, type WorkflowState } from "../../../shared/workflow/state.ts";
import type { Hash } from "../ports.ts";
import type { OutsideAction, OutsideTool, ServiceInfo } from "./port.ts";

/** How long a write of ours may still be on its way after it was sent: before that, "not there" proves nothing. */
export const SETTLING_MS = 30_000;
/** What reading back came to in this instance; it is asked again after a restart. */
export type ReadBackMemory = { readonly kind: "denied"; readonly at: number } | { readonly kind: "unknown" };

export interface EffectsAround {
  /** Whether the workflow has room to run; what it sent before, and what a person takes back, needs none. */
  readonly admitted: boolean;
  /** Milliseconds UTC. */
  readonly now: number;
  readonly hash: Hash;
  readonly tools: ReadonlyMap<string, OutsideTool>;
  readonly services: readonly ServiceInfo[];
  /** Whether work under this key is being carried out: a tool call's reading, or a write by its effect's id. */
  readonly underWay: (id: string) => boolean;
  readonly readBacks: ReadonlyMap<string, ReadBackMemory>;
}

/** Work that reaches outside. `id` names it: the tool call's for reading, else the effect's. */
export type EffectWork = { readonly id: string; readonly tool: OutsideTool; readonly action: OutsideAction } & (
  | { readonly kind: "read"; readonly nodeId: string }
  | { readonly kind: "send"; readonly key: string }
  | { readonly kind: "read-back"; readonly key: string }
  | { readonly kind: "undo"; readonly key: string; readonly receipt: Receipt }
);

/** What comes next: facts alone, work whose facts are logged before it begins, or nothing before `until`. */
export type EffectStep =
  | { readonly kind: "facts"; readonly nodeId: string | null; readonly facts: readonly EventBody[] }
  | {
      readonly kind: "work";
      readonly nodeId: string | null;
      readonly facts: readonly EventBody[];
      readonly work: EffectWork;
    }
  | { readonly kind: "wait"; readonly until: number };

/** A tool call as the machine sees it: open in the log. */
export interface Call {
  readonly node: RunNode;
  readonly run: ToolRun;
}

export const isOver = (state: WorkflowState): boolean => FINISHED.includes(state.phase);
/** New things begin only in a run that is going. */
export const isGoing = (state: WorkflowState, around: Pick<EffectsAround, "admitted">): boolean =>
  around.admitted && !isOver(state) && state.pause === null;
