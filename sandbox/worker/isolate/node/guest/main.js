import "./gaps.js";
import "./errors.js";
import { AbortController, AbortSignal, Event, EventTarget } from "./abort.js";
import { DOMException, structuredClone } from "./clone.js";
import { makeConsole } from "./console.js";
import { crypto } from "./crypto.js";
import { atob, Buffer, btoa, TextDecoder, TextEncoder } from "./encoding.js";
import { call, codeError, settings } from "./host.js";
import { intl } from "./intl.js";
import * as modules from "./modules.js";
import * as processing from "./process.js";
import { dropped } from "./promises.js";
import * as timers from "./timers.js";
import { URL, URLSearchParams } from "./url.js";
import "./builtins.js";
import { finishTests, loaded } from "./test/harness.js";

const console = makeConsole();
const expose = (key, value) => {
  Object.defineProperty(globalThis, key, { value, writable: true, configurable: true, enumerable: false });
};
expose("global", globalThis);
expose("console", console);
expose("process", processing.process);
const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate, queueMicrotask } = timers;
for (const [key, value] of Object.entries({
  Buffer,
  TextEncoder,
  TextDecoder,
  btoa,
  atob,
  URL,
  URLSearchParams,
  setTimeout,
  setInterval,
  setImmediate,
  clearTimeout,
  clearInterval,
  clearImmediate,
  queueMicrotask,
  structuredClone,
  DOMException,
  AbortController,
  AbortSignal,
  Event,
  EventTarget,
  Intl: intl,
  crypto: { getRandomValues: crypto.getRandomValues, randomUUID: crypto.randomUUID },
  async fetch() {
    throw new TypeError("fetch failed", { cause: new Error("There is no network in JavaScript here.") });
  },
})) {
  expose(key, value);
}
Array.fromAsync ??= async function fromAsync(items, map = (value) => value) {
  const list = [];
  for await (const item of items) list.push(await map(item, list.length));
  return list;
};
expose("performance", {
  now: timers.sinceStart,
  timeOrigin: timers.now() - timers.sinceStart(),
  mark() {},
  measure() {},
});

/** What the host calls; nothing of it is reachable for guest code. */
export const internals = {
  builtin: modules.builtin,
  builtinKeys: (name) => JSON.stringify(modules.builtinKeys(name)),
  builtinNames: () => JSON.stringify(modules.builtinNames()),
  dropped,
  require: (path, format) => modules.loadFile(path, format, undefined),
  meta(target, path) {
    target.dirname = path.slice(0, path.lastIndexOf("/")) || "/";
    target.filename = path;
    target.main = path === settings.main;
    target.resolve = (specifier) => call("metaResolve", String(specifier), path);
    target.url = call("fileUrl", path);
  },
  scope(path, drop) {
    if (drop !== "") expose(drop, dropped);
    const module = modules.moduleFor(path);
    for (const [key, value] of Object.entries({
      require: modules.requireOf(module),
      module,
      exports: module.exports,
      __filename: path.slice(path.lastIndexOf("/") + 1),
      __dirname: ".",
    })) {
      expose(key, value);
    }
    for (const name of modules.builtinNames()) {
      if (/\W/.test(name) || name in globalThis || name === "test") continue;
      Object.defineProperty(globalThis, name, { configurable: true, get: () => modules.builtin(name) });
    }
  },
  print: (value) => console.log(value),
  makeError: (json) => {
    const { name, message, code, ...rest } = JSON.parse(json);
    const Kind = { TypeError, SyntaxError, RangeError }[name] ?? Error;
    const error = code === undefined ? new Kind(message) : codeError(Kind, code, message);
    return Object.assign(error, rest);
  },
  fatal: processing.fatal,
  settle: processing.settle,
  runTicks: timers.runTicks,
  turn: timers.turn,
  finishTests,
  loaded,
  beforeExit: processing.beforeExit,
  exitNormally: processing.exitNormally,
};
