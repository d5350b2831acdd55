import { call, send } from "./host.js";
import { formatWithOptions, inspect } from "./inspect.js";
import { sinceStart } from "./timers.js";

export const write = (stream, data) => send("print", [stream], data);

/** console of Node: what it prints is the same, without colours. */
export function makeConsole() {
  let indent = "";
  const counts = new Map();
  const times = new Map();
  const print = (stream, text) => {
    write(stream, `${indent === "" ? text : indent + text.replaceAll("\n", `\n${indent}`)}\n`);
  };
  const to =
    (stream) =>
    (...args) =>
      print(stream, args.length === 1 && typeof args[0] === "string" ? args[0] : formatWithOptions({}, ...args));
  const log = to("stdout");
  const warn = to("stderr");
  const elapsed = (label) => {
    const start = times.get(label);
    return start === undefined ? null : `${(sinceStart() - start).toFixed(3)}ms`;
  };
  const group = (...labels) => {
    if (labels.length > 0) log(...labels);
    indent += "  ";
  };
  const count = (label = "default") => {
    counts.set(label, (counts.get(label) ?? 0) + 1);
    log(`${label}: ${counts.get(label)}`);
  };
  return {
    log,
    info: log,
    debug: log,
    warn,
    error: warn,
    trace: (...args) => warn(`Trace${args.length > 0 ? ": " : ""}${formatWithOptions({}, ...args)}`),
    dir: (value, options) => print("stdout", inspect(value, { customInspect: false, ...options })),
    dirxml: log,
    assert(condition, ...args) {
      if (condition) return;
      if (typeof args[0] === "string") warn(`Assertion failed: ${args[0]}`, ...args.slice(1));
      else warn(args.length === 0 ? "Assertion failed" : "Assertion failed:", ...args);
    },
    group,
    groupCollapsed: group,
    groupEnd() {
      indent = indent.slice(2);
    },
    count,
    countReset: (label = "default") => counts.delete(label),
    time: (label = "default") => times.set(label, sinceStart()),
    timeLog: (label = "default", ...args) => log(`${label}: ${elapsed(label)}`, ...args),
    timeEnd(label = "default") {
      log(`${label}: ${elapsed(label)}`);
      times.delete(label);
    },
    table: (data, columns) => (typeof data === "object" && data !== null ? log(table(data, columns)) : log(data)),
  };
}

const cellOf = (value) =>
  inspect(value, { maxArrayLength: 3, breakLength: Number.POSITIVE_INFINITY, depth: 0, compact: 3 });

function table(data, only) {
  const isMap = data instanceof Map;
  const isSet = data instanceof Set;
  const entries =
    isMap || isSet ? [...data.entries()].map(([key, value], at) => [at, key, value]) : Object.entries(data);
  const head = [isMap || isSet ? "(iteration index)" : "(index)"];
  if (isMap) head.push("Key");
  const names = [];
  let hasValues = false;
  const rows = entries.map((entry) => {
    const value = entry.at(-1);
    const first = isMap ? [String(entry[0]), cellOf(entry[1])] : [String(entry[0])];
    if (typeof value !== "object" || value === null || isMap) {
      hasValues = true;
      return { first, cells: new Map(), value: cellOf(value) };
    }
    const cells = new Map();
    for (const key of only ?? Object.keys(value)) {
      if (!names.includes(key)) names.push(key);
      if (Object.hasOwn(value, key)) cells.set(key, cellOf(value[key]));
    }
    return { first, cells, value: "" };
  });
  const header = [...head, ...names, ...(hasValues ? ["Values"] : [])];
  const body = rows.map(({ first, cells, value }) => [
    ...first,
    ...names.map((name) => cells.get(name) ?? ""),
    ...(hasValues ? [value] : []),
  ]);
  const widths = call("widths", [header, ...body]);
  const size = header.map((_, column) => Math.max(...widths.map((row) => row[column])) + 2);
  const rule = (left, middle, right) => left + size.map((width) => "─".repeat(width)).join(middle) + right;
  const line = (cells, at) =>
    `│${cells.map((cell, column) => ` ${cell}${" ".repeat(size[column] - widths[at][column] - 1)}`).join("│")}│`;
  return [
    rule("┌", "┬", "┐"),
    line(header, 0),
    rule("├", "┼", "┤"),
    ...body.map((cells, at) => line(cells, at + 1)),
    rule("└", "┴", "┘"),
  ].join("\n");
}
