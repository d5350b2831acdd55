import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { at, NODE } from "../.dev/lib/paths.mjs";
import { freePort } from "../.dev/lib/ports.mjs";
import { type App, startApp } from "./harness/app.ts";
import { Client, newPerson } from "./harness/client.ts";

const apps: App[] = [];
const folders: string[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function start(stateDir?: string): Promise<App> {
  const app = await startApp(stateDir === undefined ? {} : { stateDir });
  apps.push(app);
  return app;
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "nexus-start-"));
  folders.push(folder);
  return folder;
}

/** A start that is expected to end by itself: its exit code and what it said. */
function startOnce(env: Record<string, string>): { code: number | null; said: string } {
  const run = spawnSync(NODE, [at(".dev", "start.mjs")], {
    cwd: at(),
    env: { ...process.env, ...env },
    encoding: "utf8",
    timeout: 60_000,
  });
  return { code: run.status, said: run.stdout + run.stderr };
}

const lastLine = (said: string) => said.trim().split("\n").at(-1);

async function until(what: () => Promise<boolean>, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await what().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const lockOf = (state: string): { pid: number; groups: { pid: number }[] } =>
  JSON.parse(readFileSync(join(state, "lock.json"), "utf8"));

/** Every process of the given groups that still runs, with its command line (Linux). */
function processesOf(groups: readonly number[]): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const [status, , pgid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        if (status === "Z" || !groups.includes(Number(pgid))) return [];
        return [readFileSync(`/proc/${pid}/cmdline`, "utf8")];
      } catch {
        return [];
      }
    });
}

test("a broken settings file ends the start with one sentence and code 1, without showing a secret", () => {
  const folder = newFolder();
  const vars = join(folder, "vars");
  writeFileSync(vars, "MASTER_KEY_V1=s3cret-too-short\nAUTH_SECRET=s3cret\n");
  const { code, said } = startOnce({ NEXUS_DEV_VARS: vars, NEXUS_STATE: join(folder, "state") });
  expect(code).toBe(1);
  expect(lastLine(said)).toMatch(/MASTER_KEY_V1 in .* is not 32 bytes as base64/);
  expect(said).not.toContain("s3cret");
  expect(said).not.toContain("    at ");
});

test("a busy port ends the start with one sentence and code 1, and leaves no lock behind", async () => {
  const folder = newFolder();
  const port: number = await freePort();
  const other = createServer().listen(port, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const env = { PORT: String(port), NEXUS_STATE: join(folder, "state"), NEXUS_DEV_VARS: join(folder, "vars") };
  // Not spawnSync alone: the other server must go on in this process, which it does in the kernel's backlog.
  const { code, said } = startOnce(env);
  other.close();
  expect(code).toBe(1);
  expect(lastLine(said)).toContain(`Port ${port} is in use by another program`);
  expect(readdirSync(join(folder, "state"))).not.toContain("lock.json");
});

test("a port that is none is refused", () => {
  const { code, said } = startOnce({ PORT: "eighty" });
  expect(code).toBe(1);
  expect(lastLine(said)).toMatch(/PORT must be a number/);
});

test("a second start on the same state says where the first one runs; a second start of a stopped one is quick", async () => {
  const state = newFolder();
  const first = await start(state);
  const { code, said } = startOnce({
    PORT: String(await freePort()),
    NEXUS_STATE: state,
    NEXUS_DEV_VARS: join(state, "vars"),
  });
  expect(code).toBe(1);
  expect(lastLine(said)).toContain(`already running`);
  expect(lastLine(said)).toContain(first.baseUrl);
  await first.stop();
  const before = Date.now();
  await start(state);
  expect(Date.now() - before).toBeLessThan(15_000);
});

test("stopping leaves no process, and secrets appear on no command line", async () => {
  const state = newFolder();
  const app = await start(state);
  const groups = lockOf(state).groups.map(({ pid }) => pid);
  const lines = processesOf([...groups, lockOf(state).pid]);
  expect(lines.some((line) => line.includes("workerd"))).toBe(true);
  const vars = readFileSync(join(state, "vars"), "utf8");
  for (const [, secret = ""] of vars.matchAll(/^[A-Z_0-9]+=(\S{32,})$/gm)) {
    for (const line of lines) expect(line).not.toContain(secret);
    expect(app.logs()).not.toContain(secret);
  }
  await app.stop();
  expect(processesOf(groups)).toEqual([]);
});

test("NFR-R2.2: killed runtimes come back by themselves with everything they kept", async () => {
  const app = await start();
  const client = new Client(app.baseUrl);
  const person = await client.signUp();
  const project = await client.post<{ id: string }>("/api/projects", { name: "Kept" });
  app.killRuntimes();
  await until(async () => (await fetch(`${app.baseUrl}/api/health`)).ok, 30_000);
  const again = new Client(app.baseUrl);
  await again.signIn(person);
  expect(await again.get(`/api/projects/${project.id}`)).toMatchObject({ name: "Kept" });
  expect(app.logs()).toContain("starting it again");
});

test("NFR-R2.1: after a SIGKILL of everything, the next start on the same state has it all", async () => {
  const state = newFolder();
  const app = await startApp({ stateDir: state });
  const client = new Client(app.baseUrl);
  const person = newPerson();
  await client.signUp(person);
  const project = await client.post<{ id: string }>("/api/projects", { name: "Kept" });
  await app.kill();
  const again = await start(state);
  const back = new Client(again.baseUrl);
  await back.signIn(person);
  expect(await back.get(`/api/projects/${project.id}`)).toMatchObject({ name: "Kept" });
});

test("runtimes that outlived a killed supervisor are gone before or by the next start", async () => {
  const state = newFolder();
  const app = await startApp({ stateDir: state });
  const { pid, groups } = lockOf(state);
  process.kill(pid, "SIGKILL");
  // The hosts at once as well, so that only their workerd children are left, which notice nothing.
  for (const group of groups) process.kill(group.pid, "SIGKILL");
  const again = await start(state);
  expect(processesOf(groups.map((group) => group.pid))).toEqual([]);
  expect((await fetch(`${again.baseUrl}/api/health`)).ok).toBe(true);
  expect(again.baseUrl).not.toBe(app.baseUrl);
});

test("Ctrl-C during the start ends it as well", async () => {
  const folder = newFolder();
  const state = join(folder, "state");
  const env = {
    ...process.env,
    PORT: String(await freePort()),
    NEXUS_STATE: state,
    NEXUS_DEV_VARS: join(folder, "vars"),
  };
  const child = spawn(NODE, [at(".dev", "start.mjs")], { cwd: at(), env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("Preparing")) resolve();
    });
  });
  child.kill("SIGINT");
  expect(await ended).toBe(0);
  expect(readdirSync(state)).not.toContain("lock.json");
});
