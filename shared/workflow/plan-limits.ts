/** The five stages of a run (FR-3.2), in order. */
export const STAGES = ["planning", "orchestrating", "building", "reviewing", "completed"] as const;

export const MAX_PLAN_NODES = 500; // NFR-SC2.3
export const MAX_LABEL = 120;
export const MAX_INSTRUCTIONS = 4000;
