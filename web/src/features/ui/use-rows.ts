import { useLayoutEffect, useState } from "react";

interface RowsOptions {
  readonly count: number;
  /** Height of every row, px. */
  readonly rowPx: number;
  /** What scrolls; asked for once it is drawn. */
  readonly box: () => HTMLElement | null;
  /** Where the first row begins in what scrolls, px. */
  readonly offset?: number;
  /** Rows drawn beyond each edge. */
  readonly overscan?: number;
}

/** The first row to draw and the one after the last, for what is in sight. */
export function rowsInSight(
  { scrollTop, height }: { readonly scrollTop: number; readonly height: number },
  { count, rowPx, offset = 0, overscan = 8 }: Pick<RowsOptions, "count" | "rowPx" | "offset" | "overscan">,
): { readonly from: number; readonly to: number } {
  const within = (row: number) => Math.max(0, Math.min(count, row));
  const top = scrollTop - offset;
  return {
    from: within(Math.floor(top / rowPx) - overscan),
    to: within(Math.ceil((top + height) / rowPx) + overscan),
  };
}

/** Draws only the rows in sight of a list whose rows are equally high: `start` is where each of them is put. */
export function useRows(options: RowsOptions): {
  readonly rows: readonly { readonly index: number; readonly start: number }[];
  readonly totalPx: number;
} {
  const { count, rowPx, box, offset, overscan } = options;
  const [{ from, to }, setRange] = useState({ from: 0, to: Math.min(count, 30) });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `box` finds the same element each time.
  useLayoutEffect(() => {
    const element = box();
    if (!element) return;
    const measure = () => {
      const sight = { scrollTop: element.scrollTop, height: element.clientHeight };
      const next = rowsInSight(sight, { count, rowPx, ...(offset && { offset }), ...(overscan && { overscan }) });
      setRange((now) => (now.from === next.from && now.to === next.to ? now : next));
    };
    measure();
    element.addEventListener("scroll", measure, { passive: true });
    const watcher = new ResizeObserver(measure);
    watcher.observe(element);
    return () => {
      element.removeEventListener("scroll", measure);
      watcher.disconnect();
    };
  }, [count, rowPx, offset, overscan]);
  const last = Math.min(to, count);
  return {
    rows: Array.from({ length: Math.max(0, last - from) }, (_, at) => ({
      index: from + at,
      start: (from + at) * rowPx,
    })),
    totalPx: count * rowPx,
  };
}
