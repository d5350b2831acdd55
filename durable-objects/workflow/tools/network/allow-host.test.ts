import { describe, expect, it } from "vitest";
import type { EffectRecord } from "../../../../shared/workflow/effects.ts";
import { act, openApprovals, outsideRun, settle, told } from "../../testing/outside-world.ts";
import { allowHost, INTERNET } from "./allow-host.ts";
import { grantedHosts } from "./granted-hosts.ts";

const effect = (host: string, changes: Partial<EffectRecord> = {}): EffectRecord => ({
  effectId: `eff_${host}`,
  nodeId: "s1",
  toolCallId: "tool_1",
  tool: "allow_host",
  effectClass: "idempotent-write",
  key: "k",
  service: "internet",
  action: "ALLOW",
  target: host,
  summary: "",
  arguments: { host, reason: "r" },
  fingerprint: "",
  reversible: true,
  approvalId: null,
  mode: "live",
  undoOf: null,
  status: "done",
  knownBy: "answer",
  sent: 1,
  intendedAt: "",
  settledAt: "",
  receipt: null,
  failure: null,
  approvedBy: "usr_1",
  undo: null,
  inheritedFrom: null,
  ...changes,
});

describe("the hosts of a workflow", () => {
  it("T7 are those that were approved, done, live, and not taken back", () => {
    expect(
      grantedHosts({
        mode: "live",
        effects: [
          effect("b.example.com"),
          effect("a.example.com"),
          effect("a.example.com"),
          effect("rehearsed.example.com", { mode: "rehearsal", status: "recorded" }),
          effect("odd.example.com", { mode: "rehearsal" }),
          effect("undone.example.com", { status: "undone" }),
          effect("undo.example.com", { undoOf: "eff_1" }),
          effect("intended.example.com", { status: "intended" }),
          effect("doubt.example.com", { status: "unknown" }),
          effect("failed.example.com", { status: "failed" }),
          effect("other.example.com", { tool: "http_request" }),
        ],
      }),
    ).toEqual(["a.example.com", "b.example.com"]);
    // A rehearsal forked from a run that opened it.
    const inherited = effect("a.example.com", { inheritedFrom: "wf_live" });
    expect(grantedHosts({ mode: "live", effects: [inherited] })).toEqual(["a.example.com"]);
    expect(grantedHosts({ mode: "rehearsal", effects: [inherited] })).toEqual([]);
  });

  it("are names of public servers, in one spelling; anything else is refused in the person's language", () => {
    const parse = (host: unknown, reason: unknown = "rates") => allowHost.parse({ host, reason }, "en");
    expect(parse(" API.Example.com ")).toMatchObject({
      ok: true,
      value: { target: "api.example.com", arguments: { host: "api.example.com" } },
    });
    for (const host of [
      "https://api.example.com",
      "api.example.com/path",
      "api.example.com:8080",
      "user@api.example.com",
      "*.example.com",
      "localhost",
      "printer.local",
      "metadata.google.internal",
      "127.0.0.1",
      "2130706433",
      "0x7f.1",
      "[::1]",
      "169.254.169.254",
      "１２７.0.0.1",
      "127.0.0.1.nip.io",
      "",
      5,
      null,
    ])
      expect(parse(host).ok, String(host)).toBe(false);
    expect(parse("api.example.com", "").ok).toBe(false);
    expect(parse("api.example.com", "x".repeat(400)).ok).toBe(false);
    const arabic = allowHost.parse({ host: "localhost", reason: "x" }, "ar");
    expect(arabic).toMatchObject({ ok: false, error: expect.stringMatching(/[\u0600-\u06ff]/u) });
  });

  const asking = (mode: "live" | "rehearsal") =>
    outsideRun({
      tool: allowHost,
      services: [INTERNET],
      touches: ["internet"],
      mode,
      inputs: { s1: [{ host: "rates.example.com", reason: "today's rates" }] },
    });
  const around = { services: [INTERNET], tools: [allowHost] };

  it("E3 E8 a person approves a host, the run may reach it, and taking it back closes it", async () => {
    const w = await asking("live");
    await settle(w);
    expect(grantedHosts(w.state())).toEqual([]);
    const [approval] = openApprovals(w);
    expect(approval).toMatchObject({ arguments: { host: "rates.example.com" }, preview: { reversible: true } });
    expect(act(w, { kind: "decide", approvalId: approval?.id ?? "", decision: "approved" }, around)).toBe("ok");
    await settle(w);
    expect(told(w)?.ok).toBe(true);
    expect(grantedHosts(w.state())).toEqual(["rates.example.com"]);
    expect(act(w, { kind: "undo" }, around)).toBe("ok");
    await settle(w);
    expect(grantedHosts(w.state())).toEqual([]);
  });

  it("E2 a rehearsal opens nothing", async () => {
    const w = await asking("rehearsal");
    await settle(w);
    expect(w.state().effects).toHaveLength(1);
    expect(grantedHosts(w.state())).toEqual([]);
  });
});
