import type { Evidence } from "../../../shared/workflow/records.ts";
import type { RunNode } from "../../../shared/workflow/run-node.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { ServiceInfo } from "../../workflow/effects/port.ts";
import type { Surroundings } from "../port.ts";
import { sourceOf } from "./approaches.ts";
import { SITES } from "./proof.ts";
import { hostToolsOf, outsideToolsOf } from "./tools.ts";
import { isReview, type Topology } from "./topology.ts";

/**
 * What a step is shown of the others. Small plans are shown whole; of large ones (up to 500 steps) what is near, so
 * that a prompt stays affordable.
 */
const WHOLE_PLAN = 40;
const MAX_INPUTS = 24;
/** Characters of a summary of a step that is not used directly. */
const FAR_SUMMARY = 600;
/** Characters of code, of results and of evidence that all the work of one verdict may take together, each. */
const REVIEW_ROOM = 120_000;
const MAX_CODE = 24_000;
/** Characters of the results of work that was judged before, all together. */
const JUDGED_ROOM = 24_000;

/** A service as planners and agents read it. */
export const servicePrompt = ({ name, label, description, ready }: ServiceInfo) => ({
  name,
  label,
  description,
  ready,
});

/** The services a step may reach: those its approved plan names and this deployment has. */
export function servicesOf(node: RunNode, around: Surroundings): readonly ServiceInfo[] {
  const { touches = [] } = node;
  return touches.length === 0 ? [] : around.services.filter((one) => touches.includes(one.name));
}

/** What a step can use: the host's tools and those that reach the services it touches. A review touches nothing. */
export function toolsFor(node: RunNode, around: Surroundings) {
  const services = servicesOf(node, around);
  const reachable = isReview(node) ? around.services : services;
  return {
    host: hostToolsOf(
      node,
      reachable.some((one) => one.name === SITES),
    ),
    outside: isReview(node) ? [] : outsideToolsOf(around.outsideTools, services),
  };
}

/** What code can be written in here, as models read it; nothing when nobody knows. */
export const languagesOf = ({ runtimes }: Surroundings): readonly string[] =>
  runtimes === undefined
    ? []
    : ["javascript", "typescript", "shell", ...(runtimes.includes("container") ? ["python"] : [])];

interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
}

function artifactsOf(state: WorkflowState, nodeId: string): Attachment[] {
  return state.artifacts
    .filter((one) => one.nodeId === nodeId && one.role !== "log")
    .map(({ id, name, mediaType, size }) => ({ id, name, mediaType, size }));
}

/** The plan as the step sees it: all of a small one, the neighbours in a large one. */
export function planFor(state: WorkflowState, node: RunNode) {
  const near = (one: RunNode): boolean =>
    one.id === node.id || node.dependsOn.includes(one.id) || one.dependsOn.includes(node.id);
  return state.nodes
    .filter((one) => state.nodes.length <= WHOLE_PLAN || near(one))
    .map(({ id, label, stage, agent }) => ({ id, label, stage, agent }));
}

/** What was done above the step, nearest first kept: an analysis must reach the step that builds on its design. */
export function inputsFor(state: WorkflowState, graph: Topology, node: RunNode) {
  const direct = new Set(graph.inputsOf(node).map((one) => one.id));
  const kept = new Set<string>();
  const queue = [...graph.inputsOf(node)];
  for (let at = 0; at < queue.length && kept.size < MAX_INPUTS; at++) {
    const one = queue[at];
    if (!one || kept.has(one.id)) continue;
    kept.add(one.id);
    queue.push(...graph.inputsOf(one));
  }
  return state.nodes
    .filter((one) => kept.has(one.id) && one.status !== "skipped")
    .map((one) => ({
      nodeId: one.id,
      label: one.label,
      summary: direct.has(one.id) ? (one.summary ?? "") : (one.summary ?? "").slice(0, FAR_SUMMARY),
      artifacts: artifactsOf(state, one.id),
    }));
}

/** What a review judges now, each step with an equal share of the room. */
export function workFor(state: WorkflowState, work: readonly RunNode[]) {
  const share = Math.floor(REVIEW_ROOM / Math.max(1, work.length));
  return work.map((node) => ({
    nodeId: node.id,
    label: node.label,
    instructions: node.instructions === "" ? node.label : node.instructions,
    summary: (node.summary ?? "").slice(0, share),
    evidence: evidenceOf(node, share),
    artifacts: artifactsOf(state, node.id),
    code: codeOf(node, Math.min(MAX_CODE, share)),
  }));
}

/** What a review accepted earlier, in short, for the account of the whole. */
export function judgedFor(work: readonly RunNode[]) {
  const share = Math.min(FAR_SUMMARY, Math.floor(JUDGED_ROOM / Math.max(1, work.length)));
  return work.map(({ id, label, summary }) => ({ nodeId: id, label, summary: (summary ?? "").slice(0, share) }));
}

/** Of long outputs and quotes as much as fits. Another review's checks would colour this one. */
function evidenceOf(node: RunNode, length: number): Evidence[] {
  let room = length;
  const fitting = (text: string): string => {
    const kept = text.slice(0, Math.max(0, room));
    room -= kept.length;
    return kept;
  };
  return node.evidence
    .filter((one) => one.type !== "check")
    .map((one): Evidence => {
      if (one.type === "run") return { ...one, output: fitting(one.output) };
      return one.type === "quote" ? { ...one, text: fitting(one.text) } : one;
    });
}

/** The last sources that ran well and fit, oldest first. */
function codeOf(node: RunNode, length: number): string[] {
  const code: string[] = [];
  let room = length;
  for (const run of node.tools.toReversed()) {
    if ((run.name !== "run_code" && run.name !== "run_command") || run.result?.ok !== true) continue;
    const source = sourceOf(run.input);
    room -= source.length;
    if (room < 0) break;
    code.unshift(source);
  }
  return code;
}
