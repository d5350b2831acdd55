import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from "react";
import { cx } from "./classes.ts";

const BOX =
  "w-full min-h-11 rounded-xl border bg-surface px-3.5 py-2.5 text-text placeholder:text-muted transition-colors focus:border-brand focus:outline-none focus-visible:outline-2 focus-visible:outline-offset-0";

interface Shared {
  readonly label: ReactNode;
  readonly error?: string | undefined;
  readonly hint?: ReactNode;
  readonly hideLabel?: boolean;
}

function Frame({ id, label, error, hint, hideLabel, children }: Shared & { id: string; children: ReactNode }) {
  return (
    <div>
      <label htmlFor={id} className={hideLabel ? "sr-only" : "mb-1.5 block text-sm font-medium text-soft"}>
        {label}
      </label>
      {children}
      {hint && !error && (
        <p id={`${id}-hint`} className="mt-1.5 text-[13px] text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} role="alert" className="mt-1.5 text-[13px] text-bad">
          {error}
        </p>
      )}
    </div>
  );
}

const described = (id: string, { error, hint }: Shared) => (error ? `${id}-error` : hint ? `${id}-hint` : undefined);

type InputProps = Shared &
  InputHTMLAttributes<HTMLInputElement> & { readonly ref?: Ref<HTMLInputElement>; readonly end?: ReactNode };

export function Input({ label, error, hint, hideLabel, end, className, ...rest }: InputProps) {
  const id = useId();
  const shared = { label, error, hint, ...(hideLabel ? { hideLabel } : {}) };
  return (
    <Frame id={id} {...shared}>
      <div className="relative">
        <input
          id={id}
          {...rest}
          // React focuses before a sheet is open; the sheet looks for this.
          data-autofocus={rest.autoFocus || undefined}
          aria-invalid={error ? true : undefined}
          aria-describedby={described(id, shared)}
          className={cx(BOX, error ? "border-bad" : "border-line-strong", end && "pe-12", className)}
        />
        {end && <div className="absolute inset-y-0 end-0 flex items-center">{end}</div>}
      </div>
    </Frame>
  );
}

type AreaProps = Shared & TextareaHTMLAttributes<HTMLTextAreaElement> & { readonly ref?: Ref<HTMLTextAreaElement> };

export function TextArea({ label, error, hint, hideLabel, className, ...rest }: AreaProps) {
  const id = useId();
  const shared = { label, error, hint, ...(hideLabel ? { hideLabel } : {}) };
  return (
    <Frame id={id} {...shared}>
      <textarea
        id={id}
        {...rest}
        aria-invalid={error ? true : undefined}
        aria-describedby={described(id, shared)}
        className={cx(BOX, "resize-y", error ? "border-bad" : "border-line-strong", className)}
      />
    </Frame>
  );
}

type SelectProps = Shared & SelectHTMLAttributes<HTMLSelectElement>;

/** The browser's own list: the best one on a phone. */
export function Select({ label, error, hint, hideLabel, className, children, ...rest }: SelectProps) {
  const id = useId();
  const shared = { label, error, hint, ...(hideLabel ? { hideLabel } : {}) };
  return (
    <Frame id={id} {...shared}>
      <select id={id} {...rest} className={cx(BOX, "border-line-strong", className)}>
        {children}
      </select>
    </Frame>
  );
}
