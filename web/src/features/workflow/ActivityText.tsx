import { useEffect, useState } from "react";
import { duration } from "../../i18n/format.ts";
import { type MessageId, t, useT } from "../../i18n/i18n.ts";
import type { Activity } from "./activity.ts";

const TOOLS: Readonly<Record<string, MessageId>> = {
  list_files: "tool.list_files",
  read_file: "tool.read_file",
  write_file: "tool.write_file",
  search_files: "tool.search_files",
  run_code: "tool.run_code",
  patch_file: "tool.patch_file",
  run_command: "tool.run_command",
  run_tests: "tool.run_tests",
  fetch_page: "tool.fetch_page",
  publish_site: "tool.publish_site",
  allow_host: "tool.allow_host",
};

export const toolName = (tool: string): string => {
  const known = TOOLS[tool];
  return known ? t(known) : tool;
};

/** Ticks once a second while something counts. */
export function useNow(active: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [active]);
  return now;
}

export function ActivityText({ activity, now }: { readonly activity: Activity; readonly now: number }) {
  const t = useT();
  switch (activity.kind) {
    case "thinking":
      return t("activity.thinking", { time: duration(now - Date.parse(activity.since)) });
    case "tool":
      return t("activity.tool", { tool: toolName(activity.tool), time: duration(now - Date.parse(activity.since)) });
    case "person":
      return t("activity.person");
    case "retry":
      return t("activity.retry", { time: duration(Math.max(0, Date.parse(activity.at) - now)) });
    case "checked":
      return t("activity.checked");
    case "stalled":
      return t("activity.stalled", { time: duration(now - Date.parse(activity.since)) });
    case "queued":
      return t("activity.queued");
    case "idle":
      return null;
  }
}
