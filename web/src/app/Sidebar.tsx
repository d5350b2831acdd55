import { useInfiniteQuery } from "@tanstack/react-query";
import { Command } from "lucide-react";
import { NavLink } from "react-router";
import { workflowsQuery } from "../api/workflows.ts";
import { cx } from "../features/ui/classes.ts";
import { TEXT_TONES, workflowLook } from "../features/ui/Status.tsx";
import { useT } from "../i18n/i18n.ts";
import { AccountMenu } from "./AccountMenu.tsx";
import { Badge, usePlaces } from "./BottomNav.tsx";
import { openPalette } from "./CommandPalette.tsx";
import { ProjectSwitcher } from "./ProjectSwitcher.tsx";
import { useProjectId, useWaitingCount } from "./use-project.ts";

const RECENT = 6;

export function Sidebar() {
  const t = useT();
  const places = usePlaces();
  const waiting = useWaitingCount();
  const projectId = useProjectId();
  const { data } = useInfiniteQuery({ ...workflowsQuery(projectId ?? ""), enabled: projectId !== null });
  const recent = data?.pages[0]?.items.slice(0, RECENT) ?? [];
  return (
    <div className="flex w-62 shrink-0 flex-col border-e border-line bg-surface">
      <div className="px-2 pt-3">
        <ProjectSwitcher />
      </div>
      <nav aria-label={t("nav.label")} className="mt-4 flex min-h-0 flex-1 flex-col overflow-y-auto px-2">
        <ul className="flex flex-col gap-1">
          {places.map(({ to, icon: Icon, label, badge }) => (
            <li key={label}>
              <NavLink
                to={to}
                className={({ isActive }) =>
                  cx(
                    "flex min-h-11 items-center gap-3 rounded-xl px-3 font-medium",
                    isActive ? "bg-hover text-text" : "text-soft hover:bg-hover hover:text-text",
                  )
                }
              >
                <Icon aria-hidden className="size-5" />
                <span className="flex-1">{label}</span>
                {badge && <Badge count={waiting} />}
              </NavLink>
            </li>
          ))}
        </ul>
        {recent.length > 0 && (
          <>
            <h2 className="mt-6 mb-1 px-3 text-xs font-medium text-muted">{t("nav.recent")}</h2>
            <ul className="flex flex-col gap-0.5 pb-4">
              {recent.map((row) => {
                const look = workflowLook(row.status, row.waiting);
                const Icon = look.icon;
                return (
                  <li key={row.id}>
                    <NavLink
                      to={`/p/${row.projectId}/workflows/${row.id}`}
                      className={({ isActive }) =>
                        cx(
                          "flex min-h-11 items-center gap-3 rounded-xl px-3 text-sm",
                          isActive ? "bg-hover text-text" : "text-soft hover:bg-hover hover:text-text",
                        )
                      }
                    >
                      <Icon aria-hidden className={cx("size-4 shrink-0", TEXT_TONES[look.tone])} />
                      <bdi className="min-w-0 flex-1 truncate">{row.name || t("workflow.untitled")}</bdi>
                      <span className="sr-only">{t(look.text)}</span>
                    </NavLink>
                  </li>
                );
              })}
            </ul>
          </>
        )}
      </nav>
      <div className="flex items-center justify-between gap-2 border-t border-line p-2">
        <AccountMenu />
        <button
          type="button"
          onClick={openPalette}
          className="flex min-h-11 items-center gap-2 rounded-xl px-3 text-sm text-muted hover:bg-hover hover:text-text"
        >
          <Command aria-hidden className="size-4" />
          {t("palette.open")}
          <kbd className="rounded-md border border-line px-1.5 text-xs">⌘K</kbd>
        </button>
      </div>
    </div>
  );
}
