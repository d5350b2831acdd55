import { deepStrictEqual } from "node:assert";
import type { FileProfile } from "../../../../shared/api/files.ts";
import { invariant } from "../../../../shared/lib/assert.ts";
import { type Block, NO_USAGE } from "../../../../shared/workflow/content.ts";
import { EventBody, SCHEMA_VERSION, type WorkflowEvent } from "../../../../shared/workflow/events.ts";
import { fold, foldAll } from "../../../../shared/workflow/fold.ts";
import { pendingNode } from "../../../../shared/workflow/fold-node.ts";
import { type RunReport, SYSTEM } from "../../../../shared/workflow/records.ts";
import type { RunNode } from "../../../../shared/workflow/run-node.ts";
import { FINISHED, type WorkflowState } from "../../../../shared/workflow/state.ts";
import type { CallSpec, Intent, Orchestrator, Surroundings } from "../../port.ts";

type Outcome = Extract<EventBody, { name: "call.settled" }>["data"]["outcome"];

/** What the scripted model is asked with. */
export interface Asked {
  readonly nodeId: string | null;
  readonly spec: CallSpec;
  readonly state: WorkflowState;
  /** The step as it is when it calls; an empty one for planning calls. */
  readonly node: RunNode;
  /** Counts calls of this attempt from 1. */
  readonly turn: number;
}

export interface ToolAnswer {
  readonly ok: boolean;
  readonly output: string;
  readonly files?: readonly string[];
  /** Of tools that run tests. */
  readonly run?: RunReport;
  /** What the engine has in the log before the answer, such as an effect. */
  readonly facts?: (toolCallId: string) => readonly EventBody[];
}

type ToolInput = Readonly<Record<string, unknown>>;

export interface SimulationOptions {
  readonly model: (asked: Asked) => Outcome | Promise<Outcome>;
  readonly tool?: (
    name: string,
    input: Readonly<Record<string, unknown>>,
    nodeId: string,
  ) => ToolAnswer | Promise<ToolAnswer>;
  readonly profiles?: readonly FileProfile[];
  readonly locale?: "en" | "ar";
  readonly request?: string;
  readonly orchestrator: Orchestrator;
  readonly services?: Surroundings["services"];
  readonly outsideTools?: Surroundings["outsideTools"];
  readonly runtimes?: Surroundings["runtimes"];
  /** Events to go on from, instead of a request. */
  readonly past?: readonly WorkflowEvent[];
  /** The order in which open work is settled: "all" at once, or one at a time chosen by index. */
  readonly pick?: (open: number) => number;
}

export const says = (...content: Block[]): Outcome => ({
  ok: true,
  content,
  stopReason: content.some((one) => one.type === "tool_use") ? "tool_use" : "end",
});
export const use = (id: string, name: string, input: Record<string, unknown>): Block => ({
  type: "tool_use",
  id,
  name,
  input,
});
export const fails = (code: string, retryAfterMs: number | null = null): Outcome => ({
  ok: false,
  failure: { code, params: {}, technical: "" },
  retryable: true,
  retryAfterMs,
});

const NO_NODE: RunNode = pendingNode({
  id: "none",
  type: "task",
  label: "none",
  instructions: "",
  agent: "dev",
  stage: "planning",
  dependsOn: [],
  tier: "fast",
  optional: false,
  position: { x: 0, y: 0 },
  estimate: { p50Micros: 0, p90Micros: 0 },
});

type Work = { readonly key: string; readonly settle: () => Promise<void> };

/**
 * A tiny engine over the pure fold: carries out what an orchestrator decides, with a scripted model and tools.
 * It checks on every decision that deciding twice gives the same, that nothing open is asked for again, and that
 * deciding nothing means that something is open, waiting or over.
 */
export class Simulation {
  state: WorkflowState;
  now = Date.UTC(2026, 10, 20, 8);
  readonly events: WorkflowEvent[] = [];
  readonly #options: SimulationOptions;
  readonly #open: Work[] = [];
  #orchestrator: Orchestrator;
  #count = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#orchestrator = options.orchestrator;
    const past = options.past ?? [this.#created(options)];
    this.events.push(...past);
    const state = foldAll(null, past);
    invariant(state, "a first event");
    this.state = state;
    this.now = Math.max(this.now, Date.parse(past.at(-1)?.at ?? ""));
    // Ids go on where they were, so that none is given twice.
    this.#count = past.length;
  }

  #created({ profiles = [], request, locale, orchestrator }: SimulationOptions): WorkflowEvent {
    return {
      version: 1,
      at: this.#at(),
      actor: { kind: "user", id: "usr_1" },
      name: "workflow.created",
      data: {
        id: "wf_1",
        projectId: "prj_1",
        name: "",
        userInput: request ?? "Total the invoices by client",
        locale: locale ?? "en",
        files: profiles.map(({ fileId, name, mediaType }) => ({ id: fileId, name, mediaType, size: 1 })),
        framework: { name: orchestrator.name, version: orchestrator.version },
        model: { provider: "offline", simulated: true },
        planningCapMicros: 500_000,
      },
    };
  }

  /** As the engine does after a crash: calls under way are booked, tools run again. */
  recover(): void {
    for (const { callId, reservedMicros } of Object.values(this.state.calls))
      this.append({ name: "call.unconfirmed", data: { callId, bookedMicros: reservedMicros } });
    for (const node of this.state.nodes)
      for (const { id, name, input, result } of node.tools)
        if (result === null) this.#settleLater(id, node.id, name, input);
  }

  /** Another orchestrator goes on from here. */
  migrate(to: Orchestrator): void {
    const { framework: from } = this.state;
    const { name, version } = to;
    this.append({
      name: "workflow.migrated",
      data: { from: { ...from }, to: { name, version }, schemaVersion: SCHEMA_VERSION },
    });
    this.#orchestrator = to;
  }

  /** The deadline of every open question passes. */
  lapse(): void {
    for (const { id, status, deadline } of this.state.questions) {
      if (status !== "open" || deadline === null) continue;
      this.now = Math.max(this.now, Date.parse(deadline));
      this.append({ name: "question.expired", data: { questionId: id } });
    }
  }

  append(body: EventBody): void {
    EventBody.parse(body);
    const event = { version: this.state.version + 1, at: this.#at(), actor: SYSTEM, ...body };
    this.events.push(event);
    this.state = fold(this.state, event);
  }

  decide(): readonly Intent[] {
    const { profiles = [], services = [], outsideTools = [], runtimes } = this.#options;
    const around = deepFreeze({ now: this.now, profiles, services, outsideTools, runtimes });
    const state = deepFreeze(this.state);
    const intents = this.#orchestrator.decide(state, around);
    deepStrictEqual(this.#orchestrator.decide(state, around), intents);
    return intents;
  }

  /** Decides and carries out until nothing can go on without a person or `until` holds. */
  async run(until: (state: WorkflowState) => boolean = () => false, limit = 5_000): Promise<WorkflowState> {
    for (let count = 0; count < limit; count++) {
      if (until(this.state)) return this.state;
      const intents = this.decide();
      if (intents.length > 0) {
        for (const intent of intents) this.#carryOut(intent);
        continue;
      }
      if (this.#open.length > 0) {
        const [work] = this.#open.splice(this.#options.pick?.(this.#open.length) ?? 0, 1);
        await work?.settle();
        continue;
      }
      if (FINISHED.includes(this.state.phase)) return this.state;
      const due = this.#nextTimer();
      if (due !== null) {
        this.now = Math.max(this.now + 1, due);
        if (this.state.pause) this.append({ name: "workflow.resumed", data: {} });
        continue;
      }
      invariant(this.#waitsForPerson(), `stuck at version ${this.state.version}: ${this.#describe()}`);
      return this.state;
    }
    throw new Error(`No rest after ${limit} decisions: ${this.#describe()}`);
  }

  approve(): void {
    invariant(this.state.plan, "a plan to approve");
    this.append({
      name: "plan.approved",
      data: { planVersion: this.state.plan.version, capMicros: 1_000_000, mode: "live" },
    });
  }

  answer(questionId: string, answer: string): void {
    this.append({ name: "question.answered", data: { questionId, answer } });
  }

  node(id: string): RunNode {
    const node = this.state.nodes.find((one) => one.id === id);
    invariant(node, `step ${id}`);
    return node;
  }

  names(): string[] {
    return this.events.map((event) => event.name);
  }

  #carryOut(intent: Intent): void {
    if (intent.kind === "append") this.append(intent.event);
    else if (intent.kind === "call") this.#call(intent.nodeId, intent.spec);
    else this.#tool(intent);
  }

  #call(nodeId: string | null, spec: CallSpec): void {
    invariant(!Object.values(this.state.calls).some((one) => one.nodeId === nodeId), `a second call for ${nodeId}`);
    checkMessages(spec);
    const callId = `call_${++this.#count}`;
    const asked = this.#asked(nodeId, spec);
    this.append({
      name: "call.intended",
      data: {
        callId,
        nodeId,
        operation: spec.operation,
        tier: spec.tier,
        model: "m",
        maxTokens: spec.maxTokens,
        reservedMicros: 1000,
        attempt: 1,
      },
    });
    this.#open.push({
      key: callId,
      settle: async () => {
        const outcome = await this.#options.model(asked);
        this.append({ name: "call.settled", data: { callId, costMicros: 100, usage: NO_USAGE, outcome } });
      },
    });
  }

  #asked(nodeId: string | null, spec: CallSpec): Asked {
    const state = this.state;
    const node = state.nodes.find((one) => one.id === nodeId);
    const transcript = node?.transcript ?? state.planning.transcript;
    const turn = transcript.filter((one) => one.role === "assistant").length + 1;
    return { nodeId, spec, state, turn, node: node ?? NO_NODE };
  }

  #tool(intent: Extract<Intent, { kind: "tool" }>): void {
    const { nodeId, toolUseId, name, input } = intent;
    const open = this.node(nodeId).tools.some((run) => run.toolUseId === toolUseId && run.result === null);
    invariant(!open, `tool ${toolUseId} asked for twice`);
    const toolCallId = `tool_${++this.#count}`;
    this.append({ name: "tool.started", data: { toolCallId, toolUseId, nodeId, name, input: { ...input } } });
    this.#settleLater(toolCallId, nodeId, name, input);
  }

  #settleLater(toolCallId: string, nodeId: string, name: string, input: ToolInput): void {
    this.#open.push({
      key: toolCallId,
      settle: async () => {
        const done = (await this.#options.tool?.(name, input, nodeId)) ?? { ok: true, output: `${name} done` };
        const files = done.files ?? (name === "write_file" && done.ok ? [String(input.path)] : []);
        for (const file of files) this.#artifact(nodeId, file, toolCallId, name);
        for (const fact of done.facts?.(toolCallId) ?? []) this.append(fact);
        this.append({
          name: "tool.settled",
          data: {
            toolCallId,
            nodeId,
            ok: done.ok,
            output: done.output,
            durationMs: 1,
            ...(done.run ? { run: done.run } : {}),
          },
        });
      },
    });
  }

  #artifact(nodeId: string, name: string, toolCallId: string, tool: string): void {
    this.append({
      name: "artifact.created",
      data: {
        id: `art_${nodeId}_${name}`,
        nodeId,
        name,
        mediaType: "text/csv",
        size: 1,
        sha256: "",
        key: "k",
        header: "h",
        provenance: { toolCallId, tool, code: null, inputs: [] },
      },
    });
  }

  #nextTimer(): number | null {
    const { state } = this;
    if (state.pause) return state.pause.resumeAt === null ? null : Date.parse(state.pause.resumeAt);
    const times = [state.planning.retryAt, ...state.nodes.map((node) => node.retryAt)]
      .flatMap((at) => (at === null ? [] : [Date.parse(at)]))
      .filter((at) => at > this.now);
    return times.length > 0 ? Math.min(...times) : null;
  }

  #waitsForPerson(): boolean {
    const { state } = this;
    return (
      state.pause !== null || state.phase === "pending_approval" || state.questions.some((one) => one.status === "open")
    );
  }

  #describe(): string {
    return `${this.state.phase} ${this.state.nodes.map((node) => `${node.id}:${node.status}@${node.attempt}`).join(" ")}`;
  }

  #at(): string {
    return new Date(this.now).toISOString();
  }
}

const frozen = new WeakSet<object>();

/** All of it, so that a decision that changes what it was given throws. What is frozen already is not gone through again. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || frozen.has(value)) return value;
  frozen.add(value);
  for (const one of Object.values(value)) deepFreeze(one);
  return Object.freeze(value);
}

/** What providers demand: turns alternate, none is empty, and every tool call is answered in the very next turn. */
function checkMessages(spec: CallSpec): void {
  spec.messages.forEach((message, index) => {
    invariant(message.role === (index % 2 === 0 ? "user" : "assistant"), `turn ${index} is the ${message.role}'s`);
    invariant(message.content.length > 0, `turn ${index} is empty`);
    const uses = new Set(message.content.flatMap((one) => (one.type === "tool_use" ? [one.id] : [])));
    const next = spec.messages[index + 1]?.content ?? [];
    const results = new Set(next.flatMap((one) => (one.type === "tool_result" ? [one.toolUseId] : [])));
    if (message.role === "assistant") deepStrictEqual([...results].sort(), [...uses].sort());
  });
  invariant(spec.messages.at(-1)?.role === "user", "the last turn is the user's");
}
