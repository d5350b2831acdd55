import { Check } from "lucide-react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { percent } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { cx } from "../ui/classes.ts";

/** How far each stage is (FR-4.6); stages without steps in this plan are left out. */
export function Stages({ stages }: { readonly stages: WorkflowView["stages"] }) {
  const t = useT();
  return (
    <ol aria-label={t("workflow.stages")} className="@container flex gap-1.5">
      {stages.map(({ stage, percent: share }) => {
        const done = share >= 100;
        return (
          <li key={stage} className={cx("min-w-0 flex-1", stage === "completed" && "hidden @md:block")}>
            <div className="h-1.5 overflow-hidden rounded-full bg-hover">
              <div
                className={cx("h-full rounded-full transition-[width] duration-300", done ? "bg-ok" : "bg-run")}
                style={{ width: `${share}%` }}
              />
            </div>
            <span
              className={cx(
                "mt-1 flex items-center gap-1 text-xs",
                done ? "text-ok" : share > 0 ? "text-run" : "text-muted",
              )}
            >
              {done && <Check aria-hidden className="hidden size-3 shrink-0 @xl:block" />}
              <span className="truncate">{t(`stage.${stage}`)}</span>
              <bdi className="ms-auto hidden tabular @xl:inline">{percent(share)}</bdi>
              <span className="sr-only @xl:hidden">{percent(share)}</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}
