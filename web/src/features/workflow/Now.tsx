import { ChevronRight, Download, LoaderCircle, PartyPopper, Play, TriangleAlert } from "lucide-react";
import { Link, useLocation } from "react-router";
import type { NodeView, WorkflowView } from "../../../../shared/api/workflows.ts";
import { retryWorkflow } from "../../api/workflows.ts";
import { number } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import type { LiveWorkflow } from "../../realtime/workflow-live.ts";
import { toastError } from "../../stores/toast-store.ts";
import { Lineage } from "../outside/Lineage.tsx";
import { RehearsalNote } from "../outside/Rehearsal.tsx";
import { AgentLine } from "../plan/AgentBadge.tsx";
import { Damaged, isDamaged } from "../time/Damaged.tsx";
import { Bar, Card, Said, SectionTitle } from "../ui/Bits.tsx";
import { Button } from "../ui/Button.tsx";
import { Markdown } from "../ui/Markdown.tsx";
import { plainWords } from "../ui/plain-words.ts";
import { isRepairing, NodeDot } from "../ui/Status.tsx";
import { ActivityText, useNow } from "./ActivityText.tsx";
import { activityOf, isRetrying } from "./activity.ts";
import { Budget } from "./Budget.tsx";
import { Decisions } from "./Decisions.tsx";
import { FailureCard } from "./FailureCard.tsx";
import { Paused } from "./Paused.tsx";
import { Queued } from "./Queued.tsx";
import { Stages } from "./Stages.tsx";
import { Steer } from "./Steer.tsx";
import { isBudgetGone, isOver, isResting } from "./use-workflow.ts";

interface NowProps {
  readonly view: WorkflowView;
  readonly live: LiveWorkflow;
  readonly mayWrite: boolean;
  readonly openNode: (id: string) => void;
}

/** What a person on a phone wants to know first: what waits for me, what runs, what failed, what it costs. */
export function Now({ view, live, mayWrite, openNode }: NowProps) {
  const t = useT();
  const nodes = view.plan?.nodes ?? [];
  const over = isOver(view.status);
  const now = useNow(!over);
  const { pathname } = useLocation();
  const running = nodes.filter(
    (node) =>
      node.status === "running" ||
      node.status === "reviewing" ||
      node.status === "waiting" ||
      isRetrying(node, live.state),
  );
  const failed = nodes.filter((node) => node.status === "error" && !isRetrying(node, live.state));
  const done = nodes.filter((node) => ["success", "warning", "skipped"].includes(node.status));
  const next = nodes.filter((node) => node.status === "pending");
  if (view.plan === null) return <Planning view={view} words={live.streams[""]} mayWrite={mayWrite} />;
  return (
    <div className="flex flex-col gap-5">
      {mayWrite && <Decisions view={view} />}
      <RehearsalNote view={view} />
      {view.paused && !isDamaged(view) && !isResting(view, live.state) && (
        <Paused view={view} mayWrite={mayWrite} now={now} />
      )}
      <Queued view={view} />
      <Lineage view={view} />
      {view.status === "completed" && (
        <Card className="border-ok/40 bg-ok-soft p-4">
          <div>
            <h2 className="flex items-center gap-2 font-semibold">
              <PartyPopper aria-hidden className="size-5 shrink-0 text-ok" />
              {t("now.done")}
            </h2>
            {view.resultSummary && (
              <div className="mt-2 max-h-28 overflow-hidden mask-b-from-60% text-[15px] text-soft">
                <Markdown text={view.resultSummary} />
              </div>
            )}
            <Link
              to={`${pathname.replace(/\/now$/, "")}/results`}
              replace
              className="brand-fill mt-3 inline-flex min-h-11 items-center gap-2 rounded-xl px-4 font-medium"
            >
              <Download aria-hidden className="size-4" />
              {t("plan.seeResult")}
            </Link>
          </div>
        </Card>
      )}
      {isDamaged(view) && <Damaged view={view} live={live} mayWrite={mayWrite} />}
      {view.error && !isBudgetGone(view) && !isDamaged(view) && <FailureCard failure={view.error} final />}
      <Stages stages={view.stages} />
      {running.length > 0 && (
        <section>
          <SectionTitle
            end={
              <span className="text-[13px] text-muted">
                {t("now.doneOf", { done: number(done.length), all: number(nodes.length) })}
              </span>
            }
          >
            {t("now.running")}
          </SectionTitle>
          <ul className="flex flex-col gap-2">
            {running.map((node) => (
              <Running key={node.id} node={node} view={view} live={live} now={now} onOpen={() => openNode(node.id)} />
            ))}
          </ul>
        </section>
      )}
      {running.length === 0 && !over && !view.paused && !view.queue && (
        <p role="status" className="flex items-center gap-3 text-muted">
          <LoaderCircle aria-hidden className="size-5 text-run motion-safe:animate-spin" />
          {t("now.between")}
        </p>
      )}
      {failed.length > 0 && (
        <section>
          <SectionTitle>{t("now.failed")}</SectionTitle>
          <ul className="flex flex-col gap-2">
            {failed.map((node) => (
              <li key={node.id}>
                {node.error && (
                  <FailureCard failure={node.error} title={node.label} final onOpen={() => openNode(node.id)} />
                )}
              </li>
            ))}
          </ul>
          {mayWrite && !over && (
            <Button className="mt-3" icon={Play} onClick={() => void retryWorkflow(view.id, {}).catch(toastError)}>
              {t("run.retry")}
            </Button>
          )}
        </section>
      )}
      <Budget view={view} />
      {mayWrite && !over && <Steer view={view} />}
      {next.length > 0 && !over && (
        <section>
          <SectionTitle>{t("now.next")}</SectionTitle>
          <ul className="flex flex-col divide-y divide-line rounded-2xl border border-line bg-surface">
            {next.slice(0, 4).map((node) => (
              <StepLine key={node.id} node={node} onOpen={() => openNode(node.id)} />
            ))}
          </ul>
        </section>
      )}
      {done.length > 0 && (
        <section>
          <SectionTitle>{t("now.finished")}</SectionTitle>
          <ul className="flex flex-col divide-y divide-line rounded-2xl border border-line bg-surface">
            {done.map((node) => (
              <StepLine key={node.id} node={node} onOpen={() => openNode(node.id)} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Planning({ view, words, mayWrite }: { view: WorkflowView; words: string | undefined; mayWrite: boolean }) {
  const t = useT();
  const now = useNow(true);
  return (
    <div className="flex flex-col gap-4">
      {mayWrite && <Decisions view={view} />}
      {view.paused && <Paused view={view} mayWrite={mayWrite} now={now} />}
      <Queued view={view} />
      <Lineage view={view} />
      {isBudgetGone(view) || view.queue ? null : view.error ? (
        <FailureCard failure={view.error} final />
      ) : (
        <p role="status" className="flex items-center gap-3 text-soft">
          <LoaderCircle aria-hidden className="size-5 text-run motion-safe:animate-spin" />
          {t("plan.planning")}
        </p>
      )}
      {words && <Said className="text-sm text-muted">{words.slice(-600)}</Said>}
    </div>
  );
}

interface RunningProps {
  readonly node: NodeView;
  readonly view: WorkflowView;
  readonly live: LiveWorkflow;
  readonly now: number;
  readonly onOpen: () => void;
}

function Running({ node, view, live, now, onOpen }: RunningProps) {
  const t = useT();
  const activity = activityOf(node, view, live.state, now);
  const words = live.streams[node.id];
  return (
    <li>
      <button
        type="button"
        onClick={onOpen}
        className="flex w-full flex-col gap-2.5 rounded-2xl border border-line bg-surface p-4 text-start transition-colors hover:border-line-strong"
      >
        <span className="flex w-full items-center gap-3">
          <NodeDot node={{ ...node, retrying: isRetrying(node, live.state) }} />
          <span className="min-w-0 flex-1">
            <span dir="auto" className="block leading-snug font-medium">
              {node.label}
            </span>
            <span className="block truncate text-[13px] text-muted">
              <AgentLine agent={node.agent} short />
              {" · "}
              <ActivityText activity={activity} now={now} />
            </span>
          </span>
          <ChevronRight aria-hidden className="size-5 shrink-0 text-muted rtl:-scale-x-100" />
        </span>
        <Bar
          value={node.progress}
          label={t("node.progress", { name: node.label })}
          tone={isRepairing(node) ? "warn" : "run"}
        />
        {node.error && (
          <span dir="auto" className="flex gap-2 text-[13px] text-soft">
            <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
            {node.error.detail}
          </span>
        )}
        {words && (
          <span dir="auto" className="line-clamp-2 text-[13px] text-muted">
            {plainWords(words).slice(-220)}
          </span>
        )}
      </button>
    </li>
  );
}

export function StepLine({ node, onOpen }: { readonly node: NodeView; readonly onOpen: () => void }) {
  return (
    <li>
      <button
        type="button"
        onClick={onOpen}
        className="flex min-h-14 w-full items-center gap-3 rounded-2xl px-4 py-2 text-start hover:bg-hover"
      >
        <NodeDot node={node} />
        <span className="min-w-0 flex-1">
          <span dir="auto" className="block leading-snug">
            {node.label}
          </span>
          <span className="block truncate text-[13px] text-muted">
            <AgentLine agent={node.agent} short />
          </span>
        </span>
        <ChevronRight aria-hidden className="size-5 shrink-0 text-muted rtl:-scale-x-100" />
      </button>
    </li>
  );
}
