/** A made-up ledger whose right answers are known before it is written down in some format. */
export interface Entry {
  readonly number: string;
  readonly client: string;
  readonly city: string;
  /** ISO; "" is an empty cell. */
  readonly date: string;
  readonly due: string;
  /** Thousandths; null is an empty cell. */
  readonly fils: number | null;
  readonly paid: boolean;
}

/** mulberry32: small, seeded, good enough to make tables. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Format {
  readonly headers: readonly [
    number: string,
    client: string,
    city: string,
    date: string,
    due: string,
    amount: string,
    status: string,
  ];
  readonly clients: readonly string[];
  readonly cities: readonly string[];
  readonly paid: string;
  readonly unpaid: string;
  readonly amount: (fils: number) => string;
  readonly date: (iso: string) => string;
}

const arabicDigits = (text: string): string =>
  text.replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit)));
const groups = (digits: string, mark: string): string => digits.replace(/\B(?=(\d{3})+$)/g, mark);
const parts = (fils: number): { sign: string; whole: string; rest: string } => {
  const size = Math.abs(fils);
  return {
    sign: fils < 0 ? "-" : "",
    whole: String(Math.floor(size / 1000)),
    rest: String(size % 1000).padStart(3, "0"),
  };
};
const english = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const [Y, M, D] = [(iso: string) => iso.slice(0, 4), (iso: string) => iso.slice(5, 7), (iso: string) => iso.slice(8)];

const CLIENTS = ["Acme Trading", "Gulf Stars", "Noor & Sons", 'The "Best" Co', "Blue, Ltd", "Zed"];
const CITIES = ["Kuwait City", "Hawally", "Salmiya"];
const ENGLISH: Format["headers"] = ["Invoice No", "Client", "City", "Invoice Date", "Due Date", "Amount", "Status"];
const ARABIC: Format["headers"] = [
  "رقم الفاتورة",
  "العميل",
  "المدينة",
  "تاريخ الفاتورة",
  "تاريخ الاستحقاق",
  "المبلغ",
  "الحالة",
];

export const FORMATS: Readonly<Record<string, Format>> = {
  plain: {
    headers: ENGLISH,
    clients: CLIENTS,
    cities: CITIES,
    paid: "Paid",
    unpaid: "Unpaid",
    amount: (fils) => {
      const { sign, whole, rest } = parts(fils);
      return `${sign}${whole}.${rest}`;
    },
    date: (iso) => iso,
  },
  grouped: {
    headers: ["Ref", "Customer Name", "Branch", "Issued", "Payment Due", "Invoice Total (KWD)", "Payment Status"],
    clients: CLIENTS,
    cities: CITIES,
    paid: "settled",
    unpaid: "Open",
    amount: (fils) => {
      const { sign, whole, rest } = parts(fils);
      const text = `KD ${groups(whole, ",")}.${rest}`;
      return sign === "" ? text : `(${text})`;
    },
    date: (iso) => `${D(iso)}/${M(iso)}/${Y(iso)}`,
  },
  european: {
    headers: ["Nr", "Kunde", "Stadt/City", "Datum", "Due", "Betrag", "State"],
    clients: CLIENTS,
    cities: CITIES,
    paid: "paid",
    unpaid: "pending",
    amount: (fils) => {
      const { sign, whole, rest } = parts(fils);
      return `${sign}${groups(whole, ".")},${rest}`;
    },
    date: (iso) => `${Number(D(iso))}.${Number(M(iso))}.${Y(iso)}`,
  },
  american: {
    headers: ENGLISH,
    clients: CLIENTS,
    cities: CITIES,
    paid: "Yes",
    unpaid: "No",
    amount: (fils) => {
      const { sign, whole, rest } = parts(fils);
      return `${sign}${groups(whole, ",")}.${rest}`;
    },
    date: (iso) => `${M(iso)}/${D(iso)}/${Y(iso)}`,
  },
  words: {
    headers: ["ID", "Company", "Region", "Date", "Deadline", "Value", "Status"],
    clients: CLIENTS,
    cities: CITIES,
    paid: "PAID",
    unpaid: "Overdue",
    amount: (fils) => {
      const { sign, whole, rest } = parts(fils);
      return `${sign}${whole}.${rest} KWD`;
    },
    date: (iso) => `${Number(D(iso))} ${english[Number(M(iso)) - 1]} ${Y(iso)}`,
  },
  arabic: {
    headers: ARABIC,
    clients: ["شركة النور", "مؤسسة الخليج", "زبون نقدي", "أحمد وأولاده", "الشركة الأهلية"],
    cities: ["مدينة الكويت", "حولي", "السالمية"],
    paid: "مدفوعة",
    unpaid: "غير مدفوعة",
    amount: (fils) => {
      const { sign, whole, rest } = parts(fils);
      return `${sign}${arabicDigits(groups(whole, "٬"))}٫${arabicDigits(rest)} د.ك`;
    },
    date: (iso) => arabicDigits(`${D(iso)}/${M(iso)}/${Y(iso)}`),
  },
};

/** Entries around the year before `today`; some cells empty, some credit notes. */
export function ledger(seed: number, count: number, format: Format): Entry[] {
  const next = random(seed);
  const pick = <T>(list: readonly T[]): T => {
    const one = list[Math.floor(next() * list.length)];
    if (one === undefined) throw new Error("empty list");
    return one;
  };
  const day = (from: string, days: number): string =>
    new Date(Date.parse(from) + days * 86_400_000).toISOString().slice(0, 10);
  return Array.from({ length: count }, (_, index) => {
    // The first rows fix the order of day and month beyond doubt.
    const date = index === 0 ? "2026-01-28" : day("2025-11-01", Math.floor(next() * 380));
    const empty = next();
    return {
      number: `INV-${1000 + index}`,
      client: empty < 0.05 && index > 0 ? "" : pick(format.clients),
      city: pick(format.cities),
      date: empty > 0.96 && index > 0 ? "" : date,
      due: index === 0 ? "2026-02-27" : day(date, 15 + Math.floor(next() * 45)),
      fils:
        empty > 0.05 && empty < 0.08 && index > 0
          ? null
          : index === 0
            ? 1_234_567
            : (next() < 0.06 ? -1 : 1) * Math.floor(next() * 5_000_000),
      paid: next() < 0.5,
    };
  });
}

export function written(entries: readonly Entry[], format: Format): { columns: string[]; rows: string[][] } {
  return {
    columns: [...format.headers],
    rows: entries.map((one) => [
      one.number,
      one.client,
      one.city,
      one.date === "" ? "" : format.date(one.date),
      format.date(one.due),
      one.fils === null ? "" : format.amount(one.fils),
      one.paid ? format.paid : format.unpaid,
    ]),
  };
}

/** Thousandths as the result writes them. */
export const decimal = (fils: number): string => {
  const { sign, whole, rest } = parts(fils);
  return `${sign}${whole}.${rest}`;
};
