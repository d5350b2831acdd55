import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { BoxPort } from "../box-port.ts";

const HERE = dirname(fileURLToPath(import.meta.url));
const BOX = join(HERE, "..", "..", "image", "box");
const FOLDERS = ["workspace", "tmp", "own", "run"];
/** Users that nobody is, another for each cell: the limit on a user's processes counts those of all cells together. */
const FIRST_USER = 1_000_000;
const USERS = 1_000_000;
const START_MS = 10_000;

const isRoot = process.getuid?.() === 0;
const NAMESPACES = [
  "--mount",
  "--pid",
  "--net",
  "--ipc",
  "--fork",
  "--kill-child",
  ...(isRoot ? [] : ["--map-root-user"]),
];

/** Whether cells can be made here: Linux namespaces, with or without root. Else a sentence that says why not. */
export function cellsHere(): true | string {
  if (process.platform !== "linux") return `not Linux but ${process.platform}`;
  const tried = spawnSync("unshare", [...NAMESPACES, "true"], { encoding: "utf8" });
  if (tried.error !== undefined) return "there is no program unshare (util-linux)";
  return tried.status === 0 ? true : `namespaces are not allowed here (${tried.stderr.trim().split("\n")[0]})`;
}

/**
 * The box of the image over this machine's own programs, in namespaces: a container made by hand, without an engine.
 * What differs from the real one: the kernel's limits on memory and CPU, which versions of Python and tools there are,
 * and the way out, which is shut here.
 */
export class Cell implements BoxPort {
  readonly #folder = mkdtempSync(join(tmpdir(), "nexus-cell-"));
  readonly #user = FIRST_USER + Math.floor(Math.random() * USERS);
  #process: ChildProcess | null = null;
  #starting: Promise<void> | null = null;
  /** What the adapter last allowed. */
  allowed: readonly string[] = [];

  async send(path: string, init: RequestInit = {}): Promise<Response> {
    this.#starting ??= this.#start();
    await this.#starting;
    return this.#request(path, init);
  }

  async allow(hosts: readonly string[]): Promise<void> {
    this.allowed = hosts;
  }

  async destroy(): Promise<void> {
    const running = this.#process;
    this.#process = null;
    this.#starting = null;
    if (running !== null && running.exitCode === null && running.signalCode === null) {
      const ended = new Promise((resolve) => running.once("exit", resolve));
      running.kill("SIGKILL");
      await ended;
    }
    for (const name of FOLDERS) rmSync(join(this.#folder, name), { recursive: true, force: true });
  }

  /** Ends it and leaves nothing behind. */
  async close(): Promise<void> {
    await this.destroy();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    for (const name of FOLDERS) {
      const folder = join(this.#folder, name);
      mkdirSync(folder, { recursive: true });
      if (isRoot) chownSync(folder, this.#user, this.#user);
    }
    chmodSync(this.#folder, 0o755);
    const script = [join(HERE, "cell.sh"), this.#folder, process.execPath, BOX, isRoot ? String(this.#user) : ""];
    const child = spawn("unshare", [...NAMESPACES, "bash", ...script], { stdio: ["ignore", "ignore", "pipe"] });
    this.#process = child;
    // A test run that ends in the middle closes nothing.
    const endToo = (): void => void child.kill("SIGKILL");
    process.once("exit", endToo);
    child.once("exit", () => process.off("exit", endToo));
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000);
    });
    const deadline = Date.now() + START_MS;
    for (;;) {
      const ready = await this.#request("/health", {}).then(
        (response) => response.ok,
        () => false,
      );
      if (ready) return;
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`The cell did not start: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async #request(path: string, init: RequestInit): Promise<Response> {
    const body =
      init.body === undefined || init.body === null
        ? null
        : new Uint8Array(await new Response(init.body).arrayBuffer());
    return new Promise((resolve, reject) => {
      const socketPath = join(this.#folder, "run", "box");
      // The SDK hands paths on with the port in front.
      const asked = httpRequest({ socketPath, path: `/proxy/8700${path}`, method: init.method ?? "GET" }, (answer) => {
        // SAFETY: Node's web streams are the platform's, which the two libraries of types do not know of each other.
        const stream = Readable.toWeb(answer) as unknown as ReadableStream<Uint8Array>;
        resolve(new Response(stream, { status: answer.statusCode ?? 500 }));
      });
      asked.on("error", reject);
      asked.end(body ?? undefined);
    });
  }
}
