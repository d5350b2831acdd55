import { env } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { newId } from "../../../shared/lib/ids.ts";
import type { ImportWorkflow, WorkflowRpc } from "../../../shared/protocol/object-rpc.ts";
import { unfence, unfenceJson } from "../../../shared/text/fence.ts";
import type { Block } from "../../../shared/workflow/content.ts";
import { WorkflowStateSchema } from "../../../shared/workflow/state-schema.ts";
import type { ModelOutcome, ModelRequest } from "../../models/port.ts";
import { bmad } from "../../orchestrators/bmad/orchestrator.ts";
import { lean } from "../../orchestrators/lean/orchestrator.ts";
import type { Orchestrator } from "../../orchestrators/port.ts";
import { seam } from "../outside.ts";
import { answerOf, scriptedModel } from "../testing/scripted.ts";
import { codeOf, must, owner, Stage, viewer } from "../testing/stage.ts";

afterEach(() => vi.restoreAllMocks());

const real = seam.outsideOf;
const use = (id: string, name: string, input: Record<string, unknown>): Block => ({
  type: "tool_use",
  id,
  name,
  input,
});

const STEPS = ["look", "write", "tell"].map((id, at, all) => ({
  id,
  label: `Step ${id}`,
  type: "task",
  agent: "dev",
  stage: "building",
  dependsOn: at === 0 ? [] : [all[at - 1]],
  instructions: `Do ${id}`,
  tier: "fast",
  optional: false,
}));
const CHECK = { ...STEPS[0], id: "check", agent: "reviewer", stage: "reviewing", dependsOn: ["tell"] };

const textOf = (request: ModelRequest): string =>
  (request.messages[0]?.content ?? []).map((one) => (one.type === "text" ? one.text : "")).join("\n");

/** A careful agent that needs no sandbox: writes a file and proves it, looks at the list and accepts. */
function careful(request: ModelRequest): ModelOutcome {
  const turn = request.messages.filter((one) => one.role === "assistant").length + 1;
  if (request.operation === "planning")
    return answerOf([use("p", "propose_plan", { title: "T", summary: "S", limits: [], steps: [...STEPS, CHECK] })]);
  const step = unfenceJson("step", textOf(request)) as { id: string };
  if (request.operation === "reviewing") {
    if (turn === 1) return answerOf([use("l", "list_files", {})]);
    const work = unfenceJson("work", textOf(request)) as { nodeId: string }[];
    const checks = [{ label: "read", passed: true, detail: "" }];
    const verdicts = work.map(({ nodeId }) => ({ nodeId, accepted: true, reasons: "", checks }));
    return answerOf([use("v", "verdict", { summary: "All is right.", verdicts })]);
  }
  const path = `${step.id}.md`;
  if (turn === 1) return answerOf([use("w", "write_file", { path, content: `# ${step.id}` })]);
  return answerOf([
    use("f", "finish", { summary: `${step.id} done`, evidence: [{ type: "artifact", name: path, label: "" }] }),
  ]);
}

/** Both orchestrators as they are carried, new workflows started with `current()`; `before` each answer. */
function deployment(current: () => Orchestrator, before: (request: ModelRequest) => Promise<void> = async () => {}) {
  const model = scriptedModel(async (request) => {
    await before(request);
    return careful(request);
  });
  vi.spyOn(seam, "outsideOf").mockImplementation((bindings) => ({
    ...real(bindings),
    frameworkForNew: () => ({ name: current().name, version: current().version }),
    model: () => model,
  }));
  return model;
}

/** Holds the n-th call of a run, which is named in its request, until it is released. */
class Hold {
  readonly #nth: number;
  #calls = 0;
  reached = false;
  release: () => void = () => {};

  constructor(nth: number) {
    this.#nth = nth;
  }

  async pass(): Promise<void> {
    if (++this.#calls !== this.#nth) return;
    await new Promise<void>((resolve) => {
      this.release = resolve;
      this.reached = true;
    });
  }
}

const rpcOf = (id: string): WorkflowRpc => {
  // SAFETY: the stub speaks this interface; the platform's own types lose the results' types on the way.
  return env.WORKFLOW.getByName(id) as WorkflowRpc;
};

class Fork extends Stage {
  override readonly id: string;
  override readonly projectId: string;
  constructor(input: Pick<ImportWorkflow, "id" | "projectId">) {
    super();
    this.id = input.id;
    this.projectId = input.projectId;
  }
}

describe("checkpoints of a real run", () => {
  test("K1 K2 scrubbed, forked, imported once, approved and run to the end, with the earlier files", async () => {
    const model = deployment(() => bmad);
    const stage = new Stage();
    await stage.approve();
    await stage.until("completed");
    // The very last event: what was leased and not used goes back.
    await stage.untilEvent("money.returned");
    const events = await stage.events();
    const at = events.find((one) => one.name === "node.started" && one.data.nodeId === "tell")?.version ?? 0;

    const past = must(await stage.workflow.stateAt(viewer, at));
    expect(past).toMatchObject({ version: at, phase: "building" });
    expect(past.artifacts.map((one) => [one.name, one.key, one.header])).toEqual([
      ["look.md", "", ""],
      ["write.md", "", ""],
    ]);
    expect(codeOf(await stage.workflow.stateAt(owner, events.length + 1))).toBe("not_found");
    const snapshot = must(await stage.workflow.snapshot(viewer));
    expect(WorkflowStateSchema.parse(snapshot.state)).toEqual(snapshot.state);

    const request = { reason: "fork", version: at, locale: "en" } as const;
    expect(codeOf(await stage.workflow.checkpoint(viewer, request))).toBe("role_forbidden");
    expect(codeOf(await stage.workflow.checkpoint(owner, { ...request, reason: "promote" }))).toBe(
      "nothing_to_promote",
    );
    const checkpoint = must(await stage.workflow.checkpoint(owner, request));
    const { projectId } = stage;
    const input = { ...checkpoint, id: newId("wf"), projectId, createdBy: owner.userId };
    const fork = new Fork(input);
    const asked = model.asked.length;
    expect(must(await fork.workflow.importState(input)).status).toBe("pending_approval");
    expect(must(await fork.workflow.importState(input)).version).toBe(1);
    const view = await fork.view();
    expect(view).toMatchObject({
      lineage: { reason: "fork", workflowId: stage.id, version: at },
      cost: { spentMicros: 0, unconfirmedMicros: 0 },
      plan: { version: 2 },
      framework: { name: "bmad" },
    });
    const approval = { kind: "approve-plan", planVersion: 2, capMicros: 500_000, mode: "live" } as const;
    must(await fork.workflow.act(owner, approval));
    const done = await fork.until("completed");
    expect(done.artifacts.map((one) => one.name).sort()).toEqual(["look.md", "tell.md", "write.md"]);
    // "tell" and the review: two calls each.
    expect(model.asked.length - asked).toBe(4);
    expect(codeOf(await fork.workflow.artifact(owner, done.artifacts[0]?.id ?? ""))).toBe("ok");
  });

  test("K7 a snapshot that is none creates nothing", async () => {
    deployment(() => bmad);
    const stage = new Stage();
    await stage.create();
    await stage.until("pending_approval");
    const checkpoint = must(await stage.workflow.checkpoint(owner, { reason: "fork", version: 1, locale: "en" }));
    const { projectId } = stage;
    const id = newId("wf");
    const input = { ...checkpoint, id, projectId, createdBy: owner.userId, schemaVersion: 1 };
    expect(codeOf(await rpcOf(id).importState(input))).toBe("snapshot_invalid");
    expect(codeOf(await rpcOf(id).view(owner))).toBe("not_found");
  });
});

describe("changing the orchestrator under load", () => {
  test("W1 W3 NFR-I3.3 the default is swapped and some are moved in mid-run: all finish, nothing is lost", {
    timeout: 60_000,
  }, async () => {
    let current: Orchestrator = bmad;
    const holds = new Map<string, Hold>();
    deployment(
      () => current,
      async (request) => holds.get(unfence("request", textOf(request)) ?? "")?.pass(),
    );
    const stages = Array.from({ length: 24 }, () => new Stage());
    const moved = new Set<string>();
    const migrate = async (stage: Stage, hold: Hold, to: Orchestrator) => {
      await vi.waitUntil(() => hold.reached, { timeout: 20_000, interval: 3 });
      const framework = { name: to.name, version: to.version };
      expect(codeOf(await stage.workflow.act(owner, { kind: "migrate", framework }))).toBe("workflow_busy");
      must(await stage.workflow.act(owner, { kind: "pause" }));
      await stage.inside(hold.release);
      const answer = await vi.waitUntil(
        async () => {
          const tried = await stage.workflow.act(owner, { kind: "migrate", framework });
          return codeOf(tried) === "workflow_busy" ? null : tried;
        },
        { timeout: 20_000, interval: 3 },
      );
      expect(must(answer).framework).toEqual(framework);
      moved.add(stage.id);
      must(await stage.workflow.act(owner, { kind: "resume" }));
    };
    const finish = async (stage: Stage, index: number) => {
      // Every third is moved, each at another of the eight calls after planning.
      const hold = index % 3 === 0 ? new Hold(2 + ((index * 5) % 8)) : null;
      if (hold) holds.set(stage.id, hold);
      await stage.create({ userInput: stage.id });
      const started = (await stage.view()).framework.name;
      await stage.until("pending_approval");
      must(await stage.workflow.act(owner, { kind: "approve-plan", planVersion: 1, capMicros: 900_000, mode: "live" }));
      if (index === 7) current = lean;
      if (hold) await migrate(stage, hold, started === "bmad" ? lean : bmad);
      return { started, view: await stage.until("completed") };
    };
    const first = stages.slice(0, 12).map(finish);
    await vi.waitUntil(() => current === lean, { timeout: 30_000, interval: 5 });
    const second = stages.slice(12).map((stage, index) => finish(stage, index + 12));
    const ended = await Promise.all([...first, ...second]);

    expect(new Set(ended.slice(0, 12).map((one) => one.started))).toEqual(new Set(["bmad"]));
    expect(new Set(ended.slice(12).map((one) => one.started))).toEqual(new Set(["lean"]));
    expect(moved.size).toBe(8);
    for (const [index, stage] of stages.entries()) {
      const { started, view } = ended[index] ?? { started: "", view: null };
      const other = started === "bmad" ? "lean" : "bmad";
      expect(view?.framework.name).toBe(moved.has(stage.id) ? other : started);
      const events = await stage.events();
      expect(events.map((one) => one.version)).toEqual(events.map((_, at) => at + 1));
      // Nothing was done twice: each step was started once.
      const starts = events.flatMap((one) => (one.name === "node.started" ? [one.data.nodeId] : []));
      expect(starts).toEqual(["look", "write", "tell", "check"]);
      expect(events.filter((one) => one.name === "workflow.migrated")).toHaveLength(moved.has(stage.id) ? 1 : 0);
    }
  });

  test("W3 is refused by name: while busy, for what is not carried, and at the end", async () => {
    let answer: (value: ModelOutcome) => void = () => {};
    const model = scriptedModel((request) =>
      request.operation === "building" ? new Promise((resolve) => (answer = resolve)) : careful(request),
    );
    vi.spyOn(seam, "outsideOf").mockImplementation((bindings) => ({ ...real(bindings), model: () => model }));
    const stage = new Stage();
    await stage.approve();
    await vi.waitUntil(async () =>
      (await stage.events()).some((one) => one.name === "call.intended" && one.data.nodeId),
    );
    const to = (framework: { name: string; version: string }) =>
      stage.workflow.act(owner, { kind: "migrate", framework });
    const { name, version } = lean;
    expect(codeOf(await to({ name, version }))).toBe("workflow_busy");
    expect(codeOf(await to({ name: "other", version }))).toBe("framework_unknown");
    expect(codeOf(await to({ name: bmad.name, version: bmad.version }))).toBe("ok");
    expect(codeOf(await stage.workflow.act(viewer, { kind: "migrate", framework: { name, version } }))).toBe(
      "role_forbidden",
    );
    must(await stage.workflow.act(owner, { kind: "cancel", reason: "" }));
    await stage.inside(() => answer(answerOf([])));
    expect(codeOf(await to({ name, version }))).toBe("workflow_finished");
    expect((await stage.events()).some((one) => one.name === "workflow.migrated")).toBe(false);
  });
});
