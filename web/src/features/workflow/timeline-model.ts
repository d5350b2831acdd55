import type { WorkflowEvent } from "../../../../shared/workflow/events.ts";

/** What a step did from one moment to another, ms since the epoch. */
export interface Segment {
  /** `work`: a model call or a tool in flight; `person`: waits for an answer; `pause`: waits before another attempt. */
  readonly kind: "work" | "person" | "pause";
  readonly from: number;
  readonly to: number;
  readonly failed: boolean;
}

export interface TimelineRow {
  /** Null: planning. */
  readonly nodeId: string | null;
  readonly from: number;
  readonly to: number;
  readonly segments: readonly Segment[];
}

export interface Gap {
  readonly from: number;
  readonly to: number;
}

export interface TimelineModel {
  readonly rows: readonly TimelineRow[];
  /** Nothing at all happened for longer than {@link FOLD_MS}: drawn as a narrow mark. */
  readonly gaps: readonly Gap[];
  readonly workMs: number;
  readonly waitMs: number;
  /** Moment → share of the drawn width, 0–1, gaps folded. */
  place(at: number): number;
}

export const FOLD_MS = 20_000;
/** A folded gap takes the width of this much time. */
const FOLDED_MS = 1_500;

interface Open {
  readonly kind: Segment["kind"];
  readonly from: number;
}

/** Builds the rows of a run from its events; `now` closes what is still open. */
export function buildTimeline(events: readonly WorkflowEvent[], now: number): TimelineModel {
  const rows = new Map<string | null, Segment[]>();
  const open = new Map<string, Open & { readonly nodeId: string | null }>();
  const add = (nodeId: string | null, segment: Segment) => rows.set(nodeId, [...(rows.get(nodeId) ?? []), segment]);
  const begin = (key: string, nodeId: string | null, kind: Segment["kind"], at: number) =>
    open.set(key, { nodeId, kind, from: at });
  const end = (key: string, at: number, failed = false) => {
    const begun = open.get(key);
    if (!begun) return;
    open.delete(key);
    add(begun.nodeId, { kind: begun.kind, from: begun.from, to: Math.max(begun.from, at), failed });
  };
  for (const event of events) {
    const at = Date.parse(event.at);
    switch (event.name) {
      case "call.intended":
        begin(event.data.callId, event.data.nodeId, "work", at);
        break;
      case "call.settled":
        end(event.data.callId, at, !event.data.outcome.ok);
        break;
      case "call.unconfirmed":
        end(event.data.callId, at, true);
        break;
      case "tool.started":
        begin(event.data.toolCallId, event.data.nodeId, "work", at);
        break;
      case "tool.settled":
        end(event.data.toolCallId, at, !event.data.ok);
        break;
      case "question.asked":
        begin(event.data.id, event.data.nodeId, "person", at);
        break;
      case "question.answered":
        end(event.data.questionId, at);
        break;
      case "node.failed":
        if (event.data.retryAt !== null) begin(`retry ${event.data.nodeId}`, event.data.nodeId, "pause", at);
        break;
      case "node.started":
        end(`retry ${event.data.nodeId}`, at);
        break;
      case "workflow.completed":
      case "workflow.failed":
      case "workflow.cancelled":
        for (const key of [...open.keys()]) end(key, at);
        break;
      default:
        break;
    }
  }
  for (const key of [...open.keys()]) end(key, now);
  const list = [...rows].map(([nodeId, segments]) => ({
    nodeId,
    segments,
    from: Math.min(...segments.map((one) => one.from)),
    to: Math.max(...segments.map((one) => one.to)),
  }));
  list.sort((a, b) => a.from - b.from);
  return { rows: list, ...axis(list.flatMap((row) => row.segments)) };
}

function axis(segments: readonly Segment[]): Omit<TimelineModel, "rows"> {
  const busy = merge(segments.filter((one) => one.kind === "work"));
  const waits = merge(segments.filter((one) => one.kind !== "work"));
  const start = Math.min(...segments.map((one) => one.from), Number.POSITIVE_INFINITY);
  const stop = Math.max(...segments.map((one) => one.to), start);
  const gaps: Gap[] = [];
  for (let index = 1; index < busy.length; index++) {
    const from = busy[index - 1]?.to ?? 0;
    const to = busy[index]?.from ?? 0;
    if (to - from > FOLD_MS) gaps.push({ from, to });
  }
  const lastBusy = busy.at(-1)?.to ?? stop;
  if (stop - lastBusy > FOLD_MS) gaps.push({ from: lastBusy, to: stop });
  const drawn = (at: number): number => {
    let sum = at - start;
    for (const gap of gaps) {
      if (at <= gap.from) break;
      const inside = Math.min(at, gap.to) - gap.from;
      sum -= inside - (inside / (gap.to - gap.from)) * FOLDED_MS;
    }
    return sum;
  };
  const width = Math.max(1, drawn(stop));
  const total = (list: readonly Gap[]) => list.reduce((sum, one) => sum + one.to - one.from, 0);
  return {
    gaps,
    workMs: total(busy),
    waitMs: total(waits),
    place: (at) => Math.min(1, Math.max(0, drawn(at) / width)),
  };
}

function merge(segments: readonly Gap[]): Gap[] {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of [...segments].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}
