import { describe } from "../../../shared/errors/catalogue/describe.ts";
import { problem } from "../../../shared/errors/problem.ts";
import type { Randomness } from "../../../shared/lib/ports.ts";
import { formatUsd } from "../../../shared/money/micros.ts";
import type { EventBody } from "../../../shared/workflow/events.ts";
import { type Actor, NO_DEADLINE, SYSTEM } from "../../../shared/workflow/records.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { ModelPort, ModelRequest } from "../../models/port.ts";
import type { Intent, Orchestrator, Surroundings } from "../../orchestrators/port.ts";
import { waitsForPerson } from "../effects/ledger.ts";
import { isFinished } from "./commands.ts";
import { failureOf } from "./faults.ts";
import type { Journal } from "./journal.ts";
import { proposedCap, type Reservation, reserve } from "./money.ts";
import { nodeOf } from "./transitions.ts";

/** Model calls of one workflow that may be under way at once: six fetches may await headers per invocation. */
export const MAX_CALLS = 4;
export const MAX_TOOLS = 4;
/** decide() is pure, so a workflow that still finds new facts after this many rounds would never settle. */
const MAX_ROUNDS = 1000;

export interface StartCall {
  readonly callId: string;
  readonly nodeId: string | null;
  readonly request: ModelRequest;
}

export interface StartTool {
  readonly toolCallId: string;
  readonly nodeId: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What a super-step leaves to be carried out; all of it is in the log already. */
export interface Work {
  readonly calls: readonly StartCall[];
  readonly tools: readonly StartTool[];
  /** Budget to lease before more calls can be reserved; 0 for none. */
  readonly leaseMicros: number;
  /** What the orchestrator threw or proposed in vain; the work above was in the log by then and stands. */
  readonly problem: Error | null;
}

export interface StepDeps {
  readonly journal: Journal;
  readonly orchestrator: Orchestrator;
  readonly model: Pick<ModelPort, "modelFor">;
  readonly random: Pick<Randomness, "id">;
  readonly around: Surroundings;
  /** The project granted less than was asked for. */
  readonly leaseDry: boolean;
}

/**
 * One super-step: asks the orchestrator again and again until it has nothing new, appends every fact, reserves
 * money for every call. It runs without a pause, so all of it commits together (SPEC L3).
 */
export function superStep(deps: StepDeps): Work {
  const work = { calls: [] as StartCall[], tools: [] as StartTool[], leaseMicros: 0 };
  try {
    for (let round = 0; decideOnce(deps, work); round++)
      if (round > MAX_ROUNDS) throw new Error("The orchestrator finds new facts for ever");
    return { ...work, problem: null };
  } catch (error) {
    return { ...work, problem: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** One decision and all that follows from it at once; true when the log grew. */
function decideOnce(deps: StepDeps, work: { calls: StartCall[]; tools: StartTool[]; leaseMicros: number }): boolean {
  const before = deps.journal.state;
  if (!before || before.pause || isFinished(before)) return false;
  let facts: EventBody[] = [];
  const flush = () => {
    for (const [actor, bodies] of byActor(facts, before)) deps.journal.append(actor, bodies);
    facts = [];
  };
  for (const intent of deps.orchestrator.decide(before, deps.around)) {
    // A call that found no money has paused the run: nothing begins after it.
    if (deps.journal.state?.pause) break;
    if (intent.kind === "append") {
      facts.push(intent.event);
      continue;
    }
    flush();
    const state = deps.journal.state;
    if (!state || state.pause || isFinished(state)) break;
    if (intent.kind === "tool") {
      const started = startTool(state, intent, deps);
      if (started) work.tools.push(started);
      continue;
    }
    const started = startCall(state, intent, deps);
    if (started?.kind === "lease") work.leaseMicros = Math.max(work.leaseMicros, started.micros);
    if (started?.kind === "call") work.calls.push(started.call);
  }
  flush();
  return deps.journal.state?.version !== before.version;
}

function startTool(state: WorkflowState, intent: Intent & { kind: "tool" }, deps: StepDeps): StartTool | null {
  const { nodeId, toolUseId, name, input } = intent;
  const node = state.nodes.find((one) => one.id === nodeId);
  // What rests until a person decides takes nobody's place.
  const open = openTools(state).filter((one) => !waitsForPerson(state, one.toolCallId));
  if (!node || open.length >= MAX_TOOLS) return null;
  // The model's id is unique within one answer only: a settled call of an earlier answer does not count.
  if (node.tools.some((one) => one.toolUseId === toolUseId && one.result === null)) return null;
  const toolCallId = deps.random.id("tool");
  deps.journal.append(agentOf(state, nodeId), [
    { name: "tool.started", data: { toolCallId, toolUseId, nodeId, name, input: { ...input } } },
  ]);
  return { toolCallId, nodeId, name, input };
}

type CallStart =
  | { readonly kind: "call"; readonly call: StartCall }
  | { readonly kind: "lease"; readonly micros: number };

function startCall(state: WorkflowState, intent: Intent & { kind: "call" }, deps: StepDeps): CallStart | null {
  const { nodeId, spec } = intent;
  const open = Object.values(state.calls);
  if (open.length >= MAX_CALLS || open.some((call) => call.nodeId === nodeId)) return null;
  if (heldUntil(state, nodeId) > deps.around.now) return null;
  const model = deps.model.modelFor(spec.tier);
  const reserved = reserve(state, spec, model, deps.around.now, deps.leaseDry);
  if (reserved.kind === "lease") return reserved;
  if (reserved.kind === "cap" || reserved.kind === "project") pauseForMoney(state, intent, reserved, deps);
  if (reserved.kind !== "reserved") return null;
  const callId = deps.random.id("call");
  deps.journal.append(agentOf(state, nodeId), [
    {
      name: "call.intended",
      data: {
        callId,
        nodeId,
        operation: spec.operation,
        tier: spec.tier,
        model,
        maxTokens: reserved.maxTokens,
        reservedMicros: reserved.micros,
        attempt: 1 + failuresOf(state, nodeId),
      },
    },
  ]);
  return { kind: "call", call: { callId, nodeId, request: { ...spec, model, maxTokens: reserved.maxTokens } } };
}

/** SPEC M5: stops before the call that does not fit, and says what would let it run. */
function pauseForMoney(
  state: WorkflowState,
  intent: Intent & { kind: "call" },
  refused: Reservation & { kind: "cap" | "project" },
  deps: StepDeps,
): void {
  if (refused.kind === "project") {
    const failure = failureOf("project_budget_exhausted");
    deps.journal.append(SYSTEM, [{ name: "workflow.paused", data: { reason: "money", failure, resumeAt: null } }]);
    return;
  }
  const facts: EventBody[] = [];
  const open = state.approvals.some((one) => one.kind === "change_order" && one.status === "open");
  if (!open) {
    const capMicros = proposedCap(state, refused.neededMicros);
    const text = describe(problem("cap_reached"), state.locale);
    facts.push({
      name: "approval.requested",
      data: {
        id: deps.random.id("apr"),
        kind: "change_order",
        nodeId: intent.nodeId,
        toolCallId: null,
        preview: null,
        requestedAt: new Date(deps.around.now).toISOString(),
        onDeadline: null,
        decidedBy: null,
        decidedAt: null,
        summary: `${text.detail} ${formatUsd(state.cost.capMicros, state.locale)} → ${formatUsd(capMicros, state.locale)}`,
        arguments: { capMicros },
        ...NO_DEADLINE,
        status: "open",
      },
    });
  }
  facts.push({
    name: "workflow.paused",
    data: { reason: "money", failure: failureOf("cap_reached"), resumeAt: null },
  });
  deps.journal.append(SYSTEM, facts);
}

/** Milliseconds UTC before which this step (null: planning) makes no call; 0 when it may now. */
export function heldUntil(state: WorkflowState, nodeId: string | null): number {
  const retryAt = nodeId === null ? state.planning.retryAt : state.nodes.find((one) => one.id === nodeId)?.retryAt;
  return retryAt ? Date.parse(retryAt) : 0;
}

/** When failed calls and steps are begun again, milliseconds UTC; some of them may be past. */
export function retryTimes(state: WorkflowState): number[] {
  const times: number[] = [];
  const { retryAt } = state.planning;
  if (retryAt !== null) times.push(Date.parse(retryAt));
  for (const node of state.nodes) if (node.retryAt !== null) times.push(Date.parse(node.retryAt));
  return times;
}

function failuresOf(state: WorkflowState, nodeId: string | null): number {
  if (nodeId === null) return state.planning.failures.length;
  return state.nodes.find((one) => one.id === nodeId)?.callFailures ?? 0;
}

/** Several ask in a turn, over all tools of a run; steps that have not changed are not looked through again. */
const OPEN = new WeakMap<WorkflowState["nodes"], readonly StartTool[]>();

/** Tool calls that were started and have no result yet. */
export function openTools({ nodes }: WorkflowState): readonly StartTool[] {
  const known = OPEN.get(nodes);
  if (known) return known;
  const open = openIn(nodes);
  OPEN.set(nodes, open);
  return open;
}

function openIn(nodes: WorkflowState["nodes"]): StartTool[] {
  const open: StartTool[] = [];
  // No closures, no arrays of those that are settled.
  for (const node of nodes)
    for (const { id: toolCallId, name, input, result } of node.tools)
      if (result === null) open.push({ toolCallId, nodeId: node.id, name, input });
  return open;
}

/** Whether this one is among {@link openTools}. */
export function isOpenTool(
  state: WorkflowState,
  { toolCallId, nodeId }: Pick<StartTool, "toolCallId" | "nodeId">,
): boolean {
  const node = state.nodes.find((one) => one.id === nodeId);
  return node?.tools.findLast((one) => one.id === toolCallId)?.result === null;
}

/** The agent that works on a step; planning is the system's. */
export function agentOf(state: WorkflowState, nodeId: string | null): Actor {
  const node = nodeId === null ? undefined : state.nodes.find((one) => one.id === nodeId);
  return node ? { kind: "agent", id: node.agent } : SYSTEM;
}

function byActor(facts: readonly EventBody[], state: WorkflowState): [Actor, EventBody[]][] {
  const groups: [Actor, EventBody[]][] = [];
  for (const fact of facts) {
    const actor = fact.name === "workflow.paused" ? SYSTEM : agentOf(state, nodeOf(fact));
    const last = groups.at(-1);
    if (last && last[0].id === actor.id) last[1].push(fact);
    else groups.push([actor, [fact]]);
  }
  return groups;
}
