import { ChevronRight, RefreshCw, TriangleAlert } from "lucide-react";
import type { FailureView } from "../../../../shared/api/workflows.ts";
import { duration, number } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { cx } from "../ui/classes.ts";

interface FailureProps {
  readonly failure: FailureView;
  readonly title?: string;
  /** Nothing more is tried by itself: the person must act. Otherwise it is being repaired, and amber. */
  readonly final?: boolean;
  readonly onOpen?: () => void;
}

/** Three things, always: what went wrong, what is being done, how long it should take (FR-5.5). */
export function FailureCard({ failure, title, final, onOpen }: FailureProps) {
  const t = useT();
  const Icon = final ? TriangleAlert : RefreshCw;
  return (
    <div
      role="alert"
      className={cx("rounded-2xl border p-4", final ? "border-bad/40 bg-bad-soft" : "border-warn/40 bg-warn-soft")}
    >
      <div className="flex items-start gap-3">
        <Icon aria-hidden className={cx("mt-0.5 size-5 shrink-0", final ? "text-bad" : "text-warn")} />
        <div className="min-w-0 flex-1 text-[15px]">
          <p dir="auto" className="font-semibold">
            {title ?? failure.title}
          </p>
          <p dir="auto" className="mt-0.5 text-soft">
            {title ? `${failure.title}. ${failure.detail}` : failure.detail}
          </p>
          <p dir="auto" className="mt-1 text-soft">
            {failure.doing}
          </p>
          <p className="mt-1 flex flex-wrap gap-x-3 text-[13px] text-muted">
            {failure.etaSeconds !== undefined && (
              <span>{t("failure.eta", { time: duration(failure.etaSeconds * 1000) })}</span>
            )}
            {failure.attempt !== undefined && failure.maxAttempts !== undefined && (
              <span>{t("failure.attempt", { n: number(failure.attempt), m: number(failure.maxAttempts) })}</span>
            )}
          </p>
        </div>
        {onOpen && (
          <button
            type="button"
            aria-label={t("node.open", { name: title ?? failure.title })}
            onClick={onOpen}
            className="flex size-11 shrink-0 items-center justify-center rounded-xl hover:bg-hover"
          >
            <ChevronRight aria-hidden className="size-5 rtl:-scale-x-100" />
          </button>
        )}
      </div>
    </div>
  );
}
