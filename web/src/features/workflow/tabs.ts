import type { WorkflowView } from "../../../../shared/api/workflows.ts";

export const TABS = ["plan", "now", "map", "outline", "timeline", "costs", "outside", "results", "details"] as const;
export type Tab = (typeof TABS)[number];

export const isTab = (text: string | undefined): text is Tab => TABS.some((tab) => tab === text);

/** Tabs that have something to show now: the plan before it is approved, the run after; `outside`: the ledger has lines. */
export function tabsFor(view: WorkflowView, outside: boolean): readonly Tab[] {
  const ledger = outside ? (["outside"] as const) : [];
  if (view.plan === null) return ["now"];
  if (view.status === "pending_approval") return ["plan", "map", ...ledger];
  return ["now", "map", "outline", "timeline", "costs", ...ledger, "results", "details"];
}

/** A running workflow opens on Now, a finished one on what it made. */
export function firstTab(view: WorkflowView): Tab {
  if (view.status === "pending_approval") return "plan";
  if (view.status === "completed") return "results";
  return "now";
}
