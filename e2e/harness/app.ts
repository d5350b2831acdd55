import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { at, NODE } from "../../.dev/lib/paths.mjs";
import { freePort } from "../../.dev/lib/ports.mjs";
import { knownNames } from "../../.dev/lib/vars.mjs";

const READY_WITHIN_MS = 90_000;

/** A running app: the real `npm start`, on a port and a state folder of its own. */
export interface App {
  /** `http://localhost:<port>`, without a slash at the end. */
  readonly baseUrl: string;
  readonly stateDir: string;
  /** Ends it as Ctrl-C would and removes its state folder, unless the caller gave one. */
  stop(): Promise<void>;
  /** SIGKILL to the supervisor and everything it started, as a power cut would; the state folder stays. */
  kill(): Promise<void>;
  /** SIGKILL to the runtimes only; the supervisor is expected to bring them back. */
  killRuntimes(): void;
  /** What the terminal showed and the Workers logged so far. */
  logs(): string;
}

export interface StartOptions {
  /** Variables of the app (ANTHROPIC_BASE_URL …). Without a MODEL_PROVIDER or a key the offline model answers. */
  readonly env?: Readonly<Record<string, string>>;
  /** Keep or reuse this state folder: for restarts and kills. */
  readonly stateDir?: string;
  /** Listen here; any free port without it. After a kill the same port keeps every client's address and cookies good. */
  readonly port?: number;
}

/** Starts the app and resolves when it is ready. @throws Error with its output when it does not get there. */
export async function startApp({ env = {}, stateDir, port: wanted }: StartOptions = {}): Promise<App> {
  const state = stateDir ?? mkdtempSync(join(tmpdir(), "nexus-app-"));
  const port: number = wanted ?? (await freePort());
  // Nothing of the machine's own settings: a key in the developer's shell must not send tests to a paid model.
  const cleared = Object.fromEntries(knownNames().map((name: string) => [name, undefined]));
  const child = spawn(NODE, [at(".dev", "start.mjs")], {
    cwd: at(),
    detached: true,
    env: {
      ...process.env,
      ...cleared,
      ...env,
      npm_lifecycle_event: undefined,
      PORT: String(port),
      NEXUS_STATE: state,
      NEXUS_DEV_VARS: join(state, "vars"),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const terminal = collect(child);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await untilReady(child, terminal);
  return {
    baseUrl: `http://localhost:${port}`,
    stateDir: state,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      if (stateDir === undefined) rmSync(state, { recursive: true, force: true });
    },
    async kill() {
      const groups = runtimeGroups(state);
      child.kill("SIGKILL");
      for (const group of groups) killGroup(group);
      await ended;
    },
    killRuntimes() {
      for (const group of runtimeGroups(state)) killGroup(group);
    },
    logs: () => `${terminal()}${workerLogs(state)}`,
  };
}

function collect(child: ChildProcess): () => string {
  let text = "";
  const take = (chunk: Buffer) => {
    text += chunk.toString();
  };
  child.stdout?.on("data", take);
  child.stderr?.on("data", take);
  return () => text;
}

async function untilReady(child: ChildProcess, terminal: () => string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!terminal().includes("Nexus is ready")) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`npm start ended:\n${terminal()}`);
    if (Date.now() > deadline) {
      child.kill("SIGTERM");
      throw new Error(`npm start was not ready within ${READY_WITHIN_MS / 1000} s:\n${terminal()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The process groups of the runtimes, as the supervisor wrote them into its lock. */
function runtimeGroups(state: string): number[] {
  const lock: { groups: { pid: number }[] } = JSON.parse(readFileSync(join(state, "lock.json"), "utf8"));
  return lock.groups.map(({ pid }) => pid);
}

function killGroup(pgid: number): void {
  try {
    process.kill(-pgid, "SIGKILL");
  } catch {
    // Gone already.
  }
}

function workerLogs(state: string): string {
  const folder = join(state, "logs");
  if (!existsSync(folder)) return "";
  return readdirSync(folder)
    .map((file) => `--- ${file}\n${readFileSync(join(folder, file), "utf8")}`)
    .join("\n");
}
