import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { MAX_BUDGET_MICROS } from "../../../../shared/api/limits.ts";
import type { BudgetView, ProjectView } from "../../../../shared/api/projects.ts";
import { budgetQuery, setBudget } from "../../api/projects.ts";
import { money } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import { parseDollars } from "../plan/cap.ts";
import { Simulated } from "../ui/Bits.tsx";
import { Button } from "../ui/Button.tsx";
import { Input } from "../ui/Field.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { Failed, Skeleton } from "../ui/States.tsx";

interface Props {
  readonly project: Pick<ProjectView, "id" | "name">;
  readonly onClose: () => void;
  /** What the button says and what follows, when a run waits for the money. */
  readonly then?: { readonly label: string; readonly run: () => Promise<unknown> };
}

const FORM = "project-budget-form";

/** What the project may spend in all, for its owner to see and to change. */
export function BudgetSheet({ project, onClose, then }: Props) {
  const t = useT();
  const budget = useQuery(budgetQuery(project.id));
  const [typed, setTyped] = useState<string | null>(null);
  const view = budget.data;
  const shown = typed ?? (view ? String(view.budgetMicros / 1_000_000) : "");
  const wanted = parseDollars(shown);
  const save = useMutation({
    mutationFn: async (micros: number) => {
      await setBudget(project.id, micros);
      await then?.run();
    },
    onSuccess: () => {
      toast({ kind: "success", title: t("projects.budgetSaved") });
      onClose();
    },
    onError: toastError,
  });
  const problem = view && typed !== null ? problemOf(view, wanted) : null;
  const error = problem && t(problem.id, { amount: money(problem.micros) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted !== null && !error) save.mutate(wanted);
  };
  return (
    <Sheet
      open
      onClose={onClose}
      kind="dialog"
      title={t("projects.budget")}
      footer={
        <Button
          type="submit"
          form={FORM}
          look="primary"
          wide
          busy={save.isPending}
          disabled={!view || wanted === null || error !== null || (!then && wanted === view.budgetMicros)}
        >
          {then?.label ?? t("action.save")}
        </Button>
      }
    >
      {budget.isPending && <Skeleton className="h-32" />}
      {budget.isError && !view && <Failed error={budget.error} onRetry={() => void budget.refetch()} />}
      {view && (
        <form id={FORM} onSubmit={submit} className="flex flex-col gap-4">
          <p data-testid="project-budget" className="text-[15px] text-soft">
            {t("projects.budgetNow", {
              name: project.name,
              budget: money(view.budgetMicros),
              left: money(view.leftMicros),
              spent: money(view.spentMicros),
            })}{" "}
            {view.simulatedMicros > 0 && <Simulated short />}
          </p>
          <Input
            label={t("projects.budgetNew")}
            hint={t("projects.budgetHint")}
            inputMode="decimal"
            dir="ltr"
            autoFocus
            value={shown}
            error={error ?? undefined}
            onChange={(event) => setTyped(event.target.value)}
          />
        </form>
      )}
    </Sheet>
  );
}

function problemOf(view: BudgetView, wanted: number | null) {
  const given = view.budgetMicros - view.leftMicros;
  if (wanted === null) return { id: "approve.ownWrong", micros: 0 } as const;
  if (wanted > MAX_BUDGET_MICROS) return { id: "projects.budgetTooHigh", micros: MAX_BUDGET_MICROS } as const;
  return wanted < given ? ({ id: "projects.budgetTooLow", micros: given } as const) : null;
}
