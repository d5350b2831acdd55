import { useMutation } from "@tanstack/react-query";
import { Clock3, Hand } from "lucide-react";
import { useId, useState } from "react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { answerQuestion } from "../../api/workflows.ts";
import { moment } from "../../i18n/format.ts";
import { type MessageId, useT } from "../../i18n/i18n.ts";
import { toastError } from "../../stores/toast-store.ts";
import { Button } from "../ui/Button.tsx";
import { TextArea } from "../ui/Field.tsx";

/** Answers that the engine knows by name, in words. */
const WORDS: Readonly<Record<"repair" | "effect", Readonly<Record<string, MessageId>>>> = {
  repair: { retry: "repair.retry", skip: "repair.skip", stop: "repair.stop" },
  effect: { done: "effectQuestion.done", again: "effectQuestion.again", leave: "effectQuestion.leave" },
};

export function QuestionCard({
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
  const named = question.kind === "agent" ? null : WORDS[question.kind];
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
      {question.kind === "effect" ? (
        <>
          <p id={titleId} className="mt-2 text-[17px] leading-snug font-medium">
            {t("effectQuestion.title")}
          </p>
          <p dir="auto" className="mt-1 text-[15px] whitespace-pre-wrap text-soft">
            {question.text}
          </p>
        </>
      ) : (
        <p id={titleId} dir="auto" className="mt-2 text-[17px] leading-snug font-medium whitespace-pre-wrap">
          {question.text}
        </p>
      )}
      {question.kind === "agent" && question.deadline !== null && (
        <p className="mt-2 flex gap-2 text-[13px] text-soft">
          <Clock3 aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
          <span>
            {t("question.deadline", { time: moment(question.deadline) })}
            {question.reminded && ` ${t("outside.reminded")}`}
          </span>
        </p>
      )}
      <div className="mt-3 flex flex-wrap gap-2">
        {question.choices.map((choice, index) => {
          const label = named?.[choice];
          return (
            <Button
              key={choice}
              look={index === 0 && question.kind !== "effect" ? "primary" : "secondary"}
              busy={chosen === choice}
              disabled={chosen !== null}
              onClick={() => answer.mutate(choice)}
            >
              <span dir="auto">{label ? t(label) : choice}</span>
            </Button>
          );
        })}
        {!named && !writing && (
          <Button look="ghost" disabled={chosen !== null} onClick={() => setWriting(true)}>
            {t("question.own")}
          </Button>
        )}
      </div>
      {!named && writing && (
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
