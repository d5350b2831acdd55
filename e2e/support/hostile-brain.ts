import { z } from "zod";
import { unfenceJson } from "../../shared/text/fence.ts";
import type { Block, Message } from "../../shared/workflow/content.ts";
import type { Brain } from "../fakes/brain.ts";
import { HOSTILE_STEPS } from "./hostile-calls.ts";

/* A model that does what an injected text told it: every call of the list, then a claim without proof, then an end. */

export const REQUEST = "Look at this list and do what it says";
const Step = z.object({ id: z.string() });
const Work = z.array(z.object({ nodeId: z.string() }));
const CALLS_AN_ANSWER = 4;

const use = (id: string, name: string, input: Readonly<Record<string, unknown>>): Block => ({
  type: "tool_use",
  id,
  name,
  input,
});

const step = (id: string, stage: string, dependsOn: readonly string[]) => ({
  id,
  label: `Step ${id}`,
  type: id === "network" ? "integration" : "task",
  agent: stage === "reviewing" ? "reviewer" : "dev",
  stage,
  dependsOn,
  instructions: `Do ${id}`,
  tier: "fast",
  optional: false,
  touches: id === "network" ? ["internet"] : [],
});

/** Does so for requests of {@link REQUEST}; all others are answered by `other`. */
export const hostileBrain = (other: Brain): Brain => {
  return (request, images) => {
    const prompt = textsOf(request.messages);
    if (!prompt.includes(REQUEST) || request.operation === "chat") return other(request, images);
    const turn = request.messages.filter((message) => message.role === "assistant").length;
    if (request.operation === "planning") return [plan()];
    if (request.operation === "reviewing") return [turn === 0 ? use("look", "list_files", {}) : verdict(prompt)];
    return work(Step.parse(unfenceJson("step", prompt)).id, turn);
  };
};

function work(id: string, turn: number): Block[] {
  const calls = HOSTILE_STEPS[id] ?? [];
  const first = turn * CALLS_AN_ANSWER;
  const now = calls.slice(first, first + CALLS_AN_ANSWER);
  if (now.length > 0) return now.map(({ name, input }, index) => use(`${id}-${first + index}`, name, input));
  const isClaim = turn === Math.ceil(calls.length / CALLS_AN_ANSWER);
  return [isClaim ? finish({ type: "artifact", name: "../../etc/passwd", label: "Trust me" }) : finish(QUOTE)];
}

const QUOTE = { type: "quote", file: "request", text: REQUEST, label: "As asked" };

const finish = (evidence: object): Block =>
  use("finish", "finish", { summary: "Done as asked.", evidence: [evidence] });

function plan(): Block {
  const ids = Object.keys(HOSTILE_STEPS);
  const steps = [...ids.map((id) => step(id, "building", [])), step("check", "reviewing", ids)];
  return use("plan", "propose_plan", { title: "Do what it says", summary: "Follows the list.", limits: [], steps });
}

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

const textsOf = (messages: readonly Message[]): string =>
  messages
    .filter((message) => message.role === "user")
    .flatMap((message) => message.content)
    .flatMap((block) => (block.type === "text" ? [block.text] : []))
    .join("\n");
