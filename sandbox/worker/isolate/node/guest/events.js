import { codeError } from "./host.js";

/** node:events: the emitter, `once` and `on` for a loop. */
export class EventEmitter {
  static defaultMaxListeners = 10;
  #lists() {
    if (!Object.hasOwn(this, "_events")) {
      Object.defineProperty(this, "_events", { value: new Map(), enumerable: false, configurable: true });
    }
    return this._events;
  }
  #put(event, listener, once, first) {
    if (typeof listener !== "function") {
      throw codeError(TypeError, "ERR_INVALID_ARG_TYPE", 'The "listener" argument must be of type function.');
    }
    const lists = this.#lists();
    if (lists.has("newListener") && event !== "newListener") this.emit("newListener", event, listener);
    const list = lists.get(event) ?? [];
    lists.set(event, first ? [{ listener, once }, ...list] : [...list, { listener, once }]);
    return this;
  }
  on(event, listener) {
    return this.#put(event, listener, false, false);
  }
  addListener(event, listener) {
    return this.on(event, listener);
  }
  once(event, listener) {
    return this.#put(event, listener, true, false);
  }
  prependListener(event, listener) {
    return this.#put(event, listener, false, true);
  }
  prependOnceListener(event, listener) {
    return this.#put(event, listener, true, true);
  }
  off(event, listener) {
    const lists = this.#lists();
    const list = lists.get(event) ?? [];
    const at = list.findLastIndex((entry) => entry.listener === listener);
    if (at < 0) return this;
    const rest = list.toSpliced(at, 1);
    if (rest.length === 0) lists.delete(event);
    else lists.set(event, rest);
    if (lists.has("removeListener")) this.emit("removeListener", event, listener);
    return this;
  }
  removeListener(event, listener) {
    return this.off(event, listener);
  }
  removeAllListeners(event) {
    if (event === undefined) this.#lists().clear();
    else this.#lists().delete(event);
    return this;
  }
  emit(event, ...args) {
    const list = this.#lists().get(event);
    if (list === undefined) {
      if (event !== "error") return false;
      if (args[0] instanceof Error) throw args[0];
      const error = codeError(Error, "ERR_UNHANDLED_ERROR", `Unhandled error. (${String(args[0])})`);
      error.context = args[0];
      throw error;
    }
    for (const { listener, once } of list) {
      if (once) this.off(event, listener);
      listener.apply(this, args);
    }
    return true;
  }
  listenerCount(event) {
    return this.#lists().get(event)?.length ?? 0;
  }
  listeners(event) {
    return (this.#lists().get(event) ?? []).map((entry) => entry.listener);
  }
  rawListeners(event) {
    return this.listeners(event);
  }
  eventNames() {
    return [...this.#lists().keys()];
  }
  setMaxListeners() {
    return this;
  }
  getMaxListeners() {
    return EventEmitter.defaultMaxListeners;
  }
}
EventEmitter.EventEmitter = EventEmitter;

export function once(emitter, event) {
  return new Promise((resolve, reject) => {
    const failed = (error) => {
      emitter.off(event, came);
      reject(error);
    };
    const came = (...args) => {
      emitter.off("error", failed);
      resolve(args);
    };
    emitter.once(event, came);
    if (event !== "error") emitter.once("error", failed);
  });
}
EventEmitter.once = once;
