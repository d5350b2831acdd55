import { env, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import type { FolderQuery } from "../../shared/api/files.ts";
import type { FilesRpc } from "../../shared/protocol/library-rpc.ts";
import { Listing, statement } from "./listing.ts";
import { compose, type Ground } from "./parts.ts";
import { folderQuery, searchQuery } from "./testing.ts";

/* 10,000 files in one folder, 10,000 folders in another: what a page costs is counted in rows, not timed. */

const PROJECT = "prj_large";
const MANY = 10_000;
const library: FilesRpc & DurableObjectStub = env.LIBRARY.getByName(PROJECT);
const NO_CHORE = { name: "none", due: () => null, run: async () => undefined };

/** Runs `work` over the object's parts and gives how many rows its statements read. */
async function rowsRead<T>(work: (ground: Ground) => T): Promise<{ value: T; rows: number }> {
  return runInDurableObject(library, (_, ctx) => {
    let rows = 0;
    const sql = new Proxy(ctx.storage.sql, {
      get(target, name) {
        if (name !== "exec") return Reflect.get(target, name, target);
        return (...args: Parameters<SqlStorage["exec"]>) => {
          const cursor = target.exec(...args);
          const all = cursor.toArray();
          rows += cursor.rowsRead;
          return { toArray: () => all, one: () => all[0], [Symbol.iterator]: () => all[Symbol.iterator]() };
        };
      },
    });
    const storage = new Proxy(ctx.storage, {
      get: (target, name) => {
        if (name === "sql") return sql;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const parts = compose(
      new Proxy(ctx, { get: (target, name) => (name === "storage" ? storage : Reflect.get(target, name, target)) }),
      env,
      NO_CHORE,
    );
    rows = 0;
    const value = work(parts);
    return { value, rows };
  });
}

beforeAll(async () => {
  await library.createFolder({ projectId: PROJECT, userId: "usr_a" }, "Many/Files");
  await library.createFolder({ projectId: PROJECT, userId: "usr_a" }, "Many/Folders");
  await runInDurableObject(library, (_, ctx) => {
    const parts = compose(ctx, env, NO_CHORE);
    const [files, folders] = ["Files", "Folders"].map((name) => parts.tree.find(["Many", name])?.id ?? 0);
    ctx.storage.transactionSync(() => {
      for (let index = 0; index < MANY; index++) {
        const id = `fil_${index}`;
        const name = `invoice ${index}.csv`;
        const at = new Date(1_700_000_000_000 + ((index * 7919) % MANY) * 1000).toISOString();
        const size = (index * 31) % 977;
        const version = { id, size, mediaType: "text/csv", sha256: null, key: id, header: "h", owned: true };
        const read = { profile: null, problem: null, derived: "[]", reading: "yes", origin: "upload" } as const;
        parts.sql.exec(
          `INSERT INTO items (id, folder, name, name_key, sort_key, version, version_id, size, media_type, kind, origin,
             reading, simulated, created_at, updated_at, updated_by)
           VALUES (?, ?, ?, ?, ?, 1, ?, ?, 'text/csv', 'table', 'upload', 'yes', 0, ?, ?, 'usr_a')`,
          ...[id, files ?? 0, name, name, `invoice ${String(index).padStart(12, "0")}.csv`, id, size, at, at],
        );
        parts.sql.exec("INSERT INTO name_words (rowid, name) VALUES ((SELECT MAX(seq) FROM items), ?)", name);
        parts.sql.exec(
          "INSERT INTO versions VALUES (?, ?, 1, ?, ?, ?, ?, ?, 1, NULL, NULL, '[]', ?, ?, NULL, ?, 'u', NULL)",
          ...[id, id, version.size, version.mediaType, null, id, "h", read.reading, read.origin, at],
        );
        parts.sql.exec(
          "INSERT INTO folders (parent, name, name_key, sort_key, updated_at) VALUES (?, ?, ?, ?, ?)",
          ...[folders ?? 0, `f${index}`, `f${index}`, `f${String(index).padStart(12, "0")}`, at],
        );
      }
    });
  });
}, 60_000);

const SORTS = (["name", "date", "size"] as const).flatMap((sort) =>
  (["asc", "desc"] as const).map((order) => ({ sort, order })),
);

describe("10,000 in a folder (P: every call of the object < 100 ms)", () => {
  test.each(SORTS)("a page by $sort $order follows an index: no sorting, no scan", async ({ sort, order }) => {
    await runInDurableObject(library, (_, { storage: { sql } }) => {
      for (const table of ["folders", "items"] as const)
        for (const goesOn of [false, true]) {
          const text = statement(table, { sort, order }, goesOn);
          const values = goesOn ? [1, "x", 1, 10] : [1, 10];
          const plan = sql.exec<{ detail: string }>(`EXPLAIN QUERY PLAN ${text}`, ...values).toArray();
          expect(plan.map((step) => step.detail).join()).toMatch(
            new RegExp(`^SEARCH ${table} USING INDEX ${table}_by_${sort} `),
          );
        }
    });
  });

  test.each(["Many/Files", "Many/Folders"])(
    "every page of %s reads about as many rows as it shows; all are seen once",
    async (path) => {
      const seen = new Set<string>();
      let last = -1;
      for (let cursor: string | undefined; ; ) {
        const query: FolderQuery = folderQuery({ path, limit: 200, ...(cursor !== undefined && { cursor }) });
        const { value, rows } = await rowsRead((ground) => new Listing(ground).page(query));
        if (!value.ok) throw new Error(value.error.code);
        expect(rows).toBeLessThan(500);
        for (const item of value.value.items) {
          const number = Number(/\d+/.exec(item.name)?.[0]);
          expect(number).toBeGreaterThan(last);
          last = number;
          seen.add(item.name);
        }
        if (value.value.nextCursor === null) break;
        cursor = value.value.nextCursor;
      }
      expect(seen.size).toBe(MANY);
    },
  );

  test("by date and size, both ways, pages miss nothing and repeat nothing, equal values included", async () => {
    for (const { sort, order } of SORTS.filter((one) => one.sort !== "name")) {
      const seen = new Set<string>();
      for (let cursor: string | undefined, pages = 0; pages < 60; pages++) {
        const page = await library.folder(
          folderQuery({ path: "Many/Files", limit: 200, sort, order, ...(cursor && { cursor }) }),
        );
        if (!page.ok) throw new Error(page.error.code);
        for (const item of page.value.items) seen.add(item.name);
        cursor = page.value.nextCursor ?? undefined;
        if (cursor === undefined) break;
      }
      expect(seen.size).toBe(MANY);
    }
  });

  test("moving a folder of 10,000 files, deleting and restoring it touch a handful of rows", async () => {
    const by = { projectId: PROJECT, userId: "usr_a" };
    const written = await runInDurableObject(library, (_, ctx) => {
      const parts = compose(ctx, env, NO_CHORE);
      const before = ctx.storage.sql.exec("SELECT total_changes() AS n").one().n;
      parts.places.moveFolder("Many/Files", "Moved");
      const binned = parts.bin.removeFolder("Moved", by.userId);
      if (!binned.ok) throw new Error(binned.error.code);
      parts.bin.restore(binned.value.id);
      parts.places.moveFolder("Moved", "Many/Files");
      return Number(ctx.storage.sql.exec("SELECT total_changes() AS n").one().n) - Number(before);
    });
    expect(written).toBeLessThan(60);
  });

  test("searching 10,000 names reads what matches; a common word is bounded by the page", async () => {
    const { value, rows } = await rowsRead((ground) => {
      const parts = ground as ReturnType<typeof compose>;
      return parts.search.page(searchQuery("invoice 4242"));
    });
    expect(value.items.map((hit) => hit.file.name)).toEqual(["invoice 4242.csv"]);
    expect(rows).toBeLessThan(100);
    const common = await library.search(searchQuery("invoice", { limit: 20 }));
    expect(common.items).toHaveLength(20);
    expect(common.nextCursor).not.toBe(null);
  });

  test("a zip's page of files reads on where the last ended", async () => {
    const names = new Set<string>();
    for (let next: string | null = null; ; ) {
      const page = await library.zip("Many", next);
      if (!page.ok) throw new Error(page.error.code);
      for (const entry of page.value.items) names.add(entry.path);
      next = page.value.nextCursor;
      if (next === null) break;
    }
    expect(names.size).toBe(MANY);
    expect(names.has("Files/invoice 77.csv")).toBe(true);
  });
});
