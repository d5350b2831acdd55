import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { TOOL_ENV } from "./build.mjs";
import { at, NODE } from "./paths.mjs";
import { endGroup, startedAt } from "./processes.mjs";
import { Stop, say } from "./say.mjs";

const PROBE_EVERY_MS = 1000;
const READY_WITHIN_MS = 60_000;
const LOG_LIMIT = 10 * 1024 * 1024;
/** Restarts wait 0.1, 0.2, 0.4 … up to 5 seconds; a minute without trouble starts the count again. */
const backoffMs = (failures) => Math.min(5000, 100 * 2 ** failures);

/**
 * One supervised process: started in its own group, probed over HTTP, started again when it exits or stops answering.
 * A living process proves nothing (a runtime may be gone behind a port that still listens), so only an answer counts.
 */
export class Service {
  /** @type {{pid: number, started: string} | null} */
  group = null;
  #options;
  #child = null;
  #stopping = false;
  #failures = 0;
  #ready = false;
  #output = "";
  #lastAnswer = 0;
  #timer = null;
  #restarting = null;
  #restartedAt = 0;
  #probing = false;
  #refused = 0;

  /**
   * @param options.name what to call it on the terminal
   * @param options.script file under .dev/ to run on the pinned Node
   * @param options.message () => value sent over IPC once started
   * @param options.probe URL that must answer: with 2xx to be ready, with anything to stay so
   * @param options.silenceMs after this long without an answer it counts as dead
   * @param options.log file that takes its output
   * @param options.onGroup called whenever the process group changes
   */
  constructor(options) {
    this.#options = options;
  }

  /** Starts it and resolves once it answers. @throws Stop with the end of its output. */
  async start() {
    this.#launch();
    const deadline = Date.now() + READY_WITHIN_MS;
    while (Date.now() < deadline && this.#child !== null && !this.#stopping) {
      if ((await this.#probe()) === "ok") {
        this.#ready = true;
        this.#lastAnswer = Date.now();
        this.#timer ??= setInterval(() => void this.#watch(), PROBE_EVERY_MS);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    if (this.#stopping) return;
    const why =
      this.#child === null
        ? "ended at once"
        : `gave no good answer at ${this.#options.probe} within ${READY_WITHIN_MS / 1000} s`;
    throw new Stop(`${this.#options.name} ${why}.\n${this.#output.trim()}`);
  }

  async stop(graceMs = 3000) {
    this.#stopping = true;
    clearInterval(this.#timer);
    await this.#restarting?.catch(() => undefined);
    await this.#end(graceMs);
  }

  /** Ends and starts it with fresh options, for changed sources. */
  restart(reason) {
    this.#restarting ??= this.#restart(reason).finally(() => {
      this.#restarting = null;
    });
    return this.#restarting;
  }

  #launch() {
    const { script, message, name } = this.#options;
    const child = spawn(NODE, [at(".dev", script)], {
      cwd: at(),
      detached: true,
      env: { ...process.env, ...TOOL_ENV, NO_COLOR: "1", FORCE_COLOR: undefined },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#child = child;
    this.#output = "";
    this.group = { pid: child.pid, started: startedAt(child.pid) };
    this.#options.onGroup?.();
    const log = new LogFile(this.#options.log);
    const take = (chunk) => {
      log.write(chunk);
      this.#output = (this.#output + chunk).slice(-4000);
      if (String(chunk).includes("runtime crashed unexpectedly"))
        say(`${name}'s runtime died; it is being started again …`);
      if (this.#options.echo?.()) process.stdout.write(String(chunk).replaceAll(/^(?=.)/gm, `[${name}] `));
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", () => undefined);
    child.once("exit", () => {
      log.end();
      if (this.#child === child) this.#child = null;
      if (this.#ready && !this.#stopping) void this.restart("ended");
    });
    child.send(message(), () => undefined);
  }

  /** @returns {Promise<"ok" | "unwell" | "refused" | "silent">} */
  async #probe() {
    try {
      const response = await fetch(this.#options.probe, { signal: AbortSignal.timeout(5000), redirect: "manual" });
      await response.arrayBuffer();
      return response.ok ? "ok" : "unwell";
    } catch (error) {
      // Refused while the process lives: its runtime is gone. Silence may be honest work.
      return error?.cause?.code === "ECONNREFUSED" ? "refused" : "silent";
    }
  }

  async #watch() {
    if (this.#probing || this.#restarting !== null || this.#stopping) return;
    this.#probing = true;
    const answer = await this.#probe();
    this.#probing = false;
    if (this.#restarting !== null || this.#stopping) return;
    // An unwell answer is one: starting again would not cure a wrong setting.
    if (answer === "ok" || answer === "unwell") {
      if (Date.now() - this.#restartedAt > 60_000) this.#failures = 0;
      this.#lastAnswer = Date.now();
      this.#refused = 0;
      return;
    }
    this.#refused = answer === "refused" ? this.#refused + 1 : 0;
    const silentMs = Date.now() - this.#lastAnswer;
    if (this.#refused >= 3 || silentMs > this.#options.silenceMs) void this.restart("stopped answering");
  }

  async #restart(reason) {
    const { name } = this.#options;
    for (;;) {
      if (this.#stopping) return;
      this.#ready = false;
      this.#refused = 0;
      this.#restartedAt = Date.now();
      say(`${name} ${reason}; starting it again …`);
      await this.#end(0);
      await new Promise((resolve) => setTimeout(resolve, backoffMs(this.#failures)));
      if (this.#stopping) return;
      try {
        await this.start();
        this.#failures = Math.min(this.#failures + 1, 6);
        if (!this.#stopping) say(`${name} is back.`);
        return;
      } catch (error) {
        this.#failures = Math.min(this.#failures + 1, 6);
        say(error.message);
        reason = "did not come back";
      }
    }
  }

  async #end(graceMs) {
    const group = this.group;
    this.#child = null;
    if (group === null) return;
    await endGroup(group, graceMs);
  }
}

/** A log file; beyond the limit it becomes `.1` (the one before it is dropped) and a new one begins. */
class LogFile {
  #file;
  #stream;
  #size;

  constructor(file) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true });
    this.#open();
  }

  write(chunk) {
    this.#size += chunk.length;
    this.#stream.write(chunk);
    if (this.#size <= LOG_LIMIT) return;
    this.#stream.end();
    renameSync(this.#file, `${this.#file}.1`);
    this.#open();
  }

  end() {
    this.#stream.end();
  }

  #open() {
    this.#size = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
    this.#stream = createWriteStream(this.#file, { flags: "a", mode: 0o600 });
  }
}
