import { FolderOpen, type LucideIcon, MessageCircle, Settings, Workflow } from "lucide-react";
import { NavLink } from "react-router";
import { cx } from "../features/ui/classes.ts";
import { number } from "../i18n/format.ts";
import { useT } from "../i18n/i18n.ts";
import { useProjectId, useWaitingCount } from "./use-project.ts";

interface Place {
  readonly to: string;
  readonly icon: LucideIcon;
  readonly label: string;
  readonly badge: boolean;
  readonly wide?: boolean;
}

/** `wide`: a place of the sidebar; on phones it is in the project's menu, since the bar has room for four. */
export function usePlaces(): readonly Place[] {
  const t = useT();
  const projectId = useProjectId();
  const base = projectId ? `/p/${projectId}` : null;
  return [
    { to: base ? `${base}/chat` : "/projects", icon: MessageCircle, label: t("nav.chat"), badge: false },
    { to: base ? `${base}/workflows` : "/projects", icon: Workflow, label: t("nav.workflows"), badge: true },
    { to: base ? `${base}/files` : "/projects", icon: FolderOpen, label: t("nav.files"), badge: false, wide: true },
    { to: "/settings", icon: Settings, label: t("nav.settings"), badge: false },
  ];
}

export function Badge({ count }: { readonly count: number }) {
  const t = useT();
  if (count === 0) return null;
  return (
    <span className="brand-fill inline-flex h-5 min-w-5 items-center justify-center rounded-full px-1.5 text-xs font-semibold tabular">
      <span aria-hidden>{number(count)}</span>
      <span className="sr-only">{t("nav.waiting", { count })}</span>
    </span>
  );
}

export function BottomNav() {
  const t = useT();
  const places = usePlaces().filter((place) => !place.wide);
  const waiting = useWaitingCount();
  return (
    <nav aria-label={t("nav.label")} className="safe-bottom shrink-0 border-t border-line bg-surface">
      <ul className="flex">
        {places.map(({ to, icon: Icon, label, badge }) => (
          <li key={label} className="flex-1">
            <NavLink
              to={to}
              className={({ isActive }) =>
                cx(
                  "relative flex min-h-14 flex-col items-center justify-center gap-0.5 text-xs font-medium landscape-phone:min-h-11 landscape-phone:flex-row landscape-phone:gap-2",
                  isActive ? "text-brand" : "text-muted",
                )
              }
            >
              <span className="relative">
                <Icon aria-hidden className="size-6 landscape-phone:size-5" />
                {badge && (
                  <span className="absolute -top-1.5 start-4 landscape-phone:start-auto landscape-phone:end-4">
                    <Badge count={waiting} />
                  </span>
                )}
              </span>
              {label}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
