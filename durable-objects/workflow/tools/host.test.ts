import { describe, expect, it, vi } from "vitest";
import type { NewFile } from "../../../shared/protocol/library-rpc.ts";
import type { RunCodeInput, RunCodeResult } from "../../../shared/protocol/sandbox-rpc.ts";
import type { ArtifactRecord } from "../../../shared/workflow/records.ts";
import type { WorkflowState } from "../../../shared/workflow/state.ts";
import type { ToolOutcome } from "../engine/services.ts";
import { says, scriptedModel, scriptedOrchestrator, scriptedPlan } from "../testing/scripted.ts";
import { hash, world } from "../testing/world.ts";
import { cutMiddle, pieceOf } from "./cut.ts";
import { createToolHost } from "./host.ts";
import { ProjectFiles, uploadsOf } from "./project-files.ts";
import { ANSWER_WITHIN_MS } from "./run-code.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const RAN: RunCodeResult = { ok: true, output: "", outputCut: false, failure: null, written: [], durationMs: 1 };

async function setUp(uploads: Record<string, string> = { "invoices.csv": "client,total\nأحمد,١٠\n" }) {
  const stored = new Map<string, Uint8Array>();
  const blobs = {
    read: async (key: string, header: string) => {
      const bytes = stored.get(`${key} ${header}`);
      if (!bytes) throw new Error(`nothing under ${key}`);
      return bytes;
    },
    write: async (key: string, bytes: Uint8Array) => {
      stored.set(`${key} sealed`, bytes);
      return { header: "sealed" };
    },
  };
  for (const [path, text] of Object.entries(uploads)) stored.set(`files/${path} h`, bytesOf(text));
  const derived = Object.entries(uploads).map(([path, text]) => ({
    path,
    key: `files/${path}`,
    header: "h",
    size: text.length,
  }));
  const file: NewFile = {
    id: "fil_1",
    name: "Invoices.xlsx",
    size: 1,
    mediaType: "",
    profile: null,
    problem: null,
    key: "",
    header: "",
    derived,
    createdBy: "",
  };
  const library = { file: async (id: string) => (id === "fil_1" ? file : null) };
  const w = world({ orchestrator: scriptedOrchestrator(scriptedPlan(2)), model: scriptedModel(() => says("done")) });
  await w.executor.run(60_000);
  let state: WorkflowState = w.state();
  const sandboxed: RunCodeInput[] = [];
  let answers: (() => Promise<RunCodeResult>)[] = [];
  const host = createToolHost({
    state: () => state,
    files: new ProjectFiles(blobs, await uploadsOf(library, ["fil_1", "fil_gone"])),
    blobs,
    sandbox: {
      runCode: async (input) => {
        sandboxed.push(input);
        return (answers.shift() ?? (async () => RAN))();
      },
    },
    hash,
    sleep: async () => {},
  });
  let calls = 0;
  return {
    stored,
    sandboxed,
    answer: (...next: (() => Promise<RunCodeResult>)[]) => {
      answers = next;
    },
    /** Runs a tool of a step, and keeps its artifacts as the log would. */
    use: async (name: string, input: Record<string, unknown>, nodeId = "s1"): Promise<ToolOutcome> => {
      const outcome = await host.run(
        { toolCallId: `tool_${++calls}`, nodeId, name, input },
        new AbortController().signal,
      );
      const kept = new Map<string, ArtifactRecord>();
      for (const one of [...state.artifacts, ...outcome.artifacts]) kept.set(one.id, one);
      state = { ...state, artifacts: [...kept.values()] };
      return outcome;
    },
  };
}

describe("host tools", () => {
  it("T1 tells the model what it got wrong instead of throwing", async () => {
    const { use } = await setUp();
    for (const [name, input] of [
      ["read_file", {}],
      ["read_file", { path: 5 }],
      ["read_file", { path: "invoices.csv", offset: -1 }],
      ["write_file", { path: "a.md" }],
      ["search_files", { query: " " }],
      ["run_code", { code: "" }],
      ["rm_rf", {}],
      ["constructor", {}],
    ] as const) {
      const outcome = await use(name, input);
      expect(outcome.ok).toBe(false);
      expect(outcome.output).not.toBe("");
    }
    expect((await use("read_file", { path: "nope.csv" })).output).toContain("invoices.csv");
  });

  it("lists uploads, then results, and reads both", async () => {
    const { use } = await setUp();
    await use("write_file", { path: "/report.md", content: "# Total" });
    const { output } = await use("list_files", {});
    expect(JSON.parse(output)).toMatchObject([
      { path: "invoices.csv", origin: "upload", from: "Invoices.xlsx" },
      { path: "report.md", origin: "result", from: "Step s1" },
    ]);
    expect(await use("read_file", { path: "./report.md" })).toMatchObject({ ok: true, output: "# Total" });
  });

  it("T2 reads long files piece by piece and never splits a character", async () => {
    const text = "😀".repeat(20_000);
    const { use } = await setUp({ "long.txt": text });
    let read = "";
    for (let offset = 0; read.length < text.length; ) {
      const { output, ok } = await use("read_file", { path: "long.txt", offset });
      expect(ok).toBe(true);
      expect(output.length).toBeLessThanOrEqual(16_000);
      const [piece = "", more] = output.split("\n[… ");
      expect(piece.isWellFormed()).toBe(true);
      read += piece;
      offset = Number(more?.match(/offset (\d+)/)?.[1] ?? text.length);
    }
    expect(read).toBe(text);
  });

  it("T2 cuts the middle of long output", () => {
    const cut = cutMiddle(`begin${"😀".repeat(20_000)}end`);
    expect(cut.length).toBeLessThanOrEqual(16_000);
    expect(cut.startsWith("begin") && cut.endsWith("end")).toBe(true);
    expect(cut.isWellFormed()).toBe(true);
    expect(cutMiddle("short")).toBe("short");
    expect(pieceOf("a😀", 0, 2)).toBe("a");
  });

  it("finds text whatever its case, Arabic spelling or digits", async () => {
    const { use } = await setUp();
    expect((await use("search_files", { query: "احمد" })).output).toBe("invoices.csv:2: أحمد,١٠");
    expect((await use("search_files", { query: "10" })).output).toContain("invoices.csv:2");
    expect((await use("search_files", { query: "nothing" })).output).toBe("Nothing found.");
  });

  it("T4 a step replaces its own result; another step's of the same name stays", async () => {
    const { use } = await setUp();
    const first = (await use("write_file", { path: "a.csv", content: "1" })).artifacts[0];
    const second = (await use("write_file", { path: "a.csv", content: "2" })).artifacts[0];
    const other = (await use("write_file", { path: "a.csv", content: "3" }, "s2")).artifacts[0];
    expect(second?.id).toBe(first?.id);
    expect(second?.key).not.toBe(first?.key);
    expect(other?.id).not.toBe(first?.id);
    expect((await use("read_file", { path: "a.csv" })).output).toBe("2");
    expect((await use("read_file", { path: "a.csv" }, "s2")).output).toBe("3");
    expect((await use("read_file", { path: "a.csv" }, "review")).output).toBe("3");
    expect(first?.id).toMatch(/^art_[0-9a-hjkmnp-tv-z]{26}$/);
  });

  it("T4 nobody can write over an upload, or under a name that misleads", async () => {
    const { use, answer } = await setUp();
    for (const path of [
      "invoices.csv",
      "./invoices.csv",
      "",
      "..",
      "a/b.csv",
      "a\\b",
      "x\u202efdp.exe",
      "n".repeat(200),
    ])
      expect((await use("write_file", { path, content: "evil" })).ok).toBe(false);
    answer(async () => ({ ...RAN, written: [{ path: "invoices.csv", bytes: bytesOf("evil") }] }));
    const ran = await use("run_code", { code: "x" });
    expect(ran.artifacts).toEqual([]);
    expect(ran.output).toContain("Not saved: invoices.csv");
    expect((await use("read_file", { path: "invoices.csv" })).output).toContain("client,total");
  });

  it("T3 keeps what code wrote, and hands what it printed over untouched", async () => {
    const { use, answer, sandboxed } = await setUp();
    const written = [{ path: "out.csv", bytes: bytesOf("a\n") }];
    answer(
      async () => ({ ...RAN, output: '{"total":10}', written }),
      async () => ({ ...RAN, written }),
    );
    const printed = await use("run_code", { code: "console.log(1)" });
    expect(JSON.parse(printed.output)).toEqual({ total: 10 });
    expect(printed.artifacts).toMatchObject([{ name: "out.csv", mediaType: "text/csv", size: 2, sha256: hash("a\n") }]);
    expect((await use("run_code", { code: "1" })).output).toBe("Saved out.csv (2 bytes).");
    expect(sandboxed[0]?.files.map((file) => file.path)).toEqual(["invoices.csv"]);
    expect(sandboxed[1]?.files.map((file) => file.path).sort()).toEqual(["invoices.csv", "out.csv"]);
  });

  it("tells the model how code failed, and tries the sandbox four times before giving up", async () => {
    const { use, answer, sandboxed } = await setUp();
    answer(async () => ({ ...RAN, ok: false, output: "so far", failure: { kind: "timeout", message: "10 s" } }));
    expect(await use("run_code", { code: "for(;;);" })).toMatchObject({ ok: false, output: "timeout: 10 s\nso far" });
    const away = () => Promise.reject(new Error("Network connection lost."));
    answer(away, away);
    expect((await use("run_code", { code: "1" })).ok).toBe(true);
    answer(away, away, away, away);
    const before = sandboxed.length;
    expect(await use("run_code", { code: "1" })).toMatchObject({ ok: false });
    expect(sandboxed.length - before).toBe(4);
  });

  it("gives code up that hangs the sandbox, in plain words, and does not run it again", async () => {
    const { use, answer, sandboxed } = await setUp();
    vi.useFakeTimers();
    try {
      answer(() => new Promise(() => {}));
      const ran = use("run_code", { code: "2n ** 99999999n" });
      await vi.advanceTimersByTimeAsync(ANSWER_WITHIN_MS);
      expect(await ran).toMatchObject({ ok: false, output: expect.stringContaining("did not come to an end") });
      expect(sandboxed).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });
});
