import { useMutation } from "@tanstack/react-query";
import { CircleDollarSign, Hand } from "lucide-react";
import { useId, useState } from "react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { answerQuestion, decideApproval } from "../../api/workflows.ts";
import { money } from "../../i18n/format.ts";
import { type MessageId, useT } from "../../i18n/i18n.ts";
import { toastError } from "../../stores/toast-store.ts";
import { parseDollars, roundUp } from "../plan/cap.ts";
import { Money, Simulated } from "../ui/Bits.tsx";
import { Button } from "../ui/Button.tsx";
import { cx } from "../ui/classes.ts";
import { Input, TextArea } from "../ui/Field.tsx";

/** What waits for the person outranks everything else: one tap decides. */
export function Decisions({ view, className }: { readonly view: WorkflowView; readonly className?: string }) {
  const questions = view.questions.filter((one) => one.status === "open");
  const approvals = view.approvals.filter((one) => one.status === "open");
  if (questions.length + approvals.length === 0) return null;
  return (
    <div className={cx("flex flex-col gap-3", className)}>
      {approvals.map((one) => (
        <ChangeOrder key={one.id} view={view} approval={one} />
      ))}
      {questions.map((one) => (
        <QuestionCard key={one.id} view={view} question={one} />
      ))}
    </div>
  );
}

const REPAIR: Readonly<Record<string, MessageId>> = { retry: "repair.retry", skip: "repair.skip", stop: "repair.stop" };

function QuestionCard({
  view,
  question,
}: {
  readonly view: WorkflowView;
  readonly question: WorkflowView["questions"][number];
}) {
  const t = useT();
  const titleId = useId();
  const [words, setWords] = useState("");
  const [writing, setWriting] = useState(question.choices.length === 0);
  const answer = useMutation({
    mutationFn: (text: string) => answerQuestion(view.id, question.id, text),
    onError: toastError,
  });
  const step = view.plan?.nodes.find((node) => node.id === question.nodeId);
  const repair = question.kind === "repair";
  const chosen = answer.isPending || answer.isSuccess ? answer.variables : null;
  return (
    <section
      aria-labelledby={titleId}
      data-testid="question"
      className="rounded-2xl border border-brand/60 bg-brand-soft p-4"
    >
      <p className="flex items-center gap-2 text-[13px] font-semibold text-brand">
        <Hand aria-hidden className="size-4" />
        {t("question.waiting")}
        {step && (
          <bdi className="truncate font-normal text-soft">
            {"· "}
            {step.label}
          </bdi>
        )}
      </p>
      <p id={titleId} dir="auto" className="mt-2 text-[17px] leading-snug font-medium whitespace-pre-wrap">
        {question.text}
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        {question.choices.map((choice, index) => {
          const label = repair ? REPAIR[choice] : undefined;
          return (
            <Button
              key={choice}
              look={index === 0 ? "primary" : "secondary"}
              busy={chosen === choice}
              disabled={chosen !== null}
              onClick={() => answer.mutate(choice)}
            >
              <span dir="auto">{label ? t(label) : choice}</span>
            </Button>
          );
        })}
        {!repair && !writing && (
          <Button look="ghost" disabled={chosen !== null} onClick={() => setWriting(true)}>
            {t("question.own")}
          </Button>
        )}
      </div>
      {!repair && writing && (
        <form
          className="mt-3 flex flex-col gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            if (words.trim() !== "") answer.mutate(words.trim());
          }}
        >
          <TextArea
            label={t("question.own")}
            hideLabel
            placeholder={t("question.own")}
            rows={2}
            dir="auto"
            value={words}
            maxLength={4000}
            onChange={(event) => setWords(event.target.value)}
          />
          <Button
            type="submit"
            look="primary"
            busy={chosen !== null && chosen === words.trim()}
            disabled={words.trim() === "" || chosen !== null}
          >
            {t("question.send")}
          </Button>
        </form>
      )}
    </section>
  );
}

/** More money is needed: the figure can be changed, nothing goes on without a yes. */
function ChangeOrder({
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
