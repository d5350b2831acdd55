import type { LucideIcon } from "lucide-react";
import {
  cloneElement,
  createContext,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  use,
  useEffect,
  useState,
} from "react";
import { toastError } from "../../stores/toast-store.ts";

type Parts = typeof import("./MenuParts.tsx");

export interface MenuProps {
  /** A button; how it opens the menu is added to it. */
  readonly trigger: ReactElement<TriggerProps>;
  readonly children: ReactNode;
  readonly align?: "start" | "end";
}

interface TriggerProps {
  readonly "aria-haspopup"?: "menu";
  readonly "aria-expanded"?: boolean;
  readonly onClick?: () => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}

const PartsContext = createContext<Parts | null>(null);
/** The page has drawn itself by then. */
const IDLE_MS = 3_000;

let loading: Promise<Parts> | null = null;
const load = (): Promise<Parts> => {
  loading ??= import("./MenuParts.tsx").catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
};

/** A button with a menu. What draws menus is fetched while the page rests, or when the first is opened. */
export function Menu({ trigger, children, align }: MenuProps) {
  const [parts, setParts] = useState<Parts | null>(null);
  useEffect(() => {
    // A fetch that fails here is tried again when the menu is opened.
    const timer = setTimeout(() => navigator.onLine && load().catch(() => undefined), IDLE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (parts)
    return (
      <PartsContext value={parts}>
        <parts.MenuRoot trigger={trigger} {...(align ? { align } : {})}>
          {children}
        </parts.MenuRoot>
      </PartsContext>
    );
  // The button is drawn anew only when it is pressed: the menu takes the focus then, and gives it back.
  const open = () => void load().then(setParts, toastError);
  return cloneElement(trigger, {
    "aria-haspopup": "menu",
    "aria-expanded": false,
    onClick: open,
    onKeyDown: (event) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      open();
    },
  });
}

export interface ItemProps {
  readonly icon?: LucideIcon;
  readonly onSelect: () => void;
  readonly children: ReactNode;
  readonly checked?: boolean;
  readonly danger?: boolean;
  readonly hint?: string;
}

export interface LabelProps {
  readonly children: ReactNode;
}

export function MenuItem(props: ItemProps) {
  const parts = use(PartsContext);
  return parts && <parts.Item {...props} />;
}

export function MenuSeparator() {
  const parts = use(PartsContext);
  return parts && <parts.Separator />;
}

export function MenuLabel(props: LabelProps) {
  const parts = use(PartsContext);
  return parts && <parts.Label {...props} />;
}
