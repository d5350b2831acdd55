import { GitBranch } from "lucide-react";
import { Link } from "react-router";
import { useStore } from "zustand";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { changesOf } from "../../../../shared/text/change.ts";
import { number } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { lineageStore } from "../../stores/lineage-store.ts";

const LINK = "inline-flex min-h-11 items-center font-medium text-brand hover:underline";

/** Where a run comes from, and which ones go on from it. */
export function Lineage({ view }: { readonly view: WorkflowView }) {
  const t = useT();
  const next = useStore(lineageStore, (state) => state.next[view.id]);
  const { lineage } = view;
  const change = lineage?.reason === "fork" ? changesOf(view.userInput).changes.at(-1) : undefined;
  if (!lineage && !next) return null;
  const at = (id: string) => `/p/${view.projectId}/workflows/${id}`;
  return (
    <div data-testid="lineage" className="flex items-start gap-3 rounded-2xl border border-line px-4 py-2 text-[15px]">
      <GitBranch aria-hidden className="mt-3 size-4 shrink-0 text-muted" />
      <div className="flex min-w-0 flex-col">
        {lineage && (
          <p className="flex flex-wrap items-center gap-x-2 text-soft">
            <span className="line-clamp-3">
              {change !== undefined
                ? t("adjust.of", { what: change })
                : lineage.reason === "fork"
                  ? t("lineage.fork", { version: number(lineage.version) })
                  : t("lineage.promote")}
            </span>
            <Link to={at(lineage.workflowId)} className={LINK}>
              {t(lineage.reason === "fork" ? "lineage.openFrom" : "lineage.openRehearsal")}
            </Link>
          </p>
        )}
        {next && (
          <p className="flex flex-wrap items-center gap-x-2 text-soft">
            {t("lineage.next", { count: next.length })}
            {next.map((run) => (
              <Link key={run.id} to={at(run.id)} className={LINK}>
                {t("lineage.openNext", { name: run.name || t("workflow.untitled") })}
              </Link>
            ))}
          </p>
        )}
      </div>
    </div>
  );
}
