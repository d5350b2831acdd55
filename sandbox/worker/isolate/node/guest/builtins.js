import parseArgs from "@pkgjs/parseargs";
import path from "path-browserify";
import { assert, strict } from "./assert.js";
import { crypto } from "./crypto.js";
import { atob, Buffer, btoa, TextDecoder, TextEncoder } from "./encoding.js";
import { EventEmitter } from "./events.js";
import { fs, promises as fsPromises } from "./fs.js";
import { settings } from "./host.js";
import { util } from "./inspect.js";
import { builtinNames, createRequire, offer } from "./modules.js";
import { process } from "./process.js";
import { readline, readlinePromises } from "./readline.js";
import { nodeTest } from "./test/harness.js";
import * as timers from "./timers.js";
import * as urls from "./url.js";

path.posix = path;
path.win32 = path;
// Its own resolve() asks the global process, which programs may change.
const { resolve } = path;
path.resolve = (...parts) => resolve(settings.cwd, ...parts);
path.toNamespacedPath = (value) => value;

offer("path", () => path);
offer("path/posix", () => path);
offer("fs", () => fs);
offer("fs/promises", () => fsPromises);
offer("process", () => process);
offer("buffer", () => ({ Buffer, atob, btoa, constants: { MAX_LENGTH: 2 ** 31 - 1 }, kMaxLength: 2 ** 31 - 1 }));
offer("events", () => EventEmitter);
offer("assert", () => assert);
offer("assert/strict", () => strict);
offer("test", () => nodeTest);
offer("util", () => ({ ...util, parseArgs: parseArgs.parseArgs, TextEncoder, TextDecoder }));
offer("util/types", () => util.types);
offer("url", () => ({
  URL: urls.URL,
  URLSearchParams: urls.URLSearchParams,
  fileURLToPath: urls.fileURLToPath,
  pathToFileURL: urls.pathToFileURL,
}));
offer("timers", () => {
  const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate, promises } = timers;
  return { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate, promises };
});
offer("timers/promises", () => timers.promises);
offer("perf_hooks", () => ({ performance: globalThis.performance }));
offer("module", () => ({
  createRequire: (from) => createRequire(/^file:/.test(String(from)) ? urls.fileURLToPath(String(from)) : String(from)),
  builtinModules: builtinNames(),
  isBuiltin: (name) => builtinNames().includes(name.replace(/^node:/, "")),
}));
offer("os", () => ({
  EOL: "\n",
  platform: () => "linux",
  type: () => "Linux",
  arch: () => "x64",
  release: () => "",
  hostname: () => "sandbox",
  homedir: () => settings.env.HOME ?? "/workspace",
  tmpdir: () => "/tmp",
  cpus: () => [],
  availableParallelism: () => 1,
  totalmem: () => settings.memoryBytes,
  freemem: () => settings.memoryBytes,
  endianness: () => "LE",
  uptime: () => timers.sinceStart() / 1000,
  userInfo: () => ({ username: "user", uid: 1000, gid: 1000, shell: null, homedir: "/workspace" }),
}));

offer("crypto", () => crypto);
offer("readline", () => readline);
offer("readline/promises", () => readlinePromises);
offer("string_decoder", () => ({
  StringDecoder: class StringDecoder {
    #decoder;
    constructor(encoding = "utf8") {
      this.#decoder = new TextDecoder(encoding);
    }
    write(bytes) {
      return this.#decoder.decode(bytes, { stream: true });
    }
    end(bytes) {
      return this.#decoder.decode(bytes);
    }
  },
}));
