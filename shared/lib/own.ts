/** What a table holds under a name that came from outside; nothing for `constructor`, `__proto__` and their like. */
export const own = <Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
