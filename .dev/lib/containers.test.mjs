import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

beforeEach(() => vi.resetModules());
afterEach(() => vi.unstubAllEnvs());

/** A docker that answers as the script says; it is looked up when the module is loaded. */
async function withDocker(script) {
  const file = join(mkdtempSync(join(tmpdir(), "nexus-docker-")), "docker");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  vi.stubEnv("WRANGLER_DOCKER_BIN", file);
  return import("./containers.mjs");
}

test("containers are wanted by one variable and no other value of it", async () => {
  const { wantsContainers } = await withDocker("exit 0");
  expect([{ NEXUS_CONTAINERS: "1" }, { NEXUS_CONTAINERS: "0" }, {}].map((env) => wantsContainers(env))).toEqual([
    true,
    false,
    false,
  ]);
});

test("what is missing is said in a sentence, with how to go on without it", async () => {
  vi.stubEnv("WRANGLER_DOCKER_BIN", "/nowhere/docker");
  const none = await import("./containers.mjs");
  await expect(none.prepareContainers({})).rejects.toThrow(/there is no program .*Start without NEXUS_CONTAINERS/);
  vi.resetModules();
  const silent = await withDocker("exit 1");
  await expect(silent.prepareContainers({})).rejects.toThrow(/needs a Docker engine, and none answers/);
  vi.resetModules();
  const broken = await withDocker(
    'case "$1" in version) exit 0;; build) echo "no such base"; exit 1;; *) exit 1;; esac',
  );
  await expect(broken.prepareContainers({})).rejects.toThrow(/does not build:\nno such base/);
  vi.resetModules();
  const offline = await withDocker(
    'case "$1 $2" in "version "*|"tag "*) exit 0;; "image inspect") [ "$3" = mine ];; *) exit 1;; esac',
  );
  await expect(offline.prepareContainers({ NEXUS_SANDBOX_IMAGE: "mine" })).rejects.toThrow(
    /could not fetch cloudflare\//,
  );
  await expect(offline.prepareContainers({ NEXUS_SANDBOX_IMAGE: "other" })).rejects.toThrow(/has no image other/);
});

test("an engine and its images are told to the runtime", async () => {
  const { prepareContainers } = await withDocker('[ "$1" = context ] && echo unix:///engine.sock; exit 0');
  const egressImage = "proxy:1";
  const env = { NEXUS_SANDBOX_IMAGE: "mine", MINIFLARE_CONTAINER_EGRESS_IMAGE: egressImage };
  expect(await prepareContainers(env)).toEqual({ image: "mine", socket: "unix:///engine.sock", egressImage });
  expect((await prepareContainers({ ...env, DOCKER_HOST: "tcp://x:1" })).socket).toBe("tcp://x:1");
});
