import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import type { Tier } from "../../../../shared/workflow/content.ts";
import { toWorkflowView } from "../../../../shared/workflow/view.ts";
import { fetchEventPage, workflowAtQuery } from "../../api/workflows.ts";
import { useLocale } from "../../i18n/i18n.ts";
import type { LiveWorkflow } from "../../realtime/workflow-live.ts";
import { History } from "../../stores/history.ts";
import { type Milestone, milestonesOf } from "./milestones.ts";

/** How long one may stand still before the address follows: browsers allow only so many changes. */
const SETTLE_MS = 400;
const STILL_MS = 200;

/** A moment of the past, in the form of the present: what draws the one draws the other. */
export interface PastLook {
  readonly view: WorkflowView;
  readonly live: LiveWorkflow;
}

export interface TimeTravel {
  /** The bar is open. */
  readonly open: boolean;
  /** The moment looked at; null is now. */
  readonly version: number | null;
  readonly head: number;
  readonly past: PastLook | null;
  readonly milestones: readonly Milestone[];
  readonly loading: boolean;
  readonly failed: boolean;
  setOpen(open: boolean): void;
  go(version: number | null): void;
}

/** Looks back at a workflow: the fold of its log up to a version, fetched where it is not here. `?at=` keeps the moment. */
export function useTimeTravel(workflowId: string, view: WorkflowView | undefined, live: LiveWorkflow): TimeTravel {
  const locale = useLocale();
  const [search, setSearch] = useSearchParams();
  const asked = Number(search.get("at"));
  const [version, setVersion] = useState<number | null>(Number.isInteger(asked) && asked > 0 ? asked : null);
  const [open, setOpen] = useState(version !== null);
  const [failed, setFailed] = useState(false);
  /** Counts what was fetched: the history itself does not tell React. */
  const [fetched, setFetched] = useState(0);
  const history = useMemo(() => new History((since) => fetchEventPage(workflowId, since)), [workflowId]);
  const head = Math.max(live.state?.version ?? 0, view?.version ?? 0);
  const { events } = live;
  const wanted = version === null || version >= head ? null : version;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `fetched` stands for what the history holds.
  const state = useMemo(() => {
    if (wanted === null) return null;
    history.learn(events);
    return history.at(wanted);
  }, [history, wanted, events, fetched]);

  // The log comes page by page from its beginning while somebody looks back: each page that came asks for the next.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `fetched` stands for what the history holds.
  useEffect(() => {
    if (!open || head === 0 || failed) return;
    history.learn(events);
    if (history.missing(head) === null) return;
    let here = true;
    history.next(head).then(
      () => here && setFetched((count) => count + 1),
      () => here && setFailed(true),
    );
    return () => {
      here = false;
    };
  }, [history, open, head, events, failed, fetched]);

  // Until then a moment far into a long log is shown as the server tells it.
  const [still, setStill] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => setStill(wanted), STILL_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  const told = useQuery({
    ...workflowAtQuery(workflowId, still ?? 0),
    enabled: still !== null && still === wanted && state === null,
  }).data;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `fetched` stands for what the history holds.
  const milestones = useMemo(() => {
    if (!open) return [];
    history.learn(events);
    return milestonesOf(history.events());
  }, [history, open, events, fetched]);

  const models = useRef<Partial<Record<Tier, string>>>({});
  for (const node of view?.plan?.nodes ?? []) if (node.model !== "") models.current[node.tier] = node.model;
  const shown = useRef<PastLook | null>(null);
  const past = useMemo(() => {
    if (wanted === null) return null;
    // While neither is here, the last moment stays in sight.
    if (!state && told?.version !== wanted) return shown.current;
    const then = state ? toWorkflowView(state, locale, (tier) => models.current[tier] ?? "") : told;
    if (!then) return null;
    return {
      view: then,
      live: {
        ...live,
        state,
        view: then,
        streams: {},
        events: live.events.filter((event) => event.version <= then.version),
      },
    };
  }, [wanted, state, told, locale, live]);
  shown.current = past;

  useEffect(() => {
    if (search.get("at") === (wanted === null ? null : String(wanted))) return;
    const timer = setTimeout(() => {
      setSearch(
        (now) => {
          const next = new URLSearchParams(now);
          if (wanted === null) next.delete("at");
          else next.set("at", String(wanted));
          return next;
        },
        { replace: true },
      );
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [wanted, search, setSearch]);

  return {
    open,
    version: wanted,
    head,
    past,
    milestones,
    loading: wanted !== null && past?.view.version !== wanted && !failed,
    failed: failed && wanted !== null && past?.view.version !== wanted,
    setOpen: (next) => {
      setOpen(next);
      setFailed(false);
      if (!next) setVersion(null);
    },
    go: (next) => {
      setFailed(false);
      setVersion(next === null || next >= head ? null : Math.max(1, next));
    },
  };
}
