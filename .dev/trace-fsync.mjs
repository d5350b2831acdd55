/**
 * `node .dev/trace-fsync.mjs`: starts the real server, attaches strace to its runtime, sends commands while a socket
 * listens, and checks that the object's database reached the disk before each acknowledgement and each frame
 * (NFR-R2). Linux, strace and the right to trace are needed; a nightly check, because tracing slows everything.
 * Ends with 0 when every command was in order, 1 on a violation, 2 when nothing could be traced.
 */
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp } from "../e2e/harness/app.ts";
import { newPlace } from "../e2e/support/journey.ts";
import { checkMarkers, parseTrace } from "./lib/fsync-trace.mjs";
import { Stop, say } from "./lib/say.mjs";

const COMMANDS = 12;
const SYSCALLS = "fsync,fdatasync,pwrite64,pwritev,read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg";

/** Runtimes (workerd) of the app whose state is in this folder. */
function runtimesOf(stateDir) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("workerd")) return false;
        // Its environment is its supervisor's, which names the state folder.
        return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`NEXUS_STATE=${stateDir}`);
      } catch {
        return false;
      }
    });
}

async function traced(pids, file, work) {
  const args = ["-f", "-y", "-ttt", "-s", "200000", "-e", `trace=${SYSCALLS}`, "-o", file];
  const strace = spawn("strace", [...args, ...pids.flatMap((pid) => ["-p", pid])], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  await new Promise((resolve, reject) => {
    strace.stderr.on("data", (chunk) => {
      said += chunk;
      if (said.includes("attached")) resolve(undefined);
    });
    strace.once("exit", () => reject(new Stop(`strace could not attach: ${said.trim()}`)));
  });
  const ended = new Promise((resolve) => strace.once("exit", resolve));
  try {
    await work();
  } finally {
    strace.kill("SIGINT");
    await ended;
  }
}

/** A WebSocket without compression, so that what is sent can be read in the trace; frames from a server are not masked. */
async function listen(url, cookie) {
  const headers = {
    cookie,
    origin: new URL(url).origin,
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": randomBytes(16).toString("base64"),
  };
  const asked = request(url, { headers }).end();
  const socket = await new Promise((resolve, reject) => {
    asked.once("upgrade", (_response, upgraded) => resolve(upgraded));
    asked.once("response", ({ statusCode }) => reject(new Stop(`the socket did not open: ${statusCode}`)));
    asked.once("error", reject);
  });
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  return { text: () => text, end: () => socket.destroy() };
}

/** Commands with a text of their own each, heard on a socket; gives the texts. */
async function drive(baseUrl) {
  const place = await newPlace(baseUrl);
  const path = `/api/projects/${place.projectId}/workflows`;
  const { id } = await place.client.post(path, { message: "Add up the amounts in my list" });
  const heard = await listen(`${baseUrl}/api/workflows/${id}/socket`, place.client.cookie);
  const markers = Array.from({ length: COMMANDS }, (_, at) => `fsync-probe-${at}-${crypto.randomUUID()}`);
  return {
    markers,
    async run() {
      for (const message of markers) {
        await place.client.post(`/api/workflows/${id}/steer`, { message });
        const until = Date.now() + 20_000;
        while (!heard.text().includes(message)) {
          if (Date.now() > until) throw new Stop("a frame did not come");
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
      heard.end();
    },
  };
}

async function main() {
  if (process.platform !== "linux" || spawnSync("strace", ["-V"]).error)
    throw new Stop("strace is not here: nothing was traced. Install it (Debian: apt-get install strace).");
  const folder = mkdtempSync(join(tmpdir(), "nexus-fsync-"));
  const app = await startApp();
  try {
    const { markers, run } = await drive(app.baseUrl);
    const pids = runtimesOf(app.stateDir);
    if (pids.length === 0) throw new Stop("the runtime was not found among the processes");
    const file = join(folder, "trace");
    await traced(pids, file, run);
    const verdicts = checkMarkers(parseTrace(readFileSync(file, "latin1")), markers);
    const bad = verdicts.filter((one) => !one.ok);
    for (const { marker, why } of bad) say(`${marker} ${why}`);
    const sends = verdicts.reduce((sum, one) => sum + one.outside, 0);
    say(`${verdicts.length} commands, ${sends} acknowledgements and frames, ${bad.length} before their sync.`);
    return bad.length === 0 ? 0 : 1;
  } finally {
    await app.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main().catch((error) => {
  say(error instanceof Stop ? error.message : String(error?.stack ?? error));
  return 2;
});
