import type { AlarmRows } from "./keyed-alarms.ts";

/** The keyed alarms in the object's own database; the table is made with the log's (log/schema.ts). */
export function sqliteAlarmRows(sql: SqlStorage): AlarmRows {
  return {
    load: () =>
      new Map(
        sql
          .exec<{ key: string; due: number }>("SELECT key, due FROM alarms")
          .toArray()
          .map(({ key, due }) => [key, due]),
      ),
    save: (key, due) => void sql.exec("INSERT OR REPLACE INTO alarms VALUES (?, ?)", key, due),
    remove: (key) => void sql.exec("DELETE FROM alarms WHERE key = ?", key),
  };
}
