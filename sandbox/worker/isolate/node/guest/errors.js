import { call } from "./host.js";

/**
 * Errors look as in V8: `stack` begins with name and message, holds the program's own frames only, and is worked out
 * when it is first read. The engine itself gives only frames, those of the host's code among them.
 */
const { defineProperty, getOwnPropertyDescriptor, setPrototypeOf } = Object;
const { construct, apply } = Reflect;
const toText = Error.prototype.toString;
const NativeError = Error;

const fixed = new WeakSet();

/** Gives an error that the engine made itself (`null.x`) the same stack. */
export function fixStack(error) {
  if (fixed.has(error)) return;
  const own = getOwnPropertyDescriptor(error, "stack");
  if (own === undefined || typeof own.value !== "string" || !own.configurable) return;
  fixed.add(error);
  const raw = own.value;
  let text;
  defineProperty(error, "stack", {
    configurable: true,
    enumerable: false,
    get() {
      text ??= `${headOf(this)}\n${call("frames", raw)}`.trimEnd();
      return text;
    },
    set(value) {
      defineProperty(this, "stack", { value, writable: true, configurable: true, enumerable: false });
    },
  });
}

/** Name and message at the first reading, as in V8. */
function headOf(error) {
  try {
    return apply(toText, error, []);
  } catch {
    return "Error";
  }
}

function wrap(Native) {
  const Wrapped = {
    [Native.name]: function (...args) {
      const error = construct(Native, args, new.target ?? Wrapped);
      fixStack(error);
      return error;
    },
  }[Native.name];
  Wrapped.prototype = Native.prototype;
  defineProperty(Wrapped, "prototype", { writable: false, enumerable: false });
  defineProperty(Native.prototype, "constructor", { value: Wrapped, writable: true, configurable: true });
  defineProperty(Wrapped, "length", { value: Native.length, configurable: true });
  defineProperty(globalThis, Native.name, { value: Wrapped, writable: true, configurable: true });
  return Wrapped;
}

const Wrapped = wrap(NativeError);
if (NativeError.isError) defineProperty(Wrapped, "isError", { value: NativeError.isError, configurable: true });
Wrapped.stackTraceLimit = 10;
defineProperty(Wrapped, "captureStackTrace", {
  configurable: true,
  writable: true,
  value: function captureStackTrace(target) {
    const raw = construct(NativeError, [], NativeError).stack;
    defineProperty(target, "stack", {
      configurable: true,
      enumerable: false,
      writable: true,
      value: `${apply(toText, target, [])}\n${call("frames", raw)}`.trimEnd(),
    });
  },
});
for (const Native of [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError]) {
  setPrototypeOf(wrap(Native), Wrapped);
}
