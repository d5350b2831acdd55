import { ArrowDown, ArrowUp, Trash2 } from "lucide-react";
import { useState } from "react";
import { MAX_INSTRUCTIONS, MAX_LABEL } from "../../../../shared/workflow/plan-limits.ts";
import { useLocale, useT } from "../../i18n/i18n.ts";
import { useServiceName } from "../outside/service-name.ts";
import { Button } from "../ui/Button.tsx";
import { Input, TextArea } from "../ui/Field.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { AgentSelect, TierChoice } from "./AgentSelect.tsx";
import { changeStep, explainProblem, type Step } from "./plan-edit.ts";
import { withoutService } from "./touches.ts";

interface SheetProps {
  readonly step: Step;
  readonly steps: readonly Step[];
  readonly onClose: () => void;
  readonly onRemove: () => void;
  /** Null where the step is already first, or last, of its stage. */
  readonly onUp: (() => void) | null;
  readonly onDown: (() => void) | null;
  readonly onSave: (steps: Step[]) => void;
}

export function StepSheet({ step, steps, onClose, onRemove, onUp, onDown, onSave }: SheetProps) {
  const t = useT();
  const nameOf = useServiceName();
  const locale = useLocale();
  const [edited, setEdited] = useState(step);
  const change = (part: Partial<Step>) => setEdited({ ...edited, ...part });
  const next = changeStep(steps, step.id, { ...edited, label: edited.label.trim() });
  const problem = explainProblem(next, locale);
  const unnamed = edited.label.trim() === "";
  return (
    <Sheet
      open
      onClose={onClose}
      kind="sheet"
      testId="step-sheet"
      title={<span dir="auto">{step.label}</span>}
      footer={
        <div className="flex gap-3">
          <Button look="danger" icon={Trash2} onClick={onRemove}>
            {t("action.remove")}
          </Button>
          <Button look="primary" wide disabled={unnamed || problem !== null} onClick={() => onSave(next)}>
            {t("action.save")}
          </Button>
        </div>
      }
    >
      <div className="flex flex-col gap-5">
        <Input
          label={t("step.label")}
          value={edited.label}
          maxLength={MAX_LABEL}
          dir="auto"
          error={unnamed ? t("step.labelMissing") : undefined}
          onChange={(event) => change({ label: event.target.value })}
        />
        <TextArea
          label={t("step.instructions")}
          hint={t("step.instructionsHint")}
          rows={4}
          dir="auto"
          value={edited.instructions}
          maxLength={MAX_INSTRUCTIONS}
          onChange={(event) => change({ instructions: event.target.value })}
        />
        <AgentSelect value={edited.agent} onChange={(agent) => change({ agent })} />
        <TierChoice value={edited.tier} onChange={(tier) => change({ tier })} />
        <div className="flex gap-2">
          <Button wide icon={ArrowUp} disabled={!onUp} onClick={() => onUp?.()}>
            {t("step.earlier")}
          </Button>
          <Button wide icon={ArrowDown} disabled={!onDown} onClick={() => onDown?.()}>
            {t("step.later")}
          </Button>
        </div>
        <fieldset>
          <legend className="mb-1.5 text-sm font-medium text-soft">{t("step.after")}</legend>
          <div className="flex flex-col">
            {steps
              .filter((one) => one.id !== step.id)
              .map((one) => (
                <label
                  key={one.id}
                  className="flex min-h-11 cursor-pointer items-center gap-3 rounded-xl px-2 hover:bg-hover"
                >
                  <input
                    type="checkbox"
                    className="size-5 shrink-0 accent-(--brand)"
                    checked={edited.dependsOn.includes(one.id)}
                    onChange={(event) =>
                      change({
                        dependsOn: event.target.checked
                          ? [...edited.dependsOn, one.id]
                          : edited.dependsOn.filter((id) => id !== one.id),
                      })
                    }
                  />
                  <span dir="auto" className="min-w-0 flex-1 text-[15px]">
                    {one.label}
                  </span>
                </label>
              ))}
          </div>
        </fieldset>
        {step.touches && step.touches.length > 0 && (
          <fieldset>
            <legend className="mb-1 text-sm font-medium text-soft">{t("touches.stepTitle")}</legend>
            <p className="mb-1 text-[13px] text-muted">{t("touches.stepHint")}</p>
            {step.touches.map((name) => (
              <label
                key={name}
                className="flex min-h-11 cursor-pointer items-center gap-3 rounded-xl px-2 hover:bg-hover"
              >
                <input
                  type="checkbox"
                  className="size-5 shrink-0 accent-(--brand)"
                  checked={edited.touches?.includes(name) ?? false}
                  onChange={(event) =>
                    change({
                      touches: withoutService(step.touches ?? [], edited.touches ?? [], name, event.target.checked),
                    })
                  }
                />
                <bdi className="min-w-0 flex-1 text-[15px]">{nameOf(name)}</bdi>
              </label>
            ))}
          </fieldset>
        )}
        {problem && (
          <p role="alert" className="rounded-xl bg-warn-soft p-3 text-sm">
            <span className="block font-medium text-warn">{problem.title}</span>
            <span dir="auto" className="block text-soft">
              {problem.detail}
            </span>
          </p>
        )}
      </div>
    </Sheet>
  );
}
