/**
 * `npm start`: from a fresh clone to a running app. Needs only Node >= 20 and npm: everything imported here comes with
 * Node. `npm run dev` (--watch) adds the client's hot reload and rebuilds a Worker when its sources change.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bundleWorker, ensureClient, ensureMigrated, WORKERS } from "./lib/build.mjs";
import { prepareContainers, wantsContainers } from "./lib/containers.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { StateLock } from "./lib/lock.mjs";
import { at, stateDir } from "./lib/paths.mjs";
import { freePort, requireFreePort, wantedPort } from "./lib/ports.mjs";
import { runMain, Stop, say } from "./lib/say.mjs";
import { Service } from "./lib/service.mjs";
import { checkKeyMatchesState, ensureDevVars, loadVars, modelInUse, sandboxVars } from "./lib/vars.mjs";
import { watchSources } from "./lib/watch.mjs";

const watching = process.argv.includes("--watch");

/** The Workers (and, when watching, the client's dev server) with their order of start and stop. */
class App {
  #services = [];
  #stopping = false;

  constructor(state, port, vars, lock) {
    Object.assign(this, { state, port, vars, lock });
  }

  async start() {
    // Bundling reads the client's folder, which a fresh clone does not have yet.
    if (watching) mkdirSync(at("web", "dist"), { recursive: true });
    else await ensureClient();
    const containers = wantsContainers() ? await prepareContainers() : null;
    const sandboxKind = containers === null ? "sandbox" : "sandboxWithContainers";
    say("Preparing the Workers …");
    const [sandboxBundle, apiBundle] = await Promise.all([
      bundleWorker(sandboxKind),
      bundleWorker("api"),
      ensureMigrated(this.state),
    ]);
    if (this.#stopping) return;
    const registry = join(this.state, "registry");
    rmSync(registry, { recursive: true, force: true });
    const apiPort = watching ? await freePort() : this.port;
    const [sandbox, api] = await Promise.all([
      this.#startWorker(sandboxKind, {
        port: await freePort(),
        bundle: sandboxBundle,
        vars: sandboxVars(this.vars),
        containers,
        registry,
        path: "/health",
        silenceMs: 60_000,
      }),
      this.#startWorker("api", {
        port: apiPort,
        bundle: apiBundle,
        // Published sites answer at the API Worker's own port, also when the client's dev server is in front of it.
        vars: { SITES_DOMAIN: `sites.localhost:${apiPort}`, ...this.vars },
        registry,
        path: "/api/health",
        silenceMs: 20_000,
      }),
    ]);
    if (watching) {
      await this.#startVite(apiPort);
      watchSources({ sandbox, api });
    }
    if (this.#stopping) return;
    say("");
    say(`Nexus is ready: http://localhost:${this.port}`);
    say(`Model: ${modelInUse(this.vars)}`);
    if (containers !== null) say(`Containers: ${containers.image}, by the Docker engine at ${containers.socket}`);
    say(`State and logs: ${this.state}`);
    say("Stop with Ctrl-C.");
  }

  async #startWorker(name, { port, bundle, vars, registry, path, silenceMs, containers = null }) {
    const persist = join(this.state, "v3");
    const options = { config: WORKERS[name].config, bundle, port, vars, registry, persist, containers };
    const service = this.#add({
      name: name === "api" ? "The API Worker" : "The sandbox Worker",
      script: "runtime.mjs",
      message: () => options,
      probe: `http://127.0.0.1:${port}${path}`,
      silenceMs,
      log: join(this.state, "logs", `${name === "api" ? "api" : "sandbox"}.log`),
    });
    await service.start();
    return {
      reload: async () => {
        options.bundle = await bundleWorker(name);
        await service.restart("has new sources");
      },
    };
  }

  async #startVite(apiPort) {
    const service = this.#add({
      name: "The client's dev server",
      script: "vite.mjs",
      message: () => ({ port: this.port, apiPort }),
      probe: `http://127.0.0.1:${this.port}/`,
      silenceMs: 60_000,
      log: join(this.state, "logs", "vite.log"),
    });
    await service.start();
  }

  #add(options) {
    const service = new Service({
      ...options,
      echo: () => watching,
      onGroup: () => this.lock.record(this.#services.flatMap((each) => (each.group === null ? [] : [each.group]))),
    });
    this.#services.push(service);
    return service;
  }

  async stop() {
    this.#stopping = true;
    await Promise.all(this.#services.map((service) => service.stop()));
    this.lock.release();
  }

  kill() {
    for (const service of this.#services) void service.stop(0);
    this.lock.release();
  }
}

function stopOnSignals(app) {
  let asked = false;
  const onSignal = () => {
    if (asked) {
      app.kill();
      process.exit(1);
    }
    asked = true;
    say("\nStopping …");
    app.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, onSignal);
  stopWithNpm(onSignal);
}

/** npm killed outright passes nothing on; without this the app would go on, unseen, on its port. */
function stopWithNpm(stop) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, 1000).unref();
}

await runMain(async () => {
  if (Number(process.versions.node.split(".")[0]) < 20) {
    throw new Stop(
      `Nexus needs Node.js 20 or newer; this is ${process.versions.node}. Install it from https://nodejs.org.`,
    );
  }
  const port = wantedPort();
  await ensureInstalled();
  ensureDevVars();
  const vars = loadVars();
  const state = stateDir();
  const lock = await StateLock.take(state, port);
  const app = new App(state, port, vars, lock);
  stopOnSignals(app);
  try {
    checkKeyMatchesState(vars, state);
    await requireFreePort(port);
    await app.start();
  } catch (error) {
    await app.stop();
    throw error;
  }
});
