import { env } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { newId } from "../../shared/lib/ids.ts";
import { ORCHESTRATORS } from "../orchestrators/registry.ts";
import { openWrappedKey } from "../storage/project-key.ts";
import { createSealedStore } from "../storage/sealed-store.ts";
import { seam } from "./outside.ts";
import { must, owner, Stage } from "./testing/stage.ts";

const CSV = `Client,Date,Amount
Alpha,2026-01-05,100.50
Beta,2026-01-07,20.25
Alpha,2026-02-01,9.25
`;

afterEach(() => vi.restoreAllMocks());
const real = seam.outsideOf;

test.each(ORCHESTRATORS)(
  "FR-3 FR-9 $name, the offline model and the sandbox take an uploaded table to a sealed result",
  async ({ name, version }) => {
    const ORCHESTRATOR_ROLLOUT = `${name}@${version}:100`;
    vi.spyOn(seam, "outsideOf").mockImplementation((bindings) => real({ ...bindings, ORCHESTRATOR_ROLLOUT }));
    const stage = new Stage();
    await stage.openProject();
    const project = env.PROJECT.getByName(stage.projectId);
    const { keyVersion, wrapped } = await project.wrappedKey();
    const key = await openWrappedKey(env, stage.projectId, { keyVersion, wrapped });
    const store = createSealedStore(env.BUCKET, async () => key);

    const fileId = newId("fil");
    const bytes = new TextEncoder().encode(CSV);
    const parsed = await env.SANDBOX.parseFile({ fileId, name: "invoices.csv", bytes });
    if (!parsed.ok) throw new Error(parsed.error.detail);
    const derived = [];
    for (const one of parsed.value.derived) {
      const at = `${stage.projectId}/files/${fileId}/${one.path}`;
      derived.push({ path: one.path, key: at, ...(await store.put(at, one.bytes)) });
    }
    const original = `${stage.projectId}/files/${fileId}/original`;
    const ref = { id: fileId, name: "invoices.csv", mediaType: "text/csv", size: bytes.length };
    const stored = { ...(await store.put(original, bytes)), key: original, derived, createdBy: owner.userId };
    const { profile } = parsed.value;
    await env.LIBRARY.getByName(stage.projectId).addFile({ ...ref, profile, problem: null, ...stored });

    await stage.create({ userInput: "Total the amount by client and write a summary", files: [ref] });
    const planned = await stage.until("pending_approval");
    expect(planned.plan?.p90Micros).toBeGreaterThan(0);
    must(await stage.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 1_000_000 }));
    const done = await stage.until("completed");

    const table = done.artifacts.find((artifact) => artifact.name.endsWith(".csv"));
    const sealed = must(await stage.workflow.artifact(owner, table?.id ?? ""));
    const text = new TextDecoder().decode((await store.get(sealed.key, sealed.header)) ?? new Uint8Array());
    expect(text).toMatch(/Alpha,109\.75\b/);
    expect(text).toMatch(/Beta,20\.25\b/);
    expect(done.framework).toEqual({ name, version });
    expect(done.model).toEqual({ provider: "offline", simulated: true });
    expect(done.plan?.nodes.every((node) => node.evidence.length > 0 || node.stage === "reviewing")).toBe(true);
  },
  30_000,
);
