import type { NodeView, WorkflowView } from "../../../../shared/api/workflows.ts";
import { AGENTS, agentName } from "../../i18n/agents.ts";
import { percent } from "../../i18n/format.ts";
import { useLocale, useT } from "../../i18n/i18n.ts";
import { AgentIcon } from "../plan/AgentBadge.tsx";
import { inOrder } from "../plan/plan-edit.ts";
import { Card, Money, MoneyRange, SectionTitle, Simulated } from "../ui/Bits.tsx";
import { Budget } from "./Budget.tsx";

/** Dollars per step and agent, what was expected, what it came to, and the line that is never crossed. */
export default function Costs({
  view,
  openNode,
}: {
  readonly view: WorkflowView;
  readonly openNode: (id: string) => void;
}) {
  const t = useT();
  const locale = useLocale();
  const nodes = inOrder(view.plan?.nodes ?? []);
  const scale = Math.max(1, ...nodes.map((node) => Math.max(node.costMicros, node.estimate.p90Micros)));
  const steps = nodes.reduce((sum, node) => sum + node.costMicros, 0);
  const planning = Math.max(0, view.cost.spentMicros + view.cost.unconfirmedMicros - steps);
  const agents = AGENTS.map((agent) => ({
    agent,
    micros: nodes.filter((node) => node.agent === agent).reduce((sum, node) => sum + node.costMicros, 0),
  })).filter((one) => one.micros > 0);
  return (
    <div className="flex flex-col gap-6">
      <Budget view={view} />
      <section>
        <SectionTitle end={view.cost.simulated && <Simulated short />}>{t("costs.perStep")}</SectionTitle>
        <Card className="divide-y divide-line">
          {planning > 0 && (
            <div className="flex items-center justify-between gap-3 px-4 py-3">
              <span>{t("costs.planning")}</span>
              <Money micros={planning} className="font-medium" />
            </div>
          )}
          <ul className="divide-y divide-line">
            {nodes.map((node) => (
              <StepCost key={node.id} node={node} scale={scale} onOpen={() => openNode(node.id)} />
            ))}
          </ul>
        </Card>
        <p className="mt-2 text-[13px] text-muted">{t("costs.legend")}</p>
      </section>
      {agents.length > 0 && (
        <section>
          <SectionTitle>{t("costs.perAgent")}</SectionTitle>
          <Card className="divide-y divide-line">
            {agents.map(({ agent, micros }) => (
              <div key={agent} className="flex items-center gap-3 px-4 py-3">
                <AgentIcon agent={agent} />
                <bdi className="flex-1">{agentName(agent, locale)}</bdi>
                <bdi className="text-[13px] text-muted tabular">{percent((micros / Math.max(1, steps)) * 100)}</bdi>
                <Money micros={micros} className="font-medium" />
              </div>
            ))}
          </Card>
        </section>
      )}
    </div>
  );
}

function StepCost({
  node,
  scale,
  onOpen,
}: {
  readonly node: NodeView;
  readonly scale: number;
  readonly onOpen: () => void;
}) {
  const t = useT();
  const { p50Micros, p90Micros } = node.estimate;
  const over = node.costMicros > p90Micros;
  const share = (micros: number) => `${(micros / scale) * 100}%`;
  return (
    <li>
      <button type="button" onClick={onOpen} className="flex w-full flex-col gap-2 px-4 py-3 text-start hover:bg-hover">
        <span className="flex w-full items-baseline justify-between gap-3">
          <span dir="auto" className="min-w-0 flex-1 truncate">
            {node.label}
          </span>
          <Money micros={node.costMicros} className={over ? "font-medium text-warn" : "font-medium"} />
        </span>
        <span aria-hidden className="relative block h-2 w-full rounded-full bg-hover">
          <span
            className="absolute inset-y-0 rounded-full bg-line-strong"
            style={{ insetInlineStart: share(p50Micros), width: share(Math.max(0, p90Micros - p50Micros)) }}
          />
          <span
            className={`absolute inset-y-0 start-0 rounded-full ${over ? "bg-warn" : "bg-run"}`}
            style={{ width: share(node.costMicros) }}
          />
        </span>
        <span className="text-[13px] text-muted">
          {t("costs.expected")} <MoneyRange low={p50Micros} high={p90Micros} />
        </span>
      </button>
    </li>
  );
}
