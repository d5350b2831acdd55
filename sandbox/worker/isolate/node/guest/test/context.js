import { assert as asserts } from "../assert.js";
import { call, settings } from "../host.js";
import { addHook, declare } from "./harness.js";
import { Mocks } from "./mock.js";

/** What a test function gets as its argument. */
const contexts = new WeakMap();
export function contextOf(test) {
  if (!contexts.has(test)) contexts.set(test, new Context(test));
  return contexts.get(test);
}

class Context {
  #test;
  #assert;
  constructor(test) {
    this.#test = test;
  }
  get name() {
    return this.#test.name;
  }
  get fullName() {
    return this.#test.path.join(" > ");
  }
  get filePath() {
    return settings.main;
  }
  get signal() {
    return new AbortController().signal;
  }
  get mock() {
    this.#test.mocks ??= new Mocks();
    return this.#test.mocks;
  }
  /** The functions of node:assert, counted for `plan`. */
  get assert() {
    if (this.#assert === undefined) {
      this.#assert = {};
      for (const [key, check] of Object.entries(asserts)) {
        if (typeof check !== "function" || key === "AssertionError") continue;
        this.#assert[key] = (...args) => {
          this.#test.asserted++;
          return check(...args);
        };
      }
    }
    return this.#assert;
  }
  plan(count) {
    this.#test.planned = count;
  }
  test(...args) {
    this.#test.asserted++;
    return declare(this.#test, "test", args);
  }
  skip(reason) {
    this.#test.skipReason = typeof reason === "string" ? reason : "";
  }
  todo(reason) {
    this.#test.todoReason = typeof reason === "string" ? reason : "";
  }
  diagnostic(message) {
    call("testNote", this.#test.nesting, String(message));
  }
  runOnly() {}
  before(fn, options = {}) {
    return addHook(this.#test, "before", fn, options);
  }
  after(fn, options = {}) {
    return addHook(this.#test, "after", fn, options);
  }
  beforeEach(fn, options = {}) {
    return addHook(this.#test, "beforeEach", fn, options);
  }
  afterEach(fn, options = {}) {
    return addHook(this.#test, "afterEach", fn, options);
  }
}
