/**
 * Part of the prelude. The engine looks at the clock between steps of guest code, about every 10,000 of them, and
 * never inside a built-in. Built-ins whose work grows with their data are therefore wrapped so that they report it
 * as work (`charge`); past the budget they throw, and the engine stops the guest at its next look. Array methods
 * refuse lengths that are not backed by data: `includes` on `{ length: 2 ** 53 }` would otherwise run for years.
 */
export const GUARDS = `(function (report) {
  "use strict";
  const { apply } = Reflect;
  const { isArray } = Array;
  const { isView } = ArrayBuffer;
  const { defineProperty, getOwnPropertyDescriptor } = Object;
  // Proxies could answer one length to the guard and another to the built-in.
  delete globalThis.Proxy;

  let open = 0;
  const charge = (work) => {
    open += work;
    if (open < 50000) return;
    const reported = open;
    open = 0;
    report(reported);
  };

  const lengthOf = (target) => {
    if (isArray(target) || typeof target === "string") return target.length;
    if (typeof target !== "object" || target === null || isView(target)) return 0;
    const own = getOwnPropertyDescriptor(target, "length");
    if (own === undefined && !("length" in target)) return 0;
    if (own === undefined || typeof own.value !== "number") throw new TypeError("This array method needs an array here");
    return own.value > 0 ? own.value : 0;
  };
  // Moving a packed array's values is a copy of memory; beyond what memory can hold it must be a sparse one.
  const movable = (length) => (length > 1e7 ? length : length / 64);

  const wrap = (owner, key, cost) => {
    const native = owner[key];
    if (typeof native !== "function") return;
    const { [key]: wrapped } = {
      [key](...args) {
        charge(cost(this, args));
        return apply(native, this, args);
      },
    };
    defineProperty(wrapped, "length", { value: native.length });
    defineProperty(owner, key, { value: wrapped, writable: true, configurable: true, enumerable: false });
  };

  const array = Array.prototype;
  const walking = "copyWithin every fill filter find findIndex findLast findLastIndex forEach includes indexOf join lastIndexOf map reduce reduceRight reverse some sort toLocaleString toReversed toSorted toSpliced with";
  for (const key of walking.split(" ")) wrap(array, key, lengthOf);
  for (const key of ["shift", "unshift", "splice", "slice"]) wrap(array, key, (target) => movable(lengthOf(target)));
  wrap(array, "concat", (target, args) => {
    let sum = lengthOf(target);
    for (const value of args) {
      if (isArray(value)) sum += value.length;
      else if (typeof value === "object" && value !== null && Symbol.isConcatSpreadable in value) throw new TypeError("Only arrays can be spread here");
    }
    return movable(sum);
  });
  // In the guest's own steps, since what they flatten is only known on the way.
  const flatten = (into, list, depth) => {
    charge(lengthOf(list));
    for (let index = 0; index < list.length; index++) {
      if (!(index in list)) continue;
      const value = list[index];
      if (depth > 0 && isArray(value)) flatten(into, value, depth - 1);
      else into[into.length] = value;
    }
    return into;
  };
  const define = (key, value) => defineProperty(array, key, { value, writable: true, configurable: true, enumerable: false });
  define("flat", function flat(depth = 1) {
    return flatten([], this, depth);
  });
  define("flatMap", function flatMap(map, self) {
    return flatten([], apply(array.map, this, [map, self]), 1);
  });

  const size = (value) => (typeof value === "string" ? value.length : 0);
  const text = String.prototype;
  // A search that begins at a place costs as far as it got: long texts are walked by asking for the next line's end.
  const { indexOf } = text;
  const { indexOf: countedIndexOf } = {
    indexOf(...args) {
      const at = apply(indexOf, this, args);
      const reach = (at < 0 ? size(this) : at) - (typeof args[1] === "number" && args[1] > 0 ? args[1] : 0);
      if (reach > 0) charge(reach / 8);
      return at;
    },
  };
  defineProperty(countedIndexOf, "length", { value: 1 });
  defineProperty(text, "indexOf", { value: countedIndexOf, writable: true, configurable: true, enumerable: false });
  for (const key of "lastIndexOf includes split replace replaceAll match matchAll search toUpperCase toLowerCase normalize localeCompare trim concat".split(" ")) {
    wrap(text, key, (target) => size(target) / 8);
  }
  for (const key of ["padStart", "padEnd"]) wrap(text, key, (target, args) => (args[0] > 0 ? args[0] / 8 : 0));
  wrap(text, "repeat", (target, args) => (args[0] > 0 ? (size(target) * args[0]) / 8 : 0));
  wrap(JSON, "parse", (target, args) => size(args[0]));
  const stringify = JSON.stringify;
  defineProperty(JSON, "stringify", {
    value: function stringifyCounted(...args) {
      const out = apply(stringify, JSON, args);
      charge(size(out));
      return out;
    },
    writable: true,
    configurable: true,
    enumerable: false,
  });
})`;
