import { Buffer } from "buffer/";
import { call, codeError, send } from "./host.js";

/** Bytes of exactly this view, as an ArrayBuffer of their own. */
export const bytesOf = (view) =>
  view instanceof ArrayBuffer
    ? view
    : view.byteOffset === 0 && view.byteLength === view.buffer.byteLength
      ? view.buffer
      : view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);

export const utf8Bytes = (text) => new Uint8Array(send("encode", [], text));
export const utf8Text = (view) => send("decode", ["utf-8", false, true], bytesOf(view));

// The host's converters are compiled; those of the library take seconds for what these do in milliseconds.
const nativeFrom = Buffer.from;
const nativeToString = Buffer.prototype.toString;
const isUtf8 = (encoding) => encoding === undefined || /^utf-?8$/i.test(encoding);
const asBuffer = (array) => Object.setPrototypeOf(array, Buffer.prototype);
Buffer.from = function from(value, encoding, length) {
  if (typeof value === "string" && isUtf8(encoding)) return asBuffer(utf8Bytes(value));
  if (encoding === "base64url") return nativeFrom(value.replaceAll("-", "+").replaceAll("_", "/"), "base64");
  return nativeFrom(value, encoding, length);
};
Buffer.prototype.toString = function (encoding, start, end) {
  const whole = start === undefined && end === undefined;
  if (isUtf8(encoding)) return utf8Text(whole ? this : this.subarray(start ?? 0, end ?? this.length));
  if (encoding === "base64url") {
    return nativeToString.call(this, "base64", start, end).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  }
  return nativeToString.call(this, encoding, start, end);
};
const inspectCustom = Symbol.for("nodejs.util.inspect.custom");
Buffer.prototype[inspectCustom] = function inspect() {
  const shown = [...this.subarray(0, 50)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const more = this.length > 50 ? ` ... ${this.length - 50} more byte${this.length > 51 ? "s" : ""}` : "";
  return `<Buffer${shown === "" ? "" : " "}${shown}${more}>`;
};

export { Buffer };

export class TextEncoder {
  get encoding() {
    return "utf-8";
  }
  encode(text = "") {
    return utf8Bytes(String(text));
  }
  encodeInto(text, target) {
    const bytes = utf8Bytes(String(text));
    const written = Math.min(bytes.length, target.length);
    target.set(bytes.subarray(0, written));
    return { read: text.length, written };
  }
}

export class TextDecoder {
  #label;
  #fatal;
  #ignoreBOM;
  #open = [];
  constructor(label = "utf-8", { fatal = false, ignoreBOM = false } = {}) {
    this.#label = call("encoding", String(label));
    this.#fatal = Boolean(fatal);
    this.#ignoreBOM = Boolean(ignoreBOM);
  }
  get encoding() {
    return this.#label;
  }
  get fatal() {
    return this.#fatal;
  }
  get ignoreBOM() {
    return this.#ignoreBOM;
  }
  decode(view = new Uint8Array(), { stream = false } = {}) {
    let bytes = new Uint8Array(bytesOf(view));
    if (this.#open.length > 0) bytes = Uint8Array.from([...this.#open, ...bytes]);
    this.#open = [];
    if (stream && this.#label === "utf-8") {
      const cut = unfinished(bytes);
      this.#open = [...bytes.subarray(bytes.length - cut)];
      bytes = bytes.slice(0, bytes.length - cut);
    }
    return send("decode", [this.#label, this.#fatal, this.#ignoreBOM], bytesOf(bytes));
  }
}

/** Bytes at the end that begin a character without finishing it. */
function unfinished(bytes) {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? back : 0;
  }
  return 0;
}

const latin1 = (text) => {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 255) throw codeError(Error, "ERR_INVALID_CHARACTER", "Invalid character");
  }
  return text;
};
export const btoa = (text) => nativeFrom(latin1(String(text)), "latin1").toString("base64");
export const atob = (text) => nativeFrom(String(text), "base64").toString("latin1");
