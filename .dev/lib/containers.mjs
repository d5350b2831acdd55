import { spawn, spawnSync } from "node:child_process";
import { hashOf } from "./hash.mjs";
import { at } from "./paths.mjs";
import { Stop, say } from "./say.mjs";

const DOCKER = process.env.WRANGLER_DOCKER_BIN ?? "docker";
/** The name the contract's tests look for. */
const LOCAL = "nexus-sandbox:local";
/** What the local runtime passes a container's traffic through; this version belongs to the pinned miniflare. */
const EGRESS_IMAGE =
  "cloudflare/proxy-everything:3cb1195@sha256:0ef6716c52430096900b150d84a3302057d6cd2319dae7987128c85d0733e3c8";

const WITHOUT = "Start without NEXUS_CONTAINERS to run without containers: commands then run in the isolate.";

/** Whether the person asked for containers. Without them nothing here needs Docker. */
export const wantsContainers = (env = process.env) => env.NEXUS_CONTAINERS === "1";

/**
 * Sees that a Docker engine is there, builds the sandbox's image when its sources changed, and fetches the image that
 * containers' traffic passes through.
 * @returns {Promise<{image: string, socket: string, egressImage: string}>}
 * @throws Stop with what is missing and what to do
 */
export async function prepareContainers(env = process.env) {
  const version = docker(["version", "--format", "{{.Server.Version}}"]);
  if (version.error !== undefined)
    throw new Stop(`NEXUS_CONTAINERS=1 needs Docker, and there is no program ${DOCKER}. Install it. ${WITHOUT}`);
  if (version.status !== 0)
    throw new Stop(`NEXUS_CONTAINERS=1 needs a Docker engine, and none answers. Start Docker. ${WITHOUT}`);

  const image = env.NEXUS_SANDBOX_IMAGE ?? `nexus-sandbox:${hashOf(["sandbox/image"]).slice(0, 16)}`;
  if (!has(image)) {
    if (env.NEXUS_SANDBOX_IMAGE !== undefined) throw new Stop(`Docker has no image ${image} (NEXUS_SANDBOX_IMAGE).`);
    say("Building the sandbox's image (the first time takes minutes) …");
    await build(image);
  }
  docker(["tag", image, LOCAL]);
  const egressImage = env.MINIFLARE_CONTAINER_EGRESS_IMAGE ?? EGRESS_IMAGE;
  if (!has(egressImage) && docker(["pull", "--quiet", "--platform", "linux/amd64", egressImage]).status !== 0)
    throw new Stop(`Docker could not fetch ${egressImage}, through which containers reach approved hosts. ${WITHOUT}`);
  return { image, socket: socketOf(env), egressImage };
}

/** Where the engine listens: what the caller says, else what the Docker program uses. */
function socketOf(env) {
  if (env.DOCKER_HOST !== undefined) return env.DOCKER_HOST;
  const context = docker(["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]);
  const host = context.status === 0 ? context.stdout.trim() : "";
  return host === "" ? "unix:///var/run/docker.sock" : host;
}

const docker = (args) => spawnSync(DOCKER, args, { encoding: "utf8" });
const has = (image) => docker(["image", "inspect", image]).status === 0;

function build(image) {
  const args = ["build", "--platform", "linux/amd64", "--tag", image, at("sandbox", "image")];
  return new Promise((resolve, reject) => {
    const child = spawn(DOCKER, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (chunk) => {
      output = (output + chunk).slice(-3000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", (error) => reject(new Stop(`The sandbox's image does not build: ${error.message}`)));
    child.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Stop(`The sandbox's image does not build:\n${output.trim()}\n${WITHOUT}`)),
    );
  });
}
