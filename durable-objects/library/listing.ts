import type { FolderEntry, FolderPage, FolderQuery } from "../../shared/api/files.ts";
import { problem } from "../../shared/errors/problem.ts";
import { err, ok } from "../../shared/lib/result.ts";
import type { ZipEntry } from "../../shared/protocol/library-rpc.ts";
import type { Answer } from "../../shared/protocol/object-rpc.ts";
import { fromBase64, toBase64Url } from "../../shared/sealing/base64.ts";
import type { ItemRow } from "./items.ts";
import { parsePath } from "./names.ts";
import type { Ground } from "./parts.ts";
import type { FolderRow } from "./tree.ts";

const COLUMN = { name: "sort_key", date: "updated_at", size: "size" } as const;
const ZIP_PAGE = 200;

/** Where a page ended: in the folders or the files, at which value and row. */
type Place = readonly ["d" | "f", string | number, number];

/** Lists of folders. Every page is read along an index, however many files a folder has. */
export class Listing {
  readonly #ground: Ground;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  page(query: FolderQuery): Answer<FolderPage> {
    const { tree, items } = this.#ground;
    const names = parsePath(query.path);
    const folder = names && tree.find(names);
    const place = decode(query.cursor);
    if (!folder) return err(problem("not_found"));
    if (place === undefined) return err(problem("invalid_request", { fields: "cursor" }));
    const path = tree.names(folder.id).join("/");
    const wanted = query.limit + 1;
    const folders = place?.[0] === "f" ? [] : this.#rows<FolderRow>("folders", folder.id, query, place, wanted);
    const files =
      folders.length >= wanted
        ? []
        : this.#rows<ItemRow>("items", folder.id, query, place?.[0] === "f" ? place : null, wanted - folders.length);
    const shown = [
      ...folders.map((row) => ({ place: placeOf("d", query, row, row.id), entry: folderEntry(row, path) })),
      ...files.map((row) => ({ place: placeOf("f", query, row, row.seq), entry: items.entry(row, path) })),
    ];
    const last = shown[query.limit - 1];
    return ok({
      path,
      folders: folder.folders,
      files: folder.files,
      totalFiles: folder.total_files,
      totalSize: folder.size,
      items: shown.slice(0, query.limit).map((one) => one.entry),
      nextCursor: shown.length > query.limit && last ? encode(last.place) : null,
    });
  }

  #rows<Row extends Record<string, SqlStorageValue>>(
    table: "folders" | "items",
    folder: number,
    query: FolderQuery,
    place: Place | null,
    limit: number,
  ): Row[] {
    const text = statement(table, query, place !== null);
    const from = place ? [place[1], place[2]] : [];
    return this.#ground.sql.exec<Row>(text, folder, ...from, limit).toArray();
  }

  /** See FilesRpc.zip. */
  zip(path: string, next: string | null): Answer<{ name: string; items: ZipEntry[]; nextCursor: string | null }> {
    const { sql, tree, items } = this.#ground;
    const names = parsePath(path);
    const folder = names && tree.find(names);
    if (!folder) return err(problem("not_found"));
    const after = next === null ? 0 : Number.parseInt(next, 36) || 0;
    const rows = sql
      .exec<{ seq: number }>(
        `WITH RECURSIVE below (id) AS (
           SELECT ? UNION ALL SELECT folders.id FROM below JOIN folders ON folders.parent = below.id AND folders.bin IS NULL)
         SELECT seq FROM items WHERE folder IN (SELECT id FROM below) AND bin IS NULL AND seq > ? ORDER BY seq LIMIT ?`,
        folder.id,
        after,
        ZIP_PAGE,
      )
      .toArray();
    const depth = names.length;
    const paths = new Map<number, string[]>();
    const entries = rows.flatMap(({ seq }): ZipEntry[] => {
      const item = items.bySeq(seq);
      const version = item && items.version(item.version_id);
      if (!version) return [];
      const above = paths.get(item.folder) ?? tree.names(item.folder);
      paths.set(item.folder, above);
      const inside = [...above.slice(depth), item.name].join("/");
      return [{ ...items.stored(item, version), path: inside, updatedAt: item.updated_at }];
    });
    const last = rows.at(-1);
    return ok({
      name: folder.name,
      items: entries,
      nextCursor: rows.length === ZIP_PAGE && last ? last.seq.toString(36) : null,
    });
  }
}

/** The statement of a page: the part of an index it reads is as long as the page. */
export function statement(
  table: "folders" | "items",
  query: Pick<FolderQuery, "sort" | "order">,
  goesOn: boolean,
): string {
  const [parent, id] = table === "folders" ? ["parent", "id"] : ["folder", "seq"];
  const column = COLUMN[query.sort];
  const [sign, way] = query.order === "asc" ? [">", "ASC"] : ["<", "DESC"];
  const from = goesOn ? `AND (${column}, ${id}) ${sign} (?, ?)` : "";
  return `SELECT * FROM ${table} WHERE ${parent} = ? AND bin IS NULL ${from} ORDER BY ${column} ${way}, ${id} ${way} LIMIT ?`;
}

function placeOf(
  kind: "d" | "f",
  query: FolderQuery,
  row: { size: number; updated_at: string; sort_key: string },
  id: number,
): Place {
  const value = query.sort === "size" ? row.size : query.sort === "date" ? row.updated_at : row.sort_key;
  return [kind, value, id];
}

function folderEntry(row: FolderRow, above: string): FolderEntry {
  return {
    kind: "folder",
    name: row.name,
    path: above === "" ? row.name : `${above}/${row.name}`,
    files: row.total_files,
    size: row.size,
    updatedAt: row.updated_at,
  };
}

const encode = (place: Place): string => toBase64Url(new TextEncoder().encode(JSON.stringify(place)));

/** Undefined for a text we never gave. */
function decode(text: string | undefined): Place | null | undefined {
  if (text === undefined || text === "") return null;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(fromBase64(text) ?? new Uint8Array()));
    if (!Array.isArray(value) || value.length !== 3) return undefined;
    const [kind, from, id] = value;
    const isKind = kind === "d" || kind === "f";
    const isValue = typeof from === "string" || typeof from === "number";
    return isKind && isValue && Number.isSafeInteger(id) ? [kind, from, id] : undefined;
  } catch {
    return undefined;
  }
}
