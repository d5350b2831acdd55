/** Integer micro-dollars: $1 = 1,000,000. All sums are integers; a call's cost is rounded up once. */
export type Micros = number;

export const USD: Micros = 1_000_000;

/** "$0.0213" → two to four decimals, Latin or Arabic-Indic digits by locale. Below a hundredth of a cent: "<$0.0001". */
export function formatUsd(micros: Micros, locale = "en"): string {
  const dollars = micros / USD;
  const digits = micros === 0 || Math.abs(micros) >= 100_000 ? 2 : Math.abs(micros) >= 10_000 ? 3 : 4;
  if (micros > 0 && micros < 100) return `<${formatUsd(100, locale)}`;
  return new Intl.NumberFormat(locale, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
  }).format(dollars);
}
