import { Copy, Download, Eye, PackageOpen, Share2 } from "lucide-react";
import { useState } from "react";
import { useSearchParams } from "react-router";
import type { ArtifactView, WorkflowView } from "../../../../shared/api/workflows.ts";
import { artifactUrl } from "../../api/workflows.ts";
import { bytes, money, moneyRange } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import type { LiveWorkflow } from "../../realtime/workflow-live.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import { fileIcon } from "../chat/Message.tsx";
import { Lineage } from "../outside/Lineage.tsx";
import { Rehearsal } from "../outside/Rehearsal.tsx";
import { AgentLine } from "../plan/AgentBadge.tsx";
import { inOrder } from "../plan/plan-edit.ts";
import { Card, SectionTitle, Simulated } from "../ui/Bits.tsx";
import { Button, IconButton } from "../ui/Button.tsx";
import { Markdown } from "../ui/Markdown.tsx";
import { Empty } from "../ui/States.tsx";
import { NodeDot } from "../ui/Status.tsx";
import { Budget } from "../workflow/Budget.tsx";
import { FailureCard } from "../workflow/FailureCard.tsx";
import { isOver } from "../workflow/use-workflow.ts";
import { ArtifactSheet } from "./ArtifactSheet.tsx";
import { Proof } from "./Proof.tsx";

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
      {view.error && <FailureCard failure={view.error} final />}
      {view.resultSummary && <Summary view={view} text={view.resultSummary} />}
      {view.artifacts.length > 0 && (
        <section>
          <SectionTitle end={view.cost.simulated && <Simulated short />}>
            {t("results.files", { count: view.artifacts.length })}
          </SectionTitle>
          <ul className="flex flex-col gap-2">
            {view.artifacts.toReversed().map((artifact) => (
              <ArtifactRow
                key={artifact.id}
                artifact={artifact}
                view={view}
                mayDownload={mayWrite}
                onShow={() => setSearch({ file: artifact.id })}
              />
            ))}
          </ul>
        </section>
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
      {shown && (
        <ArtifactSheet workflowId={view.id} artifact={shown} mayDownload={mayWrite} onClose={() => setSearch({})} />
      )}
    </div>
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

interface RowProps {
  readonly artifact: ArtifactView;
  readonly view: WorkflowView;
  readonly mayDownload: boolean;
  readonly onShow: () => void;
}

function ArtifactRow({ artifact, view, mayDownload, onShow }: RowProps) {
  const t = useT();
  const Icon = fileIcon(artifact.mediaType);
  const maker = view.plan?.nodes.find((node) => node.id === artifact.nodeId);
  return (
    <li
      data-testid="artifact"
      className="flex items-center gap-1 rounded-2xl border border-line bg-surface pe-1 hover:border-line-strong"
    >
      <button
        type="button"
        onClick={onShow}
        className="flex min-h-16 min-w-0 flex-1 items-center gap-3 rounded-2xl px-4 py-3 text-start"
      >
        <Icon aria-hidden className="size-6 shrink-0 text-brand" />
        <span className="min-w-0 flex-1">
          <bdi className="block truncate font-medium">{artifact.name}</bdi>
          <span className="block truncate text-[13px] text-muted">
            <bdi>{bytes(artifact.size)}</bdi>
            {maker && (
              <>
                {" · "}
                <bdi>{maker.label}</bdi>
              </>
            )}
          </span>
        </span>
        <Eye aria-hidden className="size-5 shrink-0 text-muted" />
        <span className="sr-only">{t("results.preview")}</span>
      </button>
      {mayDownload && (
        <a
          href={artifactUrl(view.id, artifact.id)}
          download={artifact.name}
          aria-label={t("results.downloadFile", { name: artifact.name })}
          title={t("results.download")}
          className="flex size-11 shrink-0 items-center justify-center rounded-xl text-brand hover:bg-hover"
        >
          <Download aria-hidden className="size-5" />
        </a>
      )}
    </li>
  );
}
