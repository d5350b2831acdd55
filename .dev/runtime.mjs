/**
 * Runs one Worker in workerd, in a process (and process group) of its own: started by .dev/start.mjs, which sends the
 * options over IPC so that secrets appear neither in files nor on a command line. Ends when its supervisor does.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import { bundleModules } from "./lib/build.mjs";
import { at } from "./lib/paths.mjs";

/** Passes the warnings on (a crash among them), drops the rest. */
class Warnings extends Log {
  constructor() {
    super(LogLevel.WARN);
  }
  log(message) {
    process.stdout.write(`${message}\n`);
  }
}

/** A line of the Worker's own log. The supervisor asks for health every second: those answers are not news. */
function printLog({ level, message }) {
  if (message.includes('"route":"/api/health","status":200')) return;
  process.stdout.write(`${level === "log" ? "" : `${level}: `}${message}\n`);
}

let runtime;

/** The objects that own a container, told which image theirs is. */
function withContainers(durableObjects, image) {
  const attached = (object) =>
    object.className === "ContainerObject" ? { ...object, container: { imageName: image } } : object;
  return Object.fromEntries(Object.entries(durableObjects).map(([name, object]) => [name, attached(object)]));
}

/** @param options.containers null, or {image, socket, egressImage} of .dev/lib/containers.mjs */
async function serve({ config, bundle, port, persist, registry, vars, containers }) {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(at(config), undefined, {
    // Images are .dev/lib/containers.mjs's business.
    overrides: { enableContainers: false },
  });
  const { name, vars: fixedVars } = unstable_readConfig({ config: at(config) }, { hideWarnings: true });
  // A killed predecessor leaves its entry, and miniflare would wait minutes for it to go stale before taking its place.
  rmSync(join(registry, name), { force: true });
  runtime = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port,
      log: new Warnings(),
      logRequests: false,
      resourcePersistencePath: persist,
      unsafeDevRegistryPath: registry,
      handleStructuredLogs: printLog,
      ...(containers === null
        ? {}
        : {
            containerEngine: {
              localDocker: { socketPath: containers.socket, containerEgressInterceptorImage: containers.egressImage },
            },
          }),
      workers: [
        {
          ...workerOptions,
          ...(containers === null
            ? {}
            : { durableObjects: withContainers(workerOptions.durableObjects, containers.image) }),
          name,
          rootPath: at(),
          // Not workerOptions.bindings: wrangler reads .dev.vars into it by itself, past the caller's overrides.
          bindings: { ...fixedVars, ...vars },
          modulesRoot: bundle,
          modules: bundleModules(bundle),
        },
      ],
    }),
  );
  await runtime.ready;
  process.send?.({ type: "ready" });
}

let ending = false;
function end(code) {
  if (ending) return;
  ending = true;
  // A runtime that will not close must not outlive its supervisor.
  setTimeout(() => process.kill(-process.pid, "SIGKILL"), 2500).unref();
  Promise.resolve(runtime?.dispose()).then(
    () => process.exit(code),
    () => process.kill(-process.pid, "SIGKILL"),
  );
}

process.once("message", (options) => {
  serve(options).catch((error) => {
    process.stderr.write(`${error?.stack ?? error}\n`);
    end(1);
  });
});
process.on("disconnect", () => end(0));
process.on("SIGTERM", () => end(0));
process.on("SIGINT", () => end(0));
