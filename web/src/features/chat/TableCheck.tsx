import { Check, Table2 } from "lucide-react";
import { useState } from "react";
import type { TableToCheck } from "../../../../shared/api/messages.ts";
import { number } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { attach } from "../../stores/upload-store.ts";
import { toCsv } from "../results/csv.ts";
import { Button } from "../ui/Button.tsx";
import { focusComposer } from "./focus-composer.ts";

/** Drawn rows; the rest is kept and used, but a wall of inputs helps nobody. */
const SHOWN = 50;

/** A table read from a picture: the person corrects it before anything is counted from it. */
export function TableCheck({ projectId, table }: { readonly projectId: string; readonly table: TableToCheck }) {
  const t = useT();
  const [columns, setColumns] = useState<readonly string[]>(table.columns);
  const [rows, setRows] = useState<readonly (readonly string[])[]>(table.rows);
  const [used, setUsed] = useState(false);
  const setCell = (at: number, column: number, value: string) =>
    setRows(
      rows.map((row, index) =>
        index === at ? table.columns.map((_, cell) => (cell === column ? value : (row[cell] ?? ""))) : row,
      ),
    );
  const use = () => {
    const name = `${table.name.replaceAll(/[\\/:*?"<>|]/g, " ").trim() || "table"}.csv`;
    attach(projectId, [new File([toCsv([columns, ...rows])], name, { type: "text/csv" })]);
    setUsed(true);
    focusComposer();
  };
  return (
    <section aria-label={t("table.title")} className="overflow-hidden rounded-2xl border border-line bg-surface">
      <header className="flex items-start gap-3 px-4 pt-4">
        <Table2 aria-hidden className="mt-0.5 size-5 shrink-0 text-brand" />
        <div>
          <h2 className="font-medium">{t("table.title")}</h2>
          <p className="text-sm text-muted">{t("table.lead")}</p>
        </div>
      </header>
      <div className="mt-3 max-h-96 overflow-auto border-y border-line">
        <table className="border-collapse text-sm">
          <thead className="sticky top-0 bg-hover">
            <tr>
              {columns.map((column, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns keep their place while they are edited.
                <th key={at} className="p-0 text-start font-semibold">
                  <Cell
                    label={t("table.header", { column: at + 1 })}
                    value={column}
                    onChange={(value) => setColumns(columns.map((one, index) => (index === at ? value : one)))}
                  />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, SHOWN).map((row, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows keep their place while they are edited.
              <tr key={at} className="border-t border-line">
                {columns.map((column, cell) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: as above.
                  <td key={cell} className="p-0">
                    <Cell
                      label={t("table.cell", { column, row: at + 1 })}
                      value={row[cell] ?? ""}
                      onChange={(value) => setCell(at, cell, value)}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <footer className="flex flex-wrap items-center justify-between gap-3 p-3 ps-4">
        <span className="text-sm text-muted">
          {rows.length > SHOWN
            ? t("table.more", { shown: number(SHOWN), count: rows.length })
            : t("table.rows", { count: rows.length })}
        </span>
        <Button look={used ? "secondary" : "primary"} icon={Check} disabled={used} onClick={use}>
          {t(used ? "table.used" : "table.use")}
        </Button>
      </footer>
    </section>
  );
}

function Cell({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <input
      aria-label={label}
      dir="auto"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className="min-h-11 w-36 border-0 bg-transparent px-3 text-sm tabular focus-visible:outline-offset-[-2px]"
    />
  );
}
