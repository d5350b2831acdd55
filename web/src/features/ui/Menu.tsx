import { Check, type LucideIcon } from "lucide-react";
import {
  cloneElement,
  createContext,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type ReactNode,
  use,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { cx } from "./classes.ts";

interface TriggerProps {
  readonly id?: string;
  readonly "aria-haspopup"?: "menu";
  readonly "aria-expanded"?: boolean;
  readonly onClick?: (event: MouseEvent<HTMLElement>) => void;
  readonly onKeyDown?: (event: KeyboardEvent<HTMLElement>) => void;
}

interface MenuProps {
  /** A button; how it opens the menu is added to it. */
  readonly trigger: ReactElement<TriggerProps>;
  readonly children: ReactNode;
  /** Which edge of the button the menu keeps to, as the text runs. */
  readonly align?: "start" | "end";
}

/** Pixels between menu and button, and between menu and the edge of the screen. */
const GAP = 6;
const EDGE = 8;

const CloseContext = createContext<() => void>(() => undefined);

/**
 * A button with a menu, in the browser's own top layer: not modal, so that the page stays readable, and no style
 * element is injected against the content security policy. Keys as the ARIA practices have them.
 */
export function Menu({ trigger, children, align = "start" }: MenuProps) {
  const id = useId();
  const [opener, setOpener] = useState<{ readonly button: HTMLElement; readonly byKey: boolean } | null>(null);
  const close = (back: boolean) => {
    setOpener(null);
    if (back) opener?.button.focus();
  };
  return (
    <>
      {cloneElement(trigger, {
        id,
        "aria-haspopup": "menu",
        "aria-expanded": opener !== null,
        onClick: (event) => setOpener(opener ? null : { button: event.currentTarget, byKey: event.detail === 0 }),
        onKeyDown: (event) => {
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          setOpener({ button: event.currentTarget, byKey: true });
        },
      })}
      {opener && (
        <Panel {...opener} labelledBy={id} align={align} close={close}>
          {children}
        </Panel>
      )}
    </>
  );
}

interface PanelProps {
  readonly button: HTMLElement;
  readonly byKey: boolean;
  readonly labelledBy: string;
  readonly align: "start" | "end";
  readonly close: (back: boolean) => void;
  readonly children: ReactNode;
}

function Panel({ button, byKey, labelledBy, align, close, children }: PanelProps) {
  const menu = useRef<HTMLDivElement>(null);
  const end = useRef(close);
  end.current = close;
  useLayoutEffect(() => {
    const element = menu.current;
    if (!element) return;
    element.showPopover();
    const place = () => {
      const at = button.getBoundingClientRect();
      const { offsetWidth: width, offsetHeight: height } = element;
      const left = (align === "start") === (document.documentElement.dir !== "rtl") ? at.left : at.right - width;
      const below = at.bottom + GAP;
      const fits = below + height <= innerHeight - EDGE || at.top < height;
      element.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
      element.style.top = `${Math.max(EDGE, fits ? Math.min(below, innerHeight - height - EDGE) : at.top - GAP - height)}px`;
    };
    place();
    (byKey ? itemsOf(element)[0] : element)?.focus({ preventScroll: true });
    addEventListener("resize", place);
    addEventListener("scroll", place, true);
    return () => {
      removeEventListener("resize", place);
      removeEventListener("scroll", place, true);
    };
  }, [button, byKey, align]);
  useEffect(() => {
    const outside = ({ target }: PointerEvent) => {
      if (target instanceof Node && !menu.current?.contains(target) && !button.contains(target)) end.current(false);
    };
    addEventListener("pointerdown", outside, true);
    return () => removeEventListener("pointerdown", outside, true);
  }, [button]);
  const press = (event: KeyboardEvent) => {
    if (event.key === "Tab") return close(true);
    const items = itemsOf(menu.current);
    const at = items.findIndex((item) => item.matches(":focus"));
    const typed = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at === -1 ? items.length - 1 : at - 1,
      Home: 0,
      End: items.length - 1,
    }[event.key];
    if (event.key === "Escape") close(true);
    else if (to !== undefined) items.at(to % items.length)?.focus();
    else if (typed) {
      const begins = (item: HTMLElement) =>
        item.textContent?.trim().toLocaleLowerCase().startsWith(event.key.toLocaleLowerCase());
      [...items.slice(at + 1), ...items].find(begins)?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={menu}
      popover="manual"
      role="menu"
      aria-labelledby={labelledBy}
      tabIndex={-1}
      onKeyDown={press}
      className="fixed inset-auto z-50 m-0 max-h-[70dvh] min-w-56 overflow-y-auto rounded-2xl border border-line bg-raised p-1.5 text-text shadow-pop outline-none motion-safe:animate-rise"
    >
      <CloseContext value={() => close(true)}>{children}</CloseContext>
    </div>
  );
}

const itemsOf = (menu: HTMLElement | null): HTMLElement[] => [
  ...(menu?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? []),
];

interface ItemProps {
  readonly icon?: LucideIcon;
  readonly onSelect: () => void;
  readonly children: ReactNode;
  readonly checked?: boolean;
  readonly danger?: boolean;
  readonly hint?: string;
}

export function MenuItem({ icon: Icon, onSelect, children, checked, danger, hint }: ItemProps) {
  const close = use(CloseContext);
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      aria-current={checked || undefined}
      onClick={() => {
        close();
        onSelect();
      }}
      onPointerMove={(event) => event.pointerType === "mouse" && event.currentTarget.focus({ preventScroll: true })}
      className={cx(
        "flex min-h-11 w-full cursor-pointer items-center gap-3 rounded-xl px-3 text-start text-[15px] hover:bg-hover focus:bg-hover",
        danger ? "text-bad" : "text-text",
      )}
    >
      {Icon && <Icon aria-hidden className="size-4 shrink-0 text-muted" />}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {hint && <kbd className="text-xs text-muted">{hint}</kbd>}
      {checked && <Check aria-hidden className="size-4 text-brand" />}
    </button>
  );
}

export const MenuSeparator = () => <hr className="my-1.5 h-px border-0 bg-line" />;

export const MenuLabel = ({ children }: { readonly children: ReactNode }) => (
  <div className="px-3 py-1.5 text-xs font-medium text-muted">{children}</div>
);
