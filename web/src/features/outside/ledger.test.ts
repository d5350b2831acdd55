import { expect, test } from "vitest";
import type { EffectRecord } from "../../../../shared/workflow/effects.ts";
import { canUndo, effectsAround, linesOf, linkOf, rehearsedOf } from "./ledger.ts";

const effect = (effectId: string, change: Partial<EffectRecord> = {}): EffectRecord => ({
  effectId,
  nodeId: "send",
  toolCallId: `call-${effectId}`,
  tool: "http_request",
  effectClass: "write",
  key: "k",
  service: "Hotel",
  action: "POST /bookings",
  target: "/bookings",
  summary: effectId,
  arguments: {},
  fingerprint: "f",
  reversible: true,
  approvalId: "apr_1",
  mode: "live",
  undoOf: null,
  status: "done",
  knownBy: "answer",
  sent: 1,
  intendedAt: "2026-11-23T10:00:00.000Z",
  settledAt: "2026-11-23T10:00:01.000Z",
  receipt: { reference: "R1", link: null, detail: "", undo: { id: "R1" } },
  failure: null,
  approvedBy: "usr_1",
  undo: null,
  inheritedFrom: null,
  ...change,
});

const undo = (status: "requested" | "refused") => ({
  status,
  by: "usr_1",
  at: "2026-11-23T11:00:00.000Z",
  failure: null,
});

test("what took something back is part of that line; the newest comes first", () => {
  const lines = linesOf([effect("a"), effect("b"), effect("undo-a", { undoOf: "a" })]);
  expect(lines.map((line) => line.effect.effectId)).toEqual(["b", "a"]);
});

test.each([
  ["done and reversible", {}, true, null],
  ["not reversible", { reversible: false }, false, "irreversible"],
  ["of an earlier run", { inheritedFrom: "wf_0" }, false, "inherited"],
  ["refused before", { undo: undo("refused") }, false, "refused"],
  ["asked for already", { undo: undo("requested") }, false, null],
  ["rehearsed", { mode: "rehearsal", status: "recorded" }, false, null],
  ["of unknown outcome", { status: "unknown" }, false, "uncertain"],
  ["failed", { status: "failed" }, false, null],
  ["without a way back", { receipt: { reference: "R1", link: null, detail: "", undo: null } }, false, "nothing"],
  ["without a receipt", { receipt: null }, false, "nothing"],
  ["taken back", { status: "undone" }, false, null],
] as const)("undo of a write that is %s", (_name, change, able, stuck) => {
  const [line] = linesOf([effect("a", change)]);
  expect(line && canUndo(line.effect)).toBe(able);
  expect(line).toMatchObject({ canUndo: able, stuck });
});

test("what an earlier rehearsal wrote down is no line of the real run", () =>
  expect(
    linesOf([effect("a", { mode: "rehearsal", status: "recorded", inheritedFrom: "wf_0" }), effect("b")]),
  ).toHaveLength(1));

test("a rehearsal is listed by service, in order", () => {
  const recorded = { mode: "rehearsal", status: "recorded" } as const;
  const groups = rehearsedOf([
    effect("a", recorded),
    effect("b", { ...recorded, service: "Mail" }),
    effect("c", recorded),
    effect("old", { inheritedFrom: "wf_0" }),
  ]);
  expect(groups.map(({ service, effects }) => [service, effects.map((one) => one.effectId)])).toEqual([
    ["Hotel", ["a", "c"]],
    ["Mail", ["b"]],
  ]);
});

test("what lies after a moment is what that moment does not know; what did not happen is on neither side", () => {
  const all = [effect("a"), effect("b"), effect("c", { status: "undone" }), effect("d", { status: "unknown" })];
  const { before, after } = effectsAround(all, [effect("a", { status: "intended" })]);
  expect(before.map((one) => one.effectId)).toEqual(["a"]);
  expect(after.map((one) => one.effectId)).toEqual(["b", "d"]);
});

test.each([
  ["https://crm.example/deal/1", "https://crm.example/deal/1"],
  ["http://0123456789abcdefghjk.sites.localhost:8787/", "http://0123456789abcdefghjk.sites.localhost:8787/"],
  ["http://crm.example/deal/1", null],
  ["http://localhost:8787/api/me", null],
  ["http://notlocalhost/", null],
  ["http://sites.localhost.evil.example/", null],
  ["http://evil.example/?.localhost", null],
  ["javascript:alert(1)//.localhost", null],
  ["data:text/html,x", null],
  ["no address", null],
  [null, null],
])("a receipt's %s leads to %s", (link, href) => {
  expect(linkOf({ receipt: { reference: "R1", link, detail: "", undo: null } })).toBe(href);
});
