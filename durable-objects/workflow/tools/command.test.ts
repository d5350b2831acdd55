import { describe, expect, it, vi } from "vitest";
import { COMMAND_TIMES } from "../../../shared/protocol/command-times.ts";
import type { TestReport } from "../../../shared/workflow/records.ts";
import { BEFORE } from "../../../shared/workflow/run-node.ts";
import { bytesOf, changedFile, deskOfTools, RAN } from "../testing/desk-of-tools.ts";
import { hash } from "../testing/world.ts";
import { MAX_ARTIFACTS } from "./save.ts";

const report = (passed: number, failed: number): TestReport => ({
  passed,
  failed,
  skipped: 0,
  tests: [
    ...Array.from({ length: passed }, (_, at) => ({
      name: `good ${at}`,
      file: "sum.test.js",
      status: "passed" as const,
      message: "",
    })),
    ...Array.from({ length: failed }, (_, at) => ({
      name: `bad ${at}`,
      file: "sum.test.js",
      status: "failed" as const,
      message: "3 !== 4",
    })),
  ],
});

describe("commands in the sandbox", () => {
  it("T5 hands over the files as the step sees them, by version, and supplies what is asked for", async () => {
    const { use, sandbox, state } = await deskOfTools();
    await use("write_file", { path: "site/index.html", content: "<p>" });
    const supplied: string[] = [];
    sandbox.answer(async ({ manifest }, io) => {
      for (const { path } of manifest) supplied.push(new TextDecoder().decode(await io.supply(path)));
      await expect(io.supply("../secret")).rejects.toThrow();
      return RAN;
    });
    await use("run_command", { command: "ls" });
    const [request] = sandbox.requests;
    expect(request).toMatchObject({
      workspace: { projectId: state().projectId, workflowId: state().id },
      execId: "tool_2",
      command: { kind: "shell", script: "ls" },
      egress: [],
      by: { kind: "agent", id: "dev", label: "Step s1" },
    });
    expect(request?.manifest.map((one) => one.path).sort()).toEqual(["invoices.csv", "site/index.html"]);
    expect(request?.manifest.find((one) => one.path === "site/index.html")?.version).toBe(state().artifacts[0]?.key);
    expect(supplied).toContain("<p>");
  });

  it("T3 keeps what code wrote with where it came from, and hands what it printed over untouched", async () => {
    const { use, sandbox } = await deskOfTools();
    const changed = [changedFile("out.csv", "a\n")];
    sandbox.answer(
      { output: '{"total":10}', changed, read: ["invoices.csv"] },
      { changed: [changedFile("out.csv", "b\n")] },
    );
    const printed = await use("run_code", { code: "console.log(1)" });
    expect(JSON.parse(printed.output)).toEqual({ total: 10 });
    expect(printed.artifacts).toMatchObject([
      {
        name: "out.csv",
        mediaType: "text/csv",
        size: 2,
        sha256: hash("a\n"),
        provenance: { toolCallId: "tool_1", tool: "run_code", code: null, inputs: ["invoices.csv"] },
      },
    ]);
    expect((await use("run_code", { code: "1" })).output).toBe("Saved out.csv (2 bytes).");
    expect(sandbox.requests.map((one) => one.command)).toMatchObject([
      { kind: "code", language: "javascript" },
      { code: "1" },
    ]);
  });

  it("T3 names the program a command ran, and keeps what a failing command left", async () => {
    const { use, sandbox } = await deskOfTools();
    await use("write_file", { path: "sum.js", content: "1" });
    sandbox.answer({ exitCode: 2, output: "half done", changed: [changedFile("out.csv", "a\n")] });
    const { ok, output, artifacts, run } = await use("run_command", { command: "node sum.js invoices.csv > out.csv" });
    expect(ok).toBe(false);
    expect(output).toMatch(/^Failed with exit code 2\.\nhalf done\nSaved out\.csv/);
    expect(artifacts[0]?.provenance?.code).toBe("sum.js");
    expect(run).toMatchObject({ runtime: "isolate", reason: "default" });
  });

  it("T4 puts uploads and others' files back in words, removes the step's own, and leaves unchanged content alone", async () => {
    const { use, sandbox, state } = await deskOfTools();
    await use("write_file", { path: "mine.txt", content: "1" });
    await use("write_file", { path: "same.txt", content: "2" });
    await use("write_file", { path: "theirs.txt", content: "3" }, "s2");
    sandbox.answer({
      output: "ok",
      changed: [changedFile("invoices.csv", "evil"), changedFile("same.txt", "2"), changedFile(".hidden", "x")],
      removed: ["mine.txt", "theirs.txt", "tmp.txt"],
    });
    const { output, artifacts, removed } = await use("run_command", { command: "rm *" });
    expect(artifacts).toEqual([]);
    expect(removed).toHaveLength(1);
    expect(output).toContain("Not saved: invoices.csv");
    expect(output).toContain("Not removed: theirs.txt");
    expect(output.split("\n").at(-1)).toBe("Removed: mine.txt");
    expect(
      state()
        .artifacts.map((one) => one.name)
        .sort(),
    ).toEqual(["same.txt", "theirs.txt"]);
  });

  it("K8 removes what the run began with for good, also where the step wrote it anew", async () => {
    const { use, sandbox, state, append } = await deskOfTools();
    for (const name of ["index.html", "old.html", "other.html"])
      append({
        name: "artifact.created",
        data: {
          id: `art_${name}`,
          nodeId: BEFORE,
          name,
          mediaType: "text/html",
          size: 1,
          sha256: "",
          key: name,
          header: "h",
        },
      });
    await use("write_file", { path: "index.html", content: "<p>" });
    sandbox.answer({ removed: ["index.html", "old.html"] });
    const { output } = await use("run_command", { command: "rm index.html old.html" });
    expect(output.split("\n").at(-1)).toBe("Removed: index.html, old.html");
    expect(state().artifacts.map((one) => one.name)).toEqual(["other.html"]);
  });

  it("K8 a run that began with as many results as there may be can write each of them anew", async () => {
    const { use, append } = await deskOfTools();
    const page = { nodeId: BEFORE, mediaType: "text/html", size: 1, sha256: "", key: "k", header: "h" };
    for (let at = 0; at < MAX_ARTIFACTS; at++)
      append({ name: "artifact.created", data: { ...page, id: `art_${at}`, name: `${at}.html` } });
    for (const path of ["0.html", "1.html"])
      expect(await use("write_file", { path, content: "<p>" })).toMatchObject({ ok: true });
    const more = await use("write_file", { path: "more.html", content: "<p>" });
    expect(more).toMatchObject({ ok: false, artifacts: [] });
    expect(more.output).toContain("500 results");
  });

  it("T4 a folder the step removed may become a file", async () => {
    const { use, sandbox, state } = await deskOfTools();
    await use("write_file", { path: "out/a.txt", content: "1" });
    sandbox.answer({ changed: [changedFile("out", "all")], removed: ["out/a.txt"] });
    expect((await use("run_command", { command: "rm -r out; echo all > out" })).artifacts).toMatchObject([
      { name: "out" },
    ]);
    expect(state().artifacts.map((one) => one.name)).toEqual(["out"]);
  });

  it("asks for large files one by one, and does not keep one that changed meanwhile", async () => {
    const { use, sandbox } = await deskOfTools();
    const [{ bytes, ...large }, { bytes: _other, ...moved }] = [
      changedFile("large.txt", "big"),
      changedFile("moved.txt", "old"),
    ];
    sandbox.files.set("large.txt", bytes ?? bytesOf(""));
    sandbox.files.set("moved.txt", bytesOf("new"));
    sandbox.answer({ changed: [large, moved] });
    const { artifacts, output } = await use("run_command", { command: "make" });
    expect(artifacts.map((one) => one.name)).toEqual(["large.txt"]);
    expect(output).toContain("Not saved: moved.txt");
  });

  it("T2 keeps the whole of a long output, once, for its own step to read on", async () => {
    const { use, sandbox, state } = await deskOfTools();
    const long = `begin\n${"ب".repeat(400_000)}\nend`;
    sandbox.answer({ output: long }, { output: long });
    const { output, fullOutputId, artifacts } = await use("run_command", { command: "cat big" });
    expect(output.length).toBeLessThanOrEqual(16_000);
    expect(output).toMatch(/^begin/);
    expect(output).toContain("\nend\n");
    expect(output).toContain("logs/s1-1.txt");
    expect(artifacts).toMatchObject([{ id: fullOutputId, name: "logs/s1-1.txt", role: "log" }]);
    expect(artifacts[0]?.size).toBeLessThanOrEqual(1_000_000);
    expect((await use("read_file", { path: "logs/s1-1.txt", offset: 15_000 })).ok).toBe(true);
    expect((await use("read_file", { path: "logs/s1-1.txt" }, "s2")).ok).toBe(false);
    expect((await use("run_command", { command: "cat big" })).artifacts[0]?.name).toBe("logs/s1-2.txt");
    expect(state().artifacts).toHaveLength(2);
  });

  it("says first which tests failed and why; green ones stand in the report", async () => {
    const { use, sandbox } = await deskOfTools();
    sandbox.answer(
      { exitCode: 1, tests: report(2, 1), output: "TAP" },
      { tests: report(3, 0), output: "TAP" },
      { tests: report(0, 0) },
      { exitCode: 1, tests: null, output: "Could not find" },
    );
    const red = await use("run_tests", {});
    expect(red.ok).toBe(false);
    expect(red.output).toMatch(/^Tests failed: 2 passed, 1 failed, 0 skipped\.\n✗ sum\.test\.js › bad 0: 3 !== 4\nTAP/);
    const green = await use("run_tests", { paths: ["./sum.test.js"] });
    expect(green).toMatchObject({ ok: true, run: { tests: { passed: 3, failed: 0 } } });
    expect(sandbox.requests[1]?.command).toEqual({ kind: "tests", paths: ["sum.test.js"] });
    expect((await use("run_tests", {})).ok).toBe(false);
    expect((await use("run_tests", {})).ok).toBe(false);
  });

  it("T6 a review's command leaves nothing behind", async () => {
    const { use, sandbox, state } = await deskOfTools();
    await use("write_file", { path: "a.txt", content: "1" });
    sandbox.answer({
      output: "5",
      changed: [changedFile("a.txt", "2"), changedFile("mine.txt", "x")],
      removed: ["a.txt"],
    });
    const { ok, output, artifacts, removed } = await use("run_command", { command: "node check.js" }, "review");
    expect(ok).toBe(true);
    expect([artifacts, removed ?? []]).toEqual([[], []]);
    expect(output).toContain("changes no files");
    expect(sandbox.removed).toEqual(["mine.txt"]);
    expect(state().artifacts).toHaveLength(1);
  });

  it("T5 tells how a command was ended, and in plain words what cannot run here", async () => {
    const { use, sandbox } = await deskOfTools();
    sandbox.answer(
      { outcome: "timeout", exitCode: null, problem: "It ran for 20 s and was ended.", output: "so far" },
      {
        outcome: "unavailable",
        exitCode: null,
        problem: "There is no Python here. Write it in JavaScript.",
        report: { ...RAN.report, reason: "absent" },
      },
    );
    expect(await use("run_code", { code: "for(;;);" })).toMatchObject({
      ok: false,
      output: "timeout: It ran for 20 s and was ended.\nso far",
    });
    expect(await use("run_code", { code: "print(1)", language: "python" })).toMatchObject({
      ok: false,
      output: "There is no Python here. Write it in JavaScript.",
    });
    expect(sandbox.requests).toHaveLength(2);
  });

  it("T5 tries a sandbox that is away four times under one id before giving up", async () => {
    const { use, sandbox } = await deskOfTools();
    const away = () => Promise.reject(new Error("Network connection lost."));
    sandbox.answer(away, { outcome: "unavailable", exitCode: null }, {});
    expect((await use("run_code", { code: "1" })).ok).toBe(true);
    expect(new Set(sandbox.requests.map((one) => one.execId)).size).toBe(1);
    sandbox.answer(away, away, away, away);
    expect(await use("run_code", { code: "1" })).toMatchObject({
      ok: false,
      output: "The sandbox does not answer. Try again.",
    });
    expect(sandbox.requests).toHaveLength(3 + 4);
  });

  it("T5 waits for a command that lost all the time it may to others: it is slow, not hanging", async () => {
    const { use, sandbox } = await deskOfTools();
    vi.useFakeTimers();
    try {
      const { ownMs, silenceMs } = COMMAND_TIMES;
      sandbox.answer(() => new Promise((resolve) => setTimeout(() => resolve(RAN), ownMs + silenceMs)));
      const ran = use("run_code", { code: "console.log(1)" });
      await vi.advanceTimersByTimeAsync(COMMAND_TIMES.answerMs);
      expect(await ran).toMatchObject({ ok: true });
      expect(sandbox.cancelled).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("T5 does not repeat what kept the sandbox so busy that its supervisor ended it", async () => {
    const { use, sandbox } = await deskOfTools();
    vi.useFakeTimers();
    try {
      const gone = new Error("Network connection lost.");
      sandbox.answer(() => new Promise((_, reject) => setTimeout(() => reject(gone), COMMAND_TIMES.hungMs)));
      const ran = use("run_code", { code: "2n ** 99999999n" });
      await vi.advanceTimersByTimeAsync(COMMAND_TIMES.hungMs);
      expect(await ran).toMatchObject({ ok: false, output: expect.stringContaining("did not come to an end") });
      expect(sandbox.requests).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it("T5 gives up what hangs the sandbox, in plain words, ends it, and does not run it again", async () => {
    const { use, sandbox } = await deskOfTools();
    vi.useFakeTimers();
    try {
      sandbox.answer(() => new Promise(() => {}));
      const ran = use("run_code", { code: "2n ** 99999999n" });
      await vi.advanceTimersByTimeAsync(COMMAND_TIMES.answerMs);
      expect(await ran).toMatchObject({ ok: false, output: expect.stringContaining("did not come to an end") });
      expect(sandbox.requests).toHaveLength(1);
      expect(sandbox.cancelled).toEqual(["tool_1"]);
    } finally {
      vi.useRealTimers();
    }
  });
});
