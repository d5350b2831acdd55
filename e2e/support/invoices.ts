/** Fils: thousandths of a dinar, so that every sum in the tests is an integer. */
export interface Invoice {
  readonly number: string;
  readonly client: string;
  /** ISO dates; "" for an empty cell. */
  readonly date: string;
  readonly due: string;
  /** Null for an empty cell. */
  readonly fils: number | null;
  readonly paid: boolean;
  readonly note: string;
}

const CLIENTS = ["شركة النور الطبية", "Gulf Co; Trading", 'Al "Noor" Clinic', "مؤسسة الخليج", "O'Hara & Sons, Ltd"];

/** A small deterministic generator (mulberry32), so that a failure can be repeated from its seed. */
export function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}

const two = (value: number): string => String(value).padStart(2, "0");

/** Invoices of the years 2024 and 2025 (all past) with what real lists hold: credit notes, empty cells, odd names. */
export function makeInvoices(seed: number, count: number): Invoice[] {
  const next = random(seed);
  const invoices = Array.from({ length: count }, (_, index): Invoice => {
    const year = 2024 + next(2);
    const month = 1 + next(12);
    const day = 1 + next(28);
    const late = next(3) > 0;
    return {
      number: `INV-${1001 + index}`,
      client: CLIENTS[next(CLIENTS.length)] ?? "",
      date: `${year}-${two(month)}-${two(day)}`,
      due: late
        ? `${year + 1 > 2025 ? 2026 : 2025}-0${1 + next(6)}-${two(1 + next(28))}`
        : `2099-${two(1 + next(12))}-15`,
      fils: 1 + next(9_999_999),
      paid: next(2) === 0,
      note: "",
    };
  });
  const change = (index: number, with_: Partial<Invoice>) => {
    const old = invoices[index];
    if (old) invoices[index] = { ...old, ...with_ };
  };
  change(1, { date: "2025-03-31", due: "2025-04-30", fils: -12_505, paid: false, note: "credit note" });
  change(2, { fils: null });
  change(3, { client: "" });
  change(4, {
    date: "2025-01-25",
    due: "2025-02-25",
    fils: 1_234_500,
    paid: false,
    note: 'said "tomorrow"; then\nnothing',
  });
  change(5, { date: "2024-12-31", due: "2025-01-31", fils: 1, paid: false });
  return invoices;
}

const easternDigits = (text: string): string =>
  text.replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit)));

/** Fils as "1,234.500". */
export function grouped(fils: number): string {
  const [whole = "0", part = "000"] = decimal(Math.abs(fils)).split(".");
  return `${fils < 0 ? "-" : ""}${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${part}`;
}

/** Fils as "1234.500". */
export const decimal = (fils: number): string =>
  `${fils < 0 ? "-" : ""}${Math.floor(Math.abs(fils) / 1000)}.${String(Math.abs(fils) % 1000).padStart(3, "0")}`;

const dmy = (iso: string): string => iso.split("-").reverse().join("/");
const quoted = (text: string): string => (/[";\n,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Header of each field. */
export interface Headers {
  readonly number: string;
  readonly client: string;
  readonly date: string;
  readonly due: string;
  readonly amount: string;
  readonly status: string;
  readonly note: string;
}

export const HEADERS: Headers = {
  number: "Invoice",
  client: "Client name",
  date: "Invoice date",
  due: "Due date",
  amount: "Amount (KWD)",
  status: "Status",
  note: "Notes",
};
export const ARABIC_HEADERS: Headers = {
  number: "رقم الفاتورة",
  client: "العميل",
  date: "تاريخ الفاتورة",
  due: "تاريخ الاستحقاق",
  amount: "المبلغ (د.ك)",
  status: "الحالة",
  note: "ملاحظات",
};

/** As people's spreadsheets export it: semicolons, d/m/y, grouping, Arabic-Indic digits here and there, quotes. */
export function awkwardCsv(
  invoices: readonly Invoice[],
  headers: Headers,
  statuses: readonly [string, string],
): string {
  const lines = invoices.map((one, index) => {
    const amount = one.fils === null ? "" : grouped(one.fils);
    const arabic = index % 4 === 0;
    return [
      one.number,
      one.client,
      arabic ? easternDigits(dmy(one.date)) : dmy(one.date),
      dmy(one.due),
      arabic ? easternDigits(amount).replaceAll(",", "٬").replace(".", "٫") : amount,
      one.paid ? statuses[0] : statuses[1],
      one.note,
    ]
      .map(quoted)
      .join(";");
  });
  return `\ufeff${Object.values(headers).map(quoted).join(";")}\r\n${lines.join("\r\n")}\r\n`;
}

/** Fils by "client / month"; an invoice without an amount adds nothing but is there. */
export function totalsByClientAndMonth(invoices: readonly Invoice[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const { client, date, fils } of invoices) {
    const key = `${client} / ${date.slice(0, 7)}`;
    totals.set(key, (totals.get(key) ?? 0) + (fils ?? 0));
  }
  return totals;
}

const KUWAIT_MS = 3 * 3_600_000;

/** Today where the people are (UTC+3, no summer time): agents count days from it, three hours before UTC does. */
export const todayInKuwait = (): string => new Date(Date.now() + KUWAIT_MS).toISOString().slice(0, 10);

/** Not paid, past due on `today`, and owed to us: a credit note is not. */
export const overdue = (invoices: readonly Invoice[], today: string): Invoice[] =>
  invoices.filter((one) => !one.paid && one.due !== "" && one.due < today && (one.fils === null || one.fils > 0));

export const sumOf = (invoices: readonly Invoice[]): number => invoices.reduce((sum, { fils }) => sum + (fils ?? 0), 0);
