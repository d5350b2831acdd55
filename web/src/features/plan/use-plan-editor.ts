import { useRef, useState } from "react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import type { VariantName } from "../../../../shared/workflow/plan.ts";
import { queryClient } from "../../api/client.ts";
import { ApiError } from "../../api/http.ts";
import { keys } from "../../api/keys.ts";
import { editPlan } from "../../api/workflows.ts";
import { useLocale } from "../../i18n/i18n.ts";
import { explainProblem, type Step, toEdit, toStep } from "./plan-edit.ts";

export interface Refusal {
  readonly title: string;
  readonly detail: string;
}

export interface PlanEditor {
  /** As edited here; the server's plan once it has answered. */
  readonly steps: readonly Step[];
  /** Prices of the last answer stand until the next one. */
  readonly pricing: boolean;
  readonly refusal: Refusal | null;
  readonly canUndo: boolean;
  /** False when the edit would break the plan; then `refusal` says why and nothing changed. */
  apply(steps: readonly Step[]): boolean;
  undo(): void;
  choose(variant: VariantName): void;
  dismiss(): void;
}

/** Edits are shown at once and sent one after the other; what the server refuses is taken back and explained. */
export function usePlanEditor(view: WorkflowView): PlanEditor {
  const locale = useLocale();
  const server = (view.plan?.nodes ?? []).map(toStep);
  const [draft, setDraft] = useState<readonly Step[] | null>(null);
  // A reference, for an undo button that outlives the drawing it was made in (a toast).
  const past = useRef<readonly (readonly Step[])[]>([]);
  const [pricing, setPricing] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const wanted = useRef<{ nodes?: readonly Step[]; variant?: VariantName } | null>(null);
  const busy = useRef(false);
  const version = useRef(view.plan?.version ?? 0);
  if (view.plan && view.plan.version > version.current) version.current = view.plan.version;
  const steps = draft ?? server;

  const flush = async () => {
    if (busy.current) return;
    busy.current = true;
    setPricing(true);
    try {
      for (let edit = wanted.current; edit; edit = wanted.current) {
        wanted.current = null;
        const answer = await editPlan(view.id, {
          planVersion: version.current,
          ...(edit.variant ? { variant: edit.variant } : {}),
          ...(edit.nodes ? { nodes: edit.nodes.map(toEdit) } : {}),
        });
        version.current = answer.plan?.version ?? version.current;
      }
    } catch (error) {
      wanted.current = null;
      if (error instanceof ApiError) setRefusal({ title: error.body.title, detail: error.body.detail });
      else throw error;
      void queryClient.invalidateQueries({ queryKey: keys.workflow(view.id) });
    } finally {
      busy.current = false;
      setPricing(false);
      setDraft(null);
    }
  };

  const put = (next: readonly Step[]) => {
    setDraft(next);
    wanted.current = { nodes: next };
    void flush();
  };

  return {
    steps,
    pricing,
    refusal,
    canUndo: past.current.length > 0,
    apply(next) {
      const problem = explainProblem(next, locale);
      setRefusal(problem);
      if (problem) return false;
      past.current = [...past.current.slice(-49), steps];
      put(next);
      return true;
    },
    undo() {
      const last = past.current.at(-1);
      if (!last) return;
      past.current = past.current.slice(0, -1);
      setRefusal(null);
      put(last);
    },
    choose(variant) {
      setRefusal(null);
      past.current = [];
      wanted.current = { variant };
      void flush();
    },
    dismiss: () => setRefusal(null),
  };
}
