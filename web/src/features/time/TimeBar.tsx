import {
  CircleCheck,
  GitBranch,
  Globe,
  Hand,
  History,
  ListChecks,
  LoaderCircle,
  type LucideIcon,
  Pause,
  Play,
  RefreshCw,
  X,
} from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { clockSeconds, moment, number } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import type { LiveWorkflow } from "../../realtime/workflow-live.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { cx } from "../ui/classes.ts";
import { ForkSheet } from "./ForkSheet.tsx";
import { type Milestone, milestoneAt } from "./milestones.ts";
import type { TimeTravel } from "./use-time-travel.ts";

const TICK_MS = 120;
/** However long the log, playing it takes no longer. */
const LONGEST_PLAY_MS = 40_000;

interface BarProps {
  readonly time: TimeTravel;
  readonly view: WorkflowView;
  readonly live: LiveWorkflow;
  readonly mayWrite: boolean;
}

const ICONS: Readonly<Record<Milestone["kind"], LucideIcon>> = {
  plan: ListChecks,
  approval: Hand,
  failure: RefreshCw,
  effect: Globe,
  end: CircleCheck,
};

/** The log as a line to move along: a slider, its moments, and the way to go on from one of them. */
export default function TimeBar({ time, view, live, mayWrite }: BarProps) {
  const t = useT();
  const { version, head, milestones, past } = time;
  const [playing, setPlaying] = useState(false);
  const [forking, setForking] = useState(false);
  const now = useRef(time);
  now.current = time;
  useEffect(() => {
    if (!playing) return;
    const step = Math.max(1, Math.ceil(now.current.head / (LONGEST_PLAY_MS / TICK_MS)));
    const timer = setInterval(() => {
      const { version: at, head: end, loading, go } = now.current;
      if (loading) return;
      const next = (at ?? 0) + step;
      go(next);
      if (next >= end) setPlaying(false);
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [playing]);
  const at = version ?? head;
  const stands = milestoneAt(milestones, at);
  const when = timeOf(past, milestones, at);
  const words =
    version === null
      ? t("time.live")
      : t("time.now", { version: number(at), all: number(head), time: when === null ? "…" : clockSeconds(when) });
  return (
    <section
      aria-label={t("time.title")}
      data-testid="time-bar"
      data-version={version ?? "now"}
      className="shrink-0 border-b border-line bg-raised px-2 pt-1 pb-2"
    >
      <div className="flex items-center gap-1">
        <IconButton
          icon={playing ? Pause : Play}
          directional={!playing}
          label={t(playing ? "time.pause" : "time.play")}
          onClick={() => {
            if (!playing && version === null) time.go(1);
            setPlaying(!playing);
          }}
        />
        <input
          type="range"
          aria-label={t("time.slider")}
          aria-valuetext={stands ? `${words} · ${t(stands.text)}` : words}
          min={1}
          max={Math.max(1, head)}
          step={1}
          value={at}
          onChange={(event) => {
            setPlaying(false);
            time.go(Number(event.target.value));
          }}
          className="h-11 min-w-0 flex-1 cursor-pointer accent-(--brand)"
        />
        <IconButton icon={X} label={t("time.close")} onClick={() => time.setOpen(false)} />
      </div>
      <p className="flex min-h-6 flex-wrap items-center gap-x-2 px-2 text-[13px] text-muted tabular">
        <span>{words}</span>
        {stands && version !== null && <span className="font-medium text-soft">{t(stands.text)}</span>}
        {time.loading && <LoaderCircle aria-hidden className="size-3.5 motion-safe:animate-spin" />}
        {time.failed && <span className="text-warn">{t("time.failed")}</span>}
      </p>
      {milestones.length > 0 && (
        <Moments milestones={milestones} stands={stands} inPast={version !== null} go={time.go} />
      )}
      {version !== null && (
        <div className="flex flex-wrap items-center gap-2 px-2 pt-1">
          <p className="min-w-0 basis-full text-[13px] text-soft sm:flex-1 sm:basis-52">{t("time.past")}</p>
          <Button icon={History} className="flex-auto px-3! sm:flex-none" onClick={() => time.go(null)}>
            {t("time.toLive")}
          </Button>
          {mayWrite && past?.live.state && !time.loading && (
            <Button
              look="primary"
              icon={GitBranch}
              className="flex-auto px-3! sm:flex-none"
              onClick={() => setForking(true)}
            >
              {t("time.forkHere")}
            </Button>
          )}
        </div>
      )}
      {forking && past && live.state && (
        <ForkSheet
          view={past.view}
          state={past.live.state}
          effects={live.state.effects}
          title={view.name}
          onClose={() => setForking(false)}
        />
      )}
    </section>
  );
}

function timeOf(past: TimeTravel["past"], milestones: readonly Milestone[], at: number): string | null {
  const event = past?.live.events.at(-1);
  if (event?.version === at) return event.at;
  return milestoneAt(milestones, at)?.at ?? null;
}

interface MomentsProps {
  readonly milestones: readonly Milestone[];
  readonly stands: Milestone | undefined;
  readonly inPast: boolean;
  readonly go: (version: number) => void;
}

function Moments({ milestones, stands, inPast, go }: MomentsProps) {
  const t = useT();
  const list = useRef<HTMLUListElement>(null);
  const at = inPast ? stands?.version : undefined;
  useEffect(() => {
    const chip = list.current?.querySelector(`[data-moment="${at}"]`);
    chip?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [at]);
  return (
    <ul
      ref={list}
      aria-label={t("time.milestones")}
      className="flex gap-1.5 overflow-x-auto px-2 py-1 [scrollbar-width:none]"
    >
      {milestones.map((one) => {
        const Icon = ICONS[one.kind];
        const here = one.version === at;
        return (
          <li key={one.version}>
            <button
              type="button"
              data-moment={one.version}
              aria-current={here ? "step" : undefined}
              onClick={() => go(one.version)}
              className={cx(
                "inline-flex min-h-11 items-center gap-1.5 rounded-full border px-3 text-[13px] whitespace-nowrap",
                here ? "border-brand bg-brand-soft text-text" : "border-line text-soft hover:border-line-strong",
              )}
            >
              <Icon aria-hidden className={cx("size-3.5", one.kind === "failure" ? "text-warn" : "text-brand")} />
              {t(one.text)}
              <bdi className="text-muted tabular">{moment(one.at)}</bdi>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
