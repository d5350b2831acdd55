import { Check, Plus, TriangleAlert, Undo2, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { removeStep } from "../../../../shared/workflow/plan-graph.ts";
import { STAGES } from "../../../../shared/workflow/plan-limits.ts";
import { useT } from "../../i18n/i18n.ts";
import { dismissToast, toast } from "../../stores/toast-store.ts";
import { MoneyRange, Said, Simulated } from "../ui/Bits.tsx";
import { Button, IconButton } from "../ui/Button.tsx";
import { cx } from "../ui/classes.ts";
import { AddStepSheet } from "./AddStepSheet.tsx";
import { ApproveSheet } from "./ApproveSheet.tsx";
import { MiniMap } from "./MiniMap.tsx";
import { Limits } from "./PlanCard.tsx";
import { PlanChanges } from "./PlanChanges.tsx";
import { inOrder, moveStep, type Step } from "./plan-edit.ts";
import { StepRow } from "./StepRow.tsx";
import { StepSheet } from "./StepSheet.tsx";
import { Touches } from "./Touches.tsx";
import { useDragOrder } from "./use-drag-order.ts";
import { usePlanEditor } from "./use-plan-editor.ts";
import { Variants } from "./Variants.tsx";

interface PanelProps {
  readonly view: WorkflowView;
  /** The plan as it was first proposed, to show what the person changed. */
  readonly proposed: readonly Step[] | null;
  readonly mayWrite: boolean;
}

/** The whole plan to change before a cent is spent: the price follows every edit. */
export function PlanEditorPanel({ view, proposed, mayWrite }: PanelProps) {
  const t = useT();
  const editor = usePlanEditor(view);
  const [openId, setOpenId] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  const [approving, setApproving] = useState(false);
  const undoToast = useRef(0);
  // Once approved, an edit cannot be taken back.
  useEffect(() => () => dismissToast(undoToast.current), []);
  const { plan } = view;
  const steps = inOrder(editor.steps);
  const drag = useDragOrder((id, to) => editor.apply(moveStep(editor.steps, id, to)));
  if (!plan) return null;

  const remove = (step: Step) => {
    if (!editor.apply(removeStep(editor.steps, step.id))) return;
    setOpenId(null);
    undoToast.current = toast({
      kind: "info",
      title: t("plan.removed", { name: step.label }),
      action: { label: t("action.undo"), run: editor.undo },
    });
  };
  const open = steps.find((step) => step.id === openId);
  const shift = (step: Step, by: 1 | -1): (() => void) | null => {
    const group = steps.filter((one) => one.stage === step.stage);
    const to = group.indexOf(step) + by;
    if (to < 0 || to >= group.length) return null;
    return () => editor.apply(moveStep(editor.steps, step.id, to));
  };

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-4 py-4">
        <div className="mx-auto flex max-w-2xl flex-col gap-4">
          {plan.summary && <Said className="text-[15px] text-soft">{plan.summary}</Said>}
          <Variants plan={plan} onChoose={editor.choose} busy={editor.pricing || !mayWrite} />
          <MiniMap steps={editor.steps} />
          <Limits limits={plan.limits} />
          <Touches steps={editor.steps} />
          {STAGES.filter((stage) => stage !== "completed").map((stage) => {
            const group = steps.filter((step) => step.stage === stage);
            if (group.length === 0) return null;
            return (
              <section key={stage} aria-label={t(`stage.${stage}`)}>
                <h2 className="mb-2 text-[13px] font-semibold text-muted">{t(`stage.${stage}`)}</h2>
                <ol ref={drag.list(stage)} className="flex flex-col gap-2">
                  {group.map((step, index) => (
                    <StepRow
                      key={step.id}
                      step={step}
                      index={steps.indexOf(step) + 1}
                      waitsFor={step.dependsOn.map((id) => steps.findIndex((one) => one.id === id) + 1).filter(Boolean)}
                      pricing={editor.pricing}
                      mayWrite={mayWrite}
                      drag={drag.row(stage, step.id, index)}
                      onOpen={() => setOpenId(step.id)}
                      onUp={shift(step, -1)}
                      onDown={shift(step, 1)}
                      onRemove={() => remove(step)}
                    />
                  ))}
                </ol>
              </section>
            );
          })}
          {mayWrite && (
            <div className="flex flex-wrap gap-2">
              <Button icon={Plus} onClick={() => setAdding(true)}>
                {t("plan.add")}
              </Button>
              <Button look="ghost" icon={Undo2} disabled={!editor.canUndo} onClick={editor.undo}>
                {t("action.undo")}
              </Button>
            </div>
          )}
          {proposed && <PlanChanges before={proposed} after={editor.steps} />}
        </div>
      </div>
      {editor.refusal && (
        <div
          role="alert"
          className="flex shrink-0 items-start gap-3 border-t border-warn/40 bg-warn-soft py-1 ps-4 pe-1 text-sm"
        >
          <TriangleAlert aria-hidden className="mt-2.5 size-5 shrink-0 text-warn" />
          <div className="min-w-0 flex-1 py-2">
            <p className="font-medium text-warn">{editor.refusal.title}</p>
            <p dir="auto" className="text-soft">
              {editor.refusal.detail}
            </p>
          </div>
          <IconButton icon={X} label={t("action.dismiss")} onClick={editor.dismiss} />
        </div>
      )}
      {mayWrite && (
        <footer className="safe-bottom shrink-0 border-t border-line bg-surface">
          <div className="mx-auto flex max-w-2xl items-center justify-between gap-3 px-4 py-3">
            <div className={cx("min-w-0 transition-opacity", editor.pricing && "opacity-50")} aria-live="polite">
              <span className="flex items-center gap-2 text-[13px] text-muted">
                {t("plan.price")}
                {view.cost.simulated && <Simulated short />}
              </span>
              <MoneyRange low={plan.p50Micros} high={plan.p90Micros} className="text-lg font-semibold" />
            </div>
            <Button
              look="primary"
              icon={Check}
              className="min-h-12"
              disabled={editor.pricing}
              onClick={() => setApproving(true)}
            >
              {t("plan.approve")}
            </Button>
          </div>
        </footer>
      )}
      {open && (
        <StepSheet
          key={open.id}
          step={open}
          steps={steps}
          onClose={() => setOpenId(null)}
          onRemove={() => remove(open)}
          onUp={shift(open, -1)}
          onDown={shift(open, 1)}
          onSave={(next) => editor.apply(next) && setOpenId(null)}
        />
      )}
      {adding && (
        <AddStepSheet
          steps={steps}
          onClose={() => setAdding(false)}
          onAdd={(next) => editor.apply(next) && setAdding(false)}
        />
      )}
      {approving && <ApproveSheet view={view} onClose={() => setApproving(false)} />}
    </div>
  );
}
