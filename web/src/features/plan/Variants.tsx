import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import type { VariantName } from "../../../../shared/workflow/plan.ts";
import { money } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { Segmented } from "../ui/Segmented.tsx";

interface VariantsProps {
  readonly plan: NonNullable<WorkflowView["plan"]>;
  readonly onChoose: (variant: VariantName) => void;
  readonly busy: boolean;
}

/** Three priced ways to the same goal. */
export function Variants({ plan, onChoose, busy }: VariantsProps) {
  const t = useT();
  if (plan.variants.length < 2) return null;
  return (
    <div>
      <Segmented
        label={t("plan.variants")}
        value={plan.variant}
        disabled={busy}
        onChange={onChoose}
        options={plan.variants.map((one) => ({
          value: one.name,
          label: t(`variant.${one.name}`),
          sub: t("plan.upTo", { price: money(one.p90Micros) }),
        }))}
      />
      <p className="mt-1.5 text-[13px] text-muted">{t(`variant.${plan.variant}.what`)}</p>
    </div>
  );
}
