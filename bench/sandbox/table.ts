export interface Table {
  readonly csv: string;
  readonly rows: number;
  /** "group,sum" by line in order of the groups, as everybody who sums it right prints it. */
  readonly sums: string;
}

const ROWS = 200_000;
const GROUPS = 40;
const AREAS = ["Salmiya", "Hawalli", "Jahra", "Ahmadi", "Farwaniya"];

/** A table of 10 MB with amounts of three decimals. The same one every time. */
export function makeTable(): Table {
  const sums = new Map<string, number>();
  const lines = ["date,invoice,client,area,amount,status"];
  for (let row = 0; row < ROWS; row++) {
    const client = `Client ${String((row * 7919) % GROUPS).padStart(3, "0")}`;
    const fils = 1_000 + ((row * 104_729) % 989_000);
    const day = `2026-${String(1 + (row % 12)).padStart(2, "0")}-${String(1 + (row % 28)).padStart(2, "0")}`;
    const amount = (fils / 1000).toFixed(3);
    const invoice = String(row).padStart(7, "0");
    lines.push(`${day},${invoice},${client},${AREAS[row % 5]},${amount},${row % 3 === 0 ? "unpaid" : "paid"}`);
    sums.set(client, (sums.get(client) ?? 0) + fils);
  }
  const printed = [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, sum]) => `${name},${(sum / 1000).toFixed(3)}`);
  return { csv: `${lines.join("\n")}\n`, rows: ROWS, sums: printed.join("\n") };
}
