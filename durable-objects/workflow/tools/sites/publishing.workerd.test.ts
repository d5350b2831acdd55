import { env, evictDurableObject, SELF } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import type { RunMode } from "../../../../shared/workflow/effects.ts";
import { says, scriptedPlan, uses } from "../../testing/scripted.ts";
import { codeOf, must, owner, Stage, script } from "../../testing/stage.ts";

/* A scripted agent on the real engine, tools, library, R2, D1 and front door. */

afterEach(() => vi.restoreAllMocks());

const PAGE = (title: string) =>
  `<!doctype html><html lang="ar" dir="rtl"><head><title>${title}</title></head><body>${title}</body></html>`;

/** A run whose only step writes a page and publishes it, looks at it, and publishes it changed. */
async function clinic(mode: RunMode, touches = ["sites"]): Promise<Stage> {
  const plan = scriptedPlan(1).map((node) => ({ ...node, touches }));
  const answer = ({ system, messages }: { system: string; messages: readonly unknown[] }) => {
    if (system !== "s1") return says("done");
    const link =
      /http:\/\/[0-9a-z]{20}\.sites\.localhost:8787\//.exec(JSON.stringify(messages))?.[0] ?? "http://none.example/";
    const turns = [
      uses("write_file", { path: "site/index.html", content: PAGE("First") }, "use_1"),
      uses("publish_site", { folder: "site", title: "Clinic" }, "use_2"),
      uses("fetch_page", { url: link }, "use_3"),
      uses("write_file", { path: "site/index.html", content: PAGE("Second") }, "use_4"),
      uses("publish_site", { folder: "site", title: "Clinic" }, "use_5"),
      uses("publish_site", { folder: "site", title: "Clinic" }, "use_6"),
    ];
    return turns[messages.length / 2] ?? says("done");
  };
  script(answer, plan);
  const stage = new Stage();
  await stage.create();
  await stage.until("pending_approval");
  must(await stage.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 1_000_000, mode }));
  return stage;
}

async function approve(stage: Stage, evict = false): Promise<void> {
  const open = await vi.waitUntil(
    async () => (await stage.view()).approvals.find((one) => one.status === "open") ?? null,
    { timeout: 10_000, interval: 10 },
  );
  if (evict) await evictDurableObject(stage.stub);
  must(await stage.workflow.act(owner, { kind: "decide", approvalId: open.id, decision: "approved" }));
}

const shown = async (link: string) => {
  const answer = await SELF.fetch(link);
  return [answer.status, await answer.text()] as const;
};

test("FR-9.5 E3 E8: a page is approved, live, looked at, published anew under its address, and taken back", async () => {
  const stage = await clinic("live");
  await approve(stage, true);
  const first = await vi.waitUntil(
    async () => must(await stage.workflow.effects(owner)).find((one) => one.status === "done") ?? null,
    { timeout: 10_000 },
  );
  const link = first.receipt?.link ?? "";
  expect(first.receipt?.reference).toMatch(/^[0-9a-z]{20}@1$/);
  expect(await shown(link)).toEqual([200, PAGE("First")]);
  await approve(stage);
  const view = await stage.until("completed");
  expect(await shown(link)).toEqual([200, PAGE("Second")]);
  const tools = (await stage.events()).flatMap((event) => (event.name === "tool.settled" ? [event.data] : []));
  const look = tools[2]?.output ?? "";
  expect(JSON.parse(look.split("\n", 1)[0] ?? "")).toMatchObject({ url: link, status: 200 });
  expect(look).toContain("lang: ar; dir: rtl");
  // Asked for a second time with nothing changed, it is not done again and nobody is bothered.
  expect(view.approvals).toHaveLength(2);
  const site = await env.LIBRARY.getByName(stage.projectId).site(new URL(link).hostname.split(".")[0] ?? "");
  expect(site?.versions.map((one) => [one.version, one.live, one.by.kind, one.nodeId, one.workflowId])).toEqual([
    [2, true, "agent", "s1", stage.id],
    [1, false, "agent", "s1", stage.id],
  ]);
  must(
    await stage.workflow.act(owner, {
      kind: "undo",
      effectIds: [must(await stage.workflow.effects(owner))[1]?.effectId ?? ""],
    }),
  );
  await vi.waitUntil(async () => (await shown(link))[1] === PAGE("First"), { timeout: 10_000 });
  must(await stage.workflow.act(owner, { kind: "undo" }));
  await vi.waitUntil(async () => (await shown(link))[0] === 410, { timeout: 10_000 });
});

/** Publishes First, Second, and First once more. */
async function backAndForth(mode: RunMode): Promise<Stage> {
  const plan = scriptedPlan(1).map((node) => ({ ...node, touches: ["sites"] }));
  const pages = ["First", "Second", "First"].flatMap((title, at) => [
    uses("write_file", { path: "site/index.html", content: PAGE(title) }, `use_${at}a`),
    uses("publish_site", { folder: "site", title: "Clinic" }, `use_${at}b`),
  ]);
  script(({ system, messages }) => (system === "s1" && pages[messages.length / 2]) || says("done"), plan);
  const stage = new Stage();
  await stage.create();
  await stage.until("pending_approval");
  must(await stage.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 1_000_000, mode }));
  return stage;
}

test("E7: an earlier content published again after another is approved again and live again, and taken back in turn", async () => {
  const stage = await backAndForth("live");
  for (let round = 0; round < 3; round++) await approve(stage, round === 2);
  await stage.until("completed");
  const effects = must(await stage.workflow.effects(owner));
  expect(effects.map((one) => [one.status, one.receipt?.reference?.split("@")[1]])).toEqual([
    ["done", "1"],
    ["done", "2"],
    ["done", "1"],
  ]);
  const link = effects[0]?.receipt?.link ?? "";
  expect(await shown(link)).toEqual([200, PAGE("First")]);
  const undo = async (effectId = "") => must(await stage.workflow.act(owner, { kind: "undo", effectIds: [effectId] }));
  const undone = (effectId = "") =>
    vi.waitUntil(
      async () =>
        must(await stage.workflow.effects(owner)).some((one) => one.effectId === effectId && one.status === "undone"),
      { timeout: 10_000 },
    );
  // The first publishing is not what is live: taking it back leaves the third where it is.
  await undo(effects[0]?.effectId);
  await undone(effects[0]?.effectId);
  expect(await shown(link)).toEqual([200, PAGE("First")]);
  await undo(effects[2]?.effectId);
  await vi.waitUntil(async () => (await shown(link))[1] === PAGE("Second"), { timeout: 10_000 });
});

test("E7 E2: a rehearsal lists all three", async () => {
  const stage = await backAndForth("rehearsal");
  await stage.until("completed");
  expect(must(await stage.workflow.effects(owner)).map((one) => one.status)).toEqual(Array(3).fill("recorded"));
});

test("E2: a rehearsal lists the publishing; no host answers", async () => {
  const stage = await clinic("rehearsal");
  await stage.until("completed");
  const effects = must(await stage.workflow.effects(owner));
  expect(effects.map((one) => [one.tool, one.status, one.receipt])).toEqual([
    ["publish_site", "recorded", null],
    ["publish_site", "recorded", null],
  ]);
  expect(await env.LIBRARY.getByName(stage.projectId).sites()).toEqual([]);
});

test("E1: a step whose plan does not name it publishes nothing", async () => {
  const stage = await clinic("live", []);
  await stage.until("completed");
  expect(must(await stage.workflow.effects(owner))).toEqual([]);
  expect(await env.LIBRARY.getByName(stage.projectId).sites()).toEqual([]);
  expect(codeOf(await stage.workflow.act(owner, { kind: "undo" }))).toBe("nothing_to_undo");
});
