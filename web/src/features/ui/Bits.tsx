import { FlaskConical } from "lucide-react";
import type { ReactNode } from "react";
import { money, moneyRange } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { cx } from "./classes.ts";

/** Dollars, isolated from the text around them. */
export function Money({ micros, className }: { readonly micros: number; readonly className?: string }) {
  useT();
  return <bdi className={cx("tabular", className)}>{money(micros)}</bdi>;
}

export function MoneyRange({
  low,
  high,
  className,
}: {
  readonly low: number;
  readonly high: number;
  readonly className?: string;
}) {
  useT();
  return <bdi className={cx("tabular", className)}>{moneyRange(low, high)}</bdi>;
}

/** Stands wherever output or dollars of the offline model show. */
export function Simulated({ short }: { readonly short?: boolean }) {
  const t = useT();
  return (
    <span
      title={t("simulated.explain")}
      className="inline-flex h-6 shrink-0 items-center gap-1 rounded-full border border-line-strong px-2 text-xs font-medium whitespace-nowrap text-soft"
    >
      <FlaskConical aria-hidden className="size-3 text-warn" />
      {t(short ? "simulated.short" : "simulated.label")}
    </span>
  );
}

export function Bar({
  value,
  tone = "run",
  label,
}: {
  readonly value: number;
  readonly tone?: "run" | "ok" | "warn" | "bad";
  readonly label: string;
}) {
  const fill = { run: "bg-run", ok: "bg-ok", warn: "bg-warn", bad: "bg-bad" }[tone];
  const width = Math.max(0, Math.min(100, value));
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(width)}
      className="h-1.5 w-full overflow-hidden rounded-full bg-hover"
    >
      <div className={cx("h-full rounded-full transition-[width] duration-300", fill)} style={{ width: `${width}%` }} />
    </div>
  );
}

export function Card({ children, className }: { readonly children: ReactNode; readonly className?: string }) {
  return <section className={cx("rounded-2xl border border-line bg-surface", className)}>{children}</section>;
}

export function SectionTitle({ children, end }: { readonly children: ReactNode; readonly end?: ReactNode }) {
  return (
    <div className="mb-2 flex min-h-7 items-center justify-between gap-3">
      <h2 className="text-[13px] font-semibold tracking-wide text-muted">{children}</h2>
      {end}
    </div>
  );
}

/** Text made by people or models: shown as written, in its own direction. */
export function Said({ children, className }: { readonly children: string; readonly className?: string }) {
  return (
    <span dir="auto" className={cx("block break-words whitespace-pre-wrap", className)}>
      {children}
    </span>
  );
}
