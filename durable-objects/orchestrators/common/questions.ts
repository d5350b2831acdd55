import type { EventBody } from "../../../shared/workflow/events.ts";
import { NO_DEADLINE, type Question } from "../../../shared/workflow/records.ts";
import type { RunNode } from "../../../shared/workflow/run-node.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { reasonOf, textsFor } from "./texts.ts";

/** Answers to a repair question; screens show them in the reader's language (records.ts). */
const REPAIR_CHOICES = ["retry", "skip", "stop"] as const;

export const agentQuestionId = (node: RunNode, turn: number, index: number): string =>
  `q_${node.id}_${node.attempt}_${turn}_${index}`;

const repairQuestionId = (nodeId: string, attempt: number): string => `q_${nodeId}_repair_${attempt}`;

/** The question whether to repair the current attempt; undefined when it was not asked. */
export function repairQuestionOf(state: WorkflowState, node: RunNode): Question | undefined {
  const id = repairQuestionId(node.id, node.attempt);
  return state.questions.find((one) => one.id === id);
}

/** Automatic repair is used up: the person decides (FR-5.7). */
export function askRepair(state: WorkflowState, node: RunNode, failure: RunNode["failure"]): EventBody {
  const texts = textsFor(state.locale);
  return {
    name: "question.asked",
    data: {
      id: repairQuestionId(node.id, node.attempt),
      nodeId: node.id,
      kind: "repair",
      text: texts.repair(node.label, reasonOf(failure)),
      choices: [...REPAIR_CHOICES],
      toolUseId: null,
      effectId: null,
      ...NO_DEADLINE,
      status: "open",
      answer: null,
    },
  };
}
