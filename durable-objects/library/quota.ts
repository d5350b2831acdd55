import type { StorageView } from "../../shared/api/files.ts";
import { type Problem, problem } from "../../shared/errors/problem.ts";
import { TOP, type Tree } from "./tree.ts";

/** 100 GiB: what a project's files may take, earlier versions and the bin included. */
const DEFAULT_QUOTA = 100 * 1024 ** 3;

/** The operator's FILES_QUOTA_BYTES; what is no number of bytes is the default. */
export function quotaOf(setting: string | undefined): number {
  const bytes = Number(setting);
  return setting !== undefined && Number.isSafeInteger(bytes) && bytes > 0 ? bytes : DEFAULT_QUOTA;
}

/** What a project keeps, and what it may. */
export class Quota {
  readonly #sql: SqlStorage;
  readonly #tree: Tree;
  readonly #max: number;

  constructor(sql: SqlStorage, tree: Tree, max: number) {
    this.#sql = sql;
    this.#tree = tree;
    this.#max = max;
  }

  view(): StorageView {
    const top = this.#tree.get(TOP);
    const { bin_size: binSize, uploads_size: uploadsSize } = this.#sql
      .exec<{ bin_size: number; uploads_size: number }>("SELECT bin_size, uploads_size FROM library")
      .one();
    const sites = this.#sql.exec<{ bytes: number }>("SELECT bytes FROM publishing_bytes").toArray()[0];
    return {
      files: top?.total_files ?? 0,
      size: top?.size ?? 0,
      versionsSize: top?.old_size ?? 0,
      binSize,
      uploadsSize,
      sitesSize: sites?.bytes ?? 0,
      quota: this.#max,
    };
  }

  /** Null when that many bytes more fit. Results of workflows are never refused: they are here already. */
  refusal(bytes: number): Problem | null {
    const { size, versionsSize, binSize, uploadsSize, sitesSize } = this.view();
    const used = size + versionsSize + binSize + uploadsSize + sitesSize;
    if (bytes <= 0 || used + bytes <= this.#max) return null;
    return problem("storage_full", { max: inWords(this.#max), used: inWords(used) });
  }

  bin(bytes: number): void {
    this.#sql.exec("UPDATE library SET bin_size = bin_size + ?", bytes);
  }

  uploads(bytes: number): void {
    this.#sql.exec("UPDATE library SET uploads_size = uploads_size + ?", bytes);
  }
}

function inWords(bytes: number): string {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  return `${Math.round((bytes / 1024 ** power) * 10) / 10} ${units[power]}`;
}
