import { CircleDollarSign, Pause, Play, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { resumeWorkflow } from "../../api/workflows.ts";
import { useProject } from "../../app/use-project.ts";
import { clock } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { toastError } from "../../stores/toast-store.ts";
import { BudgetSheet } from "../projects/BudgetSheet.tsx";
import { Card } from "../ui/Bits.tsx";
import { Button } from "../ui/Button.tsx";
import { isBudgetGone } from "./use-workflow.ts";

interface PausedProps {
  readonly view: WorkflowView;
  readonly mayWrite: boolean;
  /** Milliseconds UTC. */
  readonly now: number;
}

/** Why nothing goes on, and the one tap that changes it. */
export function Paused({ view, mayWrite, now }: PausedProps) {
  const t = useT();
  const project = useProject();
  const [raising, setRaising] = useState(false);
  const { paused } = view;
  if (!paused) return null;
  const at = paused.resumeAt;
  const budget = isBudgetGone(view);
  const why = budget ? "budget" : paused.reason;
  const owner = project?.role === "owner" && project.id === view.projectId ? project : null;
  const Icon = paused.reason === "person" ? Pause : TriangleAlert;
  return (
    <Card className="flex items-start gap-3 border-warn/40 bg-warn-soft p-4">
      <Icon aria-hidden className="size-5 shrink-0 text-warn" />
      <div className="min-w-0 flex-1">
        <h2 className="font-semibold">{t(`paused.${why}`)}</h2>
        <p className="text-[15px] text-soft">{t(`paused.${why}.detail`)}</p>
        {at !== null && Date.parse(at) > now && (
          <p className="text-[15px] text-soft">{t("paused.until", { time: clock(at) })}</p>
        )}
        <div className="mt-3 flex flex-wrap gap-2 empty:hidden">
          {budget && owner && (
            <Button look="primary" icon={CircleDollarSign} onClick={() => setRaising(true)}>
              {t("paused.raise")}
            </Button>
          )}
          {mayWrite && (paused.reason !== "money" || budget) && (
            <Button icon={Play} onClick={() => void resumeWorkflow(view.id).catch(toastError)}>
              {t("run.resume")}
            </Button>
          )}
        </div>
      </div>
      {raising && owner && (
        <BudgetSheet
          project={owner}
          onClose={() => setRaising(false)}
          then={{ label: t("paused.raiseAndGo"), run: () => resumeWorkflow(view.id) }}
        />
      )}
    </Card>
  );
}
