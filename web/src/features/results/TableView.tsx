import { useMemo, useRef } from "react";
import { useT } from "../../i18n/i18n.ts";
import { cx } from "../ui/classes.ts";
import { useRows } from "../ui/use-rows.ts";
import { isNumeric, parseCsv } from "./csv.ts";

const ROW_PX = 40;
const SAMPLE = 200;

/** A CSV as a table of any length: only the rows in sight are drawn. */
export default function TableView({ text, name }: { readonly text: string; readonly name: string }) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const { header, rows, numeric, widths } = useMemo(() => read(text), [text]);
  const drawn = useRows({ count: rows.length, rowPx: ROW_PX, box: () => box.current, overscan: 12 });
  const columns = { gridTemplateColumns: `${widths.map((width) => `${width}ch`).join(" ")} 1fr` };
  const cell = (column: number) => cx("min-w-0 truncate px-2.5", numeric[column] && "text-end tabular");
  return (
    <div>
      <p className="mb-2 text-[13px] text-muted">{t("upload.table", { rows: rows.length, columns: header.length })}</p>
      <div
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
        tabIndex={0}
        role="table"
        aria-label={name}
        aria-rowcount={rows.length + 1}
        className="max-h-[65dvh] overflow-auto rounded-xl border border-line text-[13px]"
      >
        <div className="w-max min-w-full">
          <div
            role="row"
            aria-rowindex={1}
            className="sticky top-0 z-10 grid h-10 items-center bg-hover font-semibold"
            style={columns}
          >
            {header.map((title, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other identity.
              <span key={index} role="columnheader" title={title} className={cell(index)}>
                <bdi>{title}</bdi>
              </span>
            ))}
          </div>
          <div role="rowgroup" className="relative" style={{ height: drawn.totalPx }}>
            {drawn.rows.map((item) => (
              <div
                key={item.index}
                role="row"
                aria-rowindex={item.index + 2}
                className="absolute inset-x-0 top-0 grid h-10 items-center border-t border-line"
                style={{ ...columns, transform: `translateY(${item.start}px)` }}
              >
                {header.map((_, index) => {
                  const value = rows[item.index]?.[index] ?? "";
                  return (
                    // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other identity.
                    <span key={index} role="cell" title={value} className={cell(index)}>
                      <bdi>{value}</bdi>
                    </span>
                  );
                })}
              </div>
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

function read(text: string) {
  const [header = [], ...rows] = parseCsv(text);
  const sample = rows.slice(0, SAMPLE);
  const column = (index: number) => sample.map((row) => row[index] ?? "");
  return {
    header,
    rows,
    numeric: header.map((_, index) => isNumeric(column(index))),
    widths: header.map((title, index) => {
      // Titles are drawn bold, and letters wider than the digit that a `ch` is.
      const longest = Math.max(Math.ceil(title.length * 1.2), ...column(index).map((value) => value.length));
      return Math.min(26, Math.max(5, longest)) + 3;
    }),
  };
}
