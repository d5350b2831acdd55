import { ArrowDown, ArrowUp, GripVertical, Trash2 } from "lucide-react";
import { money, moneyRange, number } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { IconButton } from "../ui/Button.tsx";
import { cx } from "../ui/classes.ts";
import { AgentIcon, AgentLine } from "./AgentBadge.tsx";
import type { Step } from "./plan-edit.ts";
import { StepTouches } from "./Touches.tsx";
import type { RowDrag } from "./use-drag-order.ts";

interface RowProps {
  readonly step: Step;
  readonly index: number;
  /** Numbers of the steps it builds on. */
  readonly waitsFor: readonly number[];
  readonly pricing: boolean;
  readonly mayWrite: boolean;
  readonly drag: RowDrag;
  readonly onOpen: () => void;
  readonly onUp: (() => void) | null;
  readonly onDown: (() => void) | null;
  readonly onRemove: () => void;
}

export function StepRow({ step, index, waitsFor, pricing, mayWrite, drag, onOpen, onUp, onDown, onRemove }: RowProps) {
  const t = useT();
  const { p50Micros, p90Micros } = step.estimate;
  return (
    <li
      data-testid="plan-step"
      data-step={step.id}
      className={cx(
        "relative rounded-2xl border border-line bg-surface",
        drag.dragging && "z-10 opacity-60 shadow-pop",
        drag.mark === "before" &&
          "before:absolute before:inset-x-2 before:-top-1.5 before:h-1 before:rounded-full before:bg-brand",
        drag.mark === "after" &&
          "after:absolute after:inset-x-2 after:-bottom-1.5 after:h-1 after:rounded-full after:bg-brand",
      )}
    >
      <div className="flex items-stretch">
        {mayWrite && (
          <span
            aria-hidden
            {...drag.handle}
            className="flex w-8 shrink-0 cursor-grab touch-none items-center justify-center text-muted active:cursor-grabbing"
          >
            <GripVertical className="size-4" />
          </span>
        )}
        <button
          type="button"
          onClick={onOpen}
          className={cx("flex min-w-0 flex-1 items-center gap-3 rounded-2xl py-3 pe-1 text-start", !mayWrite && "ps-3")}
        >
          <span className="sr-only">{t("plan.change")}</span>
          <AgentIcon agent={step.agent} />
          <span className="min-w-0 flex-1">
            <span className="flex gap-1.5 leading-snug font-medium">
              <span className="shrink-0 text-muted tabular">{number(index)}.</span>
              <span dir="auto" className="min-w-0">
                {step.label}
              </span>
            </span>
            <span className="mt-0.5 flex flex-wrap gap-x-1.5 text-[13px] text-muted">
              <AgentLine agent={step.agent} short />
              <span>· {t(`tier.${step.tier}`)}</span>
              <bdi className={cx("tabular", pricing && "opacity-50")}>
                · {p90Micros === 0 ? money(0) : moneyRange(p50Micros, p90Micros)}
              </bdi>
              {waitsFor.length > 0 && (
                <span>· {t("plan.after", { steps: waitsFor.map((one) => number(one)).join(", ") })}</span>
              )}
            </span>
            <StepTouches names={step.touches} />
          </span>
        </button>
        {mayWrite && (
          <div className="flex shrink-0 items-center pe-1">
            <span className="hidden sm:flex">
              <IconButton
                icon={ArrowUp}
                label={t("plan.up", { name: step.label })}
                disabled={!onUp}
                onClick={() => onUp?.()}
              />
              <IconButton
                icon={ArrowDown}
                label={t("plan.down", { name: step.label })}
                disabled={!onDown}
                onClick={() => onDown?.()}
              />
            </span>
            <IconButton icon={Trash2} label={t("plan.remove", { name: step.label })} onClick={onRemove} />
          </div>
        )}
      </div>
    </li>
  );
}
