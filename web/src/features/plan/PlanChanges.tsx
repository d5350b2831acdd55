import { Minus, PencilLine, Plus } from "lucide-react";
import { useT } from "../../i18n/i18n.ts";
import { TEXT_TONES } from "../ui/Status.tsx";
import { differenceOf, type Step } from "./plan-edit.ts";

/** What the person changed against the plan that was proposed. */
export function PlanChanges({ before, after }: { readonly before: readonly Step[]; readonly after: readonly Step[] }) {
  const t = useT();
  const { added, removed, changed } = differenceOf(before, after);
  const rows = [
    ...added.map((step) => ({ step, icon: Plus, tone: "ok" as const, text: t("changes.added") })),
    ...removed.map((step) => ({ step, icon: Minus, tone: "bad" as const, text: t("changes.removed") })),
    ...changed.map((step) => ({ step, icon: PencilLine, tone: "warn" as const, text: t("changes.changed") })),
  ];
  if (rows.length === 0) return null;
  return (
    <details className="rounded-2xl border border-line bg-surface">
      <summary className="flex min-h-12 items-center px-4 font-medium">
        {t("changes.title", { count: rows.length })}
      </summary>
      <ul className="flex flex-col gap-2 px-4 pb-4 text-sm">
        {rows.map(({ step, icon: Icon, tone, text }) => (
          <li key={step.id} className="flex items-center gap-3">
            <Icon aria-hidden className={`size-4 shrink-0 ${TEXT_TONES[tone]}`} />
            <span className="sr-only">{text}</span>
            <span dir="auto" className="min-w-0 flex-1">
              {step.label}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
