import type { Lang } from "../spec.ts";
import type { ReconcileSpec, Side } from "./spec.ts";

export const PROGRAM_FOLDER = "reconcile";
export const SAMPLE_FILES = [`${PROGRAM_FOLDER}/sample/first.csv`, `${PROGRAM_FOLDER}/sample/second.csv`] as const;

const SIDE: Side = { decimal: ".", dateOrder: "dmy", amountSamples: [], dateSamples: [] };
const of = (keys: readonly [string, string], amounts: readonly [string, string]): ReconcileSpec => ({
  files: null,
  keys: [keys],
  amounts: [amounts],
  dates: [],
  tolerance: "0",
  days: 0,
  left: SIDE,
  right: SIDE,
  assumptions: [],
});

export const SAMPLE_SPEC: Readonly<Record<Lang, ReconcileSpec>> = {
  en: of(["Reference", "Ref"], ["Amount", "Paid"]),
  ar: of(["المرجع", "رقم المرجع"], ["المبلغ", "المدفوع"]),
};

const ROWS = {
  first: [
    ["INV-001", "01/10/2026", "1,250.500"],
    ["INV-002", "03/10/2026", "99.750"],
    ["INV-003", "07/10/2026", "410.000"],
    ["INV-004", "12/10/2026", "75.250"],
    ["INV-004", "12/10/2026", "75.250"],
    ["INV-006", "20/10/2026", "(15.000)"],
  ],
  second: [
    ["inv-001", "2026-10-02", "1250.500"],
    ["INV-002", "2026-10-03", "99.500"],
    ["INV-004", "2026-10-12", "75.250"],
    ["INV-005", "2026-10-15", "33.000"],
    ["INV-006", "2026-10-20", "-15"],
  ],
} as const;
const HEADS = {
  en: { first: ["Reference", "Date", "Amount"], second: ["Ref", "Date", "Paid"] },
  ar: { first: ["المرجع", "التاريخ", "المبلغ"], second: ["رقم المرجع", "التاريخ", "المدفوع"] },
} as const;

const csv = (rows: readonly (readonly string[])[]): string =>
  `${rows.map((row) => row.map((cell) => (cell.includes(",") ? `"${cell}"` : cell)).join(",")).join("\n")}\n`;

/** Two small tables with every case: equal, different, missing on either side, doubled. Made up, and called so. */
export const sampleFiles = (lang: Lang): readonly [string, string] => [
  csv([HEADS[lang].first, ...ROWS.first]),
  csv([HEADS[lang].second, ...ROWS.second]),
];
