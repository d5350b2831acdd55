import { owner } from "./owner.js";

/**
 * Which rejections nobody handles. The engine has no hook for it, so the loader marks values that a statement drops
 * (`main();`) with {@link dropped}, and whoever awaits or chains a promise is seen by its reading of `constructor`,
 * which the language demands of both.
 */
const { apply } = Reflect;
const NativePromise = Promise;
const nativeThen = Promise.prototype.then;
const { defineProperty } = Object;

const handled = new WeakSet();
let watching = false;

const keeper = { add: WeakSet.prototype.add, has: WeakSet.prototype.has };
const isHandled = (promise) => apply(keeper.has, handled, [promise]);

defineProperty(NativePromise.prototype, "constructor", {
  configurable: true,
  enumerable: false,
  get() {
    if (!watching && typeof this === "object" && this !== null) apply(keeper.add, handled, [this]);
    return NativePromise;
  },
  set(value) {
    defineProperty(this, "constructor", { value, writable: true, configurable: true, enumerable: true });
  },
});

const rejected = [];

/** Takes the value a statement drops, and gives it back. */
export function dropped(value, of = owner.current) {
  if (typeof value === "object" && value !== null && value instanceof NativePromise && !isHandled(value)) {
    watching = true;
    try {
      apply(nativeThen, value, [undefined, (reason) => rejected.push({ promise: value, reason, of })]);
    } catch {
      // A promise that hides its own nature is its owner's affair.
    } finally {
      watching = false;
    }
  }
  return value;
}

/** Rejections that are still unhandled now that all promise jobs have run. */
export function takeUnhandled() {
  const open = rejected.filter(({ promise }) => !isHandled(promise));
  rejected.length = 0;
  return open;
}

// Whatever these give their callback's outcome to drops it: `rows.forEach(async (row) => …)`.
for (const owner of [Array.prototype, Map.prototype, Set.prototype]) {
  const native = owner.forEach;
  const { forEach } = {
    forEach(callback, self) {
      if (typeof callback !== "function") return apply(native, this, [callback, self]);
      return apply(native, this, [(value, key, whole) => void dropped(apply(callback, self, [value, key, whole]))]);
    },
  };
  defineProperty(owner, "forEach", { value: forEach, writable: true, configurable: true, enumerable: false });
}
