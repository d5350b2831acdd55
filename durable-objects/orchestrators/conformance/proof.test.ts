import { describe, expect, it } from "vitest";
import { unfence, unfenceJson } from "../../../shared/text/fence.ts";
import type { RunReport } from "../../../shared/workflow/records.ts";
import type { OutsideTool, ServiceInfo } from "../../workflow/effects/port.ts";
import { INTERNET } from "../../workflow/tools/network/allow-host.ts";
import { ORCHESTRATORS } from "../registry.ts";
import { checkRun } from "./testing/checks.ts";
import { accept, approved, closingOf, plan, promptOf, step } from "./testing/scripts.ts";
import { type Asked, Simulation, says, type ToolAnswer, use } from "./testing/simulation.ts";

const tests = (passed: number, failed: number, file = "sum.test.js"): RunReport => ({
  runtime: "isolate",
  reason: "default",
  outcome: "exited",
  exitCode: failed > 0 ? 1 : 0,
  tests: {
    passed,
    failed,
    skipped: 0,
    tests: [
      ...Array.from({ length: passed }, (_, at) => ({ name: `t${at}`, file, status: "passed" as const, message: "" })),
      ...Array.from({ length: failed }, (_, at) => ({ name: `f${at}`, file, status: "failed" as const, message: "3" })),
    ],
  },
});
const GREEN: ToolAnswer = { ok: true, output: "All tests passed", run: tests(3, 0) };
const RED: ToolAnswer = { ok: false, output: "Tests failed: sum › adds: 3 !== 4", run: tests(2, 1) };

const PROGRAM = [
  step("write", "building", [], { proof: "tests" }),
  step("check", "reviewing", ["write"], { agent: "reviewer" }),
];

const finishWith = (evidence: readonly Record<string, unknown>[], summary = "The program is done.") =>
  says(use("f", "finish", { summary, evidence }));
const write = (id: string, path: string, content = "x") => use(id, "write_file", { path, content });

/** The step's answers one after the other; a review runs the tests and accepts. */
const script =
  (steps: readonly unknown[], answers: readonly ((asked: Asked) => ReturnType<typeof says>)[]) => (asked: Asked) => {
    if (asked.nodeId === null) return plan(steps);
    if (asked.spec.operation === "reviewing") return asked.turn === 1 ? says(use("r", "run_tests", {})) : accept(asked);
    return (answers[asked.turn - 1] ?? answers.at(-1) ?? (() => says()))(asked);
  };

const refusals = (simulation: Simulation, id: string) =>
  simulation
    .node(id)
    .tools.flatMap((run) => (run.name === "finish" && !run.result?.ok ? [run.result?.output ?? ""] : []));

describe.each(ORCHESTRATORS)("$name: programs and sites are proven", (orchestrator) => {
  it("E4 a program ends only with tests that ran green after its last change", async () => {
    const claim = [{ type: "artifact", name: "sum.js", label: "program" }];
    const answers = [
      () => says(write("w1", "sum.js"), write("w2", "sum.test.js"), use("t1", "run_tests", {})),
      () => finishWith(claim),
      () => says(use("p1", "patch_file", { path: "sum.js", old: "x", new: "y" }), use("t2", "run_tests", {})),
      () => says(use("p2", "patch_file", { path: "sum.js", old: "y", new: "z" })),
      () => finishWith(claim),
      () => says(use("t3", "run_tests", {})),
      () => finishWith(claim),
    ];
    const results = [RED, GREEN, GREEN, GREEN];
    const simulation = await approved({
      orchestrator,
      model: script(PROGRAM, answers),
      tool: (name, input) => {
        if (name === "run_tests") return results.shift() ?? GREEN;
        const files = name.endsWith("_file") ? [String(input.path)] : [];
        return { ok: true, output: name, files };
      },
    });
    const state = await simulation.run();
    expect(state.phase).toBe("completed");
    expect(refusals(simulation, "write")).toEqual([
      expect.stringContaining("none of this attempt ran green"),
      expect.stringContaining("before the last change"),
    ]);
    const { evidence } = simulation.node("write");
    expect(evidence).toContainEqual(
      expect.objectContaining({ type: "tests", passed: 3, failed: 0, label: "The tests passed." }),
    );
    expect(evidence.filter((one) => one.type === "tests")).toHaveLength(1);
    checkRun(simulation.events, state);
  });

  it("E4 of several programs each has its own green run, and a test file that was not run counts against it", async () => {
    const all = (file: string): ToolAnswer => ({ ok: true, output: "ok", run: tests(1, 0, file) });
    const answers = [
      () => says(write("w1", "a.test.js"), write("w2", "b.test.js"), use("t1", "run_tests", { paths: ["a.test.js"] })),
      () => finishWith([{ type: "tests", toolUseId: "last", label: "green" }]),
      () => says(use("t2", "run_tests", { paths: ["b.test.js"] })),
      () => finishWith([{ type: "tests", toolUseId: "t2", label: "green" }]),
    ];
    const simulation = await approved({
      orchestrator,
      model: script(PROGRAM, answers),
      tool: (name, input) =>
        name === "run_tests"
          ? all(String((input.paths as string[] | undefined)?.[0] ?? "a.test.js"))
          : { ok: true, output: name, files: name === "write_file" ? [String(input.path)] : [] },
    });
    expect((await simulation.run()).phase).toBe("completed");
    expect(refusals(simulation, "write")).toEqual([expect.stringContaining("b.test.js")]);
    expect(simulation.node("write").evidence.filter((one) => one.type === "tests")).toHaveLength(2);
  });

  it("F3 FR-5.3 FR-5.8 the next attempt is told what its code failed on, and repeats no command that nothing changed", async () => {
    const prompts: Asked[] = [];
    const model = (asked: Asked) => {
      if (asked.nodeId === null) return plan(PROGRAM);
      if (asked.spec.operation === "reviewing") return script(PROGRAM, [])(asked);
      if (asked.turn === 1) prompts.push(asked);
      if (asked.node.attempt === 1)
        return asked.turn === 1
          ? says(use("c1", "run_command", { command: "node sum.js" }))
          : says({ type: "text", text: "Hm." });
      if (asked.turn === 1) return says(use("c1", "run_command", { command: "node  sum.js" }));
      if (asked.turn === 2)
        return says(
          write("w1", "sum.js"),
          use("c2", "run_command", { command: "node sum.js" }),
          use("t1", "run_tests", {}),
        );
      return finishWith([{ type: "run", toolUseId: "c2", label: "ran" }]);
    };
    let runs = 0;
    const simulation = await approved({
      orchestrator,
      model,
      tool: (name, input) => {
        if (name === "run_command" && ++runs === 1)
          return { ok: false, output: "Failed with exit code 1.\nReferenceError: totl is not defined" };
        if (name === "run_tests") return GREEN;
        return { ok: true, output: "5", files: name === "write_file" ? [String(input.path)] : [] };
      },
    });
    const state = await simulation.run();
    expect(state.phase).toBe("completed");
    const [first, second] = prompts.map((one) => unfence("last_failure", promptOf(one)));
    expect(first).toBeNull();
    expect(second).toContain('run_command "node sum.js"');
    expect(second).toContain("ReferenceError: totl is not defined");
    expect(runs).toBe(2);
    const repeated = simulation.node("write").tools.find((run) => run.toolUseId === "c1");
    expect(repeated?.result).toMatchObject({ ok: false, output: expect.stringContaining("no file has changed since") });
    checkRun(simulation.events, state);
  });

  it("R8 what may change files is carried out before the calls after it, looks side by side", async () => {
    const order: string[] = [];
    const answers = [
      () =>
        says(
          use("l1", "list_files", {}),
          use("l2", "search_files", { query: "x" }),
          write("w1", "sum.js"),
          use("c1", "run_command", { command: "node sum.js" }),
          use("t1", "run_tests", {}),
          use("l3", "list_files", {}),
        ),
      () => finishWith([{ type: "tests", toolUseId: "t1", label: "" }]),
    ];
    let open = 0;
    let most = 0;
    const simulation = await approved({
      orchestrator,
      model: script(PROGRAM, answers),
      // The newest first, where there is a choice.
      pick: (count) => {
        most = Math.max(most, count);
        return count - 1;
      },
      tool: (name) => {
        expect(++open).toBe(1);
        order.push(name);
        open--;
        return name === "run_tests"
          ? GREEN
          : { ok: true, output: name, files: name === "write_file" ? ["sum.js"] : [] };
      },
    });
    expect((await simulation.run()).phase).toBe("completed");
    const changing = order.filter((name) => !["list_files", "search_files"].includes(name));
    expect(changing.slice(0, 3)).toEqual(["write_file", "run_command", "run_tests"]);
    expect(order.lastIndexOf("list_files")).toBeGreaterThan(order.indexOf("run_tests"));
    expect(most).toBeGreaterThan(1);
  });

  it("E2 a review may run and test, and is offered nothing that writes", async () => {
    let offered: string[] = [];
    const model = (asked: Asked) => {
      if (asked.nodeId !== null && asked.spec.operation === "reviewing")
        offered = asked.spec.tools.map((one) => one.name);
      return script(PROGRAM, [
        () => says(write("w1", "sum.js"), use("t1", "run_tests", {})),
        () => finishWith([{ type: "tests", toolUseId: "t1", label: "" }]),
      ])(asked);
    };
    const tool = (name: string): ToolAnswer =>
      name === "run_tests" ? GREEN : { ok: true, output: "", files: name === "write_file" ? ["sum.js"] : [] };
    await (await approved({ orchestrator, model, tool })).run();
    expect(offered).toEqual([
      "list_files",
      "read_file",
      "search_files",
      "run_code",
      "run_command",
      "run_tests",
      "verdict",
    ]);
  });
});

const SITES: ServiceInfo = { name: "sites", label: { en: "Publishing", ar: "النشر" }, description: "", ready: true };
const spec = (name: string): Pick<OutsideTool, "name" | "description" | "inputSchema"> => ({
  name,
  description: "",
  inputSchema: { type: "object" },
});
const OUTSIDE = {
  services: [SITES, INTERNET],
  outsideTools: [spec("publish_site"), spec("allow_host"), spec("http_request")],
};
const LINK = "https://abc.sites.localhost:8787/";
const SITE = [
  step("build", "building", [], { proof: "page", touches: ["sites"] }),
  step("check", "reviewing", ["build"], { agent: "reviewer" }),
];

const effect = (toolCallId: string, nodeId: string, link: string) => [
  {
    name: "effect.intended" as const,
    data: {
      effectId: `eff_${toolCallId}`,
      nodeId,
      toolCallId,
      tool: "publish_site",
      effectClass: "idempotent-write" as const,
      key: toolCallId,
      service: "sites",
      action: "PUBLISH",
      target: link,
      summary: "",
      arguments: {},
      fingerprint: "",
      reversible: true,
      approvalId: null,
      mode: "live" as const,
      undoOf: null,
    },
  },
  {
    name: "effect.settled" as const,
    data: {
      effectId: `eff_${toolCallId}`,
      outcome: { kind: "done" as const, receipt: { reference: "abc", link, detail: "", undo: null } },
    },
  },
];

/** Publishing, and what a look finds: the page of the site, or something else. */
const world =
  (page: { url: string; status: number } = { url: LINK, status: 200 }) =>
  (name: string, input: Readonly<Record<string, unknown>>, nodeId: string): ToolAnswer => {
    if (name === "publish_site") return { ok: true, output: LINK, facts: (id) => effect(id, nodeId, LINK) };
    if (name === "fetch_page")
      return {
        ok: page.status < 400,
        output: `${JSON.stringify({ ...page, sha256: "ab", at: "2026-11-20T00:00:00Z" })}\ntitle: Clinic`,
      };
    return { ok: true, output: name, files: name === "write_file" ? [String(input.path)] : [] };
  };
const publish = (id: string) => use(id, "publish_site", { folder: "site", title: "Clinic" });
const look = (id: string) => use(id, "fetch_page", { url: LINK });
const receipt = [{ type: "receipt", toolUseId: "last", label: "online" }];

describe.each(ORCHESTRATORS)("$name: sites", (orchestrator) => {
  it("E5 a site ends only when its live page was seen after it was published, and its review looks too", async () => {
    const verdicts: string[] = [];
    const answers = [
      () => says(write("w1", "site/index.html")),
      () => finishWith([{ type: "artifact", name: "site/index.html", label: "" }]),
      () => says(publish("p1")),
      () => finishWith(receipt),
      () => says(write("w2", "site/index.html"), look("l1")),
      () => finishWith(receipt),
      () => says(publish("p2"), look("l2")),
      () => finishWith(receipt),
    ];
    const model = (asked: Asked) => {
      if (asked.nodeId === null) return plan(SITE);
      if (asked.spec.operation !== "reviewing") return (answers[asked.turn - 1] ?? (() => says()))();
      if (asked.turn === 2) verdicts.push("blind");
      if (asked.turn === 3) verdicts.push(closingOf(asked));
      return (
        [() => says(use("r", "list_files", {})), () => accept(asked), () => says(look("r2"))][asked.turn - 1]?.() ??
        accept(asked)
      );
    };
    const simulation = await approved({ orchestrator, model, tool: world(), ...OUTSIDE });
    const state = await simulation.run();
    expect(state.phase).toBe("completed");
    expect(refusals(simulation, "build")).toEqual([
      expect.stringContaining("nothing is published"),
      expect.stringContaining(`fetch_page with ${LINK}`),
      expect.stringContaining("Files changed after"),
    ]);
    expect(verdicts).toEqual(["blind", expect.stringContaining("Look at it with fetch_page")]);
    const pages = simulation.node("build").evidence.filter((one) => one.type === "page");
    expect(pages).toHaveLength(2);
    expect(pages[0]).toMatchObject({ url: LINK, status: 200, sha256: "ab", label: "The live page was there." });
  });

  it("E5 another site's page, and one that is not there, prove nothing", async () => {
    for (const page of [
      { url: "https://other.sites.localhost:8787/", status: 200 },
      { url: LINK, status: 404 },
    ]) {
      const answers = [
        () => says(write("w1", "site/index.html"), publish("p1"), look("l1")),
        () => finishWith(receipt),
      ];
      const simulation = await approved({ orchestrator, model: script(SITE, answers), tool: world(page), ...OUTSIDE });
      const state = await simulation.run((now) => now.nodes[0]?.tools.some((run) => run.name === "finish") === true);
      expect(state.phase).not.toBe("completed");
      expect(refusals(simulation, "build")).toEqual([expect.stringContaining("Nobody has looked")]);
    }
  });

  it("V3 tools of the built-in services are offered to steps that touch that very one", async () => {
    const offered = new Map<string, string[]>();
    const steps = [
      step("plain", "building", []),
      step("site", "building", [], { touches: ["sites"] }),
      step("net", "building", [], { touches: ["internet"] }),
      step("check", "reviewing", ["plain", "site", "net"], { agent: "reviewer" }),
    ];
    const model = (asked: Asked) => {
      if (asked.nodeId === null) return plan(steps);
      offered.set(
        asked.nodeId,
        asked.spec.tools.map((one) => one.name),
      );
      if (asked.spec.operation === "reviewing")
        return asked.turn === 1 ? says(use("r", "list_files", {})) : accept(asked);
      return asked.turn === 1
        ? says(use("c", "run_code", { code: `${asked.nodeId}()` }))
        : finishWith([{ type: "run", toolUseId: "c", label: "" }]);
    };
    const simulation = await approved({ orchestrator, model, ...OUTSIDE, runtimes: ["isolate", "container"] });
    expect((await simulation.run()).phase).toBe("completed");
    const outside = (id: string) =>
      offered.get(id)?.filter((name) => ["publish_site", "allow_host", "http_request", "fetch_page"].includes(name));
    expect([outside("plain"), outside("site"), outside("net"), outside("check")]).toEqual([
      [],
      ["fetch_page", "publish_site"],
      ["allow_host"],
      ["fetch_page"],
    ]);
  });

  it("P1 a plan says what proves a step, a live page only where sites can be published; agents know the languages", async () => {
    const steps = [
      step("program", "building", [], { proof: "tests" }),
      step("page", "building", [], { proof: "page", touches: ["sites"] }),
      step("no-site", "building", [], { proof: "page" }),
      step("plain", "building", [], { proof: "none" }),
      step("odd", "building", [], { proof: "magic" }),
      step("check", "reviewing", ["program", "page", "no-site", "plain", "odd"], { agent: "reviewer", proof: "tests" }),
    ];
    let spec = "";
    let languages: unknown;
    const model = (asked: Asked) => {
      spec = JSON.stringify(asked.spec.tools);
      languages = unfenceJson("languages", promptOf(asked));
      return plan(steps);
    };
    const proofs = async (services: readonly ServiceInfo[]) => {
      const simulation = new Simulation({ orchestrator, model, services, runtimes: ["isolate"] });
      return (await simulation.run()).nodes.map((node) => node.proof);
    };
    expect(await proofs([SITES])).toEqual(["tests", "page", undefined, undefined, undefined, undefined]);
    expect(spec).toContain('["none","tests","page"]');
    expect(languages).toEqual(["javascript", "typescript", "shell"]);
    expect(await proofs([])).toEqual(["tests", undefined, undefined, undefined, undefined, undefined]);
    expect(spec).toContain('["none","tests"]');
  });
});
