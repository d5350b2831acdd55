import { GitBranch, ShieldAlert } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { number } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import type { LiveWorkflow } from "../../realtime/workflow-live.ts";
import { Card } from "../ui/Bits.tsx";
import { Button } from "../ui/Button.tsx";

const ForkSheet = lazy(() => import("./ForkSheet.tsx").then((module) => ({ default: module.ForkSheet })));

interface DamagedProps {
  readonly view: WorkflowView;
  readonly live: LiveWorkflow;
  readonly mayWrite: boolean;
}

export const isDamaged = (view: WorkflowView): boolean => view.error?.code === "log_damaged";

/** The stored record does not fit what was written: what is shown is its whole part, and the way on is from there. */
export function Damaged({ view, live, mayWrite }: DamagedProps) {
  const t = useT();
  const [forking, setForking] = useState(false);
  return (
    <Card className="border-bad/40 bg-bad-soft p-4">
      <div role="alert" data-testid="damaged" className="flex items-start gap-3">
        <ShieldAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-bad" />
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold">{t("damaged.title")}</h2>
          <p className="mt-0.5 text-[15px] text-soft">{t("damaged.detail", { version: number(view.version) })}</p>
          {mayWrite && (
            <Button look="primary" icon={GitBranch} className="mt-3" onClick={() => setForking(true)}>
              {t("damaged.goOn")}
            </Button>
          )}
        </div>
      </div>
      {forking && (
        <Suspense>
          <ForkSheet
            view={view}
            state={live.state}
            effects={live.state?.effects ?? []}
            title={view.name}
            onClose={() => setForking(false)}
          />
        </Suspense>
      )}
    </Card>
  );
}
