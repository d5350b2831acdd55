import { BIG_SOURCE } from "./big-source.generated.ts";
import { GUARDS } from "./guards.ts";

/**
 * The guest's side of the API that GUEST.md describes, evaluated in the guest's own realm before its code. It
 * reaches the host through one function, `bridge(operation, JSON arguments) → JSON answer`, so the host only ever
 * receives strings: getters, proxies and `toString` tricks run in the guest and on the guest's budget. Built-ins are
 * captured before guest code can replace them.
 */
export const PRELUDE = String.raw`(function (bridge) {
  "use strict";
  const bigModule = { exports: {} };
  (function (module, exports) {
${BIG_SOURCE}
  }).call(globalThis, bigModule, bigModule.exports);
  const Big = bigModule.exports.Big;
  delete globalThis.Big;
  Object.freeze(Big.prototype);
  Object.freeze(Big);

  const { parse, stringify } = JSON;
  const { isArray } = Array;
  const { keys, prototype: objectPrototype, getPrototypeOf } = Object;
  const text = String;

  const call = (operation, ...args) => {
    const answer = parse(bridge(operation, stringify(args)));
    if (answer.e === undefined) return answer.v;
    const error = answer.e[0] === "TypeError" ? new TypeError(answer.e[1]) : new Error(answer.e[1]);
    if (error.name !== answer.e[0]) error.name = answer.e[0];
    throw error;
  };

  const name = (path) => {
    if (typeof path !== "string") throw new TypeError("A file name must be a string");
    return path;
  };

  ${GUARDS}((work) => call("work", work));

  const files = {
    list: () => call("list"),
    readText: (path) => call("read", name(path)),
    readTable(path) {
      // In parts, each distinct text once: a large table then costs little more than its own size.
      let part = call("table", name(path), 0);
      const columns = part.columns;
      const pool = [];
      const rows = [];
      for (;;) {
        for (const value of part.texts) pool.push(value);
        for (const cells of part.rows) {
          for (let at = 0; at < cells.length; at++) cells[at] = pool[cells[at]];
          rows.push(cells);
        }
        if (part.next === null) return { columns, rows };
        part = call("table", path, part.next);
      }
    },
    write(path, content) {
      if (typeof content === "object" || content === undefined || typeof content === "function") {
        throw new TypeError("files.write takes text; use nexus.csv or JSON.stringify first");
      }
      call("write", name(path), text(content));
    },
  };

  const choice = (options, key, allowed) => {
    const value = options === undefined || options === null ? undefined : options[key];
    if (value === undefined || value === null) return null;
    if (!allowed.includes(value)) throw new TypeError(key + " must be one of " + stringify(allowed));
    return value;
  };

  const plain = (value) => {
    if (value === null || value === undefined) return "";
    if (typeof value === "string") return value;
    return value instanceof Big ? value.toFixed() : text(value);
  };

  const quote = (value) => {
    const cell = plain(value);
    return /[",\r\n]|^\s|\s$/.test(cell) ? '"' + cell.replaceAll('"', '""') + '"' : cell;
  };

  const nexus = {
    number(value, options) {
      const decimal = choice(options, "decimal", [".", ","]);
      if (value instanceof Big) return value;
      const exact = typeof value === "number" || typeof value === "bigint";
      const digits = call("number", plain(value), exact ? "." : decimal);
      return digits === null ? null : new Big(digits);
    },
    date(value, options) {
      const order = choice(options, "order", ["ymd", "dmy", "mdy"]);
      return call("date", value instanceof Date ? value.toISOString() : plain(value), order);
    },
    csv(columns, rows) {
      if (!isArray(columns) || !isArray(rows)) throw new TypeError("nexus.csv takes an array of columns and an array of rows");
      const line = (cells) => (columns.length === 1 && plain(cells[0]) === "" ? '""' : cells.map(quote).join(",")) + "\r\n";
      let out = line(columns);
      for (const row of rows) {
        const cells = isArray(row) ? row : columns.map((column) => row[column]);
        if (cells.length > columns.length) throw new TypeError("A row has more values than there are columns");
        out += line(columns.map((_, index) => cells[index]));
      }
      return out;
    },
  };

  const show = (value, depth, seen) => {
    if (typeof value === "string") return depth === 0 ? value : stringify(value);
    if (typeof value === "bigint") return value + "n";
    if (typeof value === "function") return "[function " + value.name + "]";
    if (typeof value !== "object" || value === null) return text(value);
    if (value instanceof Big) return value.toFixed();
    if (value instanceof Error) return value.name + ": " + value.message;
    if (value instanceof Date) return isNaN(value) ? "Invalid Date" : value.toISOString();
    if (seen.includes(value)) return "[circular]";
    if (depth > 5) return isArray(value) ? "[…]" : "{…}";
    const inside = [...seen, value];
    if (value instanceof Promise) return "Promise (await it to see its value)";
    if (value instanceof Map) {
      return "Map " + show([...value].map(([key, entry]) => [key, entry]), depth + 1, inside);
    }
    if (value instanceof Set) return "Set " + show([...value], depth + 1, inside);
    if (isArray(value)) {
      const shown = [];
      for (let index = 0; index < value.length && index < 1000; index++) shown.push(show(value[index], depth + 1, inside));
      if (value.length > 1000) shown.push("… " + (value.length - 1000) + " more");
      return "[" + shown.join(", ") + "]";
    }
    const entries = keys(value).slice(0, 1000).map((key) => stringify(key) + ": " + show(value[key], depth + 1, inside));
    return "{" + entries.join(", ") + "}";
  };

  const print = (...values) => {
    const shown = values.map((value) => {
      try {
        return show(value, 0, []);
      } catch (error) {
        return "[cannot be shown]";
      }
    });
    call("print", shown.join(" ") + "\n");
  };

  const expose = (key, value) => {
    Object.defineProperty(globalThis, key, { value, writable: true, configurable: true, enumerable: false });
  };
  expose("Big", Big);
  expose("files", Object.freeze(files));
  expose("nexus", Object.freeze(nexus));
  expose("console", Object.freeze({ log: print, info: print, warn: print, error: print, debug: print, table: print }));

  // For the host: what was thrown, as three texts.
  return (thrown) => {
    try {
      if (thrown instanceof Error) return stringify([text(thrown.name), text(thrown.message), text(thrown.stack)]);
      return stringify(["", "thrown: " + show(thrown, 0, []), ""]);
    } catch (error) {
      return stringify(["", "something was thrown that cannot be shown", ""]);
    }
  };
})`;
