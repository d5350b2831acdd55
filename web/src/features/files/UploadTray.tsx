import { CircleAlert, CircleCheck, LoaderCircle, Pause, Play, RotateCcw, Upload, WifiOff, X } from "lucide-react";
import { useRef } from "react";
import { useStore } from "zustand";
import { bytes, duration, number, percent } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { Bar } from "../ui/Bits.tsx";
import { Button, IconButton } from "../ui/Button.tsx";
import { cx } from "../ui/classes.ts";
import type { Sending } from "./uploader.ts";
import { uploader } from "./uploads.ts";

/** What is on its way into this project's files, and what became of it. */
export function UploadTray({ projectId }: { readonly projectId: string }) {
  const t = useT();
  const items = useStore(uploader.store, (state) => state.items).filter((one) => one.projectId === projectId);
  if (items.length === 0) return null;
  return (
    <section aria-label={t("send.title")} className="mb-4 rounded-2xl border border-line bg-surface p-2">
      <div className="flex min-h-11 items-center gap-2 ps-2">
        <h2 className="min-w-0 flex-1 text-[13px] font-semibold text-muted">{t("send.title")}</h2>
        {items.some((one) => one.phase.kind === "done") && (
          <Button look="ghost" onClick={() => uploader.clear()}>
            {t("send.close")}
          </Button>
        )}
      </div>
      <ul className="flex max-h-[40dvh] flex-col gap-1 overflow-y-auto">
        {items.map((item) => (
          <Row key={item.key} item={item} />
        ))}
      </ul>
    </section>
  );
}

function Row({ item }: { readonly item: Sending }) {
  const t = useT();
  const picker = useRef<HTMLInputElement>(null);
  const { key, name, size, phase } = item;
  const share = "sent" in phase ? (100 * phase.sent) / size : phase.kind === "finishing" ? 100 : null;
  const icons = {
    waiting: LoaderCircle,
    sending: Upload,
    paused: Pause,
    offline: WifiOff,
    "needs-file": CircleAlert,
    finishing: LoaderCircle,
    done: CircleCheck,
    refused: CircleAlert,
  } as const;
  const Icon = icons[phase.kind];
  const asks = phase.kind === "refused" || phase.kind === "needs-file" || phase.kind === "offline";
  return (
    <li data-testid="upload" data-phase={phase.kind} className="flex items-start gap-2 rounded-xl ps-2">
      <Icon
        aria-hidden
        className={cx(
          "mt-3 size-5 shrink-0",
          asks ? "text-warn" : phase.kind === "done" ? "text-ok" : "text-brand",
          phase.kind === "finishing" && "motion-safe:animate-spin",
        )}
      />
      <div className="min-w-0 flex-1 py-2 text-sm">
        <p className="flex items-baseline gap-2">
          <bdi className="truncate font-medium">{name}</bdi>
          <bdi className="shrink-0 text-xs text-muted">{bytes(size)}</bdi>
        </p>
        {share !== null && (
          <div className="my-1.5">
            <Bar
              value={share}
              label={t("send.progress", { name })}
              tone={phase.kind === "sending" || phase.kind === "finishing" ? "run" : "warn"}
            />
          </div>
        )}
        <p className="text-xs text-muted" role={asks ? "alert" : undefined}>
          {statusOf(item, t)}
        </p>
        {phase.kind === "needs-file" && (
          <>
            {phase.wrong && (
              <p role="alert" className="mt-1 text-xs font-medium text-warn">
                {t("send.otherFile", { name })}
              </p>
            )}
            <input
              ref={picker}
              type="file"
              hidden
              data-testid="pick-again"
              onChange={(event) => {
                const file = event.target.files?.[0];
                event.target.value = "";
                if (file) void uploader.pick(key, file);
              }}
            />
            <Button className="mt-2" onClick={() => picker.current?.click()}>
              {t("send.pick")}
            </Button>
          </>
        )}
      </div>
      {(phase.kind === "sending" || phase.kind === "waiting" || phase.kind === "offline") && (
        <IconButton icon={Pause} label={t("send.pause", { name })} onClick={() => uploader.pause(key)} />
      )}
      {phase.kind === "paused" && (
        <IconButton icon={Play} label={t("send.resume", { name })} onClick={() => uploader.resume(key)} />
      )}
      {phase.kind === "refused" && phase.mayRetry && (
        <IconButton icon={RotateCcw} label={t("action.tryAgain")} onClick={() => uploader.resume(key)} />
      )}
      {phase.kind !== "finishing" && (
        <IconButton
          icon={X}
          label={phase.kind === "done" ? t("action.dismiss") : t("send.cancel", { name })}
          onClick={() => uploader.cancel(key)}
        />
      )}
    </li>
  );
}

function statusOf({ phase, size }: Sending, t: ReturnType<typeof useT>): string {
  const at = (sent: number) => ({ percent: percent((100 * sent) / size) });
  switch (phase.kind) {
    case "waiting":
      return t("send.waiting");
    case "sending": {
      const sent = t("send.sending", { sent: bytes(phase.sent), all: bytes(size) });
      if (!phase.bytesPerS) return sent;
      return `${sent} · ${t("send.left", { time: duration(((size - phase.sent) / phase.bytesPerS) * 1000) })}`;
    }
    case "paused":
      return t("send.paused", at(phase.sent));
    case "offline":
      return t("send.offline", at(phase.sent));
    case "needs-file":
      return t("send.needsFile", at(phase.sent));
    case "finishing":
      return t("send.finishing");
    case "done":
      if (phase.same) return t("send.same");
      return phase.version > 1 ? t("send.newVersion", { version: number(phase.version) }) : t("send.done");
    case "refused":
      return [phase.title, phase.detail].filter(Boolean).join(". ");
  }
}
