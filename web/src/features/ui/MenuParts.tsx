import { Check } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useLocale } from "../../i18n/i18n.ts";
import { cx } from "./classes.ts";
import type { ItemProps, LabelProps, MenuProps } from "./Menu.tsx";

/** Not modal: the page stays readable, and no style element is injected against the content security policy. */
export function MenuRoot({ trigger, children, align = "start" }: MenuProps) {
  const rtl = useLocale() === "ar";
  return (
    <DropdownMenu.Root modal={false} defaultOpen dir={rtl ? "rtl" : "ltr"}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-h-[70dvh] min-w-56 overflow-y-auto rounded-2xl border border-line bg-raised p-1.5 shadow-pop motion-safe:animate-rise"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function Item({ icon: Icon, onSelect, children, checked, danger, hint }: ItemProps) {
  return (
    <DropdownMenu.Item
      onSelect={onSelect}
      className={cx(
        "flex min-h-11 cursor-pointer items-center gap-3 rounded-xl px-3 text-[15px] outline-none data-highlighted:bg-hover",
        danger ? "text-bad" : "text-text",
      )}
    >
      {Icon && <Icon aria-hidden className="size-4 shrink-0 text-muted" />}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {hint && <kbd className="text-xs text-muted">{hint}</kbd>}
      {checked && <Check aria-hidden className="size-4 text-brand" />}
    </DropdownMenu.Item>
  );
}

export const Separator = () => <DropdownMenu.Separator className="my-1.5 h-px bg-line" />;

export const Label = ({ children }: LabelProps) => (
  <DropdownMenu.Label className="px-3 py-1.5 text-xs font-medium text-muted">{children}</DropdownMenu.Label>
);
