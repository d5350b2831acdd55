import Papa from "papaparse";

export interface Table {
  readonly name: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The CSV results among downloaded texts. */
export function tablesOf(texts: ReadonlyMap<string, string>): Table[] {
  return [...texts].flatMap(([name, text]) => {
    if (!name.endsWith(".csv")) return [];
    const { data, errors } = Papa.parse<string[]>(text.replace(/^\ufeff/, "").trim());
    if (errors.length > 0) throw new Error(`${name} is not RFC 4180: ${JSON.stringify(errors[0])}`);
    const [header = [], ...rows] = data;
    return [{ name, header, rows }];
  });
}

/** The one table whose header has all of `columns` and none of `without`. */
export function tableWith(
  tables: readonly Table[],
  columns: readonly string[],
  without: readonly string[] = [],
): Table {
  const found = tables.filter(
    ({ header }) => columns.every((name) => header.includes(name)) && without.every((name) => !header.includes(name)),
  );
  const [only] = found;
  if (found.length !== 1 || !only)
    throw new Error(
      `${found.length} tables have ${columns.join(", ")}: ${tables.map(({ name, header }) => `${name} [${header.join(" | ")}]`).join("; ")}`,
    );
  return only;
}

/** Cells of a column by the text of other columns, joined with " / ". @throws Error when two rows have the same key */
export function columnBy(table: Table, keys: readonly string[], value: string): Map<string, string> {
  const at = (name: string): number => {
    const index = table.header.indexOf(name);
    if (index < 0) throw new Error(`${table.name} has no column ${name}: ${table.header.join(" | ")}`);
    return index;
  };
  const found = new Map<string, string>();
  for (const row of table.rows) {
    const key = keys.map((name) => row[at(name)] ?? "").join(" / ");
    if (found.has(key)) throw new Error(`${table.name} has two rows for ${key}`);
    found.set(key, row[at(value)] ?? "");
  }
  return found;
}
