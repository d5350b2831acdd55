import { expect, test } from "vitest";
import { TIER_MODELS } from "../../shared/money/prices.ts";
import { ModelConfigurationError, type ModelEnv, modelFromEnv } from "./registry.ts";

const SANDBOX = { countTokens: async (texts: readonly string[]) => texts.map(() => 1) };
const model = (env: Omit<ModelEnv, "SANDBOX">) => modelFromEnv({ ...env, SANDBOX });

test("offline without any setting, and with blank ones; labelled as simulated", () => {
  expect(model({})).toMatchObject({ provider: "offline", simulated: true });
  expect(model({ ANTHROPIC_API_KEY: "  ", OPENAI_API_KEY: "", MODEL_PROVIDER: "" }).provider).toBe("offline");
});

test("the key that is set chooses the provider; MODEL_PROVIDER overrules it", () => {
  expect(model({ ANTHROPIC_API_KEY: "k", OPENAI_API_KEY: "k", MODEL_STANDARD: "m" }).provider).toBe("anthropic");
  expect(model({ OPENAI_API_KEY: "k", MODEL_STANDARD: "m" }).provider).toBe("openai-compatible");
  expect(model({ OPENAI_BASE_URL: "http://localhost:11434/v1", MODEL_FAST: "m" }).provider).toBe("openai-compatible");
  expect(model({ MODEL_PROVIDER: "offline", ANTHROPIC_API_KEY: "k" }).provider).toBe("offline");
  expect(model({ ANTHROPIC_API_KEY: "k" }).simulated).toBe(false);
});

test("models by tier: the usual Claude models unless named; other servers' must be named at least once", () => {
  const claude = model({ ANTHROPIC_API_KEY: "k", MODEL_DEEP: "claude-fable-5-1" });
  expect([claude.modelFor("fast"), claude.modelFor("deep")]).toEqual([TIER_MODELS.fast, "claude-fable-5-1"]);
  const other = model({ OPENAI_API_KEY: "k", MODEL_FAST: "small", MODEL_DEEP: "large" });
  expect((["fast", "standard", "deep"] as const).map((tier) => other.modelFor(tier))).toEqual([
    "small",
    "large",
    "large",
  ]);
});

test("a setting that cannot work is named, its value never quoted, and offline is no silent fallback", () => {
  const cases: [Omit<ModelEnv, "SANDBOX">, string][] = [
    [{ MODEL_PROVIDER: "gpt" }, "MODEL_PROVIDER"],
    [{ MODEL_PROVIDER: "anthropic" }, "ANTHROPIC_API_KEY"],
    [{ MODEL_PROVIDER: "openai-compatible", MODEL_FAST: "m" }, "OPENAI_API_KEY"],
    [{ OPENAI_API_KEY: "secret-value" }, "MODEL_STANDARD"],
    [{ ANTHROPIC_API_KEY: "secret-value", ANTHROPIC_BASE_URL: "localhost:9000" }, "ANTHROPIC_BASE_URL"],
    [{ OPENAI_BASE_URL: "file:///etc/secret-value", MODEL_FAST: "m" }, "OPENAI_BASE_URL"],
  ];
  for (const [env, variable] of cases) {
    let thrown: unknown;
    try {
      model(env);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ModelConfigurationError);
    expect(thrown).toMatchObject({ code: "model_misconfigured", variable });
    expect(String(thrown)).not.toContain("secret-value");
  }
});
