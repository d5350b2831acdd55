import { ArrowRight, Check, CircleAlert, ListChecks, LoaderCircle, PencilLine } from "lucide-react";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { number } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { Money, MoneyRange, Said, Simulated } from "../ui/Bits.tsx";
import { Button } from "../ui/Button.tsx";
import { cx } from "../ui/classes.ts";
import { Markdown } from "../ui/Markdown.tsx";
import { plainWords } from "../ui/plain-words.ts";
import { Skeleton } from "../ui/States.tsx";
import { NodeDot, WorkflowChip } from "../ui/Status.tsx";
import { Decisions } from "../workflow/Decisions.tsx";
import { Stages } from "../workflow/Stages.tsx";
import { isOver, useWorkflow, waitingCount } from "../workflow/use-workflow.ts";
import { AgentLine } from "./AgentBadge.tsx";
import { ApproveSheet } from "./ApproveSheet.tsx";
import { MiniMap } from "./MiniMap.tsx";
import { inOrder } from "./plan-edit.ts";
import { Touches } from "./Touches.tsx";
import { usePlanEditor } from "./use-plan-editor.ts";
import { Variants } from "./Variants.tsx";

const FIRST = 6;

/** A proposed workflow inside the conversation, live: its plan and price, then its progress, then its result. */
export function PlanCard({ projectId, workflowId }: { readonly projectId: string; readonly workflowId: string }) {
  const t = useT();
  const go = useNavigate();
  const { view, live, error } = useWorkflow(workflowId);
  // Open beside the conversation: the card keeps to its headline, so that nothing is asked twice.
  const beside = useParams().workflowId === workflowId;
  const open = (tab?: string) => go(`/p/${projectId}/chat/${workflowId}${tab ? `/${tab}` : ""}`);
  if (!view && error)
    return (
      <div className="flex items-center gap-3 rounded-2xl border border-line bg-surface p-4 text-sm text-muted">
        <CircleAlert aria-hidden className="size-5 shrink-0" />
        {t("plan.gone")}
      </div>
    );
  if (!view) return <Skeleton className="h-48" />;
  return (
    <article
      aria-label={view.name || t("workflow.untitled")}
      data-testid="plan-card"
      data-status={view.status}
      className="overflow-hidden rounded-2xl border border-line bg-surface"
    >
      <header className={cx("flex flex-col items-start gap-2.5 px-4 pt-4", beside && "pb-4")}>
        <WorkflowChip status={view.status} waiting={waitingCount(view)} />
        <h2 dir="auto" className="w-full text-[17px] leading-snug font-semibold">
          {view.plan?.title || view.name || t("workflow.untitled")}
        </h2>
      </header>
      {!beside && (
        <div className="flex flex-col gap-4 p-4">
          {view.status === "planning" && <Planning words={live.streams[""]} />}
          {view.status === "pending_approval" && <Proposal view={view} onReview={() => open("plan")} />}
          {view.status !== "planning" && view.status !== "pending_approval" && <Progress view={view} open={open} />}
        </div>
      )}
    </article>
  );
}

function Planning({ words }: { readonly words: string | undefined }) {
  const t = useT();
  return (
    <div role="status" className="flex flex-col gap-3 text-sm text-muted">
      <p className="flex items-center gap-2">
        <LoaderCircle aria-hidden className="size-4 text-run motion-safe:animate-spin" />
        {t("plan.planning")}
      </p>
      {words && (
        <p dir="auto" className="line-clamp-3 text-[13px] opacity-80">
          {plainWords(words).slice(-240)}
        </p>
      )}
      <Skeleton className="h-10" />
      <Skeleton className="h-10 w-4/5" />
    </div>
  );
}

function Proposal({ view, onReview }: { readonly view: WorkflowView; readonly onReview: () => void }) {
  const t = useT();
  const editor = usePlanEditor(view);
  const [approving, setApproving] = useState(false);
  const { plan } = view;
  if (!plan) return null;
  const steps = inOrder(editor.steps);
  return (
    <>
      {plan.summary && <Said className="text-[15px] text-soft">{plan.summary}</Said>}
      <MiniMap steps={editor.steps} />
      <ol className="flex flex-col gap-2.5">
        {steps.slice(0, FIRST).map((step, index) => (
          <li key={step.id} className="flex gap-3">
            <span className="flex size-6 shrink-0 items-center justify-center rounded-full bg-hover text-xs font-semibold text-soft tabular">
              {number(index + 1)}
            </span>
            <span className="min-w-0">
              <span dir="auto" className="block text-[15px] leading-snug">
                {step.label}
              </span>
              <span className="block truncate text-[13px] text-muted">
                <AgentLine agent={step.agent} />
              </span>
            </span>
          </li>
        ))}
      </ol>
      {steps.length > FIRST && (
        <Button look="ghost" icon={ListChecks} onClick={onReview}>
          {t("plan.moreSteps", { count: steps.length - FIRST })}
        </Button>
      )}
      <Limits limits={plan.limits} />
      <Touches steps={editor.steps} />
      <Variants plan={plan} onChoose={editor.choose} busy={editor.pricing} />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p>
          <span className="block text-[13px] text-muted">{t("plan.price")}</span>
          <MoneyRange low={plan.p50Micros} high={plan.p90Micros} className="text-xl font-semibold" />
        </p>
        {view.cost.simulated && <Simulated />}
      </div>
      <div className="flex flex-col gap-2 sm:flex-row-reverse">
        <Button
          look="primary"
          icon={Check}
          wide
          className="min-h-12"
          disabled={editor.pricing}
          onClick={() => setApproving(true)}
        >
          {t("plan.approve")}
        </Button>
        <Button icon={PencilLine} wide className="min-h-12" onClick={onReview}>
          {t("plan.review")}
        </Button>
      </div>
      <p className="text-center text-[13px] text-muted">{t("plan.nothingRuns")}</p>
      {approving && <ApproveSheet view={view} onClose={() => setApproving(false)} />}
    </>
  );
}

/** What of the request cannot be done; said before the price, not after the work. */
export function Limits({ limits }: { readonly limits: readonly string[] }) {
  const t = useT();
  if (limits.length === 0) return null;
  return (
    <div className="rounded-xl bg-warn-soft p-3 text-sm">
      <p className="font-medium text-warn">{t("plan.limits")}</p>
      <ul className="mt-1 flex list-disc flex-col gap-1 ps-5 text-soft">
        {limits.map((limit) => (
          <li key={limit} dir="auto">
            {limit}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Progress({ view, open }: { readonly view: WorkflowView; readonly open: (tab?: string) => void }) {
  const t = useT();
  const active = view.plan?.nodes.filter((node) => node.status === "running" || node.status === "reviewing") ?? [];
  const over = isOver(view.status);
  return (
    <>
      <Decisions view={view} />
      {view.status === "completed" && view.resultSummary && (
        <div className="max-h-40 overflow-hidden mask-b-from-70% text-[15px] text-soft">
          <Markdown text={view.resultSummary} />
        </div>
      )}
      {view.error && (
        <div className="text-[15px]">
          <p className="font-medium">{view.error.title}</p>
          <p className="text-soft">{view.error.detail}</p>
        </div>
      )}
      {!over && <Stages stages={view.stages} />}
      {active.length > 0 && (
        <ul className="flex flex-col gap-2">
          {active.slice(0, 3).map((node) => (
            <li key={node.id} className="flex items-center gap-3">
              <NodeDot node={node} />
              <span className="min-w-0">
                <span dir="auto" className="block truncate text-[15px]">
                  {node.label}
                </span>
                <span className="block truncate text-[13px] text-muted">
                  <AgentLine agent={node.agent} />
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="flex flex-wrap items-center gap-2 text-sm text-muted">
          <span>
            <Money micros={view.cost.spentMicros} className="font-semibold text-text" />
            {view.cost.capMicros > 0 && (
              <>
                {" / "}
                <Money micros={view.cost.capMicros} />
              </>
            )}
          </span>
          {view.cost.simulated && <Simulated short />}
        </p>
        <Button
          look={over ? "primary" : "secondary"}
          onClick={() => open(view.status === "completed" ? "results" : undefined)}
        >
          {t(view.status === "completed" ? "plan.seeResult" : "plan.open")}
          <ArrowRight aria-hidden className="size-4 rtl:-scale-x-100" />
        </Button>
      </div>
    </>
  );
}
