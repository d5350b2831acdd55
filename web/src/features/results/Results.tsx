import { Copy, FlaskConical, FolderOpen, Link2, PackageOpen, Share2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { NodeView, WorkflowView } from "../../../../shared/api/workflows.ts";
import { money, moneyRange } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import type { LiveWorkflow } from "../../realtime/workflow-live.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import { Lineage } from "../outside/Lineage.tsx";
import { Rehearsal } from "../outside/Rehearsal.tsx";
import { AgentLine } from "../plan/AgentBadge.tsx";
import { inOrder } from "../plan/plan-edit.ts";
import { Sites } from "../publish/Sites.tsx";
import { Card, SectionTitle, Simulated } from "../ui/Bits.tsx";
import { Button, IconButton } from "../ui/Button.tsx";
import { Markdown } from "../ui/Markdown.tsx";
import { Empty } from "../ui/States.tsx";
import { NodeDot } from "../ui/Status.tsx";
import { Budget } from "../workflow/Budget.tsx";
import { FailureCard } from "../workflow/FailureCard.tsx";
import { isOver } from "../workflow/use-workflow.ts";
import { Adjust } from "./Adjust.tsx";
import { ArtifactList } from "./ArtifactList.tsx";
import { ArtifactSheet } from "./ArtifactSheet.tsx";
import { groupArtifacts } from "./group-artifacts.ts";
import { Proof } from "./Proof.tsx";
import { TestCount } from "./TestList.tsx";
import { ViewersNote } from "./ViewersNote.tsx";

const ShareSheet = lazy(() => import("../share/ShareSheet.tsx"));

interface ResultsProps {
  readonly view: WorkflowView;
  readonly live: LiveWorkflow;
  readonly mayWrite: boolean;
  readonly openNode: (id: string) => void;
}

/** What came of it: the files, the summary, and why both can be believed. */
export default function Results({ view, live, mayWrite, openNode }: ResultsProps) {
  const t = useT();
  const [search, setSearch] = useSearchParams();
  const shownId = search.get("file");
  const [sharing, setSharing] = useState(false);
  const shown = view.artifacts.find((one) => one.id === shownId);
  const nodes = inOrder(view.plan?.nodes ?? []).filter((node) => node.evidence.length > 0 || node.review !== null);
  const nothing = view.artifacts.length === 0 && !view.resultSummary && !view.error;
  if (nothing && view.mode === "live")
    return (
      <Empty icon={PackageOpen} title={t(isOver(view.status) ? "results.none" : "results.notYet")}>
        {t(isOver(view.status) ? "results.noneLead" : "results.notYetLead")}
      </Empty>
    );
  return (
    <div className="flex flex-col gap-6">
      <Rehearsal view={view} state={live.state} mayWrite={mayWrite} openNode={openNode} />
      <Lineage view={view} />
      <Sites view={view} mayWrite={mayWrite} />
      {view.error && <FailureCard failure={view.error} final />}
      {view.resultSummary && <Summary view={view} text={view.resultSummary} />}
      {mayWrite && view.status === "completed" && view.mode === "live" && <Adjust view={view} />}
      {view.artifacts.length > 0 && (
        <section>
          <SectionTitle end={view.cost.simulated && <Simulated short />}>
            {t("results.files", { count: groupArtifacts(view.artifacts).results })}
          </SectionTitle>
          <ArtifactList view={view} mayDownload={mayWrite} onShow={(file) => setSearch({ file })} />
          <div className="mt-2 px-2">
            <ViewersNote />
          </div>
          <Link
            to={`/p/${view.projectId}/files`}
            className="mt-2 inline-flex min-h-11 items-center gap-2 rounded-xl px-2 text-sm text-brand"
          >
            <FolderOpen aria-hidden className="size-4" />
            {t("made.inFiles")}
          </Link>
        </section>
      )}
      {mayWrite && !nothing && (
        <Button icon={Link2} className="self-start" onClick={() => setSharing(true)}>
          {t("share.title")}
        </Button>
      )}
      {nodes.length > 0 && (
        <section>
          <SectionTitle>{t("results.proof")}</SectionTitle>
          <div className="flex flex-col gap-2">
            {nodes.map((node) => (
              <details key={node.id} className="rounded-2xl border border-line bg-surface">
                <summary className="flex min-h-14 items-center gap-3 rounded-2xl px-4 py-2 hover:bg-hover">
                  <NodeDot node={node} />
                  <span className="min-w-0 flex-1">
                    <span dir="auto" className="block leading-snug">
                      {node.label}
                    </span>
                    <span className="block truncate text-[13px] text-muted">
                      <AgentLine agent={node.agent} short />
                      {" · "}
                      {t("results.proofs", { count: node.evidence.length + (node.review ? 1 : 0) })}
                    </span>
                    <TestsOf node={node} />
                  </span>
                </summary>
                <div className="flex flex-col gap-3 px-4 pb-4">
                  <Proof
                    node={node}
                    view={view}
                    tools={live.state?.nodes.find((one) => one.id === node.id)?.tools ?? []}
                  />
                  <Button look="ghost" onClick={() => openNode(node.id)}>
                    {t("results.openStep")}
                  </Button>
                </div>
              </details>
            ))}
          </div>
        </section>
      )}
      <section>
        <SectionTitle>{t("results.cost")}</SectionTitle>
        <Budget view={view} />
        {view.plan && isOver(view.status) && (
          <p className="mt-2 text-sm text-muted">
            {t("results.against", {
              spent: money(view.cost.spentMicros + view.cost.unconfirmedMicros),
              range: moneyRange(view.plan.p50Micros, view.plan.p90Micros),
            })}
          </p>
        )}
      </section>
      {sharing && (
        <Suspense>
          <ShareSheet view={view} onClose={() => setSharing(false)} />
        </Suspense>
      )}
      {shown && (
        <ArtifactSheet
          view={view}
          artifact={shown}
          mayDownload={mayWrite}
          onClose={() => setSearch({})}
          openNode={openNode}
        />
      )}
    </div>
  );
}

/** How the tests that prove a step ran, to be seen before anything is opened. */
function TestsOf({ node }: { readonly node: NodeView }) {
  const tests = node.evidence.findLast((one) => one.type === "tests");
  if (tests === undefined) return null;
  return (
    <span
      data-testid="tests"
      className={`mt-1 flex items-center gap-1.5 text-[13px] font-medium ${tests.failed > 0 ? "text-warn" : "text-ok"}`}
    >
      <FlaskConical aria-hidden className="size-4 shrink-0" />
      <TestCount {...tests} />
    </span>
  );
}

function Summary({ view, text }: { readonly view: WorkflowView; readonly text: string }) {
  const t = useT();
  const copy = () =>
    void navigator.clipboard
      .writeText(text)
      .then(() => toast({ kind: "success", title: t("results.copied") }), toastError);
  const [mayShare] = useState(() => typeof navigator.share === "function");
  const share = () =>
    void navigator.share({ title: view.name, text }).catch((error: unknown) => {
      // Closing the share sheet is an answer, not a failure.
      if (!(error instanceof DOMException && error.name === "AbortError")) toastError(error);
    });
  return (
    <section data-testid="result-summary">
      <SectionTitle
        end={
          <span className="flex">
            <IconButton icon={Copy} label={t("results.copy")} onClick={copy} />
            {mayShare && <IconButton icon={Share2} label={t("results.share")} onClick={share} />}
          </span>
        }
      >
        {t("results.summary")}
      </SectionTitle>
      <Card className="p-4">
        <Markdown text={text} />
      </Card>
    </section>
  );
}
