import { z } from "zod";
import { unfenceJson } from "../../../shared/text/fence.ts";
import type { Block, Message } from "../../../shared/workflow/content.ts";
import type { Brain } from "../../fakes/brain.ts";

/*
 * A model that costs no time, so that what is killed is the engine: it plans the same six steps for everybody and does
 * each with one or two tools. What it says follows from the conversation alone, so that a repeated call is answered alike.
 */

/**
 * Names of the services in HTTP_SERVICES that the plan reaches: one keeps idempotency keys, one can be asked afterwards,
 * one does neither.
 */
export const SERVICES = { keyed: "bookings", looked: "letters", plain: "notices" } as const;

const Step = z.object({ id: z.string() });
const Work = z.array(z.object({ nodeId: z.string() }));

const use = (id: string, name: string, input: Record<string, unknown>): Block => ({
  type: "tool_use",
  id,
  name,
  input,
});

const texts = (messages: readonly Message[]): string =>
  messages
    .filter((message) => message.role === "user")
    .flatMap((message) => message.content)
    .flatMap((block) => (block.type === "text" ? [block.text] : []))
    .join("\n");

/** The run's own mark in its request ("[#017]"), which every write outside carries. */
export const markOf = (prompt: string): string => /\[#[a-z0-9-]+\]/.exec(prompt)?.[0] ?? "[#?]";

const step = (id: string, stage: string, dependsOn: string[], touches: string[] = []) => ({
  id,
  label: `Step ${id}`,
  type: touches.length > 0 ? "integration" : "task",
  agent: stage === "reviewing" ? "reviewer" : "dev",
  stage,
  dependsOn,
  instructions: `Do ${id}`,
  tier: "fast",
  optional: false,
  touches,
});

const PLAN = {
  title: "Register the visits",
  summary: "Counts, registers and tells.",
  limits: [],
  steps: [
    step("count", "building", []),
    step("write", "building", []),
    step("book", "building", ["count"], [SERVICES.keyed]),
    step("tell", "building", ["write"], [SERVICES.plain]),
    step("letter", "building", ["write"], [SERVICES.looked]),
    step("close", "building", ["book", "tell", "letter"]),
    step("check", "reviewing", ["count", "write", "book", "tell", "letter", "close"]),
  ],
};

export const crashBrain: Brain = (request) => {
  const prompt = texts(request.messages);
  const turn = request.messages.filter((message) => message.role === "assistant").length + 1;
  if (request.operation === "planning") return [use("plan", "propose_plan", PLAN)];
  if (request.operation === "reviewing") return review(prompt, turn);
  const { id } = Step.parse(unfenceJson("step", prompt));
  return work(id, markOf(prompt), turn, saidNo(request.messages));
};

/** The last result was a refusal: what the person declined is not tried again. */
function saidNo(messages: readonly Message[]): boolean {
  const last = messages.at(-1)?.content.findLast((block) => block.type === "tool_result");
  return last?.type === "tool_result" && !last.ok;
}

const CODE = (mark: string) =>
  `console.log(JSON.stringify({ mark: ${JSON.stringify(mark)}, total: Big("0.1").plus("0.2").toString() }));`;

/** @param refused whether the last tool call failed: own work is done again, what a person declined is not */
function work(id: string, mark: string, turn: number, refused: boolean): Block[] {
  if (id === "book" || id === "tell" || id === "letter") return outside(id, mark, turn, refused);
  if (turn > 1 && !refused)
    return id === "count"
      ? finish({ type: "run", toolUseId: "last", label: "Counted" })
      : finish({ type: "artifact", name: `${id}.md`, label: "Written" });
  return id === "count"
    ? [use(`run${turn}`, "run_code", { code: CODE(mark), purpose: "Count" })]
    : [use(`save${turn}`, "write_file", { path: `${id}.md`, content: `# ${id}\n\n${mark}\n` })];
}

function outside(id: "book" | "tell" | "letter", mark: string, turn: number, refused: boolean): Block[] {
  if (turn > 1)
    return refused
      ? finish({ type: "quote", file: "request", text: "Register the visits", label: "Declined" })
      : finish({ type: "receipt", toolUseId: "last", label: "Registered" });
  if (id === "book") return [call(SERVICES.keyed, "/bookings", { name: `Visit ${mark}`, seats: 2 })];
  return id === "tell"
    ? [call(SERVICES.plain, "/notices", { text: `Registered ${mark}` })]
    : [call(SERVICES.looked, "/notices", { text: `Letter ${mark}` })];
}

const call = (service: string, path: string, body: Record<string, unknown>): Block =>
  use("call", "http_request", { service, method: "POST", path, body, purpose: `Send to ${service}` });

const finish = (evidence: Record<string, unknown>): Block[] => [
  use("finish", "finish", { summary: "Done as asked.", evidence: [evidence] }),
];

function review(prompt: string, turn: number): Block[] {
  if (turn === 1) return [use("look", "list_files", {})];
  const verdicts = Work.parse(unfenceJson("work", prompt)).map(({ nodeId }) => ({
    nodeId,
    accepted: true,
    reasons: "It is there.",
    checks: [{ label: "Looked", passed: true, detail: "Found" }],
  }));
  return [use("verdict", "verdict", { verdicts, summary: "All is registered." })];
}
