import library from "node-inspect-extracted";
import { isDeepStrictEqual } from "./deep-equal.js";
import { codeError } from "./host.js";

export const { inspect, formatWithOptions } = library;
const { format, stripVTControlCharacters } = library;

function promisify(original) {
  if (typeof original !== "function") {
    throw codeError(TypeError, "ERR_INVALID_ARG_TYPE", 'The "original" argument must be of type function.');
  }
  if (typeof original[promisify.custom] === "function") return original[promisify.custom];
  return function promisified(...args) {
    return new Promise((resolve, reject) => {
      original.call(this, ...args, (error, value) => (error ? reject(error) : resolve(value)));
    });
  };
}
promisify.custom = Symbol.for("nodejs.util.promisify.custom");

function callbackify(original) {
  return function callbackified(...args) {
    const done = args.pop();
    original.apply(this, args).then(
      (value) => queueMicrotask(() => done(null, value)),
      (error) => queueMicrotask(() => done(error)),
    );
  };
}

function inherits(Child, Parent) {
  Object.defineProperty(Child, "super_", { value: Parent, writable: true, configurable: true });
  Object.setPrototypeOf(Child.prototype, Parent.prototype);
}

const deprecate = (original) => original;
const debuglog = () => Object.assign(() => {}, { enabled: false });
const toUSVString = (text) => String(text).toWellFormed();

function styleText(styles, text) {
  let [open, close] = ["", ""];
  for (const style of [styles].flat()) {
    const [on, off] = inspect.colors[style] ?? [];
    if (on === undefined)
      throw codeError(TypeError, "ERR_INVALID_ARG_VALUE", `The argument 'format' is invalid: ${style}`);
    open += `\u001b[${on}m`;
    close = `\u001b[${off}m${close}`;
  }
  return open + text + close;
}

const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);
const isTag =
  (...tags) =>
  (value) =>
    tags.includes(tagOf(value));
const types = {
  isDate: isTag("Date"),
  isRegExp: isTag("RegExp"),
  isMap: isTag("Map"),
  isSet: isTag("Set"),
  isPromise: (value) => value instanceof Promise,
  isNativeError: (value) => value instanceof Error,
  isTypedArray: (value) => ArrayBuffer.isView(value) && !(value instanceof DataView),
  isUint8Array: (value) => value instanceof Uint8Array,
  isArrayBuffer: isTag("ArrayBuffer"),
  isAnyArrayBuffer: isTag("ArrayBuffer", "SharedArrayBuffer"),
  isAsyncFunction: isTag("AsyncFunction", "AsyncGeneratorFunction"),
  isGeneratorFunction: isTag("GeneratorFunction", "AsyncGeneratorFunction"),
  isGeneratorObject: isTag("Generator"),
  isProxy: () => false,
  isWeakMap: isTag("WeakMap"),
  isWeakSet: isTag("WeakSet"),
  isDataView: isTag("DataView"),
  isBoxedPrimitive: (value) =>
    typeof value === "object" && ["Number", "String", "Boolean", "Symbol", "BigInt"].includes(tagOf(value)),
  isModuleNamespaceObject: isTag("Module"),
};

/** node:util, but for what other files of this library have. */
export const util = {
  inspect,
  format,
  formatWithOptions,
  stripVTControlCharacters,
  isDeepStrictEqual,
  promisify,
  callbackify,
  inherits,
  deprecate,
  debuglog,
  toUSVString,
  styleText,
  types,
};
