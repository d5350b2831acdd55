import { DOMException } from "./clone.js";
import { setTimeout } from "./timers.js";

export class Event {
  defaultPrevented = false;
  constructor(type, init = {}) {
    this.type = String(type);
    this.cancelable = Boolean(init.cancelable);
    this.target = null;
  }
  preventDefault() {
    this.defaultPrevented = this.cancelable;
  }
}

export class EventTarget {
  #listeners = new Map();
  addEventListener(type, listener, options) {
    if (typeof listener !== "function" && typeof listener?.handleEvent !== "function") return;
    const list = this.#listeners.get(type) ?? [];
    if (list.some((entry) => entry.listener === listener)) return;
    this.#listeners.set(type, [...list, { listener, once: typeof options === "object" && Boolean(options?.once) }]);
  }
  removeEventListener(type, listener) {
    this.#listeners.set(
      type,
      (this.#listeners.get(type) ?? []).filter((entry) => entry.listener !== listener),
    );
  }
  dispatchEvent(event) {
    event.target = this;
    const own = this[`on${event.type}`];
    if (typeof own === "function") own.call(this, event);
    for (const { listener, once } of this.#listeners.get(event.type) ?? []) {
      if (once) this.removeEventListener(event.type, listener);
      if (typeof listener === "function") listener.call(this, event);
      else listener.handleEvent(event);
    }
    return !event.defaultPrevented;
  }
}

const abort = Symbol("abort");
export class AbortSignal extends EventTarget {
  aborted = false;
  reason = undefined;
  onabort = null;
  static abort(reason) {
    const controller = new AbortController();
    controller.abort(reason);
    return controller.signal;
  }
  static timeout(delay) {
    const signal = new AbortSignal();
    setTimeout(() => {
      signal[abort](new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    }, delay).unref();
    return signal;
  }
  static any(signals) {
    const controller = new AbortController();
    for (const signal of signals) {
      if (signal.aborted) controller.abort(signal.reason);
      else signal.addEventListener("abort", () => controller.abort(signal.reason), { once: true });
    }
    return controller.signal;
  }
  throwIfAborted() {
    if (this.aborted) throw this.reason;
  }
  [abort](reason) {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason ?? new DOMException("This operation was aborted", "AbortError");
    this.dispatchEvent(new Event("abort"));
  }
}

export class AbortController {
  signal = new AbortSignal();
  abort(reason) {
    this.signal[abort](reason);
  }
}
