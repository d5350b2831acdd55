import type { LogRow, LogStore } from "../../ports.ts";

/** The columns of `checkpoints` under their names in the database. */
export interface CorpusRow {
  readonly version: number;
  readonly name: string;
  readonly schema_version: number;
  readonly epoch: number;
  readonly actor: string;
  readonly event: string;
  readonly previous_hash: string;
  readonly cost: number;
  readonly at: string;
}

/** JSON lines, a row of `checkpoints` each. */
export function parseCorpus(text: string): LogRow[] {
  return text
    .trim()
    .split("\n")
    .map((line) => {
      // SAFETY: the corpus is committed, and its tests compare every column with what the hash chain covers.
      const row = JSON.parse(line) as CorpusRow;
      const { schema_version: schemaVersion, previous_hash: previousHash, ...rest } = row;
      return { ...rest, schemaVersion, previousHash };
    });
}

/** Puts rows into an empty log, as they were stored. */
export function corpusLog<Store extends LogStore>(rows: readonly LogRow[], store: Store): Store {
  for (const row of rows) store.append(row);
  return store;
}
