import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "./harness/app.ts";
import type { Attack } from "./support/hostile-attack.ts";
import { ATTACKS } from "./support/hostile-attacks.ts";
import { Bystanders } from "./support/hostile-bystanders.ts";
import { leaksIn, secretsOf } from "./support/hostile-leaks.ts";
import { HostileTerminal } from "./support/hostile-terminal.ts";

/*
 * The whole hostile list against a live server, while people who have nothing to do with it work on. Figures are the
 * bench's; here nobody may wait longer than a person would take for an outage.
 */

const STALL_MS = 5_000;
/** Beside the one for JavaScript. */
const LANES = 3;

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app?.stop());

const isJavaScript = ({ line }: Attack): boolean => line.startsWith("node");

test("every hostile line ends as it must and is felt by nobody else", async ({ annotate }) => {
  const secrets = Array.from({ length: LANES + 1 }, (_, index) => `Secret-of-${index}-${crypto.randomUUID()}`);
  const terminals = await Promise.all(secrets.map((secret) => HostileTerminal.open(app.baseUrl, secret)));
  const [javaScript, ...shells] = terminals;
  if (!javaScript) throw new Error("no terminal");
  const bystanders = await Bystanders.start(app.baseUrl);
  const wrong: Record<string, string[]> = {};
  const drain = async (terminal: HostileTerminal, queue: Attack[]): Promise<void> => {
    for (let attack = queue.shift(); attack; attack = queue.shift()) {
      const found = await terminal.attack(attack);
      if (found.length > 0) wrong[attack.name] = found;
    }
  };
  const code = ATTACKS.filter(isJavaScript);
  const lines = ATTACKS.filter((one) => !isJavaScript(one));
  await Promise.all([drain(javaScript, code), ...shells.map((one) => drain(one, lines))]);
  await bystanders.finish();
  await Promise.all(terminals.map((one) => one.close()));

  expect(wrong).toEqual({});
  for (const [index, terminal] of terminals.entries()) {
    const foreign = secrets.filter((_, owner) => owner !== index);
    expect(leaksIn(terminal.said.join("\n"), [...secretsOf(app), ...foreign])).toEqual([]);
  }
  expect(bystanders.works.length).toBeGreaterThan(4);
  const slowest = Math.max(...bystanders.beats);
  await annotate(
    `${bystanders.works.length} works of others finished, the slowest in ${Math.max(...bystanders.works)} ms; ${bystanders.beats.length} small requests, the slowest ${slowest} ms`,
  );
  expect(slowest).toBeLessThan(STALL_MS);
  expect(app.logs()).not.toContain("runtime died");
}, 300_000);
