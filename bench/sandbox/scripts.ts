import { z } from "zod";
import type { Brain } from "../../e2e/fakes/brain.ts";
import { approve, follow, isAtRest, type Place, plannedView } from "../../e2e/support/journey.ts";
import type { WorkflowView } from "../../shared/api/workflows.ts";
import { unfenceJson } from "../../shared/text/fence.ts";
import type { Block, Message } from "../../shared/workflow/content.ts";
import type { WorkflowEvent } from "../../shared/workflow/events.ts";
import { statusOf } from "../../shared/workflow/state.ts";

/*
 * Workflows whose steps are known beforehand, for a model that costs no time: what is measured is the server. What it
 * says follows from the conversation alone.
 */

export interface ToolCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** The tool calls of each step, one an answer. Steps run side by side unless chained; a review of all of them follows. */
export type Script = Readonly<Record<string, readonly ToolCall[]>>;

export interface PlanOptions {
  readonly fileIds?: readonly string[];
  /** Each step follows the one before. */
  readonly chained?: boolean;
}

const CAP_MICROS = 900_000_000;
const BUDGET_MICROS = 100_000_000_000;
const REQUEST = "Work as it was written down";
const Step = z.object({ id: z.string() });
const Work = z.array(z.object({ nodeId: z.string() }));

const use = (id: string, name: string, input: ToolCall["input"]): Block => ({ type: "tool_use", id, name, input });

const step = (id: string, stage: string, dependsOn: readonly string[]) => ({
  id,
  label: `Step ${id}`,
  type: "task",
  agent: stage === "reviewing" ? "reviewer" : "dev",
  stage,
  dependsOn,
  instructions: `Do ${id}`,
  tier: "fast",
  optional: false,
  touches: [],
});

/** The scripts by the mark in their requests, and the brain that plays them. */
export class Scripts {
  readonly #known = new Map<string, { readonly script: Script; readonly chained: boolean }>();
  #gate: { readonly opened: PromiseWithResolvers<void>; left: number } | null = null;

  /** Answers in building steps wait until as many of them were asked for, then all go at once. */
  gather(count: number): void {
    this.#gate = { opened: Promise.withResolvers(), left: count };
  }

  readonly brain: Brain = async ({ messages, operation }) => {
    const prompt = textsOf(messages);
    const turn = messages.filter((message) => message.role === "assistant").length;
    if (operation === "planning") return [planOf(this.#knownIn(prompt))];
    if (operation === "reviewing") return [turn === 0 ? use("look", "list_files", {}) : verdict(prompt)];
    await this.#passGate();
    const { id } = Step.parse(unfenceJson("step", prompt));
    const call = this.#knownIn(prompt).script[id]?.[turn];
    return [call === undefined ? finish() : use(`${id}-${turn}`, call.name, call.input)];
  };

  /** Plans a workflow that will work `script`; it waits for its approval. */
  async plan({ client, projectId }: Place, script: Script, options: PlanOptions = {}): Promise<Planned> {
    const { fileIds = [], chained = false } = options;
    const mark = `[#s${this.#known.size}]`;
    this.#known.set(mark, { script, chained });
    const { id } = await client.post<WorkflowView>(`/api/projects/${projectId}/workflows`, {
      message: `${REQUEST} ${mark}`,
      fileIds,
    });
    const planned = await plannedView(client, id);
    return { id, planVersion: planned.plan?.version ?? 0 };
  }

  async #passGate(): Promise<void> {
    const gate = this.#gate;
    if (gate === null) return;
    gate.left -= 1;
    if (gate.left > 0) return await gate.opened.promise;
    this.#gate = null;
    gate.opened.resolve();
  }

  #knownIn(prompt: string) {
    const known = this.#known.get(/\[#s\d+\]/.exec(prompt)?.[0] ?? "");
    if (known === undefined) throw new Error("a request without its script");
    return known;
  }
}

export interface Planned {
  readonly id: string;
  readonly planVersion: number;
}

export const begin = ({ client }: Place, { id, planVersion }: Planned) => approve(client, id, planVersion, CAP_MICROS);

/** Approves and waits for the end. Gives the log. @throws Error unless it completes */
export async function work(place: Place, planned: Planned): Promise<readonly WorkflowEvent[]> {
  await begin(place, planned);
  return await ended(place, planned);
}

/** Waits for the end of what was begun. Gives the log. @throws Error unless it completes */
export async function ended({ client }: Place, { id }: Planned): Promise<readonly WorkflowEvent[]> {
  const { state, events } = await follow(client, id, isAtRest);
  if (state.phase !== "completed") {
    const said = events.flatMap((event) => (event.name === "tool.settled" ? [event.data.output.slice(0, 300)] : []));
    throw new Error(`${id} is ${statusOf(state)}. Its last tool calls said:\n${said.slice(-4).join("\n")}`);
  }
  return events;
}

/** Room for everything here in the project's budget. */
export const fund = ({ client, projectId }: Place) =>
  client.patch(`/api/projects/${projectId}/budget`, { budgetMicros: BUDGET_MICROS });

/** A tool call as the log tells it: from the event that it began to the event of its result. */
export interface Settled {
  readonly nodeId: string;
  readonly name: string;
  readonly ok: boolean;
  readonly output: string;
  /** Milliseconds UTC. */
  readonly from: number;
  readonly to: number;
}

export function callsOf(events: readonly WorkflowEvent[]): Settled[] {
  const started = new Map<string, { name: string; at: number }>();
  return events.flatMap((event): Settled[] => {
    if (event.name === "tool.started")
      started.set(event.data.toolCallId, { name: event.data.name, at: Date.parse(event.at) });
    if (event.name !== "tool.settled") return [];
    const { toolCallId, nodeId, ok, output } = event.data;
    const start = started.get(toolCallId);
    return start === undefined
      ? []
      : [{ nodeId, name: start.name, ok, output, from: start.at, to: Date.parse(event.at) }];
  });
}

const textsOf = (messages: readonly Message[]): string =>
  messages
    .filter((message) => message.role === "user")
    .flatMap((message) => message.content)
    .flatMap((block) => (block.type === "text" ? [block.text] : []))
    .join("\n");

function planOf({ script, chained }: { readonly script: Script; readonly chained: boolean }): Block {
  const ids = Object.keys(script);
  const before = (at: number) => (chained ? ids.slice(Math.max(0, at - 1), at) : []);
  return use("plan", "propose_plan", {
    title: "Measure",
    summary: "Works as it was written down.",
    limits: [],
    steps: [...ids.map((id, at) => step(id, "building", before(at))), step("check", "reviewing", ids)],
  });
}

const finish = (): Block =>
  use("finish", "finish", {
    summary: "Done as asked.",
    evidence: [{ type: "quote", file: "request", text: REQUEST, label: "As asked" }],
  });

const verdict = (prompt: string): Block =>
  use("verdict", "verdict", {
    verdicts: Work.parse(unfenceJson("work", prompt)).map(({ nodeId }) => ({
      nodeId,
      accepted: true,
      reasons: "It is there.",
      checks: [{ label: "Looked", passed: true, detail: "Found" }],
    })),
    summary: "All is there.",
  });
