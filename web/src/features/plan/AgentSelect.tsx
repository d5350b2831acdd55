import type { Tier } from "../../../../shared/workflow/content.ts";
import type { AgentId } from "../../../../shared/workflow/plan.ts";
import { AGENTS, agentName, agentTitle } from "../../i18n/agents.ts";
import { useLocale, useT } from "../../i18n/i18n.ts";
import { Select } from "../ui/Field.tsx";
import { Segmented } from "../ui/Segmented.tsx";

export function AgentSelect({
  value,
  onChange,
}: {
  readonly value: AgentId;
  readonly onChange: (agent: AgentId) => void;
}) {
  const t = useT();
  const locale = useLocale();
  return (
    <Select
      label={t("step.agent")}
      value={value}
      onChange={(event) => {
        const chosen = AGENTS.find((agent) => agent === event.target.value);
        if (chosen) onChange(chosen);
      }}
    >
      {AGENTS.map((agent) => (
        <option key={agent} value={agent}>
          {agentName(agent, locale)} · {agentTitle(agent, locale)}
        </option>
      ))}
    </Select>
  );
}

const TIERS: readonly Tier[] = ["fast", "standard", "deep"];

export function TierChoice({ value, onChange }: { readonly value: Tier; readonly onChange: (tier: Tier) => void }) {
  const t = useT();
  return (
    <div>
      <p className="mb-1.5 text-sm font-medium text-soft">{t("step.tier")}</p>
      <Segmented
        label={t("step.tier")}
        value={value}
        onChange={onChange}
        options={TIERS.map((tier) => ({ value: tier, label: t(`tier.${tier}`) }))}
      />
      <p className="mt-1.5 text-[13px] text-muted">{t(`tier.${value}.what`)}</p>
    </div>
  );
}
