import { ToggleGroup } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "./classes.ts";

interface SegmentedProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: ReactNode; readonly sub?: ReactNode }[];
  readonly onChange: (value: T) => void;
  readonly disabled?: boolean;
}

/** One of few, all in sight. Arrow keys move, as in a group of radio buttons. */
export function Segmented<T extends string>({ label, value, options, onChange, disabled }: SegmentedProps<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      disabled={disabled ?? false}
      dir={document.documentElement.dir === "rtl" ? "rtl" : "ltr"}
      onValueChange={(next) => {
        const chosen = options.find((one) => one.value === next);
        if (chosen) onChange(chosen.value);
      }}
      className="flex w-full gap-1 rounded-xl border border-line bg-bg p-1"
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className={cx(
            "flex min-h-11 min-w-0 flex-1 flex-col items-center justify-center rounded-lg px-2 py-1 text-sm leading-tight font-medium text-muted transition-colors",
            "hover:text-text data-[state=on]:bg-hover data-[state=on]:text-text disabled:opacity-60",
          )}
        >
          <span>{option.label}</span>
          {option.sub && <span className="mt-0.5 text-xs font-normal text-muted tabular">{option.sub}</span>}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
