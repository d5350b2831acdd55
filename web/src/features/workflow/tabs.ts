import type { WorkflowView } from "../../../../shared/api/workflows.ts";

export const TABS = ["plan", "now", "map", "outline", "timeline", "costs", "results"] as const;
export type Tab = (typeof TABS)[number];

export const isTab = (text: string | undefined): text is Tab => TABS.some((tab) => tab === text);

/** Tabs that have something to show now: the plan before it is approved, the run after. */
export function tabsFor(view: WorkflowView): readonly Tab[] {
  if (view.plan === null) return ["now"];
  if (view.status === "pending_approval") return ["plan", "map"];
  return ["now", "map", "outline", "timeline", "costs", "results"];
}

/** A running workflow opens on Now, a finished one on what it made. */
export function firstTab(view: WorkflowView): Tab {
  if (view.status === "pending_approval") return "plan";
  if (view.status === "completed") return "results";
  return "now";
}
