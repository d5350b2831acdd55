import { profileTokens } from "../../../shared/money/estimates.ts";
import { fence, fenceJson } from "../../../shared/text/fence.ts";
import type { Block, Message } from "../../../shared/workflow/content.ts";
import type { Failure } from "../../../shared/workflow/records.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { Intent, Surroundings } from "../port.ts";
import { conversation, turnsOf } from "./conversation.ts";
import type { Method } from "./method.ts";
import { type Reading, readProposal } from "./plan-proposal.ts";
import { callDelay, classOf, isoAt, pauseDelay } from "./retry-policy.ts";
import { servicePrompt } from "./step-materials.ts";
import { groundOf, imagesOf, text } from "./step-prompts.ts";
import { planSpec } from "./tools.ts";
import { variantsOf } from "./variants.ts";

/** Answers that may be mended before a person is asked to look. */
const MAX_REPAIRS = 3;

/** From the request to a proposed plan; the planning conversation is the log's own transcript. */
export function decidePlanning(method: Method, state: WorkflowState, around: Surroundings): readonly Intent[] {
  if (Object.values(state.calls).some((call) => call.nodeId === null)) return [];
  const { transcript, failures } = state.planning;
  const failure = failures.at(-1);
  if (failure) return afterFailedCall(method, state, around, failure);
  const last = transcript.at(-1);
  if (!last) return [planningCall(method, state, around)];

  const proposal = readProposal(last, readingOf(method, state, around));
  if (proposal.ok) {
    const { title, summary, limits, nodes } = proposal.value;
    const contextTokens = profileTokens(around.profiles);
    const variants = variantsOf(nodes, contextTokens, state.locale, method.secondCheck);
    return [
      {
        kind: "append",
        event: {
          name: "plan.proposed",
          data: { planVersion: 1, title, summary, limits: [...limits], variant: "balanced", variants },
        },
      },
    ];
  }
  if (turnsOf(transcript) > MAX_REPAIRS)
    return [
      {
        kind: "append",
        event: {
          name: "workflow.paused",
          data: {
            reason: "attention",
            failure: { code: "plan_unreadable", params: {}, technical: proposal.error.slice(0, 2000) },
            resumeAt: null,
          },
        },
      },
    ];
  return [planningCall(method, state, around)];
}

function afterFailedCall(
  method: Method,
  state: WorkflowState,
  around: Surroundings,
  failure: Failure,
): readonly Intent[] {
  const { failures, retryAt } = state.planning;
  const kind = classOf(failure);
  const delay = kind === "service" || kind === "content" ? callDelay(kind, failures.length, state.id) : null;
  if (delay !== null)
    // The fold says when the wait is over; without it the call is due now.
    return retryAt !== null && Date.parse(retryAt) > around.now ? [] : [planningCall(method, state, around)];
  const resumeAt = kind === "service" ? isoAt(around.now + pauseDelay(failures.length)) : null;
  const reason = kind === "service" ? "service" : "attention";
  return [{ kind: "append", event: { name: "workflow.paused", data: { reason, failure, resumeAt } } }];
}

function planningCall(method: Method, state: WorkflowState, around: Surroundings): Intent {
  const { services } = around;
  const offered = services.length > 0 ? [fenceJson("services", services.map(servicePrompt))] : [];
  const first = [...imagesOf(around), text(...groundOf(state, around), ...offered)];
  return {
    kind: "call",
    nodeId: null,
    spec: {
      operation: "planning",
      tier: "standard",
      system: method.prompts.planning(services.length > 0),
      messages: withRepairs(first, state.planning.transcript, readingOf(method, state, around)),
      tools: [planSpec(method, services)],
      toolChoice: { name: "propose_plan" },
      maxTokens: 8192,
      effort: "medium",
    },
  };
}

const readingOf = (method: Method, state: WorkflowState, around: Surroundings): Reading => ({
  locale: state.locale,
  services: new Set(around.services.map((one) => one.name)),
  shape: method.shape,
});

const EXAMPLE = JSON.stringify({
  title: "…",
  summary: "…",
  limits: [],
  steps: [
    {
      id: "totals",
      label: "…",
      type: "task",
      agent: "dev",
      stage: "building",
      dependsOn: [],
      instructions: "…",
      tier: "standard",
      optional: false,
    },
    {
      id: "review",
      label: "…",
      type: "agent",
      agent: "reviewer",
      stage: "reviewing",
      dependsOn: ["totals"],
      instructions: "…",
      tier: "standard",
      optional: false,
    },
  ],
});

/** Each repair says what was wrong, and each offers another way out than the one before. */
const HELP = [
  "Call propose_plan again with the whole plan.",
  `Call propose_plan again with the whole plan in exactly this form: ${EXAMPLE}`,
  "Call propose_plan with the smallest plan that does the job: one building step and one reviewing step.",
] as const;

function withRepairs(first: readonly Block[], transcript: readonly Message[], reading: Reading): Message[] {
  return conversation(
    first,
    transcript,
    (turn) => {
      const answers = transcript.filter((message) => message.role === "assistant");
      const answer = answers[turn - 1];
      const read = answer ? readProposal(answer, reading) : null;
      const problem = read && !read.ok ? read.error : "";
      const help = HELP[Math.min(turn, HELP.length) - 1] ?? HELP[0];
      const content = `${fence("problem", problem)}\n${help}`;
      const calls = answer?.content.filter((block) => block.type === "tool_use") ?? [];
      return calls.length > 0
        ? calls.map((call) => ({ type: "tool_result", toolUseId: call.id, ok: false, content }))
        : [text(content)];
    },
    [],
  );
}
