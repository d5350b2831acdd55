import { call, makeError, settings } from "./host.js";
import { dropped } from "./promises.js";

/** CommonJS: `require` between files of the workspace, with the cache, the cycles and the errors of Node. */
export const cache = Object.create(null);
const makers = {};
const built = new Map();

/** Built-in modules are made when they are first asked for. */
export const offer = (name, make) => {
  makers[name] = make;
};
export const builtin = (name) => {
  if (!built.has(name)) built.set(name, makers[name]());
  return built.get(name);
};
export const builtinKeys = (name) =>
  Object.keys(builtin(name)).filter((key) => /^[A-Za-z_$][\w$]*$/.test(key) && key !== "default");
export const builtinNames = () => Object.keys(makers);

class Module {
  children = [];
  loaded = false;
  constructor(path, parent) {
    this.id = path === settings.main ? "." : path;
    this.path = path.slice(0, path.lastIndexOf("/")) || "/";
    this.exports = {};
    this.filename = path;
    this.parent = parent;
    this.paths = [];
  }
  require(specifier) {
    return load(specifier, this);
  }
}

let main;

function load(specifier, parent) {
  if (typeof specifier !== "string" || specifier === "") {
    throw makeError({
      name: "TypeError",
      message: 'The "id" argument must be of type string and not be empty.',
      code: "ERR_INVALID_ARG_TYPE",
    });
  }
  const found = call("resolve", specifier, parent.filename);
  return found.builtin === undefined ? loadFile(found.path, found.format, parent) : builtin(found.builtin);
}

export function loadFile(path, format, parent) {
  const known = cache[path];
  if (known !== undefined) return known.exports;
  const record = new Module(path, parent);
  main ??= record;
  cache[path] = record;
  parent?.children.push(record);
  let isDone = false;
  try {
    if (format === "json") record.exports = call("json", path);
    else if (format === "module") record.exports = moduleExports(path);
    else run(record);
    record.loaded = true;
    isDone = true;
  } finally {
    if (!isDone) delete cache[path];
  }
  return record.exports;
}

/** `require` of an ES module gives its namespace, or what it exports under this name for the purpose. */
function moduleExports(path) {
  const namespace = call("requireModule", path);
  return Object.hasOwn(namespace, "module.exports") ? namespace["module.exports"] : namespace;
}

function run(module) {
  const body = call("compile", module.filename);
  body.call(module.exports, module.exports, requireOf(module), module, module.filename, module.path, dropped);
}

export function requireOf(module) {
  const require = (specifier) => load(specifier, module);
  require.resolve = (specifier) => {
    const found = call("resolve", String(specifier), module.filename);
    return found.builtin === undefined ? found.path : String(specifier);
  };
  require.resolve.paths = () => [];
  require.main = main;
  require.cache = cache;
  require.extensions = Object.create(null);
  return require;
}

/** node:module's createRequire, and the `require` of code that has no file. */
export function createRequire(path) {
  return requireOf(new Module(path, undefined));
}
export const moduleFor = (path) => new Module(path, undefined);
