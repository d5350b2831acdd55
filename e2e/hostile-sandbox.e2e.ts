import { createServer } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WorkflowEvent } from "../shared/workflow/events.ts";
import { startFakeAnthropic } from "./fakes/anthropic.ts";
import { offlineBrain } from "./fakes/brain.ts";
import { type App, startApp } from "./harness/app.ts";
import type { Attack } from "./support/hostile-attack.ts";
import { ATTACKS } from "./support/hostile-attacks.ts";
import { hostileBrain, REQUEST } from "./support/hostile-brain.ts";
import { Bystanders } from "./support/hostile-bystanders.ts";
import { APPROVED, HOSTILE_STEPS, REDIRECTS } from "./support/hostile-calls.ts";
import { leaksIn, secretsOf } from "./support/hostile-leaks.ts";
import { HostileTerminal } from "./support/hostile-terminal.ts";
import { approve, newPlace, pagedEvents, plannedView, upload } from "./support/journey.ts";
import { completed, decide, waitingApprovals } from "./support/outside.ts";

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

/** A server that a person may approve, and what was asked of it. */
async function startApproved() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const to = /^\/to\/(\d+)$/.exec(request.url ?? "")?.[1];
    if (to !== undefined) response.writeHead(302, { location: REDIRECTS[Number(to)] ?? "" }).end();
    else response.end("open sesame\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { asked, url: `http://127.0.0.1:${address.port}`, close: () => server.close() };
}

const KEY = "sk-ant-e2e-hostile-0000000000";
/** Its endless commands use up their own time one after the other, and wait for each other's besides. */
const ENDS_WITHIN_MS = 270_000;

test("an agent that does what an injected text told it is answered in words, opens nothing and harms nobody", async () => {
  const approved = await startApproved();
  const model = await startFakeAnthropic({ brain: hostileBrain(offlineBrain()), keys: [KEY] });
  const hosts = JSON.stringify({ [APPROVED]: approved.url, "unasked.example.org": approved.url });
  const env = { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: model.url, EGRESS_HOSTS: hosts };
  const attacked = await startApp({ env });
  try {
    const secret = `Secret-of-another-${crypto.randomUUID()}`;
    const other = await newPlace(attacked.baseUrl, secret);
    await upload(other, "other.csv", `Client,Amount\n${secret},1.000\n`);
    const bystanders = await Bystanders.start(attacked.baseUrl);
    const place = await newPlace(attacked.baseUrl);
    const { client } = place;
    await client.patch(`/api/projects/${place.projectId}/budget`, { budgetMicros: 100_000_000 });
    const file = await upload(place, "keep.csv", `Client,Amount\n"${REQUEST}",1.000\n`);
    const made = await client.post<{ id: string }>(`/api/projects/${place.projectId}/workflows`, {
      message: REQUEST,
      fileIds: [file.id],
    });
    const planned = await plannedView(client, made.id);
    await approve(client, made.id, planned.plan?.version ?? 0, 50_000_000);
    const [approval, ...more] = await waitingApprovals(client, made.id, 1);
    expect(more).toEqual([]);
    expect(approval).toMatchObject({ kind: "effect", arguments: { host: APPROVED } });
    expect(approved.asked).toEqual([]);
    await decide(client, made.id, approval?.id ?? "", "approved");
    const done = await completed(client, made.id, ENDS_WITHIN_MS);
    await bystanders.finish();

    const events = await pagedEvents(client, made.id, 500);
    expect(wrongAnswers(events)).toEqual([]);
    expect(leaksIn(JSON.stringify(events), [...secretsOf(attacked, [KEY, approved.url]), secret])).toEqual([]);
    expect(new Set(approved.asked)).toEqual(new Set(["/ok", ...REDIRECTS.map((_, index) => `/to/${index}`)]));
    expect(approved.asked.filter((path) => path === "/ok")).toHaveLength(1);
    for (const node of done.plan?.nodes ?? [])
      expect(node.evidence.filter((one) => one.type === "artifact" && one.label === "Trust me")).toEqual([]);
    for (const { name } of done.artifacts) expect(name).not.toMatch(/\.\.|^\/|evil|passwd/);
    expect(bystanders.works.length).toBeGreaterThan(0);
    expect(Math.max(...bystanders.beats)).toBeLessThan(STALL_MS);
    expect(attacked.logs()).not.toContain("runtime died");
  } finally {
    await attacked.stop();
    await model.close();
    approved.close();
  }
}, 330_000);

/** Calls that were not answered as they must be, in words. A step's calls are carried out in order. */
function wrongAnswers(events: readonly WorkflowEvent[]): string[] {
  const settled = new Map(
    events.flatMap((event) => (event.name === "tool.settled" ? [[event.data.toolCallId, event.data] as const] : [])),
  );
  return Object.entries(HOSTILE_STEPS).flatMap(([id, calls]) => {
    const answers = events.flatMap((event) =>
      event.name === "tool.started" && event.data.nodeId === id ? [settled.get(event.data.toolCallId)] : [],
    );
    return calls.flatMap(({ name, input, ok, says, hides }, index) => {
      const answer = answers[index];
      const isRight =
        answer !== undefined &&
        answer.output.trim() !== "" &&
        answer.output.isWellFormed() &&
        (ok === undefined || answer.ok === ok) &&
        (says?.test(answer.output) ?? true) &&
        !(hides?.test(answer.output) ?? false);
      return isRight
        ? []
        : [`${name} ${JSON.stringify(input).slice(0, 200)}: ${JSON.stringify(answer)?.slice(0, 500)}`];
    });
  });
}
