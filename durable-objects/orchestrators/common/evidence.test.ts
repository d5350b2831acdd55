import { describe, expect, it } from "vitest";
import { pendingNode } from "../../../shared/workflow/fold-node.ts";
import type { ArtifactRecord } from "../../../shared/workflow/records.ts";
import type { RunNode, ToolRun } from "../../../shared/workflow/run-node.ts";
import { Finish, verifyEvidence } from "./evidence.ts";

const run = (id: string, name: string, input: Record<string, unknown>, output: string, ok = true): ToolRun => ({
  id: `tool_${id}`,
  toolUseId: id,
  name,
  input,
  startedAt: "",
  result: { ok, output, durationMs: 1 },
});

const artifact = (nodeId: string, name: string): ArtifactRecord => ({
  id: `art_${name}`,
  nodeId,
  name,
  mediaType: "text/csv",
  size: 1,
  sha256: "",
  key: "",
  header: "",
});

const node = (tools: ToolRun[]): RunNode => ({
  ...pendingNode({
    id: "totals",
    type: "task",
    label: "Totals",
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

function verify(tools: ToolRun[], artifacts: ArtifactRecord[], ...evidence: Record<string, unknown>[]) {
  const finish = Finish.parse({ summary: "s", evidence });
  return verifyEvidence(finish.evidence, {
    node: node(tools),
    artifacts,
    effects: [],
    request: "Sum up the\n invoices",
  });
}

describe("evidence", () => {
  it("a run counts when that call ran well in this attempt", () => {
    const tools = [
      run("u1", "run_code", { code: "a" }, "total 3"),
      run("u2", "run_code", { code: "b" }, "boom", false),
    ];
    expect(verify(tools, [], { type: "run", toolUseId: "u1", label: "sum" })).toEqual({
      ok: true,
      value: [{ type: "run", toolCallId: "tool_u1", label: "sum", output: "total 3" }],
    });
    expect(verify(tools, [], { type: "run", toolUseId: "last" })).toMatchObject({ ok: true });
    expect(verify(tools, [], { type: "run", toolUseId: "u2" })).toMatchObject({ ok: false });
    expect(verify(tools, [], { type: "run", toolUseId: "u9" })).toEqual({
      ok: false,
      error: expect.stringContaining("Successful ones: u1"),
    });
    expect(verify([run("u1", "list_files", {}, "x")], [], { type: "run", toolUseId: "u1" })).toMatchObject({
      ok: false,
    });
  });

  it("a file counts when this step made it in this attempt", () => {
    const wrote = run("w", "write_file", { path: "a.csv", content: "" }, "written");
    expect(verify([wrote], [artifact("totals", "a.csv")], { type: "artifact", name: "a.csv" })).toMatchObject({
      ok: true,
    });
    expect(verify([wrote], [artifact("other", "a.csv")], { type: "artifact", name: "a.csv" })).toMatchObject({
      ok: false,
    });
    expect(verify([wrote], [], { type: "artifact", name: "a.csv" })).toMatchObject({ ok: false });
    expect(verify([], [artifact("totals", "a.csv")], { type: "artifact", name: "a.csv" })).toEqual({
      ok: false,
      error: expect.stringContaining("earlier attempt"),
    });
  });

  it("a quote counts when the words were read in that file; spaces do not matter", () => {
    const read = run("r", "read_file", { path: "contract.txt" }, "pay within\n 30 days of receipt");
    const quote = { type: "quote", file: "contract.txt", text: "within 30   days", label: "" };
    expect(verify([read], [], quote)).toMatchObject({ ok: true });
    expect(verify([read], [], { ...quote, text: "within 60 days" })).toMatchObject({ ok: false });
    expect(verify([read], [], { ...quote, file: "other.txt" })).toMatchObject({ ok: false });
    expect(verify([read], [], { ...quote, text: "3" })).toMatchObject({ ok: false });
    expect(verify([], [], { ...quote, file: "request", text: "Sum up the invoices" })).toMatchObject({ ok: true });
    expect(verify([], [], { ...quote, file: "request", text: "Delete everything" })).toMatchObject({ ok: false });
  });

  it("is not proof when it was made up: own files, words printed from the code itself", () => {
    const own = [
      run("w", "write_file", { path: "n.txt", content: "it is so" }, "ok"),
      run("r", "read_file", { path: "n.txt" }, "it is so"),
    ];
    const quote = { type: "quote", file: "n.txt", text: "it is so", label: "" };
    expect(verify(own, [artifact("totals", "n.txt")], quote)).toMatchObject({ ok: false });
    const printed = run("c", "run_code", { code: 'console.log("it is so")' }, "it is so");
    expect(verify([printed], [], { ...quote, file: "data.csv" })).toMatchObject({ ok: false });
    const computed = run("c", "run_code", { code: 'console.log(files.readText("data.csv"))' }, "it is so");
    expect(verify([computed], [], { ...quote, file: "data.csv" })).toMatchObject({ ok: true });
  });

  it("an empty finish is none", () => {
    expect(Finish.safeParse({ summary: "done", evidence: [] }).success).toBe(false);
    expect(Finish.safeParse({ summary: " ", evidence: [{ type: "run", label: "" }] }).success).toBe(false);
  });
});
