import { invariant } from "../../../../shared/lib/assert.ts";
import type { WorkflowEvent } from "../../../../shared/workflow/events.ts";
import type { WorkflowState } from "../../../../shared/workflow/state.ts";

/** What must hold of every run, whatever models, tools and people did. Throws with the first rule that is broken. */
export function checkRun(events: readonly WorkflowEvent[], state: WorkflowState): void {
  checkProof(state);
  checkAttempts(events);
  checkFailedCode(events);
}

/** R4 E1 E4: what ended well was proven by the log, and building work by every review over it. */
function checkProof(state: WorkflowState): void {
  for (const node of state.nodes) {
    if (node.status !== "success" && node.status !== "warning") continue;
    if (node.stage === "reviewing") {
      const looked = node.tools.some((run) => run.result?.ok === true && run.name !== "verdict");
      invariant(looked, `the review ${node.id} looked at something itself`);
      continue;
    }
    invariant(
      node.evidence.some((one) => one.type !== "check"),
      `${node.id} has proof of its own`,
    );
    if (node.proof === "tests")
      invariant(
        node.evidence.some((one) => one.type === "tests" && one.passed > 0 && one.failed === 0),
        `${node.id} was proven by its tests`,
      );
    if (node.stage === "building" && node.status === "success")
      invariant(node.review?.accepted, `${node.id} was accepted by a review`);
  }
}

/**
 * F3 FR-5.8: at most three attempts between two words of a person, of a review between two verdicts, and no two repairs
 * by the same approach.
 */
function checkAttempts(events: readonly WorkflowEvent[]): void {
  const repairs = new Map<string, string[]>();
  const failures = new Map<string, number>();
  for (const event of events) {
    if (event.name === "node.started") {
      const { nodeId, approach } = event.data;
      if (approach.startsWith("review: accepted ")) failures.set(nodeId, 0);
      if (!/^(failed|person): /.test(approach)) continue;
      const before = repairs.get(nodeId) ?? [];
      const way = /\bway-[a-z]+-\d+ /.exec(approach)?.[0] ?? "";
      invariant(way !== "", `the repair of ${nodeId} names its way: ${approach}`);
      invariant(!before.includes(way), `${nodeId} is not repaired the same way twice: ${way}`);
      repairs.set(nodeId, [...before, way]);
      const count = approach.startsWith("person: ") ? 0 : (failures.get(nodeId) ?? 0) + 1;
      failures.set(nodeId, count);
      invariant(count <= 2, `${nodeId} is repaired by itself at most twice after its first attempt`);
    }
  }
}

/** F3: code that failed in one attempt is not run again in a repair of it. Other inputs are another matter. */
function checkFailedCode(events: readonly WorkflowEvent[]): void {
  const attempts = new Map<string, number>();
  const running = new Map<string, { readonly key: string; readonly attempt: number }>();
  const failed = new Map<string, number>();
  for (const event of events) {
    if (event.name === "node.started") {
      const { nodeId, attempt, approach } = event.data;
      attempts.set(nodeId, attempt);
      if (!/^(failed|person): /.test(approach))
        for (const key of failed.keys()) if (key.startsWith(`${nodeId} `)) failed.delete(key);
    }
    if (event.name === "tool.started" && event.data.name === "run_code") {
      const { nodeId, toolCallId, input } = event.data;
      const attempt = attempts.get(nodeId) ?? 0;
      running.set(toolCallId, { key: `${nodeId} ${String(input.code)}`, attempt });
    }
    if (event.name !== "tool.settled") continue;
    const run = running.get(event.data.toolCallId);
    // Answered by the orchestrator itself: refused, and not run.
    if (!run || event.data.durationMs === 0) continue;
    const before = failed.get(run.key);
    invariant(before === undefined || before === run.attempt, `code that failed is not run again: ${run.key}`);
    if (!event.data.ok) failed.set(run.key, run.attempt);
  }
}
