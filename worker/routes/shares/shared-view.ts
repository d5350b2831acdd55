import type { SharedProof, SharedView } from "../../../shared/api/shares.ts";
import type { NodeView, WorkflowView } from "../../../shared/api/workflows.ts";
import type { SiteHosts } from "../../../shared/lib/site-hosts.ts";
import type { StoredSite } from "../../../shared/protocol/sites-rpc.ts";
import { nameForOthers } from "../../../shared/text/change.ts";
import type { Evidence } from "../../../shared/workflow/records.ts";

const MAX_DETAIL = 500;
const ENDED = ["completed", "failed", "cancelled"] as const;

/**
 * What a link shows of a workflow: its result and how it was proven. Named field by field, so that nothing new in a
 * workflow's view comes out by itself; no ids but those of the files that are offered.
 */
export function toSharedView(
  view: WorkflowView,
  sites: readonly StoredSite[],
  hosts: SiteHosts,
  expiresAt: string,
): SharedView {
  return {
    name: nameForOthers(view),
    status: ENDED.find((one) => one === view.status) ?? "running",
    rehearsal: view.mode === "rehearsal",
    simulated: view.model.simulated,
    resultSummary: view.resultSummary,
    completedAt: view.completedAt,
    expiresAt,
    artifacts: shownArtifacts(view).map(({ id, name, mediaType, size, sha256 }) => ({
      id,
      name,
      mediaType,
      size,
      sha256,
    })),
    sites: sites
      .filter((site) => site.workflowId === view.id && site.state === "live")
      .map((site) => ({ title: site.title, url: hosts.urlOf(site.id) })),
    steps: (view.plan?.nodes ?? []).filter(isAccepted).map((node) => ({
      label: node.label,
      proof: node.evidence.map(proofOf),
    })),
  };
}

/** Results, not logs of what agents ran. */
export const shownArtifacts = ({ artifacts }: Pick<WorkflowView, "artifacts">) =>
  artifacts.filter((one) => one.role !== "log");

const isAccepted = (node: NodeView): boolean =>
  (node.status === "success" || node.status === "warning") && node.evidence.length > 0;

function proofOf(evidence: Evidence): SharedProof {
  const proof = { type: evidence.type, label: evidence.label, passed: true, detail: "", link: null };
  const cut = (text: string) => text.slice(0, MAX_DETAIL);
  switch (evidence.type) {
    case "run":
      return { ...proof, detail: cut(evidence.output) };
    case "artifact":
      return proof;
    case "check":
      return { ...proof, passed: evidence.passed, detail: cut(evidence.detail) };
    case "quote":
      return { ...proof, detail: cut(`${evidence.source}: ${evidence.text}`) };
    case "receipt":
      // References and links of a CRM or calendar lead into somebody's account: not for strangers.
      return proof;
    case "tests":
      return {
        ...proof,
        passed: evidence.failed === 0,
        detail: `${evidence.passed} / ${evidence.passed + evidence.failed + evidence.skipped}`,
      };
    case "page":
      return { ...proof, passed: evidence.status === 200, detail: evidence.at, link: evidence.url };
  }
}
