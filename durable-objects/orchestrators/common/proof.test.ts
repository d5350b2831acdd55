import { describe, expect, it } from "vitest";
import type { EffectRecord } from "../../../shared/workflow/effects.ts";
import { pendingNode } from "../../../shared/workflow/fold-node.ts";
import type { Approval, ArtifactRecord, TestReport } from "../../../shared/workflow/records.ts";
import type { RunNode, ToolRun } from "../../../shared/workflow/run-node.ts";
import { isOfSite, isTestFile, pageOf, pageProof, testProof } from "./proof.ts";

type Result = NonNullable<ToolRun["result"]>;
const run = (id: string, name: string, result: Partial<Result> = {}): ToolRun => ({
  id,
  toolUseId: id,
  name,
  input: {},
  startedAt: "",
  result: { ok: true, output: "", durationMs: 1, ...result },
});

const report = (passed: number, failed: number, files: readonly string[] = ["a.test.js"]): TestReport => ({
  passed,
  failed,
  skipped: 0,
  tests: Array.from({ length: passed + failed }, (_, at) => ({
    name: `t${at}`,
    file: files[at % files.length] ?? "",
    status: at < passed ? ("passed" as const) : ("failed" as const),
    message: "",
  })),
});
const ran = (id: string, name: string, tests: TestReport | null, ok = true): ToolRun =>
  run(id, name, { ok, run: { runtime: "isolate", reason: "default", outcome: "exited", exitCode: ok ? 0 : 1, tests } });

const artifact = (name: string, toolCallId: string, more: Partial<ArtifactRecord> = {}): ArtifactRecord => ({
  id: `art_${name}`,
  nodeId: "s",
  name,
  mediaType: "text/plain",
  size: 1,
  sha256: "",
  key: "",
  header: "",
  provenance: { toolCallId, tool: "", code: null, inputs: [] },
  ...more,
});

const node = (...tools: ToolRun[]): RunNode => ({
  ...pendingNode({
    id: "s",
    type: "task",
    label: "S",
    instructions: "",
    agent: "dev",
    stage: "building",
    dependsOn: [],
    tier: "standard",
    optional: false,
    position: { x: 0, y: 0 },
    estimate: { p50Micros: 0, p90Micros: 0 },
  }),
  tools,
});

describe("E4 green tests", () => {
  const green = ran("t", "run_tests", report(2, 0));
  const refusal = (steps: ToolRun[], artifacts: ArtifactRecord[] = []): string => {
    const proof = testProof(node(...steps), artifacts);
    return proof.ok ? "" : proof.error;
  };

  it("count when they ran in this attempt, by run_tests or a command, and no test failed or was left without one", () => {
    expect(refusal([green])).toBe("");
    expect(refusal([ran("t", "run_command", report(1, 0))])).toBe("");
    for (const none of [
      [],
      [ran("t", "run_tests", report(1, 1), false)],
      [ran("t", "run_tests", report(0, 0))],
      [ran("t", "run_tests", null)],
      // Printed, not run.
      [run("t", "run_command", { output: "# pass 5\n# fail 0" })],
      [ran("t", "run_code", report(1, 0))],
      // Green tests of a command that failed all the same.
      [ran("t", "run_command", report(1, 0), false)],
      [{ ...green, result: null }],
    ])
      expect(refusal(none)).toContain("none of this attempt ran green");
  });

  it("do not count after a later change, whatever made it", () => {
    expect(refusal([green, run("w", "write_file")])).toContain("before the last change");
    expect(refusal([green, run("c", "run_command")], [artifact("a.js", "c")])).toContain("before the last change");
    expect(refusal([green, run("c", "run_command", { output: "ok\nRemoved: a.js" })])).toContain(
      "before the last change",
    );
    expect(refusal([green, run("w", "write_file", { ok: false }), run("c", "run_command")])).toBe("");
  });

  it("may leave files themselves, and what other steps or logs hold changes nothing", () => {
    const artifacts = [
      artifact("report.json", "t"),
      artifact("theirs.js", "c", { nodeId: "other" }),
      artifact("logs/s-1.txt", "c", { role: "log" }),
    ];
    expect(refusal([green, run("c", "run_command")], artifacts)).toBe("");
  });

  it("must have gone through every test file, and a file that failed must have passed again", () => {
    const both = [artifact("a.test.js", "w"), artifact("b.test.js", "w")];
    const wrote = run("w", "run_command");
    expect(refusal([wrote, green], both)).toContain("b.test.js");
    expect(refusal([wrote, green, ran("u", "run_tests", report(1, 0, ["/workspace/b.test.js"]))], both)).toBe("");
    const red = ran("r", "run_tests", report(0, 1, ["b.test.js"]), false);
    expect(refusal([green, red])).toContain("still fail in: b.test.js");
    expect(refusal([red, ran("u", "run_tests", report(2, 0, ["a.test.js", "./b.test.js"]))])).toBe("");
  });

  it("knows test files as the runner does", () => {
    for (const name of ["test.js", "a.test.js", "x/a.test.mjs", "a-test.ts", "a_test.cjs", "test-a.js", "test_a.py"])
      expect(isTestFile(name), name).toBe(true);
    for (const name of ["contest.js", "testing.js", "test.md", "a.test.json", "latest.js", "test/helper.js"])
      expect(isTestFile(name), name).toBe(false);
  });
});

describe("E5 a live page", () => {
  const LINK = "https://abc.sites.localhost:8787/";
  const head = (url: string, status = 200) => `${JSON.stringify({ url, status, sha256: "ab", at: "2026" })}\ntitle: x`;
  const effect = (status: EffectRecord["status"]): EffectRecord => {
    const receipt = { reference: "abc", link: LINK, detail: "", undo: null };
    const known = { nodeId: "s", tool: "publish_site", status, toolCallId: "p", undo: null, receipt };
    // SAFETY: of a line of the ledger only these are looked at.
    return known as unknown as EffectRecord;
  };
  const state = (effects: EffectRecord[], approvals: Approval[] = []) => ({
    artifacts: [],
    effects,
    approvals,
    mode: "live" as const,
  });

  it("is read from the host's own first line only", () => {
    expect(pageOf(run("f", "fetch_page", { output: head(LINK) }))).toMatchObject({ url: LINK, status: 200 });
    expect(pageOf(run("f", "run_code", { output: head(LINK) }))).toBeNull();
    expect(pageOf(run("f", "fetch_page", { output: `There is no page.\n${head(LINK)}` }))).toBeNull();
  });

  it("belongs to a site by its origin", () => {
    expect(isOfSite(`${LINK}en/?q=1`, LINK)).toBe(true);
    for (const other of [
      "https://abc.sites.localhost:8787.evil.com/",
      "https://abcd.sites.localhost:8787/",
      "http://abc.sites.localhost:8787/",
      "/en/",
      "",
    ])
      expect(isOfSite(other, LINK), other).toBe(false);
    expect(isOfSite("", "")).toBe(false);
  });

  it("is not asked for where nothing could go online: rehearsed, or declined by a person", () => {
    const published = node(run("p", "publish_site"));
    const recorded = effect("recorded");
    expect(pageProof(published, state([recorded]))).toEqual({ ok: true, value: null });
    expect(pageProof(published, { ...state([recorded]), mode: "rehearsal" })).toEqual({ ok: true, value: null });
    // SAFETY: of an approval only these are looked at.
    const declined = { toolCallId: "p", status: "rejected" } as unknown as Approval;
    const refused = node(run("p", "publish_site", { ok: false }));
    expect(pageProof(refused, state([], [declined]))).toEqual({ ok: true, value: null });
    expect(pageProof(refused, state([]))).toMatchObject({ ok: false });
  });

  it("must be seen in this attempt, after the last publishing, and a site taken back is none", () => {
    const seen = run("f", "fetch_page", { output: head(LINK) });
    const [publish, done] = [run("p", "publish_site"), effect("done")];
    expect(pageProof(node(publish, seen), state([done]))).toMatchObject({ ok: true, value: { id: "f" } });
    expect(pageProof(node(seen, publish), state([done])).ok).toBe(false);
    expect(pageProof(node(publish), state([done])).ok).toBe(false);
    // Put online by an earlier attempt, looked at in this one.
    expect(pageProof(node(seen), state([done])).ok).toBe(true);
    expect(pageProof(node(run("w", "write_file"), seen), state([done])).ok).toBe(false);
    expect(pageProof(node(publish, seen), state([effect("undone")])).ok).toBe(false);
  });
});
