import { call, codeError } from "./host.js";
import { owner } from "./owner.js";
import { dropped } from "./promises.js";

/**
 * Timers in virtual time: when nothing else is left to do, the clock jumps to the next timer. Nobody waits, and
 * Date and performance agree with the timers.
 */
const NativeDate = Date;
const realNow = NativeDate.now;
const { construct } = Reflect;
/** A program that does nothing but wait is ended after this much of virtual time. */
const MAX_VIRTUAL_MS = 60 * 60 * 1000;
const MAX_DELAY = 2 ** 31 - 1;

let offset = 0;
let lastSequence = 0;
const timers = new Map();
let immediates = [];
const ticks = [];
const started = realNow();

export const now = () => realNow() + offset;
export const sinceStart = () => now() - started;

class Timeout {
  constructor(callback, delay, args, repeat) {
    this._id = ++lastSequence;
    this._idleTimeout = delay;
    this._onTimeout = callback;
    this._args = args;
    this._repeat = repeat;
    this._ref = true;
    this._owner = owner.current;
    this._due = now() + delay;
    timers.set(this._id, this);
  }
  ref() {
    this._ref = true;
    return this;
  }
  unref() {
    this._ref = false;
    return this;
  }
  hasRef() {
    return this._ref;
  }
  refresh() {
    this._due = now() + this._idleTimeout;
    timers.set(this._id, this);
    return this;
  }
  close() {
    timers.delete(this._id);
    return this;
  }
  [Symbol.toPrimitive]() {
    return this._id;
  }
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return `Timeout { _idleTimeout: ${this._idleTimeout} }`;
  }
}

class Immediate {
  constructor(callback, args) {
    this._onImmediate = callback;
    this._args = args;
    this._ref = true;
    this._owner = owner.current;
    immediates.push(this);
  }
  ref() {
    this._ref = true;
    return this;
  }
  unref() {
    this._ref = false;
    return this;
  }
  hasRef() {
    return this._ref;
  }
}

const checked = (callback) => {
  if (typeof callback === "function") return callback;
  throw codeError(TypeError, "ERR_INVALID_ARG_TYPE", 'The "callback" argument must be of type function.');
};
const delayOf = (value) => {
  const delay = Number(value);
  return delay >= 1 && delay <= MAX_DELAY ? Math.trunc(delay) : 1;
};

export function setTimeout(callback, delay, ...args) {
  return new Timeout(checked(callback), delayOf(delay), args, false);
}
export function setInterval(callback, delay, ...args) {
  return new Timeout(checked(callback), delayOf(delay), args, true);
}
export function clearTimeout(timer) {
  if (timer === null || timer === undefined) return;
  timers.delete(typeof timer === "object" ? timer._id : Number(timer));
}
export function clearInterval(timer) {
  clearTimeout(timer);
}
export function setImmediate(callback, ...args) {
  return new Immediate(checked(callback), args);
}
export function clearImmediate(immediate) {
  immediates = immediates.filter((entry) => entry !== immediate);
}
export function nextTick(callback, ...args) {
  ticks.push([checked(callback), args]);
}
const { resolve } = Promise;
const then = Promise.prototype.then;
const settled = resolve.call(Promise);
/** Set by process.js: what an exception in a callback leads to. */
let onException = (error) => {
  throw error;
};
export const setOnException = (handler) => {
  onException = handler;
};
export function queueMicrotask(callback) {
  checked(callback);
  then.call(settled, () => guarded(callback, []));
}

function guarded(callback, args, of = owner.current) {
  try {
    dropped(callback(...args), of);
  } catch (error) {
    onException(error, of);
  }
}

/** Runs what process.nextTick queued. True when there was something. */
export function runTicks() {
  const some = ticks.length > 0;
  while (ticks.length > 0) {
    const [callback, args] = ticks.shift();
    guarded(callback, args);
  }
  return some;
}

function nextTimer() {
  let first;
  let isRef = false;
  for (const timer of timers.values()) {
    isRef ||= timer._ref;
    if (first === undefined || timer._due < first._due) first = timer;
  }
  return { first, isRef };
}

/** Runs one turn of the event loop: one due timer, else the immediates, else the next timer. False: nothing is left. */
export function turn() {
  const { first, isRef } = nextTimer();
  if (first !== undefined && first._due <= now()) {
    if (isRef || immediates.length > 0) return runTimer(first);
  }
  if (immediates.some((entry) => entry._ref)) {
    const batch = immediates;
    immediates = [];
    for (const entry of batch) guarded(entry._onImmediate, entry._args, entry._owner);
    return true;
  }
  return isRef && runTimer(first);
}

function runTimer(timer) {
  const wait = timer._due - now();
  if (wait > 0) offset += wait;
  if (offset > MAX_VIRTUAL_MS) call("waited");
  timers.delete(timer._id);
  if (timer._repeat) timer.refresh();
  guarded(timer._onTimeout, timer._args, timer._owner);
  return true;
}

function VirtualDate(...args) {
  if (new.target === undefined) return new NativeDate(now()).toString();
  return construct(NativeDate, args.length === 0 ? [now()] : args, new.target);
}
VirtualDate.prototype = NativeDate.prototype;
Object.defineProperties(VirtualDate, {
  name: { value: "Date", configurable: true },
  length: { value: 7, configurable: true },
  prototype: { writable: false },
  now: { value: () => now(), writable: true, configurable: true },
  parse: { value: NativeDate.parse, writable: true, configurable: true },
  UTC: { value: NativeDate.UTC, writable: true, configurable: true },
});
// The engine knows no names of time zones, and it is always this one.
for (const name of ["toString", "toTimeString"]) {
  const native = NativeDate.prototype[name];
  const { [name]: named } = {
    [name]() {
      const text = native.call(this);
      return text.endsWith("GMT+0000") ? `${text} (Coordinated Universal Time)` : text;
    },
  };
  Object.defineProperty(NativeDate.prototype, name, { value: named, writable: true, configurable: true });
}
Object.defineProperty(NativeDate.prototype, "constructor", { value: VirtualDate, writable: true, configurable: true });
Object.defineProperty(globalThis, "Date", { value: VirtualDate, writable: true, configurable: true });

const sleep = (delay, value) => new Promise((done) => setTimeout(done, delay, value));
const soon = (value) => new Promise((done) => setImmediate(done, value));
async function* every(delay, value) {
  for (;;) yield await sleep(delay, value);
}
export const promises = {
  setTimeout: sleep,
  setImmediate: soon,
  setInterval: every,
  scheduler: { wait: sleep, yield: soon },
};
