import type { ReactNode } from "react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { useT } from "../../i18n/i18n.ts";
import { Bar, Card, Money, MoneyRange, Simulated } from "../ui/Bits.tsx";
import { TEXT_TONES } from "../ui/Status.tsx";

const TONE = { green: "ok", yellow: "warn", red: "bad" } as const;

/** Dollars spent against the estimate and the cap that was approved. */
export function Budget({ view }: { readonly view: WorkflowView }) {
  const t = useT();
  const { cost, plan } = view;
  const share = cost.capMicros > 0 ? ((cost.spentMicros + cost.unconfirmedMicros) / cost.capMicros) * 100 : 0;
  const tone = TONE[cost.efficiency];
  return (
    <Card className="p-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <p>
          <Money micros={cost.spentMicros} className="text-2xl font-semibold" />{" "}
          <span className={`text-sm font-medium ${TEXT_TONES[tone]}`}>{t(`efficiency.${cost.efficiency}`)}</span>
        </p>
        {cost.simulated && <Simulated />}
      </div>
      <div className="mt-3">
        <Bar value={share} tone={share >= 80 ? "warn" : "run"} label={t("budget.used")} />
      </div>
      <dl className="mt-3 grid grid-cols-2 gap-x-4 gap-y-2 text-sm sm:grid-cols-4">
        <Figure label={t("budget.cap")}>
          <Money micros={cost.capMicros} />
        </Figure>
        {plan && (
          <Figure label={t("budget.estimate")}>
            <MoneyRange low={plan.p50Micros} high={plan.p90Micros} />
          </Figure>
        )}
        {cost.reservedMicros > 0 && (
          <Figure label={t("budget.reserved")}>
            <Money micros={cost.reservedMicros} />
          </Figure>
        )}
        {cost.unconfirmedMicros > 0 && (
          <Figure label={t("budget.unconfirmed")}>
            <Money micros={cost.unconfirmedMicros} />
          </Figure>
        )}
      </dl>
      {share >= 80 && <p className="mt-2 text-[13px] text-warn">{t("budget.near")}</p>}
    </Card>
  );
}

function Figure({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="text-[13px] text-muted">{label}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  );
}
