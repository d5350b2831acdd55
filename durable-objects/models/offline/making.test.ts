import { describe, expect, it } from "vitest";
import { findPlanProblem } from "../../../shared/workflow/plan-graph.ts";
import { Simulation } from "../../orchestrators/conformance/testing/simulation.ts";
import type { Orchestrator } from "../../orchestrators/port.ts";
import { ORCHESTRATORS } from "../../orchestrators/registry.ts";
import type { ServiceInfo } from "../../workflow/effects/port.ts";
import { offlineModel, worldOf } from "./testing/host.ts";
import { LIVE, MakingDesk, textOf } from "./testing/making-desk.ts";

const SITES: ServiceInfo = { name: "sites", label: { en: "Publishing", ar: "النشر" }, description: "", ready: true };
const PUBLISH = { name: "publish_site", description: "Publish", inputSchema: { type: "object" } };

interface Wish {
  readonly request: string;
  readonly locale?: "en" | "ar";
  readonly files?: Readonly<Record<string, string>>;
  readonly sites?: boolean;
  readonly desk?: (desk: MakingDesk) => void;
}

/** A whole workflow: planned, approved, carried out in real Node, reviewed. */
async function made(orchestrator: Orchestrator, wish: Wish) {
  const world = worldOf(wish.files ?? {});
  const desk = new MakingDesk(world.texts);
  wish.desk?.(desk);
  const model = offlineModel();
  const simulation = new Simulation({
    orchestrator,
    request: wish.request,
    locale: wish.locale ?? "en",
    profiles: world.files,
    ...(wish.sites === false ? {} : { services: [SITES], outsideTools: [PUBLISH] }),
    tool: (name, input, nodeId) => desk.run(name, input, nodeId),
    model: async ({ spec }) => {
      const outcome = await model.call(
        { ...spec, model: model.modelFor(spec.tier) },
        { signal: new AbortController().signal, onText: () => {}, loadImage: async () => new Uint8Array() },
      );
      if (!outcome.ok) throw new Error(outcome.failure.technical);
      return { ok: true, content: [...outcome.content], stopReason: outcome.stopReason };
    },
  });
  await simulation.run((state) => state.phase === "pending_approval");
  expect(findPlanProblem(simulation.state.nodes)).toBeNull();
  simulation.approve();
  const state = await simulation.run();
  return { state, desk, simulation };
}

const BANK =
  'Ref,Date,Paid (KWD)\nA1,05/10/2026,"1,250.500"\nA2,06/10/2026,99.750\nA3,07/10/2026,10.000\nA4,08/10/2026,4.000\n';
const BOOKS =
  "Invoice No,Day,Amount\nA1,2026-10-05,1250.500\nA2,2026-10-06,99.500\nA9,2026-10-09,5.000\nA4,2026-10-08,4.000\n";

describe.each(ORCHESTRATORS)("$name: things the offline model makes", (orchestrator) => {
  it.each([
    ["en", "a one-page site for my clinic with opening hours and a contact section, in Arabic and English"],
    [
      "ar",
      "سو لي موقع من صفحة واحدة لعيادة النور، من السبت إلى الخميس ٩ص - ١م والجمعة عطلة، هاتف ٢٢٢٢٣٣٣٣، بالعربي والانجليزي",
    ],
  ] as const)("FR-9.5 a site goes live, is looked at there, and is reviewed there (%s)", async (locale, request) => {
    const { state, simulation, desk } = await made(orchestrator, { request, locale });
    expect(state.phase).toBe("completed");
    expect(state.questions).toEqual([]);
    expect(simulation.node("publish").evidence.map((one) => one.type)).toEqual(
      expect.arrayContaining(["page", "receipt", "check"]),
    );
    expect(simulation.node("review").tools.map((run) => run.name)).toContain("fetch_page");
    expect(state.resultSummary).toContain(LIVE);
    expect(textOf(desk.files.get("site/index.html") ?? "")).toMatch(/[\u0600-\u06ff]/);
    if (locale === "ar") expect(state.resultSummary).not.toMatch(/[a-z]{4,} [a-z]{4,} [a-z]{4,}/i);
  });

  it("FR-9.5 where nothing can be published the files are the result, and the plan says so", async () => {
    const { state } = await made(orchestrator, { request: "A website for my bakery in English", sites: false });
    expect(state.phase).toBe("completed");
    expect(state.nodes.map((node) => node.id)).not.toContain("publish");
    expect(state.plan?.limits.join(" ")).toContain("Publishing is not available here");
    expect(state.artifacts.map((one) => one.name).sort()).toEqual(["site/index.html", "site/style.css"]);
  });

  it("FR-9.5 a rehearsed publishing is told as rehearsed", async () => {
    const { state, simulation } = await made(orchestrator, {
      request: "a landing page for my salon in English",
      desk: (desk) => {
        desk.publishing = "rehearsed";
      },
    });
    expect(state.phase).toBe("completed");
    expect(simulation.node("publish").summary).toContain("not published");
    expect(state.resultSummary).not.toContain("http");
  });

  it("FR-5.1 a live page that lacks what was asked for is not accepted", async () => {
    const { simulation } = await made(orchestrator, {
      request: "a one-page site for my clinic, phone +965 2222 3333, in English",
      desk: (desk) => {
        desk.serve = (html) => html.replaceAll("2222 3333", "0000 0000");
      },
    });
    const node = simulation.node("publish");
    expect(node.status).not.toBe("success");
    expect(JSON.stringify(node.approaches)).toContain("2222 3333");
  });

  it("FR-9.4 a program with its tests green, run on the person's files, with right figures", {
    timeout: 60_000,
  }, async () => {
    const { state, desk, simulation } = await made(orchestrator, {
      request: "a program that reconciles two CSV files, with tests",
      files: { "bank.csv": BANK, "books.csv": BOOKS },
    });
    expect(state.phase).toBe("completed");
    expect(simulation.node("program").evidence).toContainEqual(expect.objectContaining({ type: "tests", failed: 0 }));
    expect(simulation.node("review").tools.map((run) => run.name)).toContain("run_tests");
    const details = state.nodes
      .flatMap((node) => node.evidence)
      .flatMap((one) => (one.type === "check" ? [one.detail] : []));
    expect(details.length).toBeGreaterThan(3);
    for (const detail of details) expect(detail).not.toMatch(/^(?:\d+(?: \/ \d+)?|-|ok|)$/);
    expect(state.resultSummary).toContain("Matched: 2");
    expect(state.resultSummary).toContain("1,364.250 / 1,359.000, difference 5.250");
    expect(desk.files.get("reconciled/only-in-first.csv")).toContain("A3");
    expect(desk.files.get("reconciled/different.csv")).toContain("0.250");
  });

  it("FR-9.4 without files it comes with samples, in Arabic for an Arabic request", { timeout: 60_000 }, async () => {
    const { state, desk } = await made(orchestrator, {
      request: "اكتب سكربت يطابق بين ملفين CSV مع اختبارات",
      locale: "ar",
    });
    expect(state.phase).toBe("completed");
    expect(desk.files.get("reconcile/README.md")).toContain("## التشغيل");
    expect(desk.files.get("reconciled/summary.md")).toContain("متطابق: 3");
    expect(state.plan?.limits.join(" ")).toContain("لم تُرفق ملفات");
    expect(state.resultSummary).toContain("برنامجك جاهز");
  });

  it("FR-5.8 a review that finds other figures than the program sends the run back, and it ends", {
    timeout: 60_000,
  }, async () => {
    const { state, simulation } = await made(orchestrator, {
      request: "a program that reconciles two CSV files, with tests",
      files: { "bank.csv": BANK, "books.csv": BOOKS },
      desk: (desk) => {
        const run = desk.run.bind(desk);
        desk.run = async (name, input, nodeId) => {
          const answer = await run(name, input, nodeId);
          if (name === "run_command") desk.files.set("reconciled/only-in-first.csv", "Ref,Date,Paid (KWD)\r\n");
          return answer;
        };
      },
    });
    expect(simulation.node("run").status).not.toBe("success");
    expect(["completed", "failed"].includes(state.phase) || state.questions.length > 0).toBe(true);
  });
});
