import { type LucideIcon, RotateCcw, TriangleAlert, WifiOff } from "lucide-react";
import type { ReactNode } from "react";
import { ApiError } from "../../api/http.ts";
import { useT } from "../../i18n/i18n.ts";
import { Button } from "./Button.tsx";
import { cx } from "./classes.ts";

export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden className={cx("animate-shimmer rounded-xl bg-hover", className)} />;
}

/** Rows of grey while a list is on its way. */
export function SkeletonList({ rows = 4, height = "h-18" }: { readonly rows?: number; readonly height?: string }) {
  const t = useT();
  return (
    <div role="status" className="flex flex-col gap-3">
      <span className="sr-only">{t("state.loading")}</span>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move.
        <Skeleton key={index} className={height} />
      ))}
    </div>
  );
}

interface EmptyProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

export function Empty({ icon: Icon, title, children, action }: EmptyProps) {
  return (
    <div className="mx-auto flex max-w-sm flex-col items-center px-6 py-12 text-center">
      <div className="mb-4 flex size-14 items-center justify-center rounded-2xl bg-brand-soft text-brand">
        <Icon aria-hidden className="size-7" />
      </div>
      <h2 className="text-lg font-semibold text-balance">{title}</h2>
      {children && <p className="mt-2 text-[15px] text-pretty text-muted">{children}</p>}
      {action && <div className="mt-6">{action}</div>}
    </div>
  );
}

/** What happened, what is being done, and a way on. */
export function Failed({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const t = useT();
  const problem = error instanceof ApiError ? error : null;
  const Icon = problem?.offline ? WifiOff : TriangleAlert;
  return (
    <div role="alert" className="mx-auto flex max-w-sm flex-col items-center px-6 py-12 text-center">
      <div className="mb-4 flex size-14 items-center justify-center rounded-2xl bg-warn-soft text-warn">
        <Icon aria-hidden className="size-7" />
      </div>
      <h2 className="text-lg font-semibold text-balance">{problem?.body.title ?? t("error.unexpected.title")}</h2>
      <p className="mt-2 text-[15px] text-pretty text-muted">{problem?.body.detail ?? t("error.unexpected.detail")}</p>
      {problem?.body.doing && <p className="mt-1 text-[15px] text-pretty text-muted">{problem.body.doing}</p>}
      {onRetry && (
        <Button className="mt-6" icon={RotateCcw} onClick={onRetry}>
          {t("action.tryAgain")}
        </Button>
      )}
    </div>
  );
}
