import { CircleCheck, Info, TriangleAlert, X } from "lucide-react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { useT } from "../../i18n/i18n.ts";
import { announceStore } from "../../stores/announce-store.ts";
import { dismissToast, toastStore } from "../../stores/toast-store.ts";
import { Button, IconButton } from "./Button.tsx";
import { TEXT_TONES } from "./Status.tsx";

const ICONS = { info: Info, success: CircleCheck, error: TriangleAlert } as const;
const TONE = { info: "brand", success: "ok", error: "warn" } as const;

/** Open sheets, the one on top last: it covers and disables all below it, so what is to be read shows in it. */
const layers = createStore<{ readonly ids: readonly string[] }>()(() => ({ ids: [] }));

/** A sheet has opened; call what it gives when it closes. */
export function enterLayer(id: string): () => void {
  layers.setState(({ ids }) => ({ ids: [...ids, id] }));
  return () => layers.setState(({ ids }) => ({ ids: ids.filter((one) => one !== id) }));
}

/** On phones under the top bar, where no action waits for a thumb; on wide screens above the composer. */
export function Toaster({ layer }: { readonly layer?: string }) {
  const t = useT();
  const onTop = useStore(layers, ({ ids }) => ids.at(-1) === layer);
  const all = useStore(toastStore, (state) => state.toasts);
  const toasts = onTop ? all : [];
  return (
    <section
      aria-label={t("toast.region")}
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 top-[calc(env(safe-area-inset-top)+4rem)] z-60 landscape-phone:top-14 flex flex-col items-center gap-2 px-4 lg:top-auto lg:bottom-24"
    >
      {toasts.map((one) => {
        const Icon = ICONS[one.kind];
        return (
          <div
            key={one.id}
            className="pointer-events-auto flex max-w-full lg:w-full lg:max-w-md items-center gap-3 rounded-2xl border border-line-strong bg-raised ps-4 pe-1 py-1.5 shadow-pop motion-safe:animate-rise"
          >
            <Icon aria-hidden className={`size-5 shrink-0 ${TEXT_TONES[TONE[one.kind]]}`} />
            <div className="min-w-0 flex-1 py-1 text-sm">
              <p dir="auto" className="font-medium">
                {one.title}
              </p>
              {one.detail && (
                <p dir="auto" className="text-muted">
                  {one.detail}
                </p>
              )}
            </div>
            {one.action && (
              <Button
                look="ghost"
                className="text-brand"
                onClick={() => {
                  one.action?.run();
                  dismissToast(one.id);
                }}
              >
                {one.action.label}
              </Button>
            )}
            <IconButton icon={X} label={t("action.dismiss")} onClick={() => dismissToast(one.id)} />
          </div>
        );
      })}
    </section>
  );
}

/** What screen readers hear of a run; rate-limited by its store. */
export function LiveRegion() {
  const text = useStore(announceStore, (state) => state.text);
  return (
    <div aria-live="polite" aria-atomic="true" className="sr-only" data-testid="live-region">
      {text}
    </div>
  );
}
