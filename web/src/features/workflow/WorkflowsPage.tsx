import { useInfiniteQuery } from "@tanstack/react-query";
import { MessageCircle, Workflow as WorkflowIcon } from "lucide-react";
import { useEffect } from "react";
import { Link, NavLink, Outlet, useParams } from "react-router";
import type { WorkflowListItem } from "../../../../shared/api/workflows.ts";
import { workflowsQuery } from "../../api/workflows.ts";
import { useWide } from "../../app/use-wide.ts";
import { ago } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { Money, Simulated } from "../ui/Bits.tsx";
import { cx } from "../ui/classes.ts";
import { MoreOnSight } from "../ui/MoreOnSight.tsx";
import { Empty, Failed, SkeletonList } from "../ui/States.tsx";
import { WorkflowChip } from "../ui/Status.tsx";
import { isOver } from "./use-workflow.ts";

export default function WorkflowsPage() {
  const t = useT();
  const { projectId = "", workflowId } = useParams();
  const wide = useWide();
  useEffect(() => {
    if (!workflowId) document.title = `${t("nav.workflows")} · Nexus`;
  });
  if (workflowId && !wide) return <Outlet />;
  return (
    <div className="flex min-h-0 flex-1">
      <section
        aria-label={t("nav.workflows")}
        className={cx("min-h-0 overflow-y-auto", workflowId ? "w-85 shrink-0 border-e border-line" : "flex-1")}
      >
        <div className={cx("mx-auto w-full px-4 py-5", !workflowId && "max-w-3xl")}>
          <h1 className="mb-4 text-xl font-semibold">{t("nav.workflows")}</h1>
          <List projectId={projectId} />
        </div>
      </section>
      {workflowId && (
        <div className="flex min-w-0 flex-1 flex-col">
          <Outlet />
        </div>
      )}
    </div>
  );
}

function List({ projectId }: { readonly projectId: string }) {
  const t = useT();
  const query = useInfiniteQuery(workflowsQuery(projectId));
  if (query.isPending) return <SkeletonList />;
  if (!query.data) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const rows = query.data.pages.flatMap((page) => page.items);
  if (rows.length === 0)
    return (
      <Empty
        icon={WorkflowIcon}
        title={t("workflows.none")}
        action={
          <Link
            to={`/p/${projectId}/chat`}
            className="brand-fill inline-flex min-h-11 items-center gap-2 rounded-xl px-5 font-medium"
          >
            <MessageCircle aria-hidden className="size-4" />
            {t("workflows.begin")}
          </Link>
        }
      >
        {t("workflows.noneLead")}
      </Empty>
    );
  const needsYou = (row: WorkflowListItem) => row.waiting > 0 || row.status === "pending_approval";
  const open = rows.filter((row) => !isOver(row.status));
  const groups = [
    { title: t("workflows.waiting"), rows: open.filter(needsYou) },
    { title: t("workflows.active"), rows: open.filter((row) => !needsYou(row)) },
    { title: t("workflows.history"), rows: rows.filter((row) => isOver(row.status)) },
  ];
  return (
    <>
      {groups
        .filter((group) => group.rows.length > 0)
        .map((group) => (
          <section key={group.title} className="mb-6">
            <h2 className="mb-2 text-[13px] font-semibold text-muted">{group.title}</h2>
            <ul className="flex flex-col gap-2">
              {group.rows.map((row) => (
                <Row key={row.id} row={row} />
              ))}
            </ul>
          </section>
        ))}
      <MoreOnSight query={query} />
    </>
  );
}

function Row({ row }: { readonly row: WorkflowListItem }) {
  const t = useT();
  return (
    <li>
      <NavLink
        to={`/p/${row.projectId}/workflows/${row.id}`}
        className={({ isActive }) =>
          cx(
            "flex flex-col gap-2 rounded-2xl border bg-surface px-4 py-3.5 transition-colors",
            isActive ? "border-brand" : "border-line hover:border-line-strong",
          )
        }
      >
        <span dir="auto" className="line-clamp-2 leading-snug font-medium">
          {row.name || t("workflow.untitled")}
        </span>
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-[13px] text-muted">
          <WorkflowChip status={row.status} waiting={row.waiting} />
          <Money micros={row.spentMicros} />
          {row.simulated && <Simulated short />}
          <time dateTime={row.updatedAt} className="ms-auto">
            {ago(row.updatedAt)}
          </time>
        </span>
      </NavLink>
    </li>
  );
}
