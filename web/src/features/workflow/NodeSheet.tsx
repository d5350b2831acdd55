import { useMutation } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { NodeView, WorkflowView } from "../../../../shared/api/workflows.ts";
import { retryWorkflow } from "../../api/workflows.ts";
import { clock, duration, number } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import type { LiveWorkflow } from "../../realtime/workflow-live.ts";
import { toastError } from "../../stores/toast-store.ts";
import { AgentIcon, AgentLine } from "../plan/AgentBadge.tsx";
import { Proof } from "../results/Proof.tsx";
import { Bar, Money, MoneyRange, Said, SectionTitle, Simulated } from "../ui/Bits.tsx";
import { Button } from "../ui/Button.tsx";
import { TextArea } from "../ui/Field.tsx";
import { Markdown } from "../ui/Markdown.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { isRepairing, NodeChip } from "../ui/Status.tsx";
import { ActivityText, useNow } from "./ActivityText.tsx";
import { Attempts } from "./Attempts.tsx";
import { activityOf, isRetrying } from "./activity.ts";
import { FailureCard } from "./FailureCard.tsx";
import { Tools } from "./Tools.tsx";
import { isOver } from "./use-workflow.ts";

interface NodeSheetProps {
  readonly node: NodeView;
  readonly view: WorkflowView;
  readonly live: LiveWorkflow;
  readonly mayWrite: boolean;
  readonly onClose: () => void;
}

/** Everything about one step: what it does, says, ran, proves and costs. */
export function NodeSheet({ node, view, live, mayWrite, onClose }: NodeSheetProps) {
  const t = useT();
  const working = node.status === "running" || node.status === "error";
  const now = useNow(working);
  const run = live.state?.nodes.find((one) => one.id === node.id);
  const words = live.streams[node.id] || lastWords(run?.transcript ?? []);
  const retrying = isRetrying(node, live.state);
  return (
    <Sheet
      open
      onClose={onClose}
      testId="node-sheet"
      title={
        <span dir="auto" className="block">
          {node.label}
        </span>
      }
    >
      <div className="flex flex-col gap-5">
        <div className="flex items-center gap-3">
          <AgentIcon agent={node.agent} className="size-10" />
          <div className="min-w-0 flex-1 text-[15px]">
            <p className="truncate">
              <AgentLine agent={node.agent} />
            </p>
            <p className="text-[13px] text-muted">
              {t(`stage.${node.stage}`)} · {t(`tier.${node.tier}`)}
            </p>
          </div>
          <NodeChip node={{ ...node, retrying }} />
        </div>
        {node.status === "running" && (
          <div>
            <Bar
              value={node.progress}
              label={t("node.progress", { name: node.label })}
              tone={isRepairing(node) ? "warn" : "run"}
            />
            <p className="mt-1.5 text-[13px] text-muted">
              <ActivityText activity={activityOf(node, view, live.state, now)} now={now} />
            </p>
          </div>
        )}
        {node.error && <FailureCard failure={node.error} final={node.status === "error" && !retrying} />}
        <Attempts node={node} />
        {mayWrite && node.status === "error" && !retrying && !isOver(view.status) && <Retry view={view} node={node} />}
        {node.instructions && (
          <section>
            <SectionTitle>{t("node.does")}</SectionTitle>
            <Said className="text-[15px] text-soft">{node.instructions}</Said>
          </section>
        )}
        {node.summary ? (
          <section>
            <SectionTitle>{t("node.says")}</SectionTitle>
            <Markdown text={node.summary} />
          </section>
        ) : (
          words && (
            <section>
              <SectionTitle>{t("node.says")}</SectionTitle>
              <div className="text-[15px] text-soft">
                <Markdown text={words} />
              </div>
            </section>
          )
        )}
        {(node.evidence.length > 0 || node.review) && (
          <section>
            <SectionTitle>{t("node.proof")}</SectionTitle>
            <Proof node={node} view={view} tools={run?.tools ?? []} />
          </section>
        )}
        {run && run.tools.length > 0 && (
          <section>
            <SectionTitle>{t("node.tools")}</SectionTitle>
            <Tools tools={run.tools} view={view} mayDownload={mayWrite} />
          </section>
        )}
        <section>
          <SectionTitle end={view.cost.simulated && <Simulated short />}>{t("node.cost")}</SectionTitle>
          <dl className="grid grid-cols-2 gap-3 text-sm">
            <Fact label={t("costs.actual")}>
              <Money micros={node.costMicros} />
            </Fact>
            <Fact label={t("costs.estimate")}>
              <MoneyRange low={node.estimate.p50Micros} high={node.estimate.p90Micros} />
            </Fact>
            {node.attempt > 0 && <Fact label={t("node.attempt")}>{number(node.attempt)}</Fact>}
            {node.startedAt && <Fact label={t("node.startedAt")}>{clock(node.startedAt)}</Fact>}
            {node.startedAt && node.finishedAt && (
              <Fact label={t("node.took")}>{duration(Date.parse(node.finishedAt) - Date.parse(node.startedAt))}</Fact>
            )}
            <Fact label={t("node.model")}>
              <bdi dir="ltr">{node.model}</bdi>
            </Fact>
          </dl>
        </section>
      </div>
    </Sheet>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="text-[13px] text-muted">{label}</dt>
      <dd className="font-medium break-words">{children}</dd>
    </div>
  );
}

/** The last words of the current attempt, when nothing streams. */
function lastWords(transcript: NonNullable<LiveWorkflow["state"]>["nodes"][number]["transcript"]): string {
  for (const message of transcript.toReversed()) {
    if (message.role !== "assistant") continue;
    const text = message.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n\n");
    if (text.trim() !== "") return text;
  }
  return "";
}

function Retry({ view, node }: { readonly view: WorkflowView; readonly node: NodeView }) {
  const t = useT();
  const [instructions, setInstructions] = useState("");
  const retry = useMutation({
    mutationFn: () =>
      retryWorkflow(view.id, {
        nodeId: node.id,
        ...(instructions.trim() === "" ? {} : { instructions: instructions.trim() }),
      }),
    onError: toastError,
  });
  return (
    <div className="flex flex-col gap-3 rounded-2xl border border-line p-4">
      <TextArea
        label={t("retry.label")}
        hint={t("retry.hint")}
        rows={2}
        dir="auto"
        maxLength={4000}
        value={instructions}
        onChange={(event) => setInstructions(event.target.value)}
      />
      <Button look="primary" icon={Play} busy={retry.isPending} onClick={() => retry.mutate()}>
        {t("run.retryStep")}
      </Button>
    </div>
  );
}
