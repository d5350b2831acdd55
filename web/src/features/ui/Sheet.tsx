import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { useT } from "../../i18n/i18n.ts";
import { IconButton } from "./Button.tsx";
import { cx } from "./classes.ts";
import { enterLayer, Toaster } from "./Toaster.tsx";

interface SheetProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  /** `sheet`: from below on phones, a drawer on larger screens. `dialog`: a box in the middle. `full`: all of a phone. */
  readonly kind?: "sheet" | "dialog" | "full";
  readonly testId?: string;
}

const KINDS = {
  sheet:
    "inset-x-0 bottom-0 top-auto max-h-[88dvh] w-full rounded-t-3xl sm:inset-y-0 sm:start-auto sm:end-0 sm:h-dvh sm:max-h-none sm:w-[min(480px,92vw)] sm:rounded-none sm:rounded-s-3xl",
  dialog:
    "inset-x-0 bottom-0 top-auto max-h-[88dvh] w-full rounded-t-3xl sm:inset-0 sm:m-auto sm:h-fit sm:w-[min(480px,92vw)] sm:rounded-3xl",
  full: "inset-0 h-dvh max-h-none w-full sm:m-auto sm:h-[min(860px,92dvh)] sm:w-[min(760px,94vw)] sm:rounded-3xl",
} as const;

/**
 * A modal on the browser's own `<dialog>`: top layer, focus kept inside, Escape, the rest inert, and no style
 * element that the content security policy would refuse.
 */
export function Sheet({ open, onClose, title, children, footer, kind = "sheet", testId }: SheetProps) {
  const t = useT();
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog || !open) return;
    const before = document.activeElement;
    if (!dialog.open) dialog.showModal();
    // The browser focuses the first button, Close; the title says more, and a field that asks for it comes first.
    const field = dialog.querySelector<HTMLElement>("[data-autofocus]");
    if (field) field.focus();
    else if (document.activeElement instanceof HTMLButtonElement) document.getElementById(titleId)?.focus();
    const leave = enterLayer(titleId);
    return () => {
      leave();
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [open, titleId]);
  if (!open) return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the backdrop is closed by Escape through onCancel.
    <dialog
      ref={ref}
      data-testid={testId}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
      className={cx(
        "fixed m-0 max-w-none overflow-hidden border border-line bg-surface p-0 text-text shadow-pop open:flex open:flex-col motion-safe:animate-[sheet-in_180ms_ease-out]",
        KINDS[kind],
      )}
    >
      <div className="flex shrink-0 items-start gap-2 border-b border-line ps-5 pe-2 pt-3 pb-2">
        <h2
          id={titleId}
          tabIndex={-1}
          className="outline-none min-w-0 flex-1 py-2 text-[17px] leading-snug font-semibold"
        >
          {title}
        </h2>
        <IconButton icon={X} label={t("action.close")} onClick={onClose} />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-5 py-4">{children}</div>
      {footer && (
        <div className="safe-bottom shrink-0 border-t border-line">{<div className="px-5 py-3">{footer}</div>}</div>
      )}
      <Toaster layer={titleId} />
    </dialog>
  );
}
