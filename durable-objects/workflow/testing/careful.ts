import { unfence, unfenceJson } from "../../../shared/text/fence.ts";
import type { Block } from "../../../shared/workflow/content.ts";
import type { ModelOutcome, ModelRequest } from "../../models/port.ts";
import { answerOf } from "./scripted.ts";

const use = (id: string, name: string, input: Record<string, unknown>): Block => ({
  type: "tool_use",
  id,
  name,
  input,
});

const step = (id: string, dependsOn: readonly string[], more: Record<string, unknown> = {}) => ({
  id,
  label: `Step ${id}`,
  type: "task",
  agent: "dev",
  stage: "building",
  dependsOn,
  instructions: `Do ${id}`,
  tier: "fast",
  optional: false,
  ...more,
});

const textOf = (request: ModelRequest): string =>
  (request.messages[0]?.content ?? []).map((one) => (one.type === "text" ? one.text : "")).join("\n");

/**
 * An agent that needs no sandbox. It writes a file in each step and proves it, and accepts what it reviews. A request
 * with "Book" has the last step book a room at the desk; one with "Ask" has the second step ask a question.
 */
export function careful(request: ModelRequest): ModelOutcome {
  const prompt = textOf(request);
  const wanted = unfence("request", prompt) ?? "";
  const turn = request.messages.filter((one) => one.role === "assistant").length + 1;
  if (request.operation === "planning") {
    const books = wanted.includes("Book") ? { type: "integration", touches: ["desk"] } : {};
    const steps = [
      step("look", []),
      step("write", ["look"]),
      step("tell", ["write"], books),
      step("check", ["tell"], { agent: "reviewer", stage: "reviewing" }),
    ];
    return answerOf([use("p", "propose_plan", { title: "Desk work", summary: "Three steps.", limits: [], steps })]);
  }
  // SAFETY: the orchestrators fence a step with its id, and work with ids of its steps.
  const { id } = unfenceJson("step", prompt) as { id: string };
  if (request.operation === "reviewing") {
    if (turn === 1) return answerOf([use("l", "list_files", {})]);
    const work = unfenceJson("work", prompt) as { nodeId: string }[];
    const checks = [{ label: "read", passed: true, detail: "as it should be" }];
    const verdicts = work.map(({ nodeId }) => ({ nodeId, accepted: true, reasons: "", checks }));
    return answerOf([use("v", "verdict", { summary: "All is right.", verdicts })]);
  }
  const last = request.messages.at(-1)?.content.findLast((one) => one.type === "tool_result");
  const told = last?.type === "tool_result" ? last : null;
  if (id === "tell" && wanted.includes("Book")) {
    if (turn === 1) return answerOf([use("b", "book", { what: "room" })]);
    if (told?.toolUseId === "b" && told.ok)
      return finish(id, [{ type: "receipt", toolUseId: "b", label: "The room is booked." }]);
  }
  if (id === "write" && wanted.includes("Ask") && turn === 1)
    return answerOf([use("q", "ask_user", { question: "Which currency?", choices: ["KWD", "USD"] })]);
  if (told?.toolUseId !== "w") return answerOf([use("w", "write_file", { path: `${id}.md`, content: `# ${id}` })]);
  return finish(id, [{ type: "artifact", name: `${id}.md`, label: "The file." }]);
}

const finish = (id: string, evidence: readonly Record<string, unknown>[]): ModelOutcome =>
  answerOf([use("f", "finish", { summary: `${id} is done.`, evidence })]);
