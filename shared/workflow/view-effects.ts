import type { EffectView } from "../api/workflows.ts";
import type { EffectRecord } from "./effects.ts";
import type { WorkflowState } from "./state.ts";
import { toFailureView } from "./view.ts";

/**
 * The effect ledger as people read it, oldest first: what was done outside, by which step, on whose approval. `canUndo`
 * says of a line whether it can be taken back now.
 */
export function toEffectViews(
  state: WorkflowState,
  locale: "en" | "ar",
  canUndo: (effect: EffectRecord) => boolean,
): EffectView[] {
  const labels = new Map(state.nodes.map((node) => [node.id, node.label]));
  return state.effects.map((effect) => {
    const { key: _key, fingerprint: _fingerprint, doubted: _doubted, failure, receipt, undo, ...shown } = effect;
    return {
      ...shown,
      stepLabel: labels.get(effect.nodeId) ?? "",
      receipt: receipt && { reference: receipt.reference, link: receipt.link, detail: receipt.detail },
      failure: failure && toFailureView(failure, locale),
      undo: undo && { ...undo, failure: undo.failure && toFailureView(undo.failure, locale) },
      canUndo: canUndo(effect),
    };
  });
}
