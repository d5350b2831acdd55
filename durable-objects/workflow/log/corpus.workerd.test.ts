/// <reference types="vite/client" />
import { env, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { openWrappedKey } from "../../storage/project-key.ts";
import { createSealedStore } from "../../storage/sealed-store.ts";
import { seam } from "../outside.ts";
import { careful } from "../testing/careful.ts";
import { DESK, FakeDesk } from "../testing/fake-outside.ts";
import { scriptedModel } from "../testing/scripted.ts";
import { must, owner, Stage } from "../testing/stage.ts";
import { parseCorpus } from "./corpus/read.ts";
import { createSchema } from "./schema.ts";
import { SqliteLog } from "./sqlite-log.ts";

const texts = import.meta.glob<string>("./corpus/schema-*/*.jsonl", { query: "?raw", import: "default", eager: true });
const CSV = `Client,Date,Due date,Amount,Paid
Alpha,2026-01-05,2026-02-05,100.50,yes
Beta,2026-01-07,2026-02-07,20.25,no
عيادة النور,2026-01-09,2026-02-09,77.125,no
Alpha,2026-02-01,2026-03-01,9.25,no
`;

/** An object that a former version of the code left behind: its rows, its project and the file it works on. */
class OldStage extends Stage {
  override readonly id: string;
  override readonly projectId: string;
  readonly #text: string;

  constructor(text: string) {
    super();
    this.#text = text;
    const [created] = parseCorpus(text);
    const data = JSON.parse(created?.event ?? "{}");
    const { id, projectId } = data.state ?? data;
    this.id = id;
    this.projectId = projectId;
  }

  async restore(): Promise<void> {
    await this.openProject();
    const rows = parseCorpus(this.#text);
    const first = JSON.parse(rows[0]?.event ?? "{}");
    const { files } = first.state ?? first;
    const project = env.PROJECT.getByName(this.projectId);
    const key = await openWrappedKey(env, this.projectId, await project.wrappedKey());
    const store = createSealedStore(env.BUCKET, async () => key);
    const bytes = new TextEncoder().encode(CSV);
    for (const { id: fileId, name, mediaType } of files) {
      const parsed = await env.SANDBOX.parseFile({ fileId, name, bytes });
      if (!parsed.ok) throw new Error(parsed.error.detail);
      const derived = [];
      for (const one of parsed.value.derived) {
        const at = `${this.projectId}/files/${fileId}/${one.path}`;
        derived.push({ path: one.path, key: at, ...(await store.put(at, one.bytes)) });
      }
      const original = `${this.projectId}/files/${fileId}/original`;
      const ref = { id: fileId, name, mediaType, size: bytes.length, profile: parsed.value.profile, problem: null };
      const kept = { ...(await store.put(original, bytes)), key: original, derived, createdBy: owner.userId };
      await env.LIBRARY.getByName(this.projectId).addFile({ ...ref, ...kept });
    }
    await runInDurableObject(this.stub, (_instance, { storage }) => {
      createSchema(storage.sql);
      const log = new SqliteLog(storage);
      for (const row of rows) log.append(row);
      log.setNumber("epoch", Math.max(...rows.map((row) => row.epoch)));
    });
    await runInDurableObject(this.stub, (_instance, ctx) => ctx.abort("the new code is deployed")).catch(() => {});
  }

  /** Until the run has come to its end under today's code; whatever it asks on the way is answered. */
  async finish() {
    return vi.waitUntil(
      async () => {
        const view = await this.view();
        if (view.status === "pending_approval")
          await this.workflow.act(owner, {
            kind: "approve-plan",
            planVersion: view.plan?.version ?? 0,
            capMicros: 2_000_000,
          });
        const question = view.questions.find((one) => one.status === "open");
        const approval = view.approvals.find((one) => one.status === "open" && one.kind === "effect");
        if (question)
          await this.workflow.act(owner, {
            kind: "answer",
            questionId: question.id,
            answer: question.choices[0] ?? "KWD",
          });
        else if (approval)
          await this.workflow.act(owner, { kind: "decide", approvalId: approval.id, decision: "approved" });
        else if (view.status === "paused") await this.workflow.act(owner, { kind: "resume" });
        return ["completed", "failed", "cancelled"].includes(view.status) ? view : null;
      },
      { timeout: 15_000, interval: 25 },
    );
  }
}

const real = seam.outsideOf;
afterEach(() => vi.restoreAllMocks());

/** The agent and the service that the runs of schema 2 began with, so that they go on as they were. */
function atTheDesk(): void {
  const tool = new FakeDesk().tool();
  vi.spyOn(seam, "outsideOf").mockImplementation((bindings) => ({
    ...real(bindings),
    model: () => scriptedModel(careful),
    services: () => [DESK],
    outsideTools: () => [tool],
  }));
}

describe("L8 a run begun by former code, in the real runtime", () => {
  test.each(Object.entries(texts))("%s goes on to its end", async (name, text) => {
    if (name.includes("schema-2")) atTheDesk();
    const stage = new OldStage(text);
    await stage.restore();
    const before = parseCorpus(text);
    const done = await stage.finish();
    expect(done.status).toBe(name.includes("cancelled") ? "cancelled" : "completed");
    expect(done.error).toBeNull();
    const events = must(await stage.workflow.events(owner, 0, 1000)).events;
    expect(events.map((event) => event.version)).toEqual(events.map((_event, at) => at + 1));
    const rows = await runInDurableObject(stage.stub, (_instance, { storage }) =>
      new SqliteLog(storage).range(0, before.length),
    );
    expect(rows).toEqual(before);
    const [first] = events;
    const pinned =
      first?.name === "workflow.created"
        ? first.data.framework
        : first?.name === "workflow.imported"
          ? first.data.state.framework
          : null;
    expect(done.framework).toEqual(pinned);
  });
});
