import { expect, test } from "vitest";
import { fence, fenceJson } from "../../../../shared/text/fence.ts";
import type { Block, Message } from "../../../../shared/workflow/content.ts";
import { offlineModel, planFor, runGuest, TODAY, worldOf } from "../testing/host.ts";
import { readAsks } from "./ask.ts";
import { readOutside, writeOutside } from "./formal.ts";

const BOOKINGS = {
  name: "bookings",
  label: { en: "Bookings", ar: "الحجوزات" },
  description: "Books tables: POST /bookings {name, date, seats}.",
  ready: true,
};
const NOTICES = {
  name: "notices",
  label: { en: "Staff notices", ar: "إشعارات الموظفين" },
  description: "Tells the staff: POST /notices {text}.",
  ready: true,
};
const SERVICES = [BOOKINGS, NOTICES];
const CSV = `Client,Date,Seats,Phone
Sara,01/12/2026,2,0096550001
Ahmed,02/12/2026,4,0096550002
Mona,13/12/2026,٣,0096550003
`;

test.each([
  ["Book every row of this list at Bookings.", ["bookings"], true, ""],
  ["Total by client and send the totals to staff notices", ["notices"], false, "Total by client"],
  ["Totals by client, then post each to bookings, and write a summary", ["bookings"], true, "write a summary"],
  ["احجز كل صف من القائمة في الحجوزات", ["bookings"], true, ""],
  ["اجمع المبالغ حسب العميل وأرسلها إلى إشعارات الموظفين", ["notices"], false, "اجمع المبالغ حسب العميل"],
  ["طرش الملخص للحجوزات", ["bookings"], false, ""],
  ["Total bookings by client", [], false, "Total bookings by client"],
  ["Send me a summary of the bookings", [], false, "Send me a summary of the bookings"],
])("what is for services is told from the rest: %s", (request, services, each, rest) => {
  const read = readAsks(request, SERVICES);
  expect(read.asks.map((ask) => ask.service)).toEqual(services);
  expect(read.asks.every((ask) => ask.each === each)).toBe(true);
  expect(read.rest).toContain(rest);
});

test("the line of instructions reads back", () => {
  for (const lang of ["en", "ar"] as const)
    for (const each of [true, false]) {
      const work = { service: "bookings", path: "/bookings", fields: ["name", "date"], each, source: 'a "b".csv' };
      expect(readOutside(`x\n${writeOutside(work, lang)}\ny`)).toEqual(work);
      expect(readOutside(writeOutside({ ...work, fields: [] }, lang))).toEqual({ ...work, fields: [] });
    }
});

const world = worldOf({ "list.csv": CSV });
const withServices = (text: string, services: unknown): string => `${text}\n${fenceJson("services", services)}`;

async function answerTo(operation: "planning" | "building", messages: Message[]): Promise<Block[]> {
  const outcome = await offlineModel().call(
    {
      operation,
      tier: "fast",
      system: "",
      messages,
      tools: [],
      toolChoice: "auto",
      maxTokens: 8000,
      effort: "low",
      model: "m",
    },
    { signal: new AbortController().signal, onText: () => {}, loadImage: async () => new Uint8Array() },
  );
  if (!outcome.ok) throw new Error(outcome.failure.technical);
  return [...outcome.content];
}

const user = (...content: Block[]): Message => ({ role: "user", content });
const ground = (request: string): string =>
  [fence("today", TODAY), fence("request", request), fenceJson("files", world.files)].join("\n");

async function planOf(request: string, services: unknown) {
  const content = await answerTo("planning", [user({ type: "text", text: withServices(ground(request), services) })]);
  const call = content.find((block) => block.type === "tool_use");
  if (call?.type !== "tool_use") throw new Error("no plan");
  // SAFETY: the plan's shape is asserted below.
  return call.input as {
    limits: string[];
    steps: {
      id: string;
      label: string;
      instructions: string;
      stage: string;
      type: string;
      touches?: string[];
      dependsOn: string[];
    }[];
  };
}

test("a plan gets one integration step that touches the service; without services nothing changes", async () => {
  const plan = await planOf("Book every row of this list at Bookings.", SERVICES);
  const sending = plan.steps.filter((step) => step.touches !== undefined);
  expect(sending).toMatchObject([
    { id: "send-bookings", type: "integration", touches: ["bookings"], dependsOn: ["design"] },
  ]);
  expect(plan.steps.filter((step) => step.stage === "building")).toHaveLength(1);
  const both = await planOf("Total seats by client, then send the totals to staff notices", [
    BOOKINGS,
    { ...NOTICES, ready: false },
  ]);
  expect(both.steps.find((step) => step.touches)).toMatchObject({ dependsOn: ["totals"], touches: ["notices"] });
  expect(both.limits.join(" ")).toContain("rehearsed");
  const none = await planFor("Book every row of this list at Bookings.", world);
  expect(none.steps.every((step) => !("touches" in step))).toBe(true);
});

test("one call for each row with the fields the service names; what became of each is told (FR-9.2)", async () => {
  const plan = await planOf("Book every row of this list at Bookings.", SERVICES);
  const step = plan.steps.find((one) => one.touches);
  const messages = [
    user({ type: "text", text: withServices(`${ground("r")}\n${fenceJson("step", step)}`, [BOOKINGS]) }),
  ];
  const say = (content: Block[], results: readonly (readonly [boolean, string])[]): void => {
    const calls = content.filter((block) => block.type === "tool_use");
    const answers = calls.map((call, at): Block => {
      const [ok, text] = results[at] ?? [false, ""];
      return { type: "tool_result", toolUseId: call.id, ok, content: text };
    });
    messages.push({ role: "assistant", content }, user(...answers));
  };
  const first = await answerTo("building", messages);
  const code = first.find((block) => block.type === "tool_use");
  if (code?.type !== "tool_use") throw new Error("no code");
  const ran = await runGuest(String(code.input.code), new Map(world.texts));
  say(first, [[true, ran.output]]);
  const second = await answerTo("building", messages);
  const calls = second.filter((block) => block.type === "tool_use");
  expect(calls.map((call) => [call.name, call.input.service, call.input.path, call.input.body])).toEqual([
    ["http_request", "bookings", "/bookings", { name: "Sara", date: "2026-12-01", seats: 2 }],
    ["http_request", "bookings", "/bookings", { name: "Ahmed", date: "2026-12-02", seats: 4 }],
    ["http_request", "bookings", "/bookings", { name: "Mona", date: "2026-12-13", seats: 3 }],
  ]);
  say(second, [
    [
      true,
      `Done: Send to Bookings: POST /bookings · name: Sara, seats: 5.\n${fence("receipt", "reference: bk_1\nok")}`,
    ],
    [false, "The person declined this. It was not sent."],
    [false, "It did not happen: The service refused it."],
  ]);
  const third = await answerTo("building", messages);
  const finish = third.find((block) => block.type === "tool_use");
  if (finish?.type !== "tool_use") throw new Error("no finish");
  expect(finish.name).toBe("finish");
  const summary = String(finish.input.summary);
  expect(summary).toContain("Sent to Bookings: 1 of 3.");
  expect(summary).toMatch(/seats: 5 — done, reference bk_1/);
  expect(summary).toMatch(/Ahmed.*declined/);
  expect(summary).toMatch(/Mona.*did not do it/);
  expect(finish.input.evidence).toMatchObject([{ type: "run" }, { type: "receipt", toolUseId: calls[0]?.id }]);
});
