/** Deep equality as node:assert has it: strict compares prototypes and types, loose lets `==` decide on primitives. */
const tagOf = (value) => Object.prototype.toString.call(value);
const keysOf = (value) => [
  ...Object.keys(value),
  ...Object.getOwnPropertySymbols(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key)),
];

export const isDeepStrictEqual = (a, b) => equal(a, b, true, []);
export const isDeepEqual = (a, b) => equal(a, b, false, []);

function equal(a, b, strict, open) {
  if (Object.is(a, b)) return true;
  const isPlain = (value) => value === null || (typeof value !== "object" && typeof value !== "function");
  if (isPlain(a) || isPlain(b)) {
    if (strict || !isPlain(a) || !isPlain(b)) return false;
    // biome-ignore lint/suspicious/noDoubleEquals: what loose equality is
    return a == b || (Number.isNaN(a) && Number.isNaN(b));
  }
  if (typeof a === "function" || typeof b === "function") return false;
  if (tagOf(a) !== tagOf(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  if (strict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (open.some(([left, right]) => left === a && right === b)) return true;
  const inside = [...open, [a, b]];
  if (!sameNature(a, b, strict, inside)) return false;
  const keys = keysOf(a);
  if (keys.length !== keysOf(b).length) return false;
  if (ArrayBuffer.isView(a)) return true;
  return keys.every(
    (key) => Object.prototype.propertyIsEnumerable.call(b, key) && equal(a[key], b[key], strict, inside),
  );
}

function sameNature(a, b, strict, open) {
  if (a instanceof Date) return b instanceof Date && Object.is(a.getTime(), b.getTime());
  if (a instanceof RegExp) return String(a) === String(b) && a.lastIndex === b.lastIndex;
  if (a instanceof Error) {
    return a.message === b.message && a.name === b.name && equal(a.cause, b.cause, strict, open);
  }
  if (ArrayBuffer.isView(a)) return sameBytes(a, b);
  if (a instanceof ArrayBuffer) return sameBytes(new Uint8Array(a), new Uint8Array(b));
  if (a instanceof Set) return a.size === b.size && [...a].every((value) => inSet(value, b, strict, open));
  if (a instanceof Map) {
    return a.size === b.size && [...a].every(([key, value]) => inMap(key, value, b, strict, open));
  }
  if (a instanceof WeakMap || a instanceof WeakSet || a instanceof Promise) return false;
  if (
    a instanceof Number ||
    a instanceof String ||
    a instanceof Boolean ||
    a instanceof BigInt ||
    a instanceof Symbol
  ) {
    return Object.is(a.valueOf(), b.valueOf());
  }
  return !Array.isArray(a) || a.length === b.length;
}

function sameBytes(a, b) {
  if (a.length !== b.length || a.byteLength !== b.byteLength) return false;
  for (let index = 0; index < a.length; index++) if (!Object.is(a[index], b[index])) return false;
  return true;
}

const isObject = (value) => typeof value === "object" && value !== null;
function inSet(value, set, strict, open) {
  if (set.has(value)) return true;
  if (strict && !isObject(value)) return false;
  return [...set].some((other) => equal(value, other, strict, open));
}
function inMap(key, value, map, strict, open) {
  if (map.has(key)) return equal(value, map.get(key), strict, open);
  if (strict && !isObject(key)) return false;
  return [...map].some(([otherKey, other]) => equal(key, otherKey, strict, open) && equal(value, other, strict, open));
}

/** assert.partialDeepStrictEqual: everything in `expected` is in `actual`. */
export function contains(actual, expected) {
  if (!isObject(expected) || !isObject(actual)) return isDeepStrictEqual(actual, expected);
  if (Array.isArray(expected)) {
    return Array.isArray(actual) && expected.every((value) => actual.some((other) => contains(other, value)));
  }
  if (expected instanceof Set)
    return [...expected].every((value) => [...actual].some((other) => contains(other, value)));
  if (expected instanceof Map) return [...expected].every(([key, value]) => contains(actual.get(key), value));
  const keys = keysOf(expected);
  if (keys.length === 0 || expected instanceof Date || expected instanceof RegExp)
    return isDeepStrictEqual(actual, expected) || keys.length === 0;
  return keys.every((key) => key in actual && contains(actual[key], expected[key]));
}
