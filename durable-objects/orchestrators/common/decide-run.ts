import type { Stage } from "../../../shared/workflow/plan.ts";
import { STAGES } from "../../../shared/workflow/plan-limits.ts";
import type { RunNode } from "../../../shared/workflow/run-node.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { Intent, Surroundings } from "../port.ts";
import { afterFailure, afterPerson, afterVerdict, approach, failuresOf, MAX_FAILURES } from "./approaches.ts";
import { decideReview } from "./decide-review.ts";
import { append, repeatsCall, type StepContext } from "./decide-step.ts";
import { decideWork } from "./decide-work.ts";
import type { Method } from "./method.ts";
import { askRepair, repairQuestionOf } from "./questions.ts";
import { recordedVerdict } from "./review.ts";
import { toolsFor } from "./step-materials.ts";
import { reviewCall, workCall } from "./step-prompts.ts";
import { reasonOf, textsFor } from "./texts.ts";
import { isReview, type Topology, topologyOf } from "./topology.ts";

/** Steps of one workflow that talk to a model at the same time. */
const MAX_PARALLEL = 4;

/**
 * One pass over an approved plan. Invariants:
 * R1 a step starts when all it needs is delivered, finished or skipped, and rests on nothing that is being redone;
 * R2 nothing is asked for that is open in the state (calls by step, tools without a result, questions);
 * R3 a step's work counts only while its inputs are those it started from; else it starts again;
 * R4 no step is finished on its own word: analysis on verified evidence, building work by every review over it;
 * R5 deciding nothing means that something is open, waits for a person or a time, or is over.
 */
export function decideRun(method: Method, state: WorkflowState, around: Surroundings): readonly Intent[] {
  const pass = new Pass(method, state, around);
  for (const node of state.nodes) if (node.status !== "pending") pass.visit(node);
  for (const node of state.nodes) if (node.status === "pending") pass.visit(node);
  return pass.intents.length > 0 ? pass.intents : completion(state, pass.graph);
}

class Pass {
  readonly intents: Intent[] = [];
  readonly graph: Topology;
  readonly #method: Method;
  readonly #state: WorkflowState;
  readonly #around: Surroundings;
  readonly #calling: ReadonlySet<string | null>;
  #room: number;
  #stage: Stage;
  #judged = false;

  constructor(method: Method, state: WorkflowState, around: Surroundings) {
    this.#method = method;
    this.#state = state;
    this.#around = around;
    this.graph = topologyOf(state.nodes);
    this.#calling = new Set(Object.values(state.calls).map((call) => call.nodeId));
    this.#room = MAX_PARALLEL - this.#calling.size;
    this.#stage = state.stage;
  }

  visit(node: RunNode): void {
    if (this.#calling.has(node.id)) return;
    switch (node.status) {
      case "pending":
        if (this.graph.isReady(node)) this.#start(node, approach("first", this.graph.inputsKey(node)));
        break;
      case "running":
      case "waiting":
        this.#running(node);
        break;
      case "error":
        this.#failed(node);
        break;
      case "reviewing":
        this.#delivered(node);
        break;
      case "success":
      case "warning":
        this.#renewIfStale(node);
        break;
      case "skipped":
        break;
    }
  }

  #running(node: RunNode): void {
    if (this.#decidedByPerson(node)) return;
    // While what it rests on is being redone, its own words would be about the past.
    if (!this.graph.isReady(node)) return;
    if (this.#renewIfStale(node)) return;
    const context = this.#contextOf(node);
    if (!isReview(node)) {
      this.intents.push(...decideWork(context, () => this.#call(context)));
      return;
    }
    if (this.graph.taskOf(node).work.length === 0) {
      this.#append({ name: "node.skipped", data: { nodeId: node.id, reason: this.#texts.nothingToReview } });
      return;
    }
    // One verdict a pass: the next one is read against what this one changed.
    if (this.#judged) return;
    // Fresh after its verdict: all there is has been accepted.
    const verdict = recordedVerdict(node);
    if (verdict) {
      this.#append({
        name: "node.finished",
        data: { nodeId: node.id, status: "success", summary: verdict.summary },
      });
      return;
    }
    const intents = decideReview(context, () => this.#call(context));
    this.#judged = intents.some((one) => one.kind === "append" && one.event.name === "node.reviewed");
    this.intents.push(...intents);
  }

  #failed(node: RunNode): void {
    if (node.retryAt === null) {
      if (!this.#decidedByPerson(node)) this.#append(askRepair(this.#state, node, node.failure));
      return;
    }
    if (Date.parse(node.retryAt) > this.#around.now || !this.graph.isReady(node)) return;
    if (this.#renewIfStale(node)) return;
    if (repeatsCall(node)) this.intents.push(...this.#call(this.#contextOf(node)));
    else this.#startOver(node);
  }

  /** Delivered work: renewed when it rests on old inputs, finished when every review over it has accepted. */
  #delivered(node: RunNode): void {
    if (this.#renewIfStale(node)) return;
    const reviews = this.graph.reviewsOf(node);
    if (!reviews.every((one) => passed(one) && this.graph.isFresh(one))) return;
    const unchecked = reviews.length === 0;
    const doubtful = unchecked || node.evidence.some((one) => one.type === "check" && !one.passed);
    const said = node.summary ?? "";
    const summary = unchecked ? `${said}\n${this.#texts.unchecked}`.trim() : said;
    this.#append({
      name: "node.finished",
      data: { nodeId: node.id, status: doubtful ? "warning" : "success", summary },
    });
  }

  /** True when the step's inputs have changed since it started: it starts again as soon as they are all there. */
  #renewIfStale(node: RunNode): boolean {
    if (this.graph.isFresh(node)) return false;
    if (this.graph.isReady(node)) this.#start(node, this.#renewal(node));
    return true;
  }

  #renewal(node: RunNode): string {
    const inputs = this.graph.inputsKey(node);
    if (!isReview(node)) return approach("inputs", inputs);
    const { over, accepted } = this.graph.taskOf(node);
    return over ? afterVerdict(accepted, inputs) : approach("review", inputs);
  }

  /** True when a person was asked about repairing this attempt; what they answered is carried out. */
  #decidedByPerson(node: RunNode): boolean {
    const question = repairQuestionOf(this.#state, node);
    if (!question) return false;
    if (question.status === "open") return true;
    if (question.answer === "skip")
      this.#append({ name: "node.skipped", data: { nodeId: node.id, reason: this.#texts.skipped } });
    else if (question.answer === "stop" && node.status !== "error") this.#stop(node);
    // An error after "stop", or a question that lapsed: the workflow had failed, and a person has it go on.
    else this.#startOver(node);
    return true;
  }

  #stop(node: RunNode): void {
    const { id: nodeId, attempt, label } = node;
    const failure = { code: "step_failed", params: { label, attempts: attempt }, technical: node.failure?.code ?? "" };
    const why = node.failure ?? failure;
    this.#append({
      name: "node.failed",
      data: { nodeId, failure: why, attempt, maxAttempts: MAX_FAILURES, retryAt: null },
    });
    this.#append({ name: "workflow.failed", data: { failure } });
  }

  /** Another attempt that knows what the last one tried; beyond the automatic ones only a person can have asked. */
  #startOver(node: RunNode): void {
    if (!this.graph.isReady(node)) return;
    const reason = `${node.failure?.code ?? "step_failed"} ${reasonOf(node.failure)}`.trim();
    const how = failuresOf(node) + 1 < MAX_FAILURES ? afterFailure : afterPerson;
    this.#start(node, how(node, reason, this.graph.inputsKey(node)));
  }

  #start(node: RunNode, how: string): void {
    if (this.#room <= 0) return;
    this.#room--;
    this.#enter(node.stage);
    this.#append({ name: "node.started", data: { nodeId: node.id, attempt: node.attempt + 1, approach: how } });
  }

  /** Every stage is entered, in order, when the first step of it or of a later one starts. */
  #enter(stage: Stage): void {
    const untouched = this.intents.length === 0 && this.#state.nodes.every((node) => node.attempt === 0);
    if (untouched) this.#append({ name: "stage.entered", data: { stage: this.#stage } });
    for (const next of STAGES.slice(STAGES.indexOf(this.#stage) + 1, STAGES.indexOf(stage) + 1)) {
      this.#stage = next;
      this.#append({ name: "stage.entered", data: { stage: next } });
    }
  }

  #call(context: StepContext): Intent[] {
    if (this.#room <= 0) return [];
    this.#room--;
    const { node } = context;
    return [{ kind: "call", nodeId: node.id, spec: isReview(node) ? reviewCall(context) : workCall(context) }];
  }

  #contextOf(node: RunNode): StepContext {
    const around = this.#around;
    const { host, outside } = toolsFor(node, around);
    const tools = [...host, ...outside.map((tool) => tool.name)];
    return { method: this.#method, state: this.#state, around, graph: this.graph, node, tools };
  }

  get #texts() {
    return textsFor(this.#state.locale);
  }

  #append(event: Parameters<typeof append>[0]): void {
    this.intents.push(append(event));
  }
}

const passed = (node: RunNode): boolean => node.status === "success" || node.status === "warning";

function completion(state: WorkflowState, graph: Topology): Intent[] {
  if (!state.nodes.every((node) => node.status === "skipped" || (passed(node) && graph.isFresh(node)))) return [];
  const last = state.nodes.findLast((node) => isReview(node) && passed(node));
  const made = state.nodes.findLast((node) => !isReview(node) && passed(node));
  const resultSummary = last?.summary ?? made?.summary ?? textsFor(state.locale).nothingDone;
  return [
    append({ name: "stage.entered", data: { stage: "completed" } }),
    append({ name: "workflow.completed", data: { resultSummary } }),
  ];
}
