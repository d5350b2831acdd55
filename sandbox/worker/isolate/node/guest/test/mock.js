/** `mock.fn`, `mock.method` and their kin of node:test. */
class Mock {
  calls = [];
  #restore;
  #implementation;
  #once = new Map();
  constructor(implementation, restore) {
    this.#implementation = implementation;
    this.#restore = restore;
  }
  callCount() {
    return this.calls.length;
  }
  resetCalls() {
    this.calls.length = 0;
  }
  mockImplementation(implementation) {
    this.#implementation = implementation;
  }
  mockImplementationOnce(implementation, at = this.calls.length) {
    this.#once.set(at, implementation);
  }
  restore() {
    this.#restore?.(this);
  }
  next() {
    const once = this.#once.get(this.calls.length);
    this.#once.delete(this.calls.length);
    return once ?? this.#implementation;
  }
}

function makeMock(original, implementation, restore) {
  const mock = new Mock(implementation, restore);
  const mocked = function (...args) {
    const record = {
      arguments: args,
      this: this,
      target: new.target,
      result: undefined,
      error: undefined,
      stack: new Error(),
    };
    const run = mock.next();
    try {
      record.result = new.target ? Reflect.construct(run, args, run) : Reflect.apply(run, this, args);
      return record.result;
    } catch (error) {
      record.error = error;
      throw error;
    } finally {
      mock.calls.push(record);
    }
  };
  Object.defineProperty(mocked, "name", { value: original.name, configurable: true });
  Object.defineProperty(mocked, "length", { value: original.length, configurable: true });
  if (original.prototype !== undefined) mocked.prototype = original.prototype;
  Object.defineProperty(mocked, "mock", { value: mock });
  return mocked;
}

export class Mocks {
  #all = [];
  fn(original = () => {}, implementation, options) {
    const first = typeof original === "function" ? original : () => {};
    const mocked = makeMock(first, typeof implementation === "function" ? implementation : first, (mock) =>
      mock.mockImplementation(first),
    );
    void options;
    this.#all.push(mocked.mock);
    return mocked;
  }
  method(target, key, implementation, options = typeof implementation === "object" ? implementation : {}) {
    const own = Object.getOwnPropertyDescriptor(target, key);
    let found = own;
    for (let at = target; found === undefined && at !== null; at = Object.getPrototypeOf(at)) {
      found = Object.getOwnPropertyDescriptor(at, key);
    }
    const kind = options?.getter ? "get" : options?.setter ? "set" : "value";
    const original = found?.[kind];
    if (typeof original !== "function") throw new TypeError(`The property "${String(key)}" is not a method`);
    const restore = () => {
      if (own === undefined) delete target[key];
      else Object.defineProperty(target, key, own);
    };
    const mocked = makeMock(original, typeof implementation === "function" ? implementation : original, restore);
    Object.defineProperty(target, key, { ...found, configurable: true, [kind]: mocked });
    this.#all.push(mocked.mock);
    return mocked;
  }
  getter(target, key, implementation) {
    return this.method(target, key, implementation, { getter: true });
  }
  setter(target, key, implementation) {
    return this.method(target, key, implementation, { setter: true });
  }
  reset() {
    this.restoreAll();
    this.#all.length = 0;
  }
  restoreAll() {
    for (const mock of this.#all.toReversed()) mock.restore();
  }
}
