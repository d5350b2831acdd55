import { env, runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { newId } from "../../../shared/lib/ids.ts";
import { logContract, row } from "./log-contract.ts";
import { createSchema, hasSchema } from "./schema.ts";
import { SqliteLog } from "./sqlite-log.ts";

const inObject = (use: (storage: DurableObjectStorage) => void) =>
  runInDurableObject(env.WORKFLOW.getByName(newId("wf")), (_instance, { storage }) => use(storage));

describe("L6 the log in SQLite", () => {
  logContract((check) =>
    inObject((storage) => {
      createSchema(storage.sql);
      check(new SqliteLog(storage));
    }),
  );

  test("L1 the database refuses changes, removals and replacements", () =>
    inObject((storage) => {
      createSchema(storage.sql);
      const log = new SqliteLog(storage);
      log.append(row(1));
      log.append(row(2));
      expect(() => storage.sql.exec("UPDATE checkpoints SET event = 'x' WHERE version = 1")).toThrow(/append-only/);
      expect(() => storage.sql.exec("DELETE FROM checkpoints")).toThrow(/append-only/);
      expect(() =>
        storage.sql.exec("INSERT OR REPLACE INTO checkpoints SELECT * FROM checkpoints WHERE version = 1"),
      ).toThrow(/without gaps/);
      expect(log.range(0, 10)).toEqual([row(1), row(2)]);
    }));

  test("C2 an object that is only asked about stays empty", () =>
    inObject((storage) => expect(hasSchema(storage.sql)).toBe(false)));
});
