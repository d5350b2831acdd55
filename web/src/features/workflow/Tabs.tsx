import { type KeyboardEvent, useEffect, useRef } from "react";
import { useT } from "../../i18n/i18n.ts";
import { cx } from "../ui/classes.ts";
import type { Tab } from "./tabs.ts";

interface TabsProps {
  readonly tabs: readonly Tab[];
  readonly active: Tab;
  readonly onChange: (tab: Tab) => void;
}

/** One tab stop; arrows move as the text runs. */
export function Tabs({ tabs, active, onChange }: TabsProps) {
  const t = useT();
  const list = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when another tab becomes active.
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [active]);
  const press = (event: KeyboardEvent) => {
    const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const at = tabs.indexOf(active);
    const to = { [forward]: at + 1, [back]: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    if (!next) return;
    onChange(next);
    // By name: what is selected changes only once the new view has loaded.
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div
      ref={list}
      role="tablist"
      aria-label={t("workflow.views")}
      onKeyDown={press}
      className="flex shrink-0 gap-1 overflow-x-auto border-b border-line bg-surface px-2 [scrollbar-width:none]"
    >
      {tabs.map((tab) => (
        <button
          key={tab}
          type="button"
          role="tab"
          id={`tab-${tab}`}
          aria-selected={tab === active}
          tabIndex={tab === active ? 0 : -1}
          onClick={() => onChange(tab)}
          className={cx(
            "relative min-h-11 shrink-0 px-3 text-[15px] font-medium whitespace-nowrap transition-colors focus-visible:outline-offset-[-3px]",
            tab === active
              ? "text-text after:absolute after:inset-x-3 after:bottom-0 after:h-0.5 after:rounded-full after:bg-brand"
              : "text-muted hover:text-text",
          )}
        >
          {t(`tab.${tab}`)}
        </button>
      ))}
    </div>
  );
}
