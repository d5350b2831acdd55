import { call, codeError } from "./host.js";

/** URL and URLSearchParams; the host's own parser decides what a URL is. */
const forUrl = Symbol("url");

export class URLSearchParams {
  #pairs = [];
  #changed = () => {};
  constructor(init = "", changed) {
    if (changed?.[forUrl]) this.#changed = changed[forUrl];
    if (typeof init === "string") this.#pairs = call("queryParse", init);
    else if (init instanceof URLSearchParams) this.#pairs = [...init];
    else if (typeof init?.[Symbol.iterator] === "function") {
      this.#pairs = [...init].map(([key, value]) => [String(key), String(value)]);
    } else if (init !== null && init !== undefined) {
      this.#pairs = Object.entries(init).map(([key, value]) => [key, String(value)]);
    }
  }
  #set(pairs) {
    this.#pairs = pairs;
    this.#changed(this.toString());
  }
  get size() {
    return this.#pairs.length;
  }
  append(key, value) {
    this.#set([...this.#pairs, [String(key), String(value)]]);
  }
  delete(key, value) {
    this.#set(
      this.#pairs.filter((pair) => pair[0] !== String(key) || (value !== undefined && pair[1] !== String(value))),
    );
  }
  get(key) {
    return this.#pairs.find((pair) => pair[0] === String(key))?.[1] ?? null;
  }
  getAll(key) {
    return this.#pairs.filter((pair) => pair[0] === String(key)).map((pair) => pair[1]);
  }
  has(key, value) {
    return this.#pairs.some((pair) => pair[0] === String(key) && (value === undefined || pair[1] === String(value)));
  }
  set(key, value) {
    const at = this.#pairs.findIndex((pair) => pair[0] === String(key));
    if (at < 0) return this.append(key, value);
    const rest = this.#pairs.filter((pair, index) => index === at || pair[0] !== String(key));
    this.#set(
      rest.with(
        rest.findIndex((pair) => pair[0] === String(key)),
        [String(key), String(value)],
      ),
    );
  }
  sort() {
    this.#set(this.#pairs.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  }
  forEach(callback, self) {
    for (const [key, value] of this.#pairs) callback.call(self, value, key, this);
  }
  *entries() {
    for (const [key, value] of this.#pairs) yield [key, value];
  }
  *keys() {
    for (const [key] of this.#pairs) yield key;
  }
  *values() {
    for (const [, value] of this.#pairs) yield value;
  }
  [Symbol.iterator]() {
    return this.entries();
  }
  toString() {
    return call("queryFormat", this.#pairs);
  }
  get [Symbol.toStringTag]() {
    return "URLSearchParams";
  }
  [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
    const inner = this.#pairs.map(([key, value]) => `${inspect(key, options)} => ${inspect(value, options)}`);
    return `URLSearchParams {${inner.length > 0 ? ` ${inner.join(", ")} ` : ""}}`;
  }
}

const PARTS = [
  "href",
  "origin",
  "protocol",
  "username",
  "password",
  "host",
  "hostname",
  "port",
  "pathname",
  "search",
  "hash",
];

export class URL {
  #parts;
  #params = null;
  constructor(input, base) {
    this.#parts = call("url", String(input), base === undefined ? null : String(base));
    if (this.#parts === null) {
      const error = codeError(TypeError, "ERR_INVALID_URL", "Invalid URL");
      error.input = String(input);
      throw error;
    }
  }
  static canParse(input, base) {
    return call("url", String(input), base === undefined ? null : String(base)) !== null;
  }
  static parse(input, base) {
    return URL.canParse(input, base) ? new URL(input, base) : null;
  }
  get searchParams() {
    this.#params ??= new URLSearchParams(this.#parts.search, { [forUrl]: (query) => this.#change("search", query) });
    return this.#params;
  }
  #change(part, value) {
    this.#parts = call("urlChange", this.#parts.href, part, String(value));
  }
  static {
    for (const part of PARTS) {
      const set = (url, value) => {
        url.#change(part, value);
        url.#params = null;
      };
      Object.defineProperty(URL.prototype, part, {
        configurable: true,
        enumerable: true,
        get() {
          return this.#parts[part];
        },
        set:
          part === "origin"
            ? undefined
            : function (value) {
                set(this, value);
              },
      });
    }
  }
  toString() {
    return this.href;
  }
  toJSON() {
    return this.href;
  }
  get [Symbol.toStringTag]() {
    return "URL";
  }
  [Symbol.for("nodejs.util.inspect.custom")](depth, options, inspect) {
    if (depth < 0) return "[URL]";
    const shown = {};
    for (const part of PARTS.slice(0, -1)) shown[part] = this[part];
    shown.searchParams = this.searchParams;
    shown.hash = this.hash;
    return `URL ${inspect(shown, options)}`;
  }
}

export function fileURLToPath(value) {
  const url = typeof value === "string" ? new URL(value) : value;
  if (url.protocol !== "file:") throw codeError(TypeError, "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
  return decodeURIComponent(url.pathname);
}

export function pathToFileURL(path) {
  return new URL(call("fileUrl", String(path)));
}
