import { ArrowLeft, Ban, Copy, Ellipsis, History, Pause, Play, RefreshCw, X } from "lucide-react";
import { useState } from "react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { cancelWorkflow, pauseWorkflow, resumeWorkflow } from "../../api/workflows.ts";
import { useWide } from "../../app/use-wide.ts";
import { useT } from "../../i18n/i18n.ts";
import type { Connection } from "../../realtime/socket.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import type { TimeTravel } from "../time/use-time-travel.ts";
import { Money, Simulated } from "../ui/Bits.tsx";
import { Button, IconButton } from "../ui/Button.tsx";
import { Menu, MenuItem } from "../ui/Menu.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { RehearsalChip, WorkflowChip } from "../ui/Status.tsx";
import { isBudgetGone, isOver, waitingCount } from "./use-workflow.ts";

interface HeaderProps {
  readonly view: WorkflowView;
  readonly connection: Connection;
  readonly mayWrite: boolean;
  /** Waits for an answer only: there is nothing to resume. */
  readonly resting: boolean;
  readonly time: TimeTravel;
  readonly onBack: () => void;
}

export function WorkflowHeader({ view, connection, mayWrite, resting, time, onBack }: HeaderProps) {
  const t = useT();
  const wide = useWide();
  // Beside a list or a conversation, that one has the page's title.
  const Title = wide ? "h2" : "h1";
  const [stopping, setStopping] = useState(false);
  const over = isOver(view.status);
  const running = !over && !view.paused && view.status !== "pending_approval" && view.status !== "planning";
  const run = (action: Promise<unknown>) => void action.catch(toastError);
  return (
    <header className="safe-top shrink-0 bg-surface">
      <div className="flex items-start gap-1 px-2 pt-2 pb-1 landscape-phone:pt-1">
        <IconButton
          icon={wide ? X : ArrowLeft}
          directional
          label={t(wide ? "action.close" : "action.back")}
          onClick={onBack}
        />
        <div className="min-w-0 flex-1 py-1.5">
          <Title
            dir="auto"
            className="line-clamp-2 text-[17px] leading-snug font-semibold landscape-phone:line-clamp-1"
          >
            {view.plan?.title || view.name || t("workflow.untitled")}
          </Title>
        </div>
        {mayWrite && running && (
          <IconButton icon={Pause} label={t("run.pause")} onClick={() => run(pauseWorkflow(view.id))} />
        )}
        {mayWrite &&
          view.paused &&
          !resting &&
          view.error?.code !== "log_damaged" &&
          (view.paused.reason !== "money" || isBudgetGone(view)) && (
            <IconButton icon={Play} label={t("run.resume")} onClick={() => run(resumeWorkflow(view.id))} />
          )}
        {time.head > 1 && (
          <IconButton
            icon={History}
            label={t("time.open")}
            aria-pressed={time.open}
            onClick={() => time.setOpen(!time.open)}
          />
        )}
        <Menu align="end" trigger={<IconButton icon={Ellipsis} label={t("run.more")} />}>
          <MenuItem
            icon={Copy}
            onSelect={() =>
              run(
                navigator.clipboard
                  .writeText(location.href)
                  .then(() => toast({ kind: "success", title: t("action.linkCopied") })),
              )
            }
          >
            {t("action.copyLink")}
          </MenuItem>
          {mayWrite && !over && (
            <MenuItem icon={Ban} danger onSelect={() => setStopping(true)}>
              {t("run.stop")}
            </MenuItem>
          )}
        </Menu>
      </div>
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1.5 px-4 pb-2.5 text-sm text-muted">
        <WorkflowChip
          status={view.status}
          waiting={over ? 0 : waitingCount(view)}
          queued={view.queue !== null && !view.paused}
        />
        <span>
          <Money micros={view.cost.spentMicros} className="font-medium text-text" />
          {view.startedAt !== null && (
            <>
              {" / "}
              <Money micros={view.cost.capMicros} />
            </>
          )}
        </span>
        {view.mode === "rehearsal" && <RehearsalChip />}
        {view.cost.simulated && <Simulated short />}
        {!over && connection === "reconnecting" && (
          <span className="flex items-center gap-1 text-warn" title={t("connection.reconnecting")}>
            <RefreshCw aria-label={t("connection.reconnecting")} className="size-4 motion-safe:animate-spin" />
          </span>
        )}
      </div>
      {stopping && (
        <Sheet
          open
          kind="dialog"
          onClose={() => setStopping(false)}
          title={t("run.stopTitle")}
          footer={
            <div className="flex gap-3">
              <Button wide onClick={() => setStopping(false)}>
                {t("run.keepGoing")}
              </Button>
              <Button
                look="danger"
                wide
                icon={Ban}
                onClick={() => {
                  setStopping(false);
                  run(cancelWorkflow(view.id));
                }}
              >
                {t("run.stop")}
              </Button>
            </div>
          }
        >
          <p className="text-[15px] text-soft">{t("run.stopDetail")}</p>
        </Sheet>
      )}
    </header>
  );
}
