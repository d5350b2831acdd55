import { call } from "./host.js";

/** Intl and the methods that follow a locale. The engine has none of it; the host formats, over the same data as Node. */
const { defineProperty } = Object;
const plainLocales = (locales) =>
  locales === undefined || typeof locales === "string" ? (locales ?? null) : [...locales].map(String);
const plainOptions = (options) => (options === undefined ? null : { ...options });
/** JSON has no bigint and no NaN: such numbers go as text. */
const plainValue = (value) => {
  if (value instanceof Date) return { date: value.getTime() };
  if (typeof value === "bigint") return { number: String(value) };
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) {
    return { number: Object.is(value, -0) ? "-0" : String(value) };
  }
  return value ?? null;
};

function service(name, methods, toValue = plainValue) {
  const Service = {
    [name]: function (locales, options) {
      const self = new.target === undefined ? Object.create(Service.prototype) : this;
      const setup = [name, plainLocales(locales), plainOptions(options)];
      call("intl", ...setup, "resolvedOptions", []);
      const run = (method, args) => call("intl", ...setup, method, args.map(toValue));
      defineProperty(self, "resolvedOptions", { value: () => run("resolvedOptions", []), configurable: true });
      for (const method of methods) {
        defineProperty(self, method, { value: (...args) => run(method, args), configurable: true, writable: true });
      }
      return self;
    },
  }[name];
  defineProperty(Service.prototype, Symbol.toStringTag, { value: `Intl.${name}`, configurable: true });
  Service.supportedLocalesOf = (locales) => call("intlLocales", plainLocales(locales));
  return Service;
}

const dateValue = (value) => ({ date: value === undefined ? Date.now() : Number(value) });
const DateTimeFormat = service("DateTimeFormat", ["formatToParts", "formatRange"], dateValue);
// Both take nothing for "now".
const withFormat = (Service) =>
  function format(locales, options) {
    const self = new Service(locales, options);
    const setup = ["DateTimeFormat", plainLocales(locales), plainOptions(options)];
    defineProperty(self, "format", {
      value: (date) => call("intl", ...setup, "format", [dateValue(date)]),
      configurable: true,
    });
    return self;
  };
const DateTime = withFormat(DateTimeFormat);
defineProperty(DateTime, "name", { value: "DateTimeFormat" });
DateTime.prototype = DateTimeFormat.prototype;
DateTime.supportedLocalesOf = DateTimeFormat.supportedLocalesOf;

class Segmenter {
  #setup;
  constructor(locales, options) {
    this.#setup = ["Segmenter", plainLocales(locales), plainOptions(options)];
    call("intl", ...this.#setup, "resolvedOptions", []);
  }
  segment(text) {
    return call("intl", ...this.#setup, "segment", [String(text)]);
  }
}

const NumberFormat = service("NumberFormat", ["format", "formatToParts", "formatRange"]);
const Collator = service("Collator", ["compare"], String);
export const intl = {
  NumberFormat,
  DateTimeFormat: DateTime,
  Collator,
  PluralRules: service("PluralRules", ["select"]),
  ListFormat: service("ListFormat", ["format", "formatToParts"], (list) => [...list].map(String)),
  RelativeTimeFormat: service("RelativeTimeFormat", ["format", "formatToParts"]),
  DisplayNames: service("DisplayNames", ["of"], String),
  Segmenter,
  getCanonicalLocales: (locales) => call("intlLocales", plainLocales(locales)),
  supportedValuesOf: (key) => call("intlValues", String(key)),
};
defineProperty(intl, Symbol.toStringTag, { value: "Intl", configurable: true });

const method = (owner, name, value) => defineProperty(owner, name, { value, writable: true, configurable: true });
const formatNumber = (value, locales, options) =>
  call("intl", "NumberFormat", plainLocales(locales), plainOptions(options), "format", [plainValue(value)]);
method(Number.prototype, "toLocaleString", function (locales, options) {
  return formatNumber(Number(this), locales, options);
});
method(BigInt.prototype, "toLocaleString", function (locales, options) {
  return formatNumber(BigInt(this), locales, options);
});
for (const name of ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"]) {
  const { [name]: format } = {
    [name](locales, options) {
      if (Number.isNaN(this.getTime())) return "Invalid Date";
      return call("dateText", name, this.getTime(), plainLocales(locales), plainOptions(options));
    },
  };
  method(Date.prototype, name, format);
}
/** Small letters and digits are in the order of their codes in every locale that names none of its own. */
const SIMPLE = /^[a-z0-9]*$/;
const isSimple = RegExp.prototype.test.bind(SIMPLE);
method(String.prototype, "localeCompare", function localeCompare(other, locales, options) {
  const [a, b] = [String(this), String(other)];
  if (a === b) return 0;
  if (locales === undefined && options === undefined && isSimple(a) && isSimple(b)) return a < b ? -1 : 1;
  return call("intl", "Collator", plainLocales(locales), plainOptions(options), "compare", [a, b]);
});
for (const [name, plain] of [
  ["toLocaleUpperCase", String.prototype.toUpperCase],
  ["toLocaleLowerCase", String.prototype.toLowerCase],
]) {
  const { [name]: change } = {
    [name](locales) {
      return locales === undefined ? plain.call(this) : call("caseText", name, String(this), plainLocales(locales));
    },
  };
  method(String.prototype, name, change);
}
method(Array.prototype, "toLocaleString", function (locales, options) {
  return Array.from(this, (value) => (value == null ? "" : value.toLocaleString(locales, options))).join(",");
});
