import { z } from "zod";
import { err, ok, type Result } from "../../../shared/lib/result.ts";
import type { Approval, ArtifactRecord, Evidence, TestReport } from "../../../shared/workflow/records.ts";
import type { RunNode, ToolRun } from "../../../shared/workflow/run-node.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import { textsFor } from "./texts.ts";

/** Name of the service that publishes, and of the tool that does; see workflow/tools/sites. */
export const SITES = "sites";
const PUBLISH = "publish_site";

/** Host tools that may leave files changed. What one answer asks for after such a call waits for it (SPEC R8). */
export const CHANGING_TOOLS: readonly string[] = ["write_file", "patch_file", "run_code", "run_command", "run_tests"];

const TESTING_TOOLS: readonly string[] = ["run_tests", "run_command"];
/** The host ends the output of a call that removed results with such a line. */
const REMOVED = /^Removed: .+$/m;

type TestsEvidence = Extract<Evidence, { type: "tests" }>;
type PageEvidence = Extract<Evidence, { type: "page" }>;

/** First line of what fetch_page says; the host writes it, so that no page can. */
const PageHead = z.object({ url: z.string(), status: z.number().int(), sha256: z.string(), at: z.string() });

/** What a fetch_page call found; null when it found nothing or was something else. */
export function pageOf(run: ToolRun): z.infer<typeof PageHead> | null {
  if (run.name !== "fetch_page" || !run.result) return null;
  try {
    return PageHead.safeParse(JSON.parse(run.result.output.split("\n", 1)[0] ?? "")).data ?? null;
  } catch {
    return null;
  }
}

export const pageEvidence = (run: ToolRun, label: string): PageEvidence | null => {
  const page = pageOf(run);
  return page && { type: "page", toolCallId: run.id, label, ...page };
};

/** A look at a live page that was there. */
export const sawPage = (run: ToolRun): boolean => run.result?.ok === true && pageOf(run)?.status === 200;

const reportOf = (run: ToolRun): TestReport | null =>
  TESTING_TOOLS.includes(run.name) ? (run.result?.run?.tests ?? null) : null;

const isGreen = (run: ToolRun): boolean => {
  const report = reportOf(run);
  return run.result?.ok === true && report !== null && report.passed > 0 && report.failed === 0;
};

export function testsEvidence(run: ToolRun, label: string): TestsEvidence | null {
  const report = isGreen(run) ? reportOf(run) : null;
  if (!report) return null;
  const { passed, failed, skipped } = report;
  return { type: "tests", toolCallId: run.id, label, passed, failed, skipped };
}

/** Place, among the tool calls of this attempt, of the last one that changed a file of the step; -1 for none. */
export function lastChange(node: RunNode, artifacts: readonly ArtifactRecord[]): number {
  const writers = new Set(
    artifacts
      .filter((one) => one.nodeId === node.id && one.role !== "log")
      .flatMap((one) => one.provenance?.toolCallId ?? []),
  );
  return node.tools.findLastIndex((run) => {
    if (!run.result) return false;
    const wrote = run.result.ok && (run.name === "write_file" || run.name === "patch_file");
    return wrote || writers.has(run.id) || (CHANGING_TOOLS.includes(run.name) && REMOVED.test(run.result.output));
  });
}

/** `test.js`, `totals.test.js`, `totals_test.ts`, `test_totals.py`: what the runner finds by name. */
export function isTestFile(path: string): boolean {
  const base = path.slice(path.lastIndexOf("/") + 1);
  return /^(?:test|.+[._-]test)\.[cm]?[jt]s$|^test-.+\.[cm]?[jt]s$/.test(base) || /^test_.+\.py$|_test\.py$/.test(base);
}

/** Runners name files from the workspace's root or from where they stand. */
const plainPath = (path: string): string => path.replace(/^\/workspace\//, "").replace(/^(?:\.?\/)+/, "");

/** Files a report speaks of; null when it does not name them all. */
function filesIn({ passed, failed, skipped, tests }: TestReport): ReadonlySet<string> | null {
  const all = tests.length === passed + failed + skipped && tests.every((one) => one.file !== "");
  return all ? new Set(tests.map((one) => plainPath(one.file))) : null;
}

/**
 * The runs that prove a step whose proof is its tests: green, since its last change, over all of its test files, and no
 * file that failed since then without having passed again. A step may hold several programs, each with its own run.
 */
export function testProof(node: RunNode, artifacts: readonly ArtifactRecord[]): Result<ToolRun[], string> {
  const since = node.tools.slice(Math.max(0, lastChange(node, artifacts)));
  const green = since.filter(isGreen);
  if (green.length === 0) {
    const before = node.tools.some(isGreen);
    return err(
      before
        ? "The tests ran before the last change of the files. Run them again with run_tests, then finish."
        : "This step is proven by tests, and none of this attempt ran green. Write tests for what the program must do, run them with run_tests until all pass, then finish.",
    );
  }
  const open = new Set<string>();
  const covered = new Set<string>();
  let unnamed = false;
  for (const run of since) {
    const report = reportOf(run);
    if (!report) continue;
    const files = filesIn(report);
    if (isGreen(run)) {
      unnamed ||= files === null;
      for (const file of files ?? []) {
        covered.add(file);
        open.delete(file);
      }
    } else for (const test of report.tests) if (test.status === "failed") open.add(plainPath(test.file));
  }
  if (unnamed) return ok(green.slice(-1));
  if (open.size > 0)
    return err(`Tests still fail in: ${[...open].join(", ")}. Mend what they show, and run them again.`);
  const missing = artifacts
    .filter((one) => one.nodeId === node.id && one.role !== "log" && isTestFile(one.name))
    .map((one) => one.name)
    .filter((name) => !covered.has(name));
  if (missing.length > 0)
    return err(`These tests have not run since the last change: ${missing.join(", ")}. Call run_tests without paths.`);
  return ok(green);
}

interface Published {
  readonly link: string;
  /** Place, among the tool calls of this attempt, of the last one that published; -1 when an earlier attempt did. */
  readonly at: number;
}

/** The step's last publishing that is live, by the ledger, and not taken back. */
export function publishedBy(node: RunNode, { effects }: Pick<WorkflowState, "effects">): Published | null {
  const effect = effects.findLast((one) => one.nodeId === node.id && one.tool === PUBLISH && one.status === "done");
  const link = effect?.receipt?.link;
  if (!effect || !link || effect.undo?.status === "done") return null;
  // Published again without a change, the ledger answers with what was done before.
  return { link, at: node.tools.findLastIndex((run) => run.name === PUBLISH && run.result?.ok === true) };
}

/** Whether an address belongs to the published site: the same origin. */
export function isOfSite(url: string, link: string): boolean {
  const originOf = (text: string) => /^(https?:\/\/[^/?#]+)/i.exec(text)?.[1]?.toLowerCase();
  return originOf(url) !== undefined && originOf(url) === originOf(link);
}

/** A publishing that was not to be: only rehearsed, or a person declined it. There is no live page to look at then. */
function isNotLive(node: RunNode, state: Pick<WorkflowState, "effects" | "approvals" | "mode">): boolean {
  const call = node.tools.findLast((run) => run.name === PUBLISH && run.result !== null);
  if (!call) return false;
  const declined = (one: Approval) => one.toolCallId === call.id && one.status !== "approved" && one.status !== "open";
  if (state.approvals.some(declined)) return true;
  return (
    call.result?.ok === true &&
    (state.mode === "rehearsal" || state.effects.some((one) => one.toolCallId === call.id && one.status === "recorded"))
  );
}

/** The look at the live page that proves a step which publishes; null when nothing could become live. */
export function pageProof(
  node: RunNode,
  state: Pick<WorkflowState, "artifacts" | "effects" | "approvals" | "mode">,
): Result<ToolRun | null, string> {
  if (isNotLive(node, state)) return ok(null);
  const published = publishedBy(node, state);
  if (!published)
    return err("This step is proven by its live page, and nothing is published. Call publish_site, then fetch_page.");
  if (lastChange(node, state.artifacts) > published.at)
    return err("Files changed after the site was published. Call publish_site again, then fetch_page.");
  const seen = node.tools.findLast(
    (run, at) => at > published.at && sawPage(run) && isOfSite(pageOf(run)?.url ?? "", published.link),
  );
  return seen
    ? ok(seen)
    : err(`Nobody has looked at the live page since it was published. Call fetch_page with ${published.link}.`);
}

/** What a step's own proof adds to the evidence it offers, or why it cannot be finished yet. */
export function proofOf(
  node: RunNode,
  state: Pick<WorkflowState, "artifacts" | "effects" | "approvals" | "mode" | "locale">,
): Result<Evidence[], string> {
  const { testsPassed, pageSeen } = textsFor(state.locale);
  if (node.proof === "tests") {
    const runs = testProof(node, state.artifacts);
    return runs.ok ? ok(runs.value.flatMap((run) => testsEvidence(run, testsPassed) ?? [])) : runs;
  }
  if (node.proof === "page") {
    const run = pageProof(node, state);
    if (!run.ok) return run;
    const seen = run.value && pageEvidence(run.value, pageSeen);
    return ok(seen ? [seen] : []);
  }
  return ok([]);
}
