import { useMutation } from "@tanstack/react-query";
import { Check, FileText, GitBranch, Globe } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useNavigate } from "react-router";
import { MAX_MESSAGE_CHARS } from "../../../../shared/api/limits.ts";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import type { EffectRecord } from "../../../../shared/workflow/effects.ts";
import { MAX_INSTRUCTIONS, MAX_LABEL } from "../../../../shared/workflow/plan-limits.ts";
import type { WorkflowState } from "../../../../shared/workflow/state.ts";
import { ApiError } from "../../api/http.ts";
import { forkWorkflow } from "../../api/workflows.ts";
import { useT } from "../../i18n/i18n.ts";
import { rememberNext } from "../../stores/lineage-store.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import { effectsAround } from "../outside/ledger.ts";
import { useServiceName } from "../outside/service-name.ts";
import { AgentIcon } from "../plan/AgentBadge.tsx";
import { changeStep, inOrder, type Step, toEdit, toStep } from "../plan/plan-edit.ts";
import { Button } from "../ui/Button.tsx";
import { Input, TextArea } from "../ui/Field.tsx";
import { Sheet } from "../ui/Sheet.tsx";

interface ForkProps {
  /** As of the moment to go on from. */
  readonly view: WorkflowView;
  readonly state: WorkflowState | null;
  /** The ledger as it is now. */
  readonly effects: readonly EffectRecord[];
  readonly title: string;
  readonly onClose: () => void;
}

/** Goes on from a moment as a run of its own: with another request, or other steps; what was done outside stays done. */
export function ForkSheet({ view, state, effects, title, onClose }: ForkProps) {
  const t = useT();
  const go = useNavigate();
  const planned = view.plan !== null;
  const [message, setMessage] = useState(view.userInput);
  const before = (view.plan?.nodes ?? []).map(toStep);
  const [steps, setSteps] = useState<readonly Step[]>(before);
  const [refusal, setRefusal] = useState<ApiError | null>(null);
  const edited = JSON.stringify(steps) !== JSON.stringify(before);
  const fork = useMutation({
    mutationFn: () =>
      forkWorkflow(view.id, {
        version: view.version,
        ...(!planned && message.trim() !== view.userInput ? { message: message.trim() } : {}),
        ...(edited ? { nodes: steps.map(toEdit) } : {}),
      }),
    onSuccess: (next) => {
      rememberNext(view.id, { id: next.id, name: next.name });
      toast({ kind: "success", title: t("fork.started") });
      onClose();
      void go(`/p/${next.projectId}/workflows/${next.id}`);
    },
    onError: (error) => (error instanceof ApiError ? setRefusal(error) : toastError(error)),
  });
  const missing = planned ? steps.some((step) => step.label.trim() === "") : message.trim() === "";
  return (
    <Sheet
      open
      testId="fork-sheet"
      onClose={onClose}
      title={
        <>
          {t("fork.title")}
          <span dir="auto" className="block text-sm font-normal text-muted">
            {title}
          </span>
        </>
      }
      footer={
        <Button
          look="primary"
          wide
          icon={GitBranch}
          className="min-h-12"
          busy={fork.isPending}
          disabled={missing}
          onClick={() => {
            setRefusal(null);
            fork.mutate();
          }}
        >
          {t("fork.start")}
        </Button>
      }
    >
      <div className="flex flex-col gap-5">
        <p className="text-[15px] text-soft">{t("fork.lead")}</p>
        {refusal && (
          <div role="alert" className="rounded-xl border border-bad/40 bg-bad-soft px-4 py-3 text-sm">
            <p className="font-medium text-bad">{refusal.body.title}</p>
            <p dir="auto" className="mt-0.5 text-soft">
              {refusal.body.detail}
            </p>
          </div>
        )}
        {planned ? (
          <Steps view={view} steps={steps} onChange={setSteps} />
        ) : (
          <TextArea
            label={t("fork.request")}
            hint={t("fork.requestHint")}
            dir="auto"
            rows={5}
            maxLength={MAX_MESSAGE_CHARS}
            value={message}
            onChange={(event) => setMessage(event.target.value)}
          />
        )}
        <Kept view={view} />
        <Outside then={state?.effects ?? []} now={effects} />
      </div>
    </Sheet>
  );
}

const isDone = (status: string): boolean => status === "success" || status === "warning" || status === "skipped";

interface StepsProps {
  readonly view: WorkflowView;
  readonly steps: readonly Step[];
  readonly onChange: (steps: readonly Step[]) => void;
}

function Steps({ view, steps, onChange }: StepsProps) {
  const t = useT();
  const done = new Set((view.plan?.nodes ?? []).filter((node) => isDone(node.status)).map((node) => node.id));
  const open = inOrder(steps).filter((step) => !done.has(step.id));
  if (open.length === 0) return null;
  return (
    <section>
      <h3 className="text-[13px] font-semibold text-muted">{t("fork.steps")}</h3>
      <p className="mb-2 text-[13px] text-muted">{t("fork.stepsHint")}</p>
      <ul className="flex flex-col gap-2">
        {open.map((step) => (
          <li key={step.id}>
            <details className="rounded-2xl border border-line" data-step={step.id}>
              <summary className="flex min-h-12 cursor-pointer items-center gap-3 rounded-2xl px-3 py-2 hover:bg-hover">
                <AgentIcon agent={step.agent} />
                <span dir="auto" className="min-w-0 flex-1">
                  {step.label}
                </span>
              </summary>
              <div className="flex flex-col gap-4 px-3 pb-4">
                <Input
                  label={t("step.label")}
                  dir="auto"
                  maxLength={MAX_LABEL}
                  value={step.label}
                  error={step.label.trim() === "" ? t("step.labelMissing") : undefined}
                  onChange={(event) => onChange(changeStep(steps, step.id, { label: event.target.value }))}
                />
                <TextArea
                  label={t("step.instructions")}
                  dir="auto"
                  rows={4}
                  maxLength={MAX_INSTRUCTIONS}
                  value={step.instructions}
                  onChange={(event) => onChange(changeStep(steps, step.id, { instructions: event.target.value }))}
                />
              </div>
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Kept({ view }: { readonly view: WorkflowView }) {
  const t = useT();
  const done = (view.plan?.nodes ?? []).filter((node) => isDone(node.status)).length;
  if (done + view.artifacts.length === 0) return null;
  return (
    <section>
      <h3 className="mb-2 text-[13px] font-semibold text-muted">{t("fork.kept")}</h3>
      <ul className="flex flex-wrap gap-x-5 gap-y-1 text-[15px]">
        {done > 0 && (
          <li className="flex items-center gap-2">
            <Check aria-hidden className="size-4 text-ok" />
            {t("fork.keptSteps", { count: done })}
          </li>
        )}
        {view.artifacts.length > 0 && (
          <li className="flex items-center gap-2">
            <FileText aria-hidden className="size-4 text-ok" />
            {t("fork.keptFiles", { count: view.artifacts.length })}
          </li>
        )}
      </ul>
    </section>
  );
}

function Outside({ then, now }: { readonly then: readonly EffectRecord[]; readonly now: readonly EffectRecord[] }) {
  const t = useT();
  const { before, after } = effectsAround(now, then);
  if (before.length + after.length === 0) return <p className="text-[15px] text-muted">{t("fork.nothingOutside")}</p>;
  return (
    <>
      <Effects title={t("fork.after")} what={t("fork.afterWhat")} effects={after} testId="fork-after" />
      <Effects title={t("fork.before")} what={t("fork.beforeWhat")} effects={before} testId="fork-before" />
    </>
  );
}

interface EffectsProps {
  readonly title: string;
  readonly what: ReactNode;
  readonly effects: readonly EffectRecord[];
  readonly testId: string;
}

function Effects({ title, what, effects, testId }: EffectsProps) {
  const nameOf = useServiceName();
  if (effects.length === 0) return null;
  return (
    <section data-testid={testId}>
      <h3 className="text-[13px] font-semibold text-muted">{title}</h3>
      <p className="mb-2 text-[13px] text-muted">{what}</p>
      <ul className="flex flex-col gap-2">
        {effects.map((effect) => (
          <li key={effect.effectId} className="flex items-start gap-3 rounded-xl border border-line px-3 py-2.5">
            <Globe aria-hidden className="mt-0.5 size-4 shrink-0 text-brand" />
            <span className="min-w-0">
              <span dir="auto" className="block leading-snug">
                {effect.summary}
              </span>
              <span className="block text-[13px] text-muted">
                <bdi>{nameOf(effect.service)}</bdi>
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
