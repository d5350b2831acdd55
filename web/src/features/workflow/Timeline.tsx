import { useQuery } from "@tanstack/react-query";
import { CalendarClock } from "lucide-react";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { keys } from "../../api/keys.ts";
import { fetchEvents } from "../../api/workflows.ts";
import { clockSeconds, duration } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import type { LiveWorkflow } from "../../realtime/workflow-live.ts";
import { Empty, SkeletonList } from "../ui/States.tsx";
import { useRows } from "../ui/use-rows.ts";
import { useNow } from "./ActivityText.tsx";
import { buildTimeline, type TimelineModel, type TimelineRow } from "./timeline-model.ts";
import { isOver } from "./use-workflow.ts";

const ROW_PX = 72;

interface TimelineProps {
  readonly view: WorkflowView;
  readonly live: LiveWorkflow;
  readonly openNode: (id: string) => void;
}

/** When each step worked and when it waited; pauses in which nothing happened are folded. */
export default function Timeline({ view, live, openNode }: TimelineProps) {
  const t = useT();
  const now = useNow(!isOver(view.status));
  // The socket may have begun with a snapshot: what came before it is fetched once.
  const earlier = useQuery({
    queryKey: keys.events(view.id),
    queryFn: ({ signal }) => fetchEvents(view.id, 0, signal),
    enabled: live.state === null || live.eventsFrom > 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const fetched = earlier.data;
  const model = useMemo(() => {
    const known = new Map((fetched ?? []).map((event) => [event.version, event]));
    for (const event of live.events) known.set(event.version, event);
    return buildTimeline(
      [...known.values()].sort((a, b) => a.version - b.version),
      now,
    );
  }, [fetched, live.events, now]);
  if (earlier.isLoading) return <SkeletonList />;
  if (model.rows.length === 0) return <Empty icon={CalendarClock} title={t("timeline.none")} />;
  return (
    <div className="flex flex-col gap-4">
      <dl className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
        <Legend className="bg-run" label={t("timeline.work")} ms={model.workMs} />
        <Legend className="bg-warn" label={t("timeline.wait")} ms={model.waitMs} />
        {model.gaps.length > 0 && <dd className="text-muted">{t("timeline.folded", { count: model.gaps.length })}</dd>}
      </dl>
      <Rows view={view} model={model} openNode={openNode} />
    </div>
  );
}

function Legend({ className, label, ms }: { readonly className: string; readonly label: string; readonly ms: number }) {
  return (
    <div className="flex items-center gap-2">
      <span aria-hidden className={`size-3 rounded-full ${className}`} />
      <dt className="text-muted">{label}</dt>
      <dd className="font-medium tabular">{duration(ms)}</dd>
    </div>
  );
}

function Rows({
  view,
  model,
  openNode,
}: {
  readonly view: WorkflowView;
  readonly model: TimelineModel;
  readonly openNode: (id: string) => void;
}) {
  const t = useT();
  const list = useRef<HTMLUListElement>(null);
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    setOffset(list.current?.offsetTop ?? 0);
  }, []);
  const { rows, totalPx } = useRows({
    count: model.rows.length,
    rowPx: ROW_PX,
    box: () => document.getElementById("tab-body"),
    offset,
  });
  const labels = new Map(view.plan?.nodes.map((node) => [node.id, node.label]));
  return (
    <ul ref={list} aria-label={t("tab.timeline")} className="relative" style={{ height: totalPx }}>
      {rows.map((item) => {
        const row = model.rows[item.index];
        if (!row) return null;
        const { nodeId } = row;
        const label = nodeId === null ? t("timeline.planning") : (labels.get(nodeId) ?? nodeId);
        return (
          <li
            key={item.index}
            aria-setsize={model.rows.length}
            aria-posinset={item.index + 1}
            className="absolute inset-x-0 top-0"
            style={{ height: ROW_PX, transform: `translateY(${item.start}px)` }}
          >
            <button
              type="button"
              disabled={nodeId === null}
              onClick={() => nodeId !== null && openNode(nodeId)}
              className="flex h-full w-full flex-col justify-center gap-2 rounded-xl px-2 text-start enabled:hover:bg-hover disabled:cursor-default"
            >
              <span className="flex w-full items-baseline gap-3">
                <span dir="auto" className="min-w-0 flex-1 truncate text-[15px]">
                  {label}
                </span>
                <span className="shrink-0 text-[13px] text-muted tabular">
                  <bdi>{clockSeconds(new Date(row.from).toISOString())}</bdi> · {duration(row.to - row.from)}
                </span>
              </span>
              <Track row={row} model={model} />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

const COLOURS = { work: "bg-run", person: "bg-brand", pause: "bg-warn" } as const;

function Track({ row, model }: { readonly row: TimelineRow; readonly model: TimelineModel }) {
  const box = (from: number, to: number) => {
    const start = model.place(from) * 100;
    return { insetInlineStart: `${start}%`, width: `max(3px, ${model.place(to) * 100 - start}%)` };
  };
  return (
    <span aria-hidden className="relative block h-2.5 w-full overflow-hidden rounded-full bg-hover">
      {model.gaps.map((gap) => (
        <span
          key={gap.from}
          className="absolute inset-y-0 border-x border-dashed border-line-strong"
          style={box(gap.from, gap.to)}
        />
      ))}
      {row.segments.map((one, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: two may begin in the same millisecond, and none moves.
          key={index}
          className={`absolute inset-y-0 rounded-full ${one.failed ? "bg-warn" : COLOURS[one.kind]}`}
          style={box(one.from, one.to)}
        />
      ))}
    </span>
  );
}
