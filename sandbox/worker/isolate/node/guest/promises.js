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
export function dropped(value) {
  if (typeof value === "object" && value !== null && value instanceof NativePromise && !isHandled(value)) {
    watching = true;
    try {
      apply(nativeThen, value, [undefined, (reason) => rejected.push({ promise: value, reason })]);
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
