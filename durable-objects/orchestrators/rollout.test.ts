import { describe, expect, it } from "vitest";
import { newId } from "../../shared/lib/ids.ts";
import type { Orchestrator } from "./port.ts";
import { DEFAULT_FRAMEWORK, ORCHESTRATORS, orchestratorFor } from "./registry.ts";
import { Chooser, frameworkOf, readRollout } from "./rollout.ts";

const carried: readonly Orchestrator[] = [
  ...ORCHESTRATORS,
  ...ORCHESTRATORS.filter((one) => one.name === "lean").map((one) => ({ ...one, version: "0.9.0" })),
];
const read = (text: string) => {
  const rollout = readRollout(text, carried);
  if (!rollout.ok) throw new Error(rollout.error);
  return rollout.value;
};
const ids = Array.from({ length: 4000 }, () => newId("wf"));

describe("a rollout", () => {
  it("W2 gives each framework its share of new workflows, always the same one for the same id", () => {
    const rollout = read("bmad:90,lean:10");
    const names = ids.map((id) => frameworkOf(rollout, id)?.name);
    expect(ids.map((id) => frameworkOf(rollout, id)?.name)).toEqual(names);
    const share = names.filter((name) => name === "lean").length / ids.length;
    expect(share).toBeGreaterThan(0.08);
    expect(share).toBeLessThan(0.12);
  });

  it("W2 raising a share moves workflows one way only", () => {
    const [small, large] = [read("lean:10,bmad:90"), read("lean:40,bmad:60")];
    for (const id of ids)
      if (frameworkOf(small, id)?.name === "lean") expect(frameworkOf(large, id)?.name).toBe("lean");
  });

  it("W2 means the newest version carried, or the one that is named", () => {
    expect(frameworkOf(read("lean:100"), "wf_1")?.version).toBe("1.0.0");
    expect(frameworkOf(read("lean@0.9.0:100"), "wf_1")?.version).toBe("0.9.0");
  });

  it.each([
    "bmad",
    "bmad:90",
    "bmad:90,lean:20",
    "other:100",
    "lean@2:100",
    "bmad:-5,lean:105",
    ",",
    "bmad:1e2",
    "🙂:100",
  ])("W2 falls back to the default for %s, and says so once", (text) => {
    const problems: string[] = [];
    const chooser = new Chooser(carried, DEFAULT_FRAMEWORK, (problem) => problems.push(problem));
    for (const id of ids.slice(0, 20)) expect(chooser.choose(text, id)).toEqual(DEFAULT_FRAMEWORK);
    expect(problems).toHaveLength(1);
  });

  it("W2 without a setting all start with the default, silently", () => {
    const chooser = new Chooser(carried, DEFAULT_FRAMEWORK, (problem) => expect.fail(problem));
    expect(chooser.choose(undefined, "wf_1")).toEqual(DEFAULT_FRAMEWORK);
    expect(chooser.choose("  ", "wf_1")).toEqual(DEFAULT_FRAMEWORK);
  });
});

describe("the registry", () => {
  it("W1 NFR-I3.3 finds the orchestrator and version a workflow is pinned to, and no other", () => {
    for (const one of ORCHESTRATORS) expect(orchestratorFor(one.name, one.version)).toBe(one);
    expect(orchestratorFor("bmad", "0.0.1")).toBeNull();
    expect(orchestratorFor("other", "6.12.0")).toBeNull();
    expect(new Set(ORCHESTRATORS.map((one) => `${one.name}@${one.version}`)).size).toBe(ORCHESTRATORS.length);
  });
});
