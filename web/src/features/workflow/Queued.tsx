import { Hourglass } from "lucide-react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { moment, number } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { Card } from "../ui/Bits.tsx";

/** Its turn comes by itself: said calmly, with the place in line. */
export function Queued({ view }: { readonly view: WorkflowView }) {
  const t = useT();
  const { queue } = view;
  if (!queue) return null;
  return (
    <Card className="flex items-start gap-3 p-4">
      <Hourglass aria-hidden className="mt-0.5 size-5 shrink-0 text-run" />
      <div role="status" data-testid="queued" className="min-w-0">
        <h2 className="font-semibold">
          {queue.position === null ? t("queue.titleUnknown") : t("queue.title", { position: number(queue.position) })}
        </h2>
        <p className="mt-0.5 text-[15px] text-soft">{t("queue.detail")}</p>
        <p className="mt-1 text-[13px] text-muted">{t("queue.since", { time: moment(queue.since) })}</p>
      </div>
    </Card>
  );
}
