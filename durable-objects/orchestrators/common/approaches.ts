import type { RunNode, ToolRun } from "../../../shared/workflow/run-node.ts";

/**
 * How an attempt came about, kept in `RunNode.approaches`: the only memory of earlier attempts, since a new
 * attempt starts with an empty transcript. Form: `<kind>[: <text>] [<inputs>]`, where inputs are the attempts of
 * the steps whose work it uses (`a@1 b@2`): when they differ from now, the work rests on something redone.
 */
export const MAX_FAILURES = 3; // NFR-P2.2

type Kind = "first" | "inputs" | "review" | "person";

export const approach = (kind: Kind, inputs: string): string => `${kind} [${inputs}]`;

/**
 * Approach of the attempt after a failed one: names what was tried, so that it is not tried again (FR-5.8), and the
 * way this one goes, which no other of the step's attempts has.
 */
export const afterFailure = (node: RunNode, reason: string, inputs: string): string =>
  `failed: ${plain(reason)}; ${fingerprint(node)} ${way(node, 1 + failuresOf(node))} [${inputs}]`;

/** As {@link afterFailure}, when the person asked for it after the automatic attempts were used up. */
export const afterPerson = (node: RunNode, reason: string, inputs: string): string =>
  `person: ${plain(reason)}; ${fingerprint(node)} ${way(node, 0)} [${inputs}]`;

/**
 * Approach of a review's next run after one that gave its verdict: names the work accepted in it, by its marks, which is
 * not judged again while it stays as it is.
 */
export const afterVerdict = (accepted: readonly string[], inputs: string): string =>
  `${VERDICT}${accepted.join(" ")} [${inputs}]`;

const VERDICT = "review: accepted ";

/** Marks of the work a review accepted in the runs before the current one. */
export const acceptedBefore = (review: RunNode): string[] =>
  review.approaches.flatMap((one) =>
    one.startsWith(VERDICT) ? marksIn(one.slice(VERDICT.length, one.lastIndexOf("["))) : [],
  );

export const marksIn = (text: string): string[] => text.split(" ").filter((one) => one !== "");

/** How an attempt goes about it. `advice` is for the model; "" where the step's own instructions are enough. */
export interface Way {
  readonly name: "planned" | "mended" | "rebuilt" | "renewed";
  readonly advice: string;
}

const PLANNED: Way = { name: "planned", advice: "" };
/** By the number of failures since a person last had a say. */
const WAYS: readonly Way[] = [
  {
    name: "renewed",
    advice:
      "The person wants this step tried once more after it had failed. Take another road than every one in <failed_approaches>.",
  },
  {
    name: "mended",
    advice: "Keep what was right in the last attempt and put right exactly what it failed on.",
  },
  {
    name: "rebuilt",
    advice:
      "Mending did not help. Begin again from the files: other code, in smaller parts, each checked before the next. If it cannot be done in full, do the part that can and state the limit.",
  },
];

/** The way of the current attempt. */
export function wayOf(node: RunNode): Way {
  const name = /\bway-([a-z]+)-\d+ \[[^[]*$/.exec(node.approaches.at(-1) ?? "")?.[1];
  return WAYS.find((one) => one.name === name) ?? PLANNED;
}

/** Fingerprint of the way of the next attempt; the round counts a person's retries and verdicts given. */
function way(node: RunNode, failures: number): string {
  const asked = node.approaches.filter(beginsRound).length;
  const round = failures === 0 ? asked + 1 : asked;
  return `way-${(WAYS[failures] ?? PLANNED).name}-${round}`;
}

/** Brackets delimit the inputs. */
const plain = (text: string): string => text.replaceAll(/[[\]\n]/g, " ").slice(0, 400);

/** Inputs the current attempt was started with; null before the first start or when started by other code. */
export function inputsAtStart(node: RunNode): string | null {
  const last = node.approaches.at(-1);
  const open = last?.lastIndexOf("[") ?? -1;
  return last === undefined || open < 0 ? null : last.slice(open + 1, -1);
}

const beginsRound = (one: string): boolean => one.startsWith("person: ") || one.startsWith(VERDICT);

/** Failed attempts since the start, since a person asked for another round, or of a review since its last verdict. */
export function failuresOf(node: RunNode): number {
  let count = 0;
  for (const one of node.approaches) {
    if (one.startsWith("failed: ")) count++;
    else if (beginsRound(one)) count = 0;
  }
  return count;
}

/** What was tried and failed, in words for the model. */
export function failedApproaches(node: RunNode): string[] {
  return node.approaches
    .filter((one) => one.startsWith("failed: ") || one.startsWith("person: "))
    .map((one) =>
      one
        .slice(one.indexOf(": ") + 2, one.lastIndexOf("["))
        .replace(/ way-[a-z]+-\d+ $/, "")
        .trim(),
    );
}

/** Marks of work and code that failed in earlier attempts. */
export function failedMarks(node: RunNode): ReadonlySet<string> {
  return new Set(failedApproaches(node).flatMap((one) => one.match(/\b(?:work|code)-[0-9a-f]{8}\b/g) ?? []));
}

const FIRST_LINE = 80;
/** What the host says when no code could be run at all. */
const OUTAGE = /^The sandbox does not answer|could not be carried out because of a fault on our side/;

export const isOutage = (output: string): boolean => OUTAGE.test(output);

/** Answers to tool calls that the orchestrator gives itself have ids that follow from their place (decide-step.ts). */
export const ownToolCallId = (node: RunNode, turn: number, index: number): string =>
  `tool_${node.id}_${node.attempt}_${turn}_${index}`;
export const isRefusal = (run: ToolRun, node: RunNode): boolean =>
  run.id.startsWith(`tool_${node.id}_${node.attempt}_`);

/** What the current attempt did: its purpose or first line, the mark of its work and of each run that failed. */
export function fingerprint(node: RunNode): string {
  const runs = node.tools.filter((run) => run.name === "run_code" || run.name === "run_command");
  // A sandbox that was away says nothing about the code.
  const failed = runs
    .filter((run) => run.result?.ok === false && !isOutage(run.result.output) && !isRefusal(run, node))
    .map(markOfRun);
  const last = runs.at(-1);
  const purpose = last === undefined ? "no code run" : purposeOf(last);
  return [purpose, workMark(node), ...new Set(failed)].join(" ");
}

/** Mark of what a run_code or run_command call runs. */
export const markOfRun = ({ name, input }: Pick<ToolRun, "name" | "input">): string =>
  codeMark(name === "run_command" ? `$ ${sourceOf(input)}` : sourceOf(input));

/** Same code, same mark: spaces do not count. */
export const codeMark = (code: string): string => `code-${mark(normalised(code))}`;

const WORKING: readonly string[] = ["run_code", "run_command", "write_file", "patch_file"];

/** Mark of all the work an attempt did that holds: successful code and commands, written and patched files. */
export function workMark(node: RunNode): string {
  const done = node.tools.filter((run) => run.result?.ok === true && WORKING.includes(run.name));
  return `work-${mark(done.map((run) => normalised(JSON.stringify(run.input))).join("\n"))}`;
}

/** What a run_code or run_command call runs. */
export function sourceOf(input: Readonly<Record<string, unknown>>): string {
  const { code, command } = input;
  return typeof code === "string" ? code : typeof command === "string" ? command : "";
}

/** Tool and purpose, or the first line of what it ran. */
export function purposeOf({ name, input }: Pick<ToolRun, "name" | "input">): string {
  const purpose = typeof input.purpose === "string" ? input.purpose : "";
  const line = purpose !== "" ? purpose : (sourceOf(input).trim().split("\n")[0] ?? "");
  return line === "" ? name : `${name} "${plain(line).replaceAll('"', "'").slice(0, FIRST_LINE)}"`;
}

const normalised = (code: string): string => code.replaceAll(/\s+/g, " ").trim();

/** FNV-1a, 32 bits: tells sameness, guards nothing. */
function mark(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
