import { contains, isDeepEqual, isDeepStrictEqual } from "./deep-equal.js";
import { codeError } from "./host.js";
import { inspect } from "./inspect.js";

const MAX_DIFF_LINES = 400;
const shown = (value) =>
  inspect(value, {
    compact: false,
    customInspect: false,
    depth: 1000,
    maxArrayLength: 1000,
    sorted: true,
    getters: true,
  });
const short = (value) => {
  const text = inspect(value);
  return text.length > 128 ? `${text.slice(0, 125)}...` : text;
};

export class AssertionError extends Error {
  constructor({ message, actual, expected, operator, diff: _diff, stackStartFn: _start, generated = false }) {
    super(message ?? `${short(actual)} ${operator} ${short(expected)}`);
    this.generatedMessage = generated || message === undefined;
    this.code = "ERR_ASSERTION";
    this.actual = actual;
    this.expected = expected;
    this.operator = operator;
    const name = (value) =>
      Object.defineProperty(this, "name", { value, writable: true, configurable: true, enumerable: false });
    name("AssertionError [ERR_ASSERTION]");
    void this.stack;
    name("AssertionError");
  }
}

/** Lines of both, `+` only in the actual value, `-` only in the expected one. */
function diff(actual, expected) {
  const left = shown(actual).split("\n");
  const right = shown(expected).split("\n");
  if (left.length > MAX_DIFF_LINES || right.length > MAX_DIFF_LINES) {
    return [
      ...left.slice(0, 20).map((line) => `+ ${line}`),
      "...",
      ...right.slice(0, 20).map((line) => `- ${line}`),
      "...",
    ];
  }
  const common = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      common[i][j] = left[i] === right[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const lines = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      lines.push(`  ${left[i++]}`);
      j++;
    } else if (i < left.length && (j === right.length || common[i + 1][j] >= common[i][j + 1]))
      lines.push(`+ ${left[i++]}`);
    else lines.push(`- ${right[j++]}`);
  }
  return lines;
}

const HEADS = {
  strictEqual: "Expected values to be strictly equal:",
  deepStrictEqual: "Expected values to be strictly deep-equal:",
  deepEqual: "Expected values to be loosely deep-equal:",
  partialDeepStrictEqual: "Expected values to be partially and strictly deep-equal:",
  notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
  notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
};

function wording(operator, actual, expected) {
  if (operator === "==" || operator === "!=") return `${short(actual)} ${operator} ${short(expected)}`;
  if (/^not/.test(operator)) return `${HEADS[operator]} ${short(expected)}`;
  return comparison(operator, HEADS[operator], actual, expected);
}

/** Both values under a heading: on one line where they are simple and short, else as a list of differences. */
function comparison(operator, head, actual, expected) {
  const isSimple = (value) => typeof value !== "object" && typeof value !== "function" && value !== undefined;
  const line = `${inspect(actual)} !== ${inspect(expected)}`;
  if (isSimple(actual) && isSimple(expected) && line.length < 80) return `${head}\n\n${line}\n`;
  const lines = diff(actual, expected);
  if (operator === "strictEqual" && lines.every((entry) => entry.startsWith("  "))) {
    const isOwn = head === HEADS.strictEqual;
    return `${isOwn ? "Values have same structure but are not reference-equal:" : head}\n\n${shown(actual)}\n`;
  }
  return `${head}\n+ actual - expected\n\n${lines.join("\n")}\n`;
}

/** A message of one's own stands over the comparison in what says that two values are equal. */
const withMessage = (operator, actual, expected, message) =>
  typeof message === "string" && /^(?:deepS|s)trictEqual$/.test(operator)
    ? comparison(operator, message, actual, expected)
    : message;

function fail(operator, actual, expected, message) {
  if (message instanceof Error) throw message;
  throw new AssertionError({
    message: withMessage(operator, actual, expected, message) ?? wording(operator, actual, expected),
    generated: message === undefined,
    actual,
    expected,
    operator,
  });
}

const compare = (operator, holds) => {
  const check = (...args) => {
    if (args.length < 2) {
      throw codeError(TypeError, "ERR_MISSING_ARGS", 'The "actual" and "expected" arguments must be specified');
    }
    const [actual, expected, message] = args;
    if (!holds(actual, expected)) fail(operator, actual, expected, message);
  };
  return Object.defineProperty(check, "name", { value: operator });
};

function ok(...args) {
  const [value, message] = args;
  if (value) return;
  if (message instanceof Error) throw message;
  const text =
    args.length === 0
      ? "No value argument passed to `assert.ok()`"
      : `The expression evaluated to a falsy value:\n\n  assert.ok(${short(value)})\n`;
  throw new AssertionError({
    message: message ?? text,
    generated: message === undefined,
    actual: value,
    expected: true,
    operator: "==",
  });
}

/** What was thrown against what was expected: a class, a pattern, a function that judges, or an object of properties. */
function checkThrown(thrown, expected, message, operator) {
  const wrong = (text) =>
    new AssertionError({
      message: message ?? text,
      generated: message === undefined,
      actual: thrown,
      expected,
      operator,
    });
  if (expected === undefined) return;
  if (expected instanceof RegExp) {
    if (!expected.test(String(thrown))) {
      throw wrong(
        `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(String(thrown))}\n`,
      );
    }
  } else if (typeof expected === "function") {
    if (expected.prototype !== undefined && thrown instanceof expected) return;
    if (expected === Error || expected.prototype instanceof Error) {
      throw wrong(
        `The error is expected to be an instance of "${expected.name}". Received ${inspect(thrown?.name ?? thrown)}\n\nError message:\n\n${thrown?.message}`,
      );
    }
    if (expected.call({}, thrown) !== true) {
      throw wrong(
        `The ${expected.name ? `"${expected.name}" ` : ""}validation function is expected to return "true". Received false\n\nCaught error:\n\n${inspect(thrown)}`,
      );
    }
  } else {
    const keys = Object.keys(expected);
    if (expected instanceof Error) keys.push("name", "message");
    for (const key of keys) {
      const holds =
        expected[key] instanceof RegExp && typeof thrown?.[key] === "string"
          ? expected[key].test(thrown[key])
          : isDeepStrictEqual(thrown?.[key], expected[key]);
      if (!holds) {
        const part = (error) => Object.fromEntries(keys.map((name) => [name, error?.[name]]));
        throw wrong(
          `${HEADS.deepStrictEqual}\n+ actual - expected\n\n${diff(part(thrown), part(expected)).join("\n")}\n`,
        );
      }
    }
  }
}

const missing = (operator, expected, message) =>
  new AssertionError({
    message: `Missing expected ${operator === "rejects" ? "rejection" : "exception"}${expected?.name ? ` (${expected.name})` : ""}${message ? `: ${message}` : "."}`,
    operator,
    expected,
    actual: undefined,
  });
const unwanted = (operator, error, message) =>
  new AssertionError({
    message: `Got unwanted ${operator === "doesNotReject" ? "rejection" : "exception"}${message ? `: ${message}` : "."}\nActual message: "${error?.message ?? error}"`,
    operator,
    actual: error,
    expected: undefined,
  });

const mustBeFunction = (fn) => {
  if (typeof fn !== "function")
    throw codeError(
      TypeError,
      "ERR_INVALID_ARG_TYPE",
      `The "fn" argument must be of type function. Received ${inspect(fn)}`,
    );
};
const split = (expected, message) => (typeof expected === "string" ? [undefined, expected] : [expected, message]);
async function outcome(work) {
  if (typeof work === "function") work = work();
  if (typeof work?.then !== "function") {
    throw codeError(
      TypeError,
      "ERR_INVALID_RETURN_VALUE",
      `Expected instance of Promise to be returned. Received ${inspect(work)}`,
    );
  }
  try {
    await work;
    return { failed: false };
  } catch (error) {
    return { failed: true, error };
  }
}

// biome-ignore lint/suspicious/noDoubleEquals: what assert.equal is
const looselyEqual = (a, b) => a == b || (Number.isNaN(a) && Number.isNaN(b));

const shared = {
  AssertionError,
  ok,
  fail(message = "Failed") {
    if (message instanceof Error) throw message;
    throw new AssertionError({ message, operator: "fail", actual: undefined, expected: undefined });
  },
  strictEqual: compare("strictEqual", Object.is),
  notStrictEqual: compare("notStrictEqual", (a, b) => !Object.is(a, b)),
  deepStrictEqual: compare("deepStrictEqual", isDeepStrictEqual),
  notDeepStrictEqual: compare("notDeepStrictEqual", (a, b) => !isDeepStrictEqual(a, b)),
  partialDeepStrictEqual: compare("partialDeepStrictEqual", contains),
  throws(fn, ...rest) {
    mustBeFunction(fn);
    const [expected, message] = split(...rest);
    let error;
    let didThrow = false;
    try {
      fn();
    } catch (thrown) {
      didThrow = true;
      error = thrown;
    }
    if (!didThrow) throw missing("throws", expected, message);
    checkThrown(error, expected, message, "throws");
  },
  doesNotThrow(fn, ...rest) {
    mustBeFunction(fn);
    try {
      fn();
    } catch (error) {
      throw unwanted("doesNotThrow", error, split(...rest)[1]);
    }
  },
  async rejects(work, ...rest) {
    const [expected, message] = split(...rest);
    const { failed, error } = await outcome(work);
    if (!failed) throw missing("rejects", expected, message);
    checkThrown(error, expected, message, "rejects");
  },
  async doesNotReject(work, ...rest) {
    const { failed, error } = await outcome(work);
    if (failed) throw unwanted("doesNotReject", error, split(...rest)[1]);
  },
  match(text, pattern, message) {
    if (typeof text === "string" && pattern.test(text)) return;
    if (message instanceof Error) throw message;
    throw new AssertionError({
      message:
        message ?? `The input did not match the regular expression ${inspect(pattern)}. Input:\n\n${inspect(text)}\n`,
      generated: message === undefined,
      actual: text,
      expected: pattern,
      operator: "match",
    });
  },
  doesNotMatch(text, pattern, message) {
    if (typeof text === "string" && !pattern.test(text)) return;
    if (message instanceof Error) throw message;
    throw new AssertionError({
      message:
        message ??
        `The input was expected to not match the regular expression ${inspect(pattern)}. Input:\n\n${inspect(text)}\n`,
      generated: message === undefined,
      actual: text,
      expected: pattern,
      operator: "doesNotMatch",
    });
  },
  ifError(value) {
    if (value === null || value === undefined) return;
    throw new AssertionError({
      message: `ifError got unwanted exception: ${value instanceof Error ? value.message : inspect(value)}`,
      actual: value,
      expected: null,
      operator: "ifError",
    });
  },
};

export const strict = Object.assign((...args) => ok(...args), shared, {
  equal: shared.strictEqual,
  notEqual: shared.notStrictEqual,
  deepEqual: shared.deepStrictEqual,
  notDeepEqual: shared.notDeepStrictEqual,
});
export const assert = Object.assign((...args) => ok(...args), shared, {
  equal(actual, expected, message) {
    if (!looselyEqual(actual, expected)) fail("==", actual, expected, message);
  },
  notEqual(actual, expected, message) {
    if (looselyEqual(actual, expected)) fail("!=", actual, expected, message);
  },
  deepEqual: compare("deepEqual", isDeepEqual),
  notDeepEqual: compare("notDeepEqual", (a, b) => !isDeepEqual(a, b)),
  strict,
});
strict.strict = strict;
