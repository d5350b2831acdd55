import { CircleCheck, CircleX, Info, LoaderCircle, Radio, RefreshCw, WifiOff } from "lucide-react";
import { Component, lazy, type ReactNode, Suspense, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { clock } from "../../i18n/format.ts";
import { type MessageId, useT } from "../../i18n/i18n.ts";
import { SectionTitle } from "../ui/Bits.tsx";
import { cx } from "../ui/classes.ts";
import { Failed, Skeleton } from "../ui/States.tsx";
import { Feed, type FeedState } from "./feed.ts";
import { Prompt } from "./Prompt.tsx";
import type { Line, Ran } from "./screen.ts";

const Picture = lazy(() => import("./Picture.tsx"));

interface TerminalProps {
  readonly view: WorkflowView;
  /** May type here now. */
  readonly mayWrite: boolean;
  /** A moment of the past is shown. */
  readonly past: boolean;
}

/** Behind "Details": what ran for this workflow, live, and a line to type at. Nobody needs it. */
export default function TerminalTab({ view, mayWrite, past }: TerminalProps) {
  const t = useT();
  const [feed] = useState(() => new Feed(view.id));
  useEffect(() => feed.follow(), [feed]);
  const state = useStore(feed.store);
  if (state.refused && state.commands.length === 0) return <Failed error={state.refused} />;
  const running = state.commands.filter((one) => one.end === null && one.by.kind === "user").at(-1);
  return (
    <div className="flex flex-col gap-4" data-testid="terminal" data-connection={state.connection}>
      <div>
        <SectionTitle end={<Connection state={state} />}>{t("terminal.title")}</SectionTitle>
        <p className="text-[15px] text-soft">{t("terminal.lead")}</p>
      </div>
      <Drawing>
        <Suspense fallback={<Skeleton className="h-[46dvh]" />}>
          <Picture feed={feed} />
        </Suspense>
      </Drawing>
      <Prompt
        view={view}
        mayWrite={mayWrite}
        past={past}
        offline={state.connection === "offline"}
        running={running?.execId ?? null}
        known={state.commands.filter((one) => one.by.kind === "user").map((one) => one.text)}
      />
      <p className="flex gap-2 text-[13px] text-muted">
        <Info aria-hidden className="mt-0.5 size-4 shrink-0" />
        {t("terminal.stays")}
      </p>
      {state.rtl.length > 0 && (
        <section data-testid="terminal-rtl">
          <SectionTitle>{t("terminal.rtl")}</SectionTitle>
          <p className="mb-2 text-[13px] text-muted">{t("terminal.rtlWhy")}</p>
          <RtlLines lines={state.rtl} />
        </section>
      )}
      {state.cut && <p className="text-[13px] text-muted">{t("terminal.cut")}</p>}
      <Commands commands={state.commands} />
      <Log state={state} />
    </div>
  );
}

/** How near the end counts as reading along, px. */
const NEAR_END = 60;

/** The newest stay in sight, unless somebody reads further up. */
function RtlLines({ lines }: { readonly lines: readonly Line[] }) {
  const box = useRef<HTMLOListElement>(null);
  const along = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when lines come.
  useLayoutEffect(() => {
    if (along.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  return (
    <ol
      ref={box}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
      tabIndex={0}
      onScroll={({ currentTarget: list }) => {
        along.current = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END;
      }}
      className="max-h-80 overflow-y-auto rounded-2xl border border-line bg-surface px-4 py-3 text-[15px]"
    >
      {lines.map((line) => (
        <li key={line.id} dir="auto" className="break-words whitespace-pre-wrap">
          {line.text}
        </li>
      ))}
    </ol>
  );
}

const LOOKS = {
  connecting: { icon: LoaderCircle, text: "terminal.connecting", tone: "text-muted", spin: true },
  live: { icon: Radio, text: "terminal.live", tone: "text-ok", spin: false },
  reconnecting: { icon: RefreshCw, text: "terminal.reconnecting", tone: "text-warn", spin: true },
  offline: { icon: WifiOff, text: "terminal.offline", tone: "text-warn", spin: false },
} as const;

function Connection({ state }: { readonly state: FeedState }) {
  const t = useT();
  const { icon: Icon, text, tone, spin } = LOOKS[state.connection];
  return (
    <span role="status" className={cx("flex min-w-0 items-center gap-1.5 text-[13px]", tone)}>
      <Icon aria-hidden className={cx("size-4 shrink-0", spin && "motion-safe:animate-spin")} />
      <span>{t(text, { time: clock(new Date(state.heardAt).toISOString()) })}</span>
    </span>
  );
}

const ENDS: Readonly<Record<string, MessageId>> = {
  timeout: "terminal.timeout",
  memory: "terminal.memory",
  output: "terminal.tooMuchOutput",
  files: "terminal.files",
  cancelled: "terminal.cancelled",
  unavailable: "terminal.unavailable",
  absent: "terminal.absent",
  invalid: "terminal.invalid",
};

/** Who ran what, newest first; the terminal itself cannot say it in Arabic. */
function Commands({ commands }: { readonly commands: readonly Ran[] }) {
  const t = useT();
  if (commands.length === 0) return <p className="text-[15px] text-muted">{t("terminal.empty")}</p>;
  return (
    <ol className="flex flex-col gap-2">
      {commands.toReversed().map((one) => {
        const good = one.end?.outcome === "exited" && one.end.exitCode === 0;
        const Icon = one.end === null ? LoaderCircle : good ? CircleCheck : CircleX;
        return (
          <li key={one.execId} className="flex items-start gap-3 rounded-2xl border border-line px-4 py-3">
            <Icon
              aria-hidden
              className={cx(
                "mt-1 size-4 shrink-0",
                one.end === null ? "text-run motion-safe:animate-spin" : good ? "text-ok" : "text-warn",
              )}
            />
            <div className="min-w-0 flex-1">
              <p className="flex flex-wrap justify-between gap-x-3 text-[13px] text-muted">
                <span>
                  {t(one.by.kind === "user" ? "terminal.ranUser" : "terminal.ranAgent", { name: one.by.label })}
                </span>
                <time dateTime={one.at}>{clock(one.at)}</time>
              </p>
              <p dir="auto" className="line-clamp-3 font-mono text-[13px] break-words whitespace-pre-wrap">
                {one.text}
              </p>
              <p className="text-[13px] text-muted">{endOf(one, t)}</p>
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function endOf({ end }: Ran, t: ReturnType<typeof useT>): string {
  if (end === null) return t("terminal.running");
  const ended = ENDS[end.why ?? end.outcome];
  if (ended) return t(ended);
  return end.exitCode === 0 ? t("terminal.ok") : t("terminal.exited", { code: String(end.exitCode) });
}

/** Read out at most so many lines at once. */
const READ = 60;

/** The same output for who hears it: what is new is read when the reader is free, and the end can be walked through. */
function Log({ state }: { readonly state: FeedState }) {
  const t = useT();
  return (
    <div role="log" aria-label={t("terminal.log")} aria-live="polite" className="sr-only">
      {state.lines.slice(-READ).map((line) => (
        <p key={line.id} dir="auto">
          {line.text}
        </p>
      ))}
    </div>
  );
}

/** Where the picture cannot be drawn, the lines are shown as text. */
class Drawing extends Component<{ readonly children: ReactNode }, { readonly broken: boolean }> {
  override state = { broken: false };
  static getDerivedStateFromError() {
    return { broken: true };
  }
  override render() {
    return this.state.broken ? <NoPicture /> : this.props.children;
  }
}

function NoPicture() {
  const t = useT();
  return <p className="rounded-2xl bg-warn-soft p-4 text-sm">{t("terminal.noDraw")}</p>;
}
