import { roleNames } from "../columns.ts";
import type { Reading } from "../context.ts";
import { isText, readRequest } from "../context.ts";
import { readFormal } from "../formal.ts";
import { fileName } from "../labels.ts";
import { type OutsideWork, readOutside } from "../outside/formal.ts";
import { type ProgramPart, readProgramPart } from "../program/formal.ts";
import type { Prompt, StepPrompt } from "../prompt.ts";
import type { Resolved } from "../resolve.ts";
import { resolve } from "../resolve.ts";
import { readSitePart, type SitePart } from "../site/formal.ts";
import type { Task } from "../spec.ts";

/** What a step is to do, from its instructions or, when a person named it anew, from its label. */
export type StepWork =
  | { readonly kind: "table"; readonly task: Task; readonly resolved: Resolved; readonly file: string }
  | { readonly kind: "text"; readonly task: Task; readonly file: string }
  | { readonly kind: "outside"; readonly outside: OutsideWork }
  | { readonly kind: "site"; readonly part: SitePart }
  | { readonly kind: "program"; readonly part: ProgramPart }
  | { readonly kind: "document" }
  | { readonly kind: "survey" }
  | { readonly kind: "unclear" };

/** Words that a person may put round a task ("also …") leave nothing; this tells whether a label asks for something. */
function asked(reading: Reading): Task | null {
  return reading.understanding.tasks.find((task) => !isText(task)) ?? reading.texts[0] ?? null;
}

/** The label stands in the first line of instructions that were planned; a different label was given by a person. */
const wasRenamed = (step: StepPrompt): boolean => {
  const [first] = step.instructions.split("\n");
  return step.instructions.includes("\n") && first !== undefined && first.trim() !== step.label.trim();
};

/** Whether a new name asks for something else: it names groups, conditions, a rank or another kind of work. */
function saysMore(task: Task, planned: Task): boolean {
  if (task.kind !== planned.kind) return !(isText(task) && isText(planned));
  return (
    task.groups.length > 0 || task.filters.length > 0 || task.limit !== null || task.keys.length > 0 || task.days > 0
  );
}

/** What a person said during the run, as conditions; `unread` holds what could not be taken so. */
export function steeringOf(prompt: Prompt): { filters: Task["filters"]; unread: string[] } {
  const read = prompt.steering.map((said) => ({
    said,
    filters: readRequest(said, prompt.files, prompt.today, prompt.lang).understanding.tasks.flatMap(
      (task) => task.filters,
    ),
  }));
  return {
    filters: read.flatMap((one) => one.filters),
    unread: read.filter((one) => one.filters.length === 0).map((one) => one.said),
  };
}

/** Ties a task to its table under the conditions that a person added during the run. */
function tie(task: Task, sources: readonly string[], reading: Reading, prompt: Prompt): Resolved | null {
  const { filters } = steeringOf(prompt);
  const steered = filters.length === 0 ? task : { ...task, filters: [...task.filters, ...filters] };
  return resolve(steered, reading.tables, sources, prompt.today, prompt.lang);
}

export function workOf(step: StepPrompt, prompt: Prompt): StepWork {
  const outside = readOutside(step.instructions);
  if (outside) return { kind: "outside", outside };
  const site = readSitePart(step.instructions);
  if (site) return { kind: "site", part: site };
  const program = readProgramPart(step.instructions);
  if (program) return { kind: "program", part: program };
  const formal = readFormal(step.instructions);
  const fromLabel = readRequest(step.label, prompt.files, prompt.today, prompt.lang);
  const labelled = asked(fromLabel);
  const renamed = wasRenamed(step) && labelled !== null && (formal === null || saysMore(labelled, formal.task));
  if (fromLabel.tables.length === 0)
    return formal === null && step.stage !== "building" ? { kind: "survey" } : { kind: "document" };
  if (formal && !renamed) {
    if (isText(formal.task)) return { kind: "text", task: formal.task, file: formal.file ?? "summary.md" };
    const resolved = tie(formal.task, formal.sources, fromLabel, prompt);
    if (resolved)
      return { kind: "table", task: formal.task, resolved, file: formal.file ?? freeName(resolved, prompt) };
  }
  if (formal === null && !renamed && step.stage !== "building") return { kind: "survey" };
  const free = step.instructions === "" || step.instructions === step.label || renamed;
  const reading = free ? fromLabel : readRequest(`${step.instructions}`, prompt.files, prompt.today, prompt.lang);
  const task = asked(reading) ?? labelled;
  if (task === null) return { kind: "unclear" };
  if (isText(task)) return { kind: "text", task, file: freeText(task, prompt) };
  const resolved = tie(task, reading.understanding.tables, fromLabel, prompt);
  return resolved ? { kind: "table", task, resolved, file: freeName(resolved, prompt) } : { kind: "unclear" };
}

/** Names that earlier steps and the person's files have taken. */
function takenNames(prompt: Prompt): Set<string> {
  return new Set([
    ...prompt.inputs.flatMap((input) => input.artifacts.map((artifact) => artifact.name)),
    ...prompt.files.flatMap((file) => [file.name, ...file.tables.map((table) => table.path)]),
  ]);
}

function freeName(resolved: Resolved, prompt: Prompt): string {
  const base = fileName(resolved.spec, new Set(), roleNames(resolved.table));
  const named = base.replace(/\.csv$/, `-${prompt.step.id}.csv`);
  return takenNames(prompt).has(base) || prompt.step.id !== "step" ? named : base;
}

function freeText(task: Task, prompt: Prompt): string {
  const base = task.kind === "message" ? "message" : "summary";
  const taken = takenNames(prompt);
  let name = `${base}.md`;
  for (let count = 2; taken.has(name); count++) name = `${base}-${count}.md`;
  return name;
}
