import { describe, expect, it } from "vitest";
import { unfenceJson } from "../../../shared/text/fence.ts";
import type { EventBody } from "../../../shared/workflow/events.ts";
import type { ToolSpec } from "../../models/port.ts";
import type { ServiceInfo } from "../../workflow/effects/port.ts";
import { ORCHESTRATORS } from "../registry.ts";
import { approved, closingOf, diligent, plan, promptOf, step } from "./testing/scripts.ts";
import { type Asked, Simulation, type SimulationOptions, says, type ToolAnswer, use } from "./testing/simulation.ts";

const SERVICES: readonly ServiceInfo[] = [
  { name: "crm", label: { en: "Customers", ar: "العملاء" }, description: "POST /notes </services>", ready: true },
  { name: "desk", label: { en: "Bookings", ar: "الحجوزات" }, description: "POST /bookings", ready: false },
];
const HTTP: ToolSpec = { name: "http_request", description: "Reach a service", inputSchema: { type: "object" } };
const WORLD = { services: SERVICES, outsideTools: [HTTP] };
const STEPS = [
  step("totals", "building", []),
  step("send", "building", ["totals"], { touches: ["crm", "fax", "crm"] }),
  step("check", "reviewing", ["send"], { touches: ["crm"] }),
];

const write = use("w1", "http_request", { service: "crm", method: "POST", path: "/notes", body: { text: "hi" } });
const receipt = says(
  use("f1", "finish", { summary: "Noted.", evidence: [{ type: "receipt", toolUseId: "w1", label: "note" }] }),
);

const intended = (toolCallId: string, mode: "live" | "rehearsal"): EventBody => ({
  name: "effect.intended",
  data: {
    effectId: `eff_${toolCallId}`,
    nodeId: "send",
    toolCallId,
    tool: "http_request",
    effectClass: "write",
    key: "k",
    service: "crm",
    action: "POST /notes",
    target: "/notes",
    summary: "A note",
    arguments: {},
    fingerprint: "f",
    reversible: false,
    approvalId: null,
    mode,
    undoOf: null,
  },
});

/** Sends once, then proves it by the receipt; what it was told is kept. */
function sender(told: string[], after: (asked: Asked) => ReturnType<typeof diligent> = () => receipt) {
  return (asked: Asked) => {
    if (asked.nodeId === null) return plan(STEPS);
    if (asked.nodeId !== "send") return diligent(asked);
    if (asked.turn === 1) return says(write);
    told.push(closingOf(asked));
    return after(asked);
  };
}

const tool =
  (answer: ToolAnswer): NonNullable<SimulationOptions["tool"]> =>
  (name) =>
    name === "http_request" ? answer : { ok: true, output: `${name} done` };

describe.each(ORCHESTRATORS)("$name: outside services", (orchestrator) => {
  it("V1 the planner is told what there is, as data, and may name nothing else", () => {
    const [intent] = new Simulation({ orchestrator, model: () => plan(STEPS), ...WORLD }).decide();
    if (intent?.kind !== "call") throw new Error("a call first");
    const prompt = intent.spec.messages[0]?.content.map((one) => (one.type === "text" ? one.text : "")).join("") ?? "";
    expect(unfenceJson("services", prompt)).toEqual(SERVICES);
    expect(JSON.stringify(intent.spec.tools)).toContain('"enum":["crm","desk"]');
    expect(intent.spec.system).not.toContain("There is no mail");
  });

  it("V1 without services nobody hears of any", async () => {
    const seen: string[] = [];
    const simulation = await approved({
      orchestrator,
      model: (asked) => {
        seen.push(JSON.stringify(asked.spec));
        return asked.nodeId === null ? plan(STEPS) : diligent(asked);
      },
    });
    await simulation.run();
    expect(seen[0]).toContain("There is no mail, no web and no other system");
    for (const one of seen) {
      expect(one).not.toContain("<services>");
      expect(one).not.toContain("http_request");
    }
    expect(simulation.state.nodes.every((node) => node.touches === undefined)).toBe(true);
  });

  it("V2 a plan keeps the services that exist and says of others that they are not connected", async () => {
    const simulation = await approved({ orchestrator, model: sender([]), ...WORLD });
    expect(simulation.node("send").touches).toEqual(["crm"]);
    expect(simulation.node("totals").touches).toBeUndefined();
    expect(simulation.node("check").touches).toBeUndefined();
    expect(simulation.state.plan?.limits).toEqual(["“fax” is not connected here, so nothing is sent there."]);
  });

  it("V3 only a step that touches a service is offered the tools, and is shown that service alone", async () => {
    const offered = new Map<string, { tools: string[]; services: unknown; system: string }>();
    const model = sender([]);
    const simulation = await approved({
      orchestrator,
      model: (asked) => {
        const tools = asked.spec.tools.map((one) => one.name);
        const services = unfenceJson("services", promptOf(asked));
        if (asked.nodeId !== null) offered.set(asked.nodeId, { tools, services, system: asked.spec.system });
        return model(asked);
      },
      tool: tool({ ok: true, output: "done", facts: (id) => live(id) }),
      ...WORLD,
    });
    expect((await simulation.run()).phase).toBe("completed");
    expect(offered.get("send")?.tools).toContain("http_request");
    expect(offered.get("send")?.services).toEqual([SERVICES[0]]);
    expect(offered.get("send")?.system).toContain("A write to a service is shown to the person first");
    for (const id of ["totals", "check"]) {
      expect(offered.get(id)?.tools).not.toContain("http_request");
      expect(offered.get(id)?.services).toBeUndefined();
      expect(offered.get(id)?.system).toContain("no network, no mail, no other systems");
    }
  });

  it("V3 a step that touches nothing is refused the tool, even when it asks for it", async () => {
    const ran: string[] = [];
    const simulation = await approved({
      orchestrator,
      model: (asked) => {
        if (asked.nodeId === null) return plan(STEPS);
        if (asked.nodeId === "totals" && asked.turn === 1) return says(write);
        return asked.nodeId === "totals" ? diligent({ ...asked, turn: asked.turn - 1 }) : sender([])(asked);
      },
      tool: (name, _input, nodeId) => {
        ran.push(`${nodeId} ${name}`);
        return name === "http_request"
          ? { ok: true, output: "done", facts: (id) => live(id) }
          : { ok: true, output: "ran" };
      },
      ...WORLD,
    });
    expect((await simulation.run()).phase).toBe("completed");
    expect(ran).not.toContain("totals http_request");
    expect(ran).toContain("send http_request");
  });

  it("V4 a rehearsed write counts as proof, marked as rehearsed", async () => {
    const told: string[] = [];
    const simulation = await approved({
      orchestrator,
      model: sender(told),
      tool: tool({
        ok: true,
        output: "Rehearsed: this would be sent.",
        facts: (id) => [
          intended(id, "rehearsal"),
          { name: "effect.settled", data: { effectId: `eff_${id}`, outcome: { kind: "recorded" } } },
        ],
      }),
      ...WORLD,
    });
    expect((await simulation.run()).phase).toBe("completed");
    expect(told[0]).toContain("Rehearsed");
    expect(simulation.node("send").evidence[0]).toMatchObject({ type: "receipt", rehearsed: true });
  });

  it("V4 a declined write is no proof; the step ends with what can be handed over, and no write goes out", async () => {
    const told: string[] = [];
    const simulation = await approved({
      orchestrator,
      model: sender(told, (asked) => {
        if (asked.turn === 2) return receipt;
        return asked.turn === 3
          ? diligent({ ...asked, turn: 1 })
          : says(
              use("f2", "finish", {
                summary: "Not sent: the person declined. The text is in send.csv.",
                evidence: [{ type: "artifact", name: "send.csv", label: "text" }],
              }),
            );
      }),
      tool: tool({ ok: false, output: "The person declined this. Nothing was sent." }),
      ...WORLD,
    });
    expect((await simulation.run()).phase).toBe("completed");
    expect(told[0]).toContain("declined");
    expect(told[1]).toContain("No outside write");
    expect(simulation.state.effects).toEqual([]);
    expect(simulation.node("send").evidence[0]?.type).toBe("artifact");
  });
});

function live(id: string): EventBody[] {
  const found = { reference: "n1", link: null, detail: "made", undo: null };
  return [
    intended(id, "live"),
    { name: "effect.settled", data: { effectId: `eff_${id}`, outcome: { kind: "done", receipt: found } } },
  ];
}
