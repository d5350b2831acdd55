import { STAGES, type Stage } from "../../../shared/workflow/plan.ts";
import type { RunNode } from "../../../shared/workflow/run-node.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { Intent, Surroundings } from "../port.ts";
import { afterFailure, afterPerson, approach } from "./approaches.ts";
import { decideReview } from "./decide-review.ts";
import { append, repeatsCall, type StepContext } from "./decide-step.ts";
import { decideWork } from "./decide-work.ts";
import { askRepair, repairQuestionOf } from "./questions.ts";
import { reviewCall, workCall } from "./step-prompts.ts";
import { reasonOf, repairAnswer, textsFor } from "./texts.ts";
import { REVIEW_TOOLS, WORK_TOOLS } from "./tools.ts";
import { isReview, type Topology, topologyOf } from "./topology.ts";

/** Steps of one workflow that talk to a model at the same time. */
const MAX_PARALLEL = 4;

/**
 * One pass over an approved plan. Invariants:
 * R1 a step starts when all it needs is delivered, finished or skipped, and rests on nothing that is being redone;
 * R2 nothing is asked for that is open in the state (calls by step, tools without a result, questions);
 * R3 a step's work counts only while its inputs are those it started from; else it starts again;
 * R4 no step is finished on its own word: analysis on verified evidence, building work by every review over it.
 */
export function decideRun(state: WorkflowState, around: Surroundings): readonly Intent[] {
  const graph = topologyOf(state.nodes);
  const calling = new Set(Object.values(state.calls).map((call) => call.nodeId));
  const pass = new Pass(state, around, graph, calling);
  for (const node of state.nodes) if (node.status !== "pending") pass.visit(node);
  for (const node of state.nodes) if (node.status === "pending") pass.visit(node);
  return pass.intents.length > 0 ? pass.intents : completion(state, graph);
}

class Pass {
  readonly intents: Intent[] = [];
  #room: number;
  #stage: Stage;
  #judged = false;

  constructor(
    readonly state: WorkflowState,
    readonly around: Surroundings,
    readonly graph: Topology,
    readonly calling: ReadonlySet<string | null>,
  ) {
    this.#room = MAX_PARALLEL - calling.size;
    this.#stage = state.stage;
  }

  visit(node: RunNode): void {
    if (this.calling.has(node.id)) return;
    switch (node.status) {
      case "pending":
        if (this.graph.isReady(node)) this.#start(node, approach("first", this.graph.inputsKey(node)));
        return;
      case "running":
      case "waiting":
        return this.#running(node);
      case "error":
        return this.#failed(node);
      case "reviewing":
        return this.#delivered(node);
      case "success":
      case "warning":
        this.#renewIfStale(node);
        return;
      case "skipped":
        return;
    }
  }

  #running(node: RunNode): void {
    if (this.#answeredRepair(node)) return;
    // While what it rests on is being redone, its own words would be about the past.
    if (!this.graph.isReady(node)) return;
    if (this.#renewIfStale(node)) return;
    const context = this.#contextOf(node);
    if (!isReview(node)) return this.#push(decideWork(context, () => this.#call(context)));
    if (this.graph.workOf(node).length === 0)
      return this.#append({ name: "node.skipped", data: { nodeId: node.id, reason: this.#texts.nothingToReview } });
    // One verdict a pass: the next one is read against what this one changed.
    if (this.#judged) return;
    const intents = decideReview(context, () => this.#call(context));
    this.#judged = intents.some((one) => one.kind === "append" && one.event.name === "node.reviewed");
    this.#push(intents);
  }

  #failed(node: RunNode): void {
    if (node.retryAt === null) {
      if (!repairQuestionOf(this.state, node)) this.#append(askRepair(this.state, node, node.failure));
      return;
    }
    if (Date.parse(node.retryAt) > this.around.now || !this.graph.isReady(node)) return;
    if (this.#renewIfStale(node)) return;
    if (repeatsCall(node)) return this.#push(this.#call(this.#contextOf(node)));
    const reason = `${node.failure?.code ?? "step_failed"} ${reasonOf(node.failure)}`.trim();
    this.#start(node, afterFailure(node, plain(reason), this.graph.inputsKey(node)));
  }

  /** Delivered work: renewed when it rests on old inputs, finished when every review over it has accepted. */
  #delivered(node: RunNode): void {
    if (this.#renewIfStale(node)) return;
    const reviews = this.graph.reviewsOf(node);
    if (!reviews.every((one) => passed(one) && this.graph.isFresh(one))) return;
    const unchecked = reviews.length === 0;
    const doubtful = unchecked || node.evidence.some((one) => one.type === "check" && !one.passed);
    const summary = unchecked ? `${node.summary ?? ""}\n${this.#texts.unchecked}`.trim() : (node.summary ?? "");
    this.#append({
      name: "node.finished",
      data: { nodeId: node.id, status: doubtful ? "warning" : "success", summary },
    });
  }

  #renewIfStale(node: RunNode): boolean {
    if (this.graph.isFresh(node)) return false;
    if (this.graph.isReady(node))
      this.#start(node, approach(isReview(node) ? "review" : "inputs", this.graph.inputsKey(node)));
    return true;
  }

  /** True when a question about repairing this attempt was asked: answered ones are carried out. */
  #answeredRepair(node: RunNode): boolean {
    const question = repairQuestionOf(this.state, node);
    if (!question) return false;
    if (question.answer === null) return true;
    const answer = repairAnswer(question.answer);
    if (answer === "skip")
      this.#append({ name: "node.skipped", data: { nodeId: node.id, reason: this.#texts.skipped } });
    else if (answer === "stop")
      this.#append({
        name: "workflow.failed",
        data: { failure: node.failure ?? { code: "step_failed", params: { label: node.label }, technical: "" } },
      });
    else if (this.graph.isReady(node)) {
      const reason = node.failure?.code ?? "step_failed";
      this.#start(node, afterPerson(node, plain(reason), this.graph.inputsKey(node)));
    }
    return true;
  }

  #start(node: RunNode, how: string): void {
    if (this.#room <= 0) return;
    this.#room--;
    this.#enter(node.stage);
    this.#append({ name: "node.started", data: { nodeId: node.id, attempt: node.attempt + 1, approach: how } });
  }

  /** Every stage is entered, in order, when the first step of it or of a later one starts. */
  #enter(stage: Stage): void {
    const untouched = this.state.nodes.every((node) => node.attempt === 0) && this.intents.length === 0;
    if (untouched) this.#append({ name: "stage.entered", data: { stage: "planning" } });
    while (STAGES.indexOf(this.#stage) < STAGES.indexOf(stage)) {
      this.#stage = STAGES[STAGES.indexOf(this.#stage) + 1]!;
      this.#append({ name: "stage.entered", data: { stage: this.#stage } });
    }
  }

  #call(context: StepContext): Intent[] {
    if (this.#room <= 0) return [];
    this.#room--;
    const { state, around, graph, node } = context;
    const spec = isReview(node) ? reviewCall(state, around, graph, node) : workCall(state, around, graph, node);
    return [{ kind: "call", nodeId: node.id, spec }];
  }

  #contextOf(node: RunNode): StepContext {
    const { state, around, graph } = this;
    return { state, around, graph, node, tools: isReview(node) ? REVIEW_TOOLS : WORK_TOOLS };
  }

  get #texts() {
    return textsFor(this.state.locale);
  }

  #append(event: Parameters<typeof append>[0]): void {
    this.intents.push(append(event));
  }

  #push(intents: readonly Intent[]): void {
    this.intents.push(...intents);
  }
}

const passed = (node: RunNode): boolean => node.status === "success" || node.status === "warning";

/** Brackets delimit the inputs in an approach. */
const plain = (reason: string): string => reason.replaceAll(/[[\]\n]/g, " ").slice(0, 300);

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
