import type { AdmissionRows } from "../admissions.ts";
import type { Claim, Waiting } from "../fair-queue.ts";

/** The rows in memory. What is loaded from them again is what a new instance finds after a crash. */
export function memoryRows(): AdmissionRows {
  const slots = new Map<string, Claim>();
  const waiting = new Map<string, Waiting>();
  const turns = new Map<string, number>();
  return {
    load: () => ({ slots: [...slots.values()], waiting: [...waiting.values()], turns: new Map(turns) }),
    saveSlot: (claim) => void slots.set(claim.workflowId, claim),
    removeSlot: (workflowId) => void slots.delete(workflowId),
    saveWaiting: (one) => void waiting.set(one.workflowId, one),
    removeWaiting: (workflowId) => void waiting.delete(workflowId),
    saveTurn: (owner, turn) => void turns.set(owner, turn),
    removeTurn: (owner) => void turns.delete(owner),
  };
}
