import { assert as asserts } from "../assert.js";
import { call, settings } from "../host.js";
import { inspect } from "../inspect.js";
import { owner } from "../owner.js";
import { process } from "../process.js";
import { clearTimeout, setTimeout, sinceStart } from "../timers.js";
import { contextOf } from "./context.js";
import { Mocks } from "./mock.js";

/**
 * node:test. Tests of one parent run one after the other, in the order they were declared; each tells the host when it
 * starts and ends. What they print goes out as it comes.
 */
class Failure extends Error {
  constructor(failureType, cause) {
    super(typeof cause === "string" ? cause : (cause?.message ?? String(cause)));
    this.failureType = failureType;
    this.cause = cause;
  }
}

const CANCELLED = "test did not finish before its parent and was cancelled";
const PENDING = "Promise resolution is still pending but the event loop has already resolved";

let wasUsed = false;

class Test {
  hooks = { before: [], after: [], beforeEach: [], afterEach: [] };
  children = [];
  /** Ends when the children declared so far have run. */
  queue = Promise.resolve();
  state = "waiting";
  error = null;
  skipReason = null;
  todoReason = null;
  failedChildren = 0;
  planned = null;
  asserted = 0;
  hooksDone = false;
  constructor(parent, kind, name, options, fn) {
    this.parent = parent;
    this.kind = kind;
    this.name = name;
    this.options = options;
    this.fn = fn;
    this.nesting = parent === null ? -1 : parent.nesting + 1;
    if (options.skip || parent?.skipReason != null)
      this.skipReason = typeof options.skip === "string" ? options.skip : "";
    if (options.todo || parent?.todoReason != null)
      this.todoReason = typeof options.todo === "string" ? options.todo : "";
  }
  get path() {
    return this.parent === null || this.parent.parent === null ? [this.name] : [...this.parent.path, this.name];
  }
}

const root = new Test(null, "suite", "", {}, null);
/** The suite whose body runs, to declare its tests. */
let declaring = null;
let isLoaded = false;
/** The file has run to its end: from now on tests are declared by tests. */
export const loaded = () => {
  isLoaded = true;
};
const declarer = () => declaring ?? (isLoaded ? owner.current : null) ?? root;

const named = (name) =>
  !(settings.testNames ?? []).length || settings.testNames.some((pattern) => new RegExp(pattern).test(name));

export function declare(parent, kind, args, forced) {
  const fn = args.findLast((arg) => typeof arg === "function");
  const options = { ...args.find((arg) => typeof arg === "object" && arg !== null), ...forced };
  const name = typeof args[0] === "string" ? args[0] : fn?.name || "<anonymous>";
  wasUsed = true;
  const test = new Test(parent, kind, String(name), options, fn ?? null);
  parent.children.push(test);
  if (kind === "suite") return declareSuite(test);
  return enqueue(test);
}

function enqueue(test) {
  const { parent } = test;
  if (parent.state === "done") {
    test.state = "done";
    return Promise.resolve();
  }
  const before = parent.queue;
  const ended = (async () => {
    await before;
    await run(test);
  })();
  parent.queue = ended;
  return ended.then(() => undefined);
}

/** What an asynchronous body declares after its first await is the suite's too. */
async function restOf(body, suite) {
  await null;
  const outer = declaring;
  declaring = suite;
  try {
    await body;
  } catch (error) {
    suite.error ??= new Failure("testCodeFailure", error);
  } finally {
    declaring = outer;
  }
}

/** A suite's body runs at once, to know its tests; they run when its turn comes. */
function declareSuite(suite) {
  const outer = declaring;
  declaring = suite;
  let body;
  suite.gate = new Promise((open) => {
    suite.open = open;
  });
  suite.queue = suite.gate;
  try {
    if (suite.fn !== null && suite.skipReason === null) body = suite.fn.call(contextOf(suite), contextOf(suite));
  } catch (error) {
    suite.error = new Failure("testCodeFailure", error);
  } finally {
    declaring = outer;
  }
  if (typeof body?.then === "function") suite.body = restOf(body, suite);
  return enqueue(suite);
}

const hasOnly = (test) => Boolean(test.options.only) || test.children.some(hasOnly);
const isChosen = (test) =>
  Boolean(test.options.only) ||
  test.children.some(isChosen) ||
  (test.parent !== null && test.parent.parent !== null && isOnlyAbove(test.parent));
const isOnlyAbove = (test) => test !== null && (Boolean(test.options.only) || isOnlyAbove(test.parent));
const matches = (test) => {
  const above = [];
  for (let at = test; at !== null && at.parent !== null; at = at.parent) above.push(at.name);
  return above.some(named) || test.children.some(matches);
};

async function run(test) {
  if (test.state !== "waiting") return;
  await beforeHooks(root);
  if (settings.testNames?.length > 0 && test.kind === "test" && !matches(test)) return leaveOut(test);
  if (settings.testOnly && test.kind === "test" && test.nesting === 0 && hasOnly(root) && !isChosen(test))
    return leaveOut(test);
  if (settings.testOnly && test.nesting > 0 && test.parent.children.some(hasOnly) && !isChosen(test))
    return leaveOut(test);
  test.state = "running";
  test.started = sinceStart();
  call("testStart", test.nesting, test.name, test.kind);
  const outer = owner.current;
  owner.current = test;
  try {
    if (test.parent.kind === "test") await beforeHooks(test.parent);
    if (test.kind === "suite") await runSuite(test);
    else if (test.skipReason === null && test.fn !== null) await runTest(test);
  } catch (error) {
    test.error ??= error instanceof Failure ? error : new Failure("testCodeFailure", error);
  } finally {
    owner.current = outer;
  }
  finish(test);
}

const leaveOut = (test) => {
  test.state = "done";
  if (test.open !== undefined) test.open();
};

async function runSuite(suite) {
  await suite.body;
  if (suite.error === null && suite.skipReason === null) await beforeHooks(suite);
  suite.open();
  await within(suite, () => suite.queue);
  // Tests that were declared while others ran.
  for (let last; last !== suite.queue; ) {
    last = suite.queue;
    await last;
  }
  if (suite.skipReason === null) await runHooks(suite, "after", suite);
}

async function beforeHooks(test) {
  if (test === null || test.hooksDone) return;
  test.hooksDone = true;
  await runHooks(test, "before", test);
}

const chain = (test) => (test === null ? [] : [...chain(test.parent), test]);

async function runTest(test) {
  const above = chain(test.parent);
  try {
    for (const parent of above) await runHooks(parent, "beforeEach", test);
    const broken = new Promise((_, reject) => {
      test.break = reject;
    });
    await Promise.race([within(test, () => invoke(test)), broken]);
    for (let last; last !== test.queue; ) {
      last = test.queue;
      await last;
    }
    if (test.planned !== null && test.planned !== test.asserted) {
      throw new Failure("testCodeFailure", `plan expected ${test.planned} assertions but received ${test.asserted}`);
    }
    if (test.failedChildren > 0) {
      throw new Failure("subtestsFailed", `${test.failedChildren} subtest${test.failedChildren > 1 ? "s" : ""} failed`);
    }
  } finally {
    test.mocks?.restoreAll();
    for (const parent of above.toReversed()) await runHooks(parent, "afterEach", test);
    await runHooks(test, "after", test);
  }
}

function invoke(test) {
  const context = contextOf(test);
  if (test.fn.length < 2) return test.fn.call(context, context);
  return new Promise((resolve, reject) => {
    const returned = test.fn.call(context, context, (error) => (error ? reject(error) : resolve()));
    if (typeof returned?.then === "function") {
      reject(new Failure("callbackAndPromisePresent", "passed a callback but also returned a Promise"));
    }
  });
}

/** A stray exception ends the test that caused it; one that no running test caused makes the file fail. */
owner.takeError = (error, of, origin) => {
  if (!wasUsed) return false;
  if (of?.state === "running" && of.break !== undefined) of.break(new Failure("uncaughtException", error));
  else if (process.listenerCount("uncaughtException") > 0) return false;
  else {
    process.exitCode = 1;
    const text = `Error: A resource generated asynchronous activity after the test ended. This activity created the error "${error}" which triggered an ${origin} event, caught by the test runner.`;
    call("testNote", 0, text);
  }
  return true;
};

/** With the time limit of the test; time is virtual, so a limit is met only by waiting. */
async function within(test, work) {
  const limit = test.options.timeout ?? settings.testTimeout;
  if (limit === undefined || limit === null || limit === Number.POSITIVE_INFINITY) return await work();
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => {
      test.isCancelled = true;
      reject(new Failure("testTimeoutFailure", `test timed out after ${limit}ms`));
    }, limit);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function runHooks(owner, kind, test) {
  for (const hook of owner.hooks[kind]) {
    try {
      await within({ options: hook.options }, () =>
        hook.fn.length < 2
          ? hook.fn.call(contextOf(test), contextOf(test))
          : new Promise((resolve, reject) => {
              hook.fn.call(contextOf(test), contextOf(test), (error) => (error ? reject(error) : resolve()));
            }),
      );
    } catch (error) {
      const failure = new Failure("hookFailed", error);
      failure.hook = kind;
      if (kind === "before" && test.kind === "suite") {
        for (const child of test.children) cancel(child, failure);
      }
      test.error ??= failure;
      if (kind === "before" || kind === "beforeEach") throw failure;
    }
  }
}

function cancel(test, failure = new Failure("cancelledByParent", CANCELLED)) {
  if (test.state === "done") return;
  for (const child of test.children) cancel(child, failure);
  test.error ??= failure;
  test.isCancelled = true;
  if (test.state === "waiting") call("testStart", test.nesting, test.name, test.kind);
  test.state = "running";
  finish(test);
  test.open?.();
}

const describeError = (error) => {
  const inner = error.failureType === "subtestsFailed" ? null : error.cause;
  if (inner === null || typeof inner === "string") return error.message;
  try {
    return inspect(inner);
  } catch {
    return "something was thrown that cannot be shown";
  }
};

function finish(test) {
  if (test.state === "done") return;
  test.state = "done";
  if (test.kind === "suite" && test.failedChildren > 0 && test.error === null) {
    test.error = new Failure(
      "subtestsFailed",
      `${test.failedChildren} subtest${test.failedChildren > 1 ? "s" : ""} failed`,
    );
  }
  const isTodo = test.todoReason !== null;
  const isSkipped = test.skipReason !== null;
  const failed = test.error !== null;
  if (failed && !isTodo && !isSkipped) {
    test.parent.failedChildren++;
    process.exitCode = 1;
  }
  call("testEnd", {
    nesting: test.nesting,
    name: test.name,
    path: test.path,
    kind: test.kind,
    failed,
    cancelled: failed && Boolean(test.isCancelled || test.error.failureType === "cancelledByParent"),
    skip: test.skipReason,
    todo: test.todoReason,
    failure: failed ? test.error.failureType : null,
    message: failed ? describeError(test.error) : "",
    durationMs: test.started === undefined ? -1 : sinceStart() - test.started,
  });
}

export function addHook(owner, kind, fn, options) {
  if (typeof fn !== "function") return;
  wasUsed = true;
  owner.hooks[kind].push({ fn, options });
}

const entryPoint = (kind) => {
  const make =
    (forced) =>
    (...args) =>
      declare(declarer(), kind, args, forced);
  return Object.assign(make({}), {
    skip: make({ skip: true }),
    todo: make({ todo: true }),
    only: make({ only: true }),
  });
};
const hook =
  (kind) =>
  (fn, options = {}) =>
    addHook(declarer(), kind, fn, options);

const test = entryPoint("test");
const suite = entryPoint("suite");
const rootMocks = new Mocks();
export const nodeTest = Object.assign(test, {
  test,
  it: Object.assign((...args) => test(...args), { skip: test.skip, todo: test.todo, only: test.only }),
  describe: suite,
  suite,
  before: hook("before"),
  after: hook("after"),
  beforeEach: hook("beforeEach"),
  afterEach: hook("afterEach"),
  mock: rootMocks,
  assert: asserts,
});

function cancelAll(parent) {
  for (const child of parent.children) {
    if (child.state === "done") continue;
    if (child.state === "running") cancelAll(child);
    const isLast = child.state === "running" && !child.children.some((entry) => entry.isCancelled);
    cancel(child, isLast && child.kind === "test" ? new Failure("cancelledByParent", PENDING) : undefined);
  }
}

/** Nothing is left to do: ends what still waits, runs the hooks of the file. True when there may be more to run. */
let isFinishing = false;
export function finishTests() {
  if (!wasUsed || isFinishing) return false;
  isFinishing = true;
  cancelAll(root);
  runHooks(root, "after", { kind: "root", children: [], error: null }).catch(() => {});
  return true;
}
owner.endTests = () => {
  if (wasUsed && !isFinishing) cancelAll(root);
};
