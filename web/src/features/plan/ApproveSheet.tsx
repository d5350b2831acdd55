import { useMutation } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import type { RunMode } from "../../../../shared/workflow/effects.ts";
import { approvePlan } from "../../api/workflows.ts";
import { money } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import { MoneyRange, Simulated } from "../ui/Bits.tsx";
import { Button } from "../ui/Button.tsx";
import { cx } from "../ui/classes.ts";
import { Input } from "../ui/Field.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { parseDollars, roundUp } from "./cap.ts";
import { Touches } from "./Touches.tsx";
import { servicesOf } from "./touches.ts";

const ROOM = 1.5;

/** The one moment in which money is allowed: what will be done, what it may cost at the very most. */
export function ApproveSheet({ view, onClose }: { readonly view: WorkflowView; readonly onClose: () => void }) {
  const t = useT();
  const { plan } = view;
  const high = roundUp(plan?.p90Micros ?? 0);
  const roomy = roundUp((plan?.p90Micros ?? 0) * ROOM);
  const [choice, setChoice] = useState<"high" | "roomy" | "own">("roomy");
  const [own, setOwn] = useState("");
  const typed = parseDollars(own);
  const cap = choice === "high" ? high : choice === "roomy" ? roomy : typed;
  const reaches = servicesOf(plan?.nodes ?? []).length > 0;
  // Nothing leaves unless a person says so: where a plan reaches outside, the rehearsal is what stands chosen.
  const [mode, setMode] = useState<RunMode>("rehearsal");
  const approve = useMutation({
    mutationFn: (capMicros: number) =>
      approvePlan(view.id, { planVersion: plan?.version ?? 0, capMicros, ...(reaches ? { mode } : {}) }),
    onSuccess: () => {
      toast({ kind: "success", title: t("approve.done") });
      onClose();
    },
    onError: toastError,
  });
  if (!plan) return null;
  const modes = [
    { id: "rehearsal" as const, title: t("mode.rehearsal"), detail: t("mode.rehearsalWhat"), value: "" },
    { id: "live" as const, title: t("mode.live"), detail: t("mode.liveWhat"), value: "" },
  ];
  const options = [
    { id: "high" as const, title: t("approve.high"), detail: t("approve.highWhat"), value: money(high) },
    { id: "roomy" as const, title: t("approve.roomy"), detail: t("approve.roomyWhat"), value: money(roomy) },
    { id: "own" as const, title: t("approve.own"), detail: t("approve.ownWhat"), value: "" },
  ];
  return (
    <Sheet
      open
      onClose={onClose}
      kind="dialog"
      testId="approve-sheet"
      title={t("approve.title")}
      footer={
        <Button
          look="primary"
          wide
          className="min-h-12"
          icon={ShieldCheck}
          busy={approve.isPending}
          disabled={cap === null}
          onClick={() => cap !== null && approve.mutate(cap)}
        >
          {cap === null
            ? t("approve.confirmNone")
            : t(reaches && mode === "rehearsal" ? "mode.startRehearsal" : "approve.confirm", { cap: money(cap) })}
        </Button>
      }
    >
      <div className="mb-4 flex flex-wrap items-center justify-between gap-2">
        <p className="text-[15px] text-soft">
          {t("approve.expected")}{" "}
          <MoneyRange low={plan.p50Micros} high={plan.p90Micros} className="font-semibold text-text" />
        </p>
        {view.cost.simulated && <Simulated short />}
      </div>
      {reaches && (
        <div className="mb-5 flex flex-col gap-4">
          <Touches steps={plan.nodes} />
          <fieldset className="flex flex-col gap-2">
            <legend className="mb-2 text-[13px] font-semibold text-muted">{t("mode.title")}</legend>
            {modes.map((option) => (
              <Choice key={option.id} name="mode" option={option} chosen={mode === option.id} onChoose={setMode} />
            ))}
          </fieldset>
        </div>
      )}
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-2 text-[13px] font-semibold text-muted">{t("approve.cap")}</legend>
        {options.map((option) => (
          <Choice key={option.id} name="cap" option={option} chosen={choice === option.id} onChoose={setChoice} />
        ))}
        {choice === "own" && (
          <Input
            label={t("approve.ownLabel")}
            inputMode="decimal"
            dir="ltr"
            placeholder="0.50"
            value={own}
            autoFocus
            error={own !== "" && typed === null ? t("approve.ownWrong") : undefined}
            onChange={(event) => setOwn(event.target.value)}
          />
        )}
      </fieldset>
      <p className="mt-4 text-[13px] text-muted">{t("approve.promise")}</p>
    </Sheet>
  );
}

interface ChoiceProps<Id extends string> {
  readonly name: string;
  readonly option: { readonly id: Id; readonly title: string; readonly detail: string; readonly value: string };
  readonly chosen: boolean;
  readonly onChoose: (id: Id) => void;
}

function Choice<Id extends string>({ name, option, chosen, onChoose }: ChoiceProps<Id>) {
  return (
    <label
      className={cx(
        "flex min-h-14 cursor-pointer items-center gap-3 rounded-2xl border px-4 py-2.5",
        chosen ? "border-brand bg-brand-soft" : "border-line hover:border-line-strong",
      )}
    >
      <input
        type="radio"
        name={name}
        value={option.id}
        checked={chosen}
        onChange={() => onChoose(option.id)}
        className="size-4 accent-(--brand)"
      />
      <span className="min-w-0 flex-1">
        <span className="block font-medium">{option.title}</span>
        <span className="block text-[13px] text-muted">{option.detail}</span>
      </span>
      {option.value && <bdi className="font-semibold tabular">{option.value}</bdi>}
    </label>
  );
}
