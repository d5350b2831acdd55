import { ChartColumn, ClipboardList, Code2, type LucideIcon, Network, Palette, SearchCheck } from "lucide-react";
import type { AgentId } from "../../../../shared/workflow/plan.ts";
import { agentName, agentTitle } from "../../i18n/agents.ts";
import { useLocale } from "../../i18n/i18n.ts";

const ICONS: Record<AgentId, LucideIcon> = {
  analyst: ChartColumn,
  pm: ClipboardList,
  ux: Palette,
  architect: Network,
  dev: Code2,
  reviewer: SearchCheck,
};

export function AgentIcon({ agent, className = "size-8" }: { readonly agent: AgentId; readonly className?: string }) {
  const Icon = ICONS[agent];
  return (
    <span
      aria-hidden
      className={`flex shrink-0 items-center justify-center rounded-full bg-brand-soft text-brand ${className}`}
    >
      <Icon className="size-[55%]" />
    </span>
  );
}

/** "Mary · Business Analyst". */
export function AgentLine({ agent, short }: { readonly agent: AgentId; readonly short?: boolean }) {
  const locale = useLocale();
  return (
    <span>
      <bdi>{agentName(agent, locale)}</bdi>
      {!short && (
        <>
          {" · "}
          <bdi>{agentTitle(agent, locale)}</bdi>
        </>
      )}
    </span>
  );
}
