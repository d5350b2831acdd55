/** The five stages of a run (FR-3.2), in order. */
export const STAGES = ["planning", "orchestrating", "building", "reviewing", "completed"] as const;

export const MAX_PLAN_NODES = 500; // NFR-SC2.3
export const MAX_LABEL = 120;
export const MAX_INSTRUCTIONS = 4000;
/**
 * Steps a review judges in one go. A verdict takes about 300 tokens a step, so that 30 fit well into an answer, and
 * 4,000 characters of each step's result and as many of its code well into a prompt of 200,000 tokens.
 */
export const REVIEW_BATCH = 30;
