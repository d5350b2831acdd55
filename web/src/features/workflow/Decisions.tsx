import { X } from "lucide-react";
import { useRef, useState } from "react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { useMe } from "../../api/me.ts";
import { clock } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { EffectApproval } from "../outside/EffectApproval.tsx";
import { useNames } from "../outside/people.ts";
import { IconButton } from "../ui/Button.tsx";
import { cx } from "../ui/classes.ts";
import { ChangeOrder } from "./ChangeOrder.tsx";
import { QuestionCard } from "./QuestionCard.tsx";

type Approval = WorkflowView["approvals"][number];

/** What waits for the person outranks everything else: one tap decides. */
export function Decisions({ view, className }: { readonly view: WorkflowView; readonly className?: string }) {
  const questions = view.questions.filter((one) => one.status === "open");
  const approvals = view.approvals.filter((one) => one.status === "open");
  const { overtaken, dismiss } = useOvertaken(view);
  if (questions.length + approvals.length + overtaken.length === 0) return null;
  return (
    <div className={cx("flex flex-col gap-3", className)}>
      {overtaken.map((one) => (
        <Overtaken key={one.id} view={view} approval={one} onDismiss={() => dismiss(one.id)} />
      ))}
      {approvals.map((one) =>
        one.kind === "effect" ? (
          <EffectApproval key={one.id} view={view} approval={one} />
        ) : (
          <ChangeOrder key={one.id} view={view} approval={one} />
        ),
      )}
      {questions.map((one) => (
        <QuestionCard key={one.id} view={view} question={one} />
      ))}
    </div>
  );
}

/** What was open on this screen and somebody else has decided, or time has: the person is told by whom. */
function useOvertaken(view: WorkflowView) {
  const me = useMe();
  const seen = useRef(new Set<string>());
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  for (const one of view.approvals) if (one.status === "open") seen.current.add(one.id);
  const overtaken = view.approvals.filter(
    (one) =>
      seen.current.has(one.id) &&
      !dismissed.has(one.id) &&
      (one.status === "expired" ||
        ((one.status === "approved" || one.status === "rejected") && one.decidedBy !== me?.id)),
  );
  return { overtaken, dismiss: (id: string) => setDismissed(new Set([...dismissed, id])) };
}

interface OvertakenProps {
  readonly view: WorkflowView;
  readonly approval: Approval;
  readonly onDismiss: () => void;
}

function Overtaken({ view, approval, onDismiss }: OvertakenProps) {
  const t = useT();
  const nameOf = useNames(view.projectId, approval.decidedBy !== null);
  const name = nameOf(approval.decidedBy);
  const time = clock(approval.decidedAt ?? approval.requestedAt);
  const what = approval.summary;
  const text =
    approval.status === "expired"
      ? t("outside.expired", { what })
      : approval.kind === "change_order"
        ? t("outside.orderBy", { name, time })
        : t(approval.status === "approved" ? "outside.approvedBy" : "outside.rejectedBy", { name, time, what });
  return (
    <div
      role="status"
      data-testid="overtaken"
      className="flex items-start gap-2 rounded-2xl border border-line bg-surface py-1 ps-4 pe-1"
    >
      <p className="min-w-0 flex-1 py-2.5 text-[15px] text-soft">{text}</p>
      <IconButton icon={X} label={t("outside.dismiss")} onClick={onDismiss} />
    </div>
  );
}
