import { write } from "./console.js";
import { Buffer, bytesOf } from "./encoding.js";
import { fixStack } from "./errors.js";
import { EventEmitter } from "./events.js";
import { call, codeError, send, settings } from "./host.js";
import { inspect } from "./inspect.js";
import { owner } from "./owner.js";
import { takeUnhandled } from "./promises.js";
import { Sink, Source } from "./streams.js";
import { nextTick, runTicks, setOnException, sinceStart } from "./timers.js";

const outStream = (name, fd) => {
  const stream = new Sink((data) => write(name, typeof data === "string" ? data : bytesOf(data)));
  stream.fd = fd;
  return stream;
};

let input;
export const stdinBytes = () => {
  input ??= Buffer.from(call("stdin"));
  return input;
};
const stdin = new Source(stdinBytes);
stdin.fd = 0;

let exitCode;
let isExiting = false;
const NODE = "24.21.0";

const checkCode = (code) => {
  const number = typeof code === "string" && code !== "" ? Number(code) : code;
  if (number === undefined || number === null || Number.isInteger(number)) return number ?? undefined;
  throw codeError(
    TypeError,
    "ERR_INVALID_ARG_TYPE",
    `The "code" argument must be of type number. Received ${inspect(code)}`,
  );
};

class Process extends EventEmitter {
  title = "node";
  pid = 2;
  ppid = 1;
  arch = "x64";
  platform = "linux";
  version = `v${NODE}`;
  versions = { node: NODE };
  release = { name: "node" };
  features = { typescript: "strip" };
  argv0 = "node";
  execPath = "/usr/local/bin/node";
  argv = ["/usr/local/bin/node", ...settings.argv];
  execArgv = [...settings.execArgv];
  env = { ...settings.env };
  config = {};
  stdout = outStream("stdout", 1);
  stderr = outStream("stderr", 2);
  stdin = stdin;
  nextTick = nextTick;
  get exitCode() {
    return exitCode;
  }
  set exitCode(code) {
    exitCode = checkCode(code);
  }
  cwd() {
    return settings.cwd;
  }
  exit(code) {
    if (code !== undefined) exitCode = checkCode(code);
    if (!isExiting) {
      isExiting = true;
      this.emit("exit", exitCode ?? 0);
      owner.endTests?.();
    }
    end(exitCode ?? 0);
  }
  reallyExit(code) {
    end(code ?? 0);
  }
  abort() {
    end(134);
  }
  chdir() {
    throw codeError(Error, "ERR_FEATURE_UNAVAILABLE", "process.chdir() is not available here");
  }
  kill() {
    throw codeError(
      Error,
      "ERR_FEATURE_UNAVAILABLE",
      "process.kill() is not available here: there are no other processes",
    );
  }
  uptime() {
    return sinceStart() / 1000;
  }
  memoryUsage() {
    return { rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 };
  }
  cpuUsage() {
    return { user: Math.round(sinceStart() * 1000), system: 0 };
  }
  emitWarning(warning) {
    const text = typeof warning === "string" ? `Warning: ${warning}` : `${warning.name}: ${warning.message}`;
    write("stderr", `(node:${this.pid}) ${text}\n`);
  }
  umask() {
    return 0o022;
  }
  getuid() {
    return 1000;
  }
}
export const process = new Process();
process.hrtime = Object.assign(
  (before) => {
    const time = sinceStart();
    const [seconds, nanos] = [Math.floor(time / 1000), Math.round((time % 1000) * 1e6)];
    if (before === undefined) return [seconds, nanos];
    const carry = nanos < before[1] ? 1 : 0;
    return [seconds - before[0] - carry, nanos - before[1] + carry * 1e9];
  },
  { bigint: () => BigInt(Math.round(sinceStart() * 1e6)) },
);
Object.defineProperty(process, Symbol.toStringTag, { value: "process", configurable: true });

/** Ends the process at once: the host stops the engine at its next look, which this loop waits for. */
function end(code) {
  call("exit", code);
  for (;;);
}

/** What an exception nobody caught leads to: the program's own handler, else its end with exit code 1. */
export function fatal(error, origin = "uncaughtException", of = undefined) {
  if (error === null || (error instanceof Error && /^(out of memory|string too long)$/.test(error.message))) {
    if (error === null || error.name === "InternalError" || error.name === "RangeError") call("memory");
  }
  if (of !== undefined && owner.takeError?.(error, of, origin)) return;
  if (process.listenerCount("uncaughtException") > 0) {
    process.emit("uncaughtException", error, origin);
    return;
  }
  let shown;
  let raw = "";
  try {
    if (error instanceof Error) {
      fixStack(error);
      raw = String(error.stack);
      shown = inspect(error);
    } else {
      shown = `${origin === "unhandledRejection" ? "" : "Uncaught "}${inspect(error)}`;
    }
  } catch {
    shown = "Uncaught: something was thrown that cannot be shown";
  }
  if (origin === "unhandledRejection" && !(error instanceof Error)) {
    shown =
      "[UnhandledPromiseRejection: This error originated either by throwing inside of an async function without a " +
      "catch block, or by rejecting a promise which was not handled with .catch(). The promise rejected with the " +
      `reason "${shown}".] {\n  code: 'ERR_UNHANDLED_REJECTION'\n}`;
  }
  send("uncaught", [raw], shown);
  exitCode = 1;
  if (!isExiting) {
    isExiting = true;
    try {
      process.emit("exit", 1);
    } catch {
      // It ends all the same.
    }
  }
  end(exitCode);
}
setOnException((error, of) => fatal(error, "uncaughtException", of));

/** Between two turns, when all promise jobs have run. True when there is more to run before the next turn. */
export function settle() {
  for (const { promise, reason, of } of takeUnhandled()) {
    if (process.listenerCount("unhandledRejection") > 0) process.emit("unhandledRejection", reason, promise);
    else fatal(reason, "unhandledRejection", of);
  }
  return runTicks();
}

/** Nothing is left to do. True when a listener found more. */
export function beforeExit() {
  process.emit("beforeExit", exitCode ?? 0);
}

export function exitNormally(unsettled) {
  process.exit(exitCode ?? (unsettled ? 13 : undefined));
}
