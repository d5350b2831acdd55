import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { BOX_PORT } from "../../image/box/wire.ts";
import type { BoxPort } from "../box-port.ts";

const run = promisify(execFile);
const DOCKER = process.env.DOCKER_BIN ?? "docker";
const START_MS = 30_000;

/** What `NEXUS_CONTAINERS=1 npm start` builds, or any other that follows sandbox/image. */
export const IMAGE = process.env.NEXUS_SANDBOX_IMAGE ?? "nexus-sandbox:local";

/** Whether the image can be run here. Else a sentence that says what is missing. */
export function dockerHere(): true | string {
  const engine = spawnSync(DOCKER, ["version", "--format", "{{.Server.Version}}"], {
    encoding: "utf8",
    timeout: 5_000,
  });
  if (engine.error !== undefined) return "there is no Docker here";
  if (engine.status !== 0) return "no Docker engine answers";
  const image = spawnSync(DOCKER, ["image", "inspect", IMAGE], { stdio: "ignore", timeout: 5_000 });
  return image.status === 0 ? true : `there is no image ${IMAGE} (docker build -t ${IMAGE} sandbox/image)`;
}

/** The box in a real container of the image, with the limits a deployment gives it, and without its control server. */
export class DockerBox implements BoxPort {
  #container: string | null = null;
  #starting: Promise<string> | null = null;

  async send(path: string, init?: RequestInit): Promise<Response> {
    this.#starting ??= this.#start();
    const address = await this.#starting;
    return fetch(`http://${address}/proxy/${BOX_PORT}${path}`, init);
  }

  async allow(): Promise<void> {
    // The way out is the Durable Object's business (container-object.ts), which is not in play here.
  }

  async destroy(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    const container = this.#container;
    this.#container = null;
    this.#starting = null;
    if (container !== null) await run(DOCKER, ["rm", "--force", container]);
  }

  async #start(): Promise<string> {
    const limits = ["--memory=4g", "--pids-limit=1024", "--cap-drop=ALL", "--security-opt=no-new-privileges"];
    const command = ["--entrypoint=/usr/bin/tini", IMAGE, "--", "node", "/opt/nexus/box/main.ts"];
    const started = await run(DOCKER, ["run", "--detach", `--publish=127.0.0.1::${BOX_PORT}`, ...limits, ...command]);
    this.#container = started.stdout.trim();
    const { stdout } = await run(DOCKER, ["port", this.#container, String(BOX_PORT)]);
    const address = stdout.trim().split("\n")[0] ?? "";
    for (const deadline = Date.now() + START_MS; ; ) {
      const ready = await fetch(`http://${address}/health`).then(
        (response) => response.ok,
        () => false,
      );
      if (ready) return address;
      if (Date.now() > deadline) throw new Error("The container's box did not answer.");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
