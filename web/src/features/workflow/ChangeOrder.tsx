import { useMutation } from "@tanstack/react-query";
import { CircleDollarSign } from "lucide-react";
import { useState } from "react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { decideApproval } from "../../api/workflows.ts";
import { money } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { toastError } from "../../stores/toast-store.ts";
import { parseDollars, roundUp } from "../plan/cap.ts";
import { Money, Simulated } from "../ui/Bits.tsx";
import { Button } from "../ui/Button.tsx";
import { Input } from "../ui/Field.tsx";

/** More money is needed: the figure can be changed, nothing goes on without a yes. */
export function ChangeOrder({
  view,
  approval,
}: {
  readonly view: WorkflowView;
  readonly approval: WorkflowView["approvals"][number];
}) {
  const t = useT();
  const proposed = approval.arguments.capMicros;
  const suggested = roundUp(typeof proposed === "number" ? proposed : view.cost.capMicros * 2);
  const [own, setOwn] = useState<string | null>(null);
  const typed = own === null ? suggested : parseDollars(own);
  const tooLow = typed !== null && typed <= view.cost.spentMicros;
  const decide = useMutation({
    mutationFn: (input: { decision: "approved" | "rejected"; capMicros?: number }) =>
      decideApproval(
        view.id,
        approval.id,
        input.decision,
        input.capMicros === undefined ? undefined : { capMicros: input.capMicros },
      ),
    onError: toastError,
  });
  const busy = decide.isPending || decide.isSuccess;
  return (
    <section
      aria-label={t("order.title")}
      data-testid="change-order"
      className="rounded-2xl border border-brand/60 bg-brand-soft p-4"
    >
      <p className="flex items-center gap-2 text-[13px] font-semibold text-brand">
        <CircleDollarSign aria-hidden className="size-4" />
        {t("order.title")}
        {view.cost.simulated && <Simulated short />}
      </p>
      <p dir="auto" className="mt-2 text-[15px]">
        {approval.summary || t("order.detail")}
      </p>
      <dl className="mt-3 flex flex-wrap gap-x-6 gap-y-1 text-sm text-soft">
        <div className="flex gap-2">
          <dt>{t("order.spent")}</dt>
          <dd className="font-semibold text-text">
            <Money micros={view.cost.spentMicros} />
          </dd>
        </div>
        <div className="flex gap-2">
          <dt>{t("order.cap")}</dt>
          <dd className="font-semibold text-text">
            <Money micros={view.cost.capMicros} />
          </dd>
        </div>
      </dl>
      {own !== null && (
        <div className="mt-3">
          <Input
            label={t("order.newCap")}
            inputMode="decimal"
            dir="ltr"
            value={own}
            autoFocus
            error={typed === null ? t("approve.ownWrong") : tooLow ? t("order.tooLow") : undefined}
            onChange={(event) => setOwn(event.target.value)}
          />
        </div>
      )}
      <div className="mt-4 flex flex-wrap gap-2">
        <Button
          look="primary"
          busy={busy && decide.variables?.decision === "approved"}
          disabled={busy || typed === null || tooLow}
          onClick={() => typed !== null && decide.mutate({ decision: "approved", capMicros: typed })}
        >
          {t("order.approve", { cap: typed === null ? "–" : money(typed) })}
        </Button>
        {own === null && (
          <Button disabled={busy} onClick={() => setOwn(String(suggested / 1_000_000))}>
            {t("order.other")}
          </Button>
        )}
        <Button look="ghost" disabled={busy} onClick={() => decide.mutate({ decision: "rejected" })}>
          {t("order.reject")}
        </Button>
      </div>
    </section>
  );
}
