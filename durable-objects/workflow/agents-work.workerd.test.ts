import { env } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { newId } from "../../shared/lib/ids.ts";
import { ORCHESTRATORS } from "../orchestrators/registry.ts";
import { openWrappedKey } from "../storage/project-key.ts";
import { createSealedStore } from "../storage/sealed-store.ts";
import { seam } from "./outside.ts";
import { must, owner, Stage } from "./testing/stage.ts";

afterEach(() => vi.restoreAllMocks());
const real = seam.outsideOf;

function work(name: string, version: string): void {
  const ORCHESTRATOR_ROLLOUT = `${name}@${version}:100`;
  vi.spyOn(seam, "outsideOf").mockImplementation((bindings) =>
    real({ ...bindings, ORCHESTRATOR_ROLLOUT, SITES_DOMAIN: "sites.localhost:8787" }),
  );
}

async function upload(stage: Stage, name: string, text: string) {
  const wrapped = await env.PROJECT.getByName(stage.projectId).wrappedKey();
  const key = await openWrappedKey(env, stage.projectId, wrapped);
  const store = createSealedStore(env.BUCKET, async () => key);
  const fileId = newId("fil");
  const bytes = new TextEncoder().encode(text);
  const parsed = await env.SANDBOX.parseFile({ fileId, name, bytes });
  if (!parsed.ok) throw new Error(parsed.error.detail);
  const derived = [];
  for (const one of parsed.value.derived) {
    const at = `${stage.projectId}/files/${fileId}/${one.path}`;
    derived.push({ path: one.path, key: at, ...(await store.put(at, one.bytes)) });
  }
  const original = `${stage.projectId}/files/${fileId}/original`;
  const ref = { id: fileId, name, mediaType: "text/csv", size: bytes.length };
  const stored = { ...(await store.put(original, bytes)), key: original, derived, createdBy: owner.userId };
  const { profile } = parsed.value;
  await env.LIBRARY.getByName(stage.projectId).addFile({ ...ref, profile, problem: null, ...stored });
  return ref;
}

/** Approved, and every write approved, to the end; what people were asked for on the way. */
async function toTheEnd(stage: Stage) {
  const asked: string[] = [];
  const planned = await stage.until("pending_approval");
  const planVersion = planned.plan?.version ?? 0;
  must(await stage.workflow.act(owner, { kind: "approve-plan", planVersion, capMicros: 2_000_000 }));
  const done = await vi.waitUntil(
    async () => {
      const view = await stage.view();
      const approval = view.approvals.find((one) => one.status === "open");
      if (approval) {
        asked.push(approval.preview?.service ?? approval.kind);
        await stage.workflow.act(owner, { kind: "decide", approvalId: approval.id, decision: "approved" });
      }
      return ["completed", "failed", "cancelled"].includes(view.status) ? view : null;
    },
    { timeout: 40_000, interval: 20 },
  );
  return { done, asked };
}

const OURS = "Invoice,Client,Amount\nINV-1,Alpha,100.500\nINV-2,Beta,20.250\nINV-3,Gamma,7.000\n";
const THEIRS = "Invoice,Client,Amount\nINV-1,Alpha,100.500\nINV-2,Beta,21.250\nINV-4,Delta,9.000\n";

describe.each(ORCHESTRATORS)("$name: agents that do the work, in the real runtime", ({ name, version }) => {
  test("E4 a program that reconciles two tables ends with tests that ran green, and is handed over with its run", async () => {
    work(name, version);
    const stage = new Stage();
    await stage.openProject();
    const files = [await upload(stage, "ours.csv", OURS), await upload(stage, "theirs.csv", THEIRS)];
    await stage.create({ userInput: "Write a program that reconciles these two CSV files, with tests", files });
    const { done, asked } = await toTheEnd(stage);
    expect([done.status, asked]).toEqual(["completed", []]);
    const proven = done.plan?.nodes.filter((node) => node.proof === "tests") ?? [];
    expect(proven).not.toEqual([]);
    for (const node of proven)
      expect(node.evidence).toContainEqual(expect.objectContaining({ type: "tests", failed: 0 }));
    const programs = done.artifacts.filter((one) => /\.[cm]?js$/.test(one.name) && one.role !== "log");
    expect(programs.length).toBeGreaterThanOrEqual(2);
    expect(programs.every((one) => one.provenance !== undefined)).toBe(true);
    const settled = (await stage.events()).flatMap((event) => (event.name === "tool.settled" ? [event.data] : []));
    const green = settled.find((one) => one.ok && (one.run?.tests?.passed ?? 0) > 0);
    expect(green?.run).toMatchObject({ runtime: "isolate", exitCode: 0, tests: { failed: 0 } });
  }, 60_000);

  test("E5 a site goes online when a person approves it, and is seen there by its author and its reviewer", async () => {
    work(name, version);
    const stage = new Stage();
    const userInput =
      "Make a one-page site for my clinic with opening hours and a contact section, in Arabic and English. Clinic: Al Noor. Phone +965 2222 3333. Open Sunday to Thursday 9am-5pm.";
    await stage.create({ userInput });
    const { done, asked } = await toTheEnd(stage);
    expect([done.status, asked]).toEqual(["completed", ["Publishing"]]);
    const site = done.plan?.nodes.find((node) => node.proof === "page");
    const receipt = site?.evidence.find((one) => one.type === "receipt");
    const pages = site?.evidence.flatMap((one) => (one.type === "page" ? [one] : [])) ?? [];
    expect(pages.length).toBeGreaterThanOrEqual(2);
    for (const page of pages) {
      expect(page.status).toBe(200);
      expect(page.url.startsWith(receipt?.link ?? "nowhere")).toBe(true);
    }
  }, 60_000);
});
