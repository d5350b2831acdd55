import { LoaderCircle, type LucideIcon } from "lucide-react";
import type { ButtonHTMLAttributes, Ref } from "react";
import { cx } from "./classes.ts";

type Look = "primary" | "secondary" | "ghost" | "danger";

const LOOKS: Record<Look, string> = {
  primary: "brand-fill hover:brightness-110 active:brightness-95 disabled:opacity-50",
  secondary: "bg-raised text-text border border-line-strong hover:bg-hover active:bg-hover disabled:opacity-50",
  ghost: "text-soft hover:bg-hover hover:text-text disabled:opacity-40",
  danger: "bg-bad-soft text-bad border border-bad/40 hover:border-bad disabled:opacity-50",
};

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: Look;
  readonly icon?: LucideIcon;
  readonly busy?: boolean;
  readonly wide?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A labelled button, 44 px high at least. */
export function Button({ look = "secondary", icon: Icon, busy, wide, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      disabled={rest.disabled || busy}
      className={cx(
        "inline-flex min-h-11 items-center justify-center gap-2 rounded-xl px-4 py-2 text-[15px] leading-tight font-medium transition-[background,filter,border-color] duration-150",
        LOOKS[look],
        wide && "w-full",
        className,
      )}
    >
      {busy ? (
        <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin" />
      ) : (
        Icon && <Icon aria-hidden className="size-4 shrink-0" />
      )}
      {children}
    </button>
  );
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: LucideIcon;
  readonly label: string;
  /** Mirrored in right-to-left text: arrows and chevrons. */
  readonly directional?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** An icon with a name for screen readers and a tooltip; 44 px square. */
export function IconButton({ icon: Icon, label, directional, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={cx(
        "inline-flex size-11 shrink-0 items-center justify-center rounded-xl text-soft transition-colors hover:bg-hover hover:text-text disabled:opacity-40",
        className,
      )}
    >
      <Icon aria-hidden className={cx("size-5", directional && "rtl:-scale-x-100")} />
    </button>
  );
}
