import { type KeyboardEvent, type ReactNode, useRef } from "react";
import { cx } from "./classes.ts";

interface SegmentedProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: ReactNode; readonly sub?: ReactNode }[];
  readonly onChange: (value: T) => void;
  readonly disabled?: boolean;
}

/** One of few, all in sight and one tab stop. Arrow keys move as the text runs; Enter or Space chooses. */
export function Segmented<T extends string>({ label, value, options, onChange, disabled }: SegmentedProps<T>) {
  const group = useRef<HTMLDivElement>(null);
  const press = (event: KeyboardEvent) => {
    const buttons = [...(group.current?.querySelectorAll("button") ?? [])];
    const at = buttons.findIndex((one) => one.matches(":focus"));
    const way = document.documentElement.dir === "rtl" ? -1 : 1;
    const to = {
      ArrowRight: at + way,
      ArrowLeft: at - way,
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: buttons.length - 1,
    }[event.key];
    if (at === -1 || to === undefined) return;
    event.preventDefault();
    buttons.at(to % buttons.length)?.focus();
  };
  return (
    <div
      ref={group}
      role="radiogroup"
      aria-label={label}
      onKeyDown={press}
      className="flex w-full gap-1 rounded-xl border border-line bg-bg p-1"
    >
      {options.map((option) => {
        const on = option.value === value;
        return (
          <button
            key={option.value}
            type="button"
            role="radio"
            aria-checked={on}
            data-state={on ? "on" : "off"}
            tabIndex={on ? 0 : -1}
            disabled={disabled}
            onClick={() => onChange(option.value)}
            className={cx(
              "flex min-h-11 min-w-0 flex-1 flex-col items-center justify-center rounded-lg px-2 py-1 text-sm leading-tight font-medium text-muted transition-colors",
              "hover:text-text data-[state=on]:bg-hover data-[state=on]:text-text disabled:opacity-60",
            )}
          >
            <span>{option.label}</span>
            {option.sub && <span className="mt-0.5 text-xs font-normal text-muted tabular">{option.sub}</span>}
          </button>
        );
      })}
    </div>
  );
}
