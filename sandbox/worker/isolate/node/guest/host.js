/* global bridge, config */

/**
 * The one way out of the guest: `bridge(operation, JSON arguments, text or bytes)`. The host answers with bytes, with
 * a text marked "T", with JSON marked "J", or with an error marked "E". Built-ins are captured before guest code runs.
 */
const out = bridge;
const { parse, stringify } = JSON;
const { apply } = Reflect;
const slice = String.prototype.slice;
const { assign, defineProperty } = Object;

export const settings = config;

export function call(operation, ...args) {
  return answer(out(operation, stringify(args)));
}

/** The same with a text or an ArrayBuffer as the last argument, which is not turned into JSON. */
export function send(operation, args, raw) {
  return answer(out(operation, stringify(args), raw));
}

function answer(value) {
  if (typeof value !== "string") return value;
  const kind = value[0];
  if (kind === "T") return apply(slice, value, [1]);
  const data = parse(apply(slice, value, [1]));
  if (kind === "J") return data;
  throw makeError(data);
}

const kinds = { Error, TypeError, RangeError, SyntaxError };

/** `{ name, message, … }` as an error; all but the name become its properties. */
export function makeError({ name, message, ...rest }) {
  const error = new (kinds[name] ?? Error)(message);
  assign(error, rest);
  if (rest.code !== undefined && /^ERR_/.test(rest.code)) nameWithCode(error, name, rest.code);
  return error;
}

/** Node shows `TypeError [ERR_X]: …` in the stack while `name` stays `TypeError`. */
export function nameWithCode(error, name, code) {
  defineProperty(error, "name", { value: `${name} [${code}]`, configurable: true, writable: true, enumerable: false });
  void error.stack;
  delete error.name;
}

export function codeError(Kind, code, message) {
  const error = new Kind(message);
  error.code = code;
  nameWithCode(error, Kind.name, code);
  return error;
}
