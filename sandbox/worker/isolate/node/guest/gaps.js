// node-inspect-extracted lists what every realm has; the engine has no Atomics.
if (typeof Atomics === "undefined") {
  Object.defineProperty(globalThis, "Atomics", { value: {}, writable: true, configurable: true, enumerable: false });
}
