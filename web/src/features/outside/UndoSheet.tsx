import { useMutation } from "@tanstack/react-query";
import { Lock, Undo2 } from "lucide-react";
import { undoEffects } from "../../api/workflows.ts";
import { type MessageId, useT } from "../../i18n/i18n.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import { Button } from "../ui/Button.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import type { Line } from "./ledger.ts";
import { useServiceName } from "./service-name.ts";

const WHY: Readonly<Record<NonNullable<Line["stuck"]>, MessageId>> = {
  irreversible: "undo.irreversible",
  nothing: "undo.nothing",
  inherited: "undo.inherited",
  refused: "undo.wasRefused",
  uncertain: "undo.uncertain",
};

interface UndoProps {
  readonly workflowId: string;
  readonly lines: readonly Line[];
  /** Ids of what is to be taken back. */
  readonly wanted: readonly string[];
  /** All that the run did: what cannot be taken back is named as well. */
  readonly whole: boolean;
  readonly onClose: () => void;
}

/** The last question before something is taken back: exactly what, and what stays. */
export function UndoSheet({ workflowId, lines, wanted, whole, onClose }: UndoProps) {
  const t = useT();
  const nameOf = useServiceName();
  const back = lines.filter((line) => wanted.includes(line.effect.effectId) && line.canUndo);
  const stay = whole ? lines.filter((line) => line.stuck !== null) : [];
  const undo = useMutation({
    mutationFn: () =>
      undoEffects(
        workflowId,
        back.map((line) => line.effect.effectId),
      ),
    onSuccess: () => {
      toast({ kind: "success", title: t("undo.begun") });
      onClose();
    },
    onError: toastError,
  });
  return (
    <Sheet
      open
      kind="dialog"
      testId="undo-sheet"
      onClose={onClose}
      title={t(whole ? "undo.titleRun" : "undo.title")}
      footer={
        <div className="flex flex-col-reverse gap-3 sm:flex-row">
          <Button wide onClick={onClose}>
            {t("undo.keep")}
          </Button>
          <Button
            look="danger"
            wide
            icon={Undo2}
            className="min-h-12"
            busy={undo.isPending}
            disabled={back.length === 0}
            onClick={() => undo.mutate()}
          >
            {t("undo.confirm")}
          </Button>
        </div>
      }
    >
      <h3 className="text-[15px] font-medium">{t("undo.will", { count: back.length })}</h3>
      <ul className="mt-2 flex flex-col gap-2">
        {back.map(({ effect }) => (
          <Row key={effect.effectId} icon={Undo2} tone="text-ok" what={effect.summary} where={nameOf(effect.service)} />
        ))}
      </ul>
      {stay.length > 0 && (
        <>
          <h3 className="mt-5 text-[15px] font-medium">{t("undo.cannot")}</h3>
          <ul className="mt-2 flex flex-col gap-2">
            {stay.map(({ effect, stuck }) => (
              <Row
                key={effect.effectId}
                icon={Lock}
                tone="text-warn"
                what={effect.summary}
                where={stuck ? t(WHY[stuck]) : nameOf(effect.service)}
              />
            ))}
          </ul>
        </>
      )}
    </Sheet>
  );
}

interface RowProps {
  readonly icon: typeof Lock;
  readonly tone: string;
  readonly what: string;
  readonly where: string;
}

function Row({ icon: Icon, tone, what, where }: RowProps) {
  return (
    <li className="flex items-start gap-3 rounded-xl border border-line px-3 py-2.5">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${tone}`} />
      <span className="min-w-0">
        <span dir="auto" className="block leading-snug">
          {what}
        </span>
        <span className="block text-[13px] text-muted">
          <bdi>{where}</bdi>
        </span>
      </span>
    </li>
  );
}
