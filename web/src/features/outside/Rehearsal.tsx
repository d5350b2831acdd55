import { useMutation } from "@tanstack/react-query";
import { FlaskConical, Play } from "lucide-react";
import { useNavigate } from "react-router";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import type { WorkflowState } from "../../../../shared/workflow/state.ts";
import { promoteWorkflow } from "../../api/workflows.ts";
import { useT } from "../../i18n/i18n.ts";
import { rememberNext } from "../../stores/lineage-store.ts";
import { toastError } from "../../stores/toast-store.ts";
import { Card, SectionTitle } from "../ui/Bits.tsx";
import { Button } from "../ui/Button.tsx";
import { isOver } from "../workflow/use-workflow.ts";
import { fieldsOf } from "./arguments.ts";
import { rehearsedOf } from "./ledger.ts";
import { Fact, Reversible, useFieldName } from "./OutsideFacts.tsx";
import { useServiceName } from "./service-name.ts";

/** Said wherever a rehearsal could be taken for the real thing. */
export function RehearsalNote({ view }: { readonly view: WorkflowView }) {
  const t = useT();
  if (view.mode !== "rehearsal") return null;
  return (
    <p
      data-testid="rehearsal-note"
      className="flex items-center gap-3 rounded-2xl border border-warn/50 bg-warn-soft px-4 py-3 font-semibold"
    >
      <FlaskConical aria-hidden className="size-5 shrink-0 text-warn" />
      {t(isOver(view.status) ? "rehearsal.title" : "rehearsal.running")}
    </p>
  );
}

interface RehearsalProps {
  readonly view: WorkflowView;
  readonly state: WorkflowState | null;
  readonly mayWrite: boolean;
  readonly openNode: (id: string) => void;
}

/** Everything the run would have done outside, and the way to do it. */
export function Rehearsal({ view, state, mayWrite, openNode }: RehearsalProps) {
  const t = useT();
  const nameOf = useServiceName();
  const go = useNavigate();
  const fieldName = useFieldName();
  const promote = useMutation({
    mutationFn: () => promoteWorkflow(view.id),
    onSuccess: (next) => {
      rememberNext(view.id, { id: next.id, name: next.name });
      void go(`/p/${next.projectId}/workflows/${next.id}`);
    },
    onError: toastError,
  });
  if (view.mode !== "rehearsal") return null;
  const groups = rehearsedOf(state?.effects ?? []);
  const count = groups.reduce((sum, group) => sum + group.effects.length, 0);
  return (
    <section data-testid="rehearsal" className="flex flex-col gap-4">
      <RehearsalNote view={view} />
      {state && (
        <div className="flex flex-col gap-4">
          <h2 className="font-semibold">{count === 0 ? t("rehearsal.none") : t("rehearsal.would", { count })}</h2>
          {groups.map(({ service, effects }) => (
            <section key={service}>
              <SectionTitle>
                <bdi>{nameOf(service)}</bdi>
              </SectionTitle>
              <Card>
                <ol className="divide-y divide-line">
                  {effects.map((effect) => {
                    const step = view.plan?.nodes.find((node) => node.id === effect.nodeId);
                    return (
                      <li key={effect.effectId} data-testid="rehearsed" className="px-4 py-3">
                        <p dir="auto" className="leading-snug font-medium">
                          {effect.summary}
                        </p>
                        <p className="mt-0.5 text-[13px] text-muted">
                          <bdi className="break-all">{effect.target}</bdi>
                        </p>
                        <details>
                          <summary className="flex min-h-11 cursor-pointer items-center text-sm font-medium text-soft">
                            {t("outside.values")}
                          </summary>
                          <dl className="flex flex-col gap-2 pb-2 text-sm">
                            {fieldsOf(effect.arguments).map((field) => (
                              <Fact key={field.id} label={fieldName(field.path)}>
                                <span dir="auto">{field.shown || t("outside.nothing")}</span>
                              </Fact>
                            ))}
                          </dl>
                          <div className="flex flex-wrap items-center gap-2">
                            <Reversible reversible={effect.reversible} />
                            {step && (
                              <Button look="ghost" onClick={() => openNode(step.id)}>
                                {t("ledger.step", { step: step.label })}
                              </Button>
                            )}
                          </div>
                        </details>
                      </li>
                    );
                  })}
                </ol>
              </Card>
            </section>
          ))}
        </div>
      )}
      {mayWrite && view.status === "completed" && (
        <div>
          <Button
            look="primary"
            wide
            icon={Play}
            className="min-h-12"
            busy={promote.isPending}
            onClick={() => promote.mutate()}
          >
            {t("rehearsal.promote")}
          </Button>
          <p className="mt-2 text-[13px] text-muted">{t("rehearsal.promoteWhat")}</p>
        </div>
      )}
    </section>
  );
}
