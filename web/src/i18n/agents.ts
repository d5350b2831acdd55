import type { AgentId } from "../../../shared/workflow/plan.ts";
import { ROSTER } from "../../../shared/workflow/roster.ts";
import type { Locale } from "../stores/settings-store.ts";

/** The package's names are English; Arabic readers get them in their own letters. */
const ARABIC: Record<AgentId, string> = {
  analyst: "ماري",
  pm: "جون",
  ux: "سالي",
  architect: "ونستون",
  dev: "أميليا",
  reviewer: "المراجع",
};

export const AGENTS: readonly AgentId[] = ["analyst", "pm", "ux", "architect", "dev", "reviewer"];

export const agentName = (agent: AgentId, locale: Locale): string =>
  locale === "ar" ? ARABIC[agent] : ROSTER[agent].name;

export const agentTitle = (agent: AgentId, locale: Locale): string => ROSTER[agent].title[locale];
