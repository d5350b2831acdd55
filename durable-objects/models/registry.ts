import { TIER_MODELS } from "../../shared/money/prices.ts";
import type { SandboxRpc } from "../../shared/protocol/sandbox-rpc.ts";
import type { Tier } from "../../shared/workflow/content.ts";
import type { Env } from "../env.ts";
import { createAnthropicModel } from "./anthropic.ts";
import { createOfflineModel } from "./offline/offline-model.ts";
import { createOpenAiCompatibleModel } from "./openai-compatible.ts";
import type { ModelPort } from "./port.ts";

const VARIABLES = [
  "MODEL_PROVIDER",
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_BASE_URL",
  "OPENAI_API_KEY",
  "OPENAI_BASE_URL",
  "MODEL_FAST",
  "MODEL_STANDARD",
  "MODEL_DEEP",
] as const;
type Variable = (typeof VARIABLES)[number];

/** The part of the environment that chooses the model. */
export type ModelEnv = Pick<Env, Variable> & { readonly SANDBOX: Pick<SandboxRpc, "countTokens"> };

/** A setting that cannot work. `code` is in the catalogue; `variable` names the setting; no value is quoted. */
export class ModelConfigurationError extends Error {
  readonly code = "model_misconfigured";
  readonly variable: Variable;

  constructor(variable: Variable, message: string) {
    super(`${variable}: ${message}`);
    this.name = "ModelConfigurationError";
    this.variable = variable;
  }
}

/**
 * The model as configured. Without MODEL_PROVIDER: anthropic when its key is set, else openai-compatible when its
 * key or address is, else offline. Blank settings count as absent. Throws ModelConfigurationError; never falls back
 * to the offline model where a real one was asked for.
 */
export function modelFromEnv(env: ModelEnv): ModelPort {
  const setting = (name: Variable): string | undefined => env[name]?.trim() || undefined;

  switch (setting("MODEL_PROVIDER") ?? impliedProvider(setting)) {
    case "offline":
      return createOfflineModel({
        countTokens: (texts) => env.SANDBOX.countTokens(texts),
        today: () => new Date().toISOString().slice(0, 10),
      });
    case "anthropic": {
      const apiKey = setting("ANTHROPIC_API_KEY");
      if (!apiKey) throw new ModelConfigurationError("ANTHROPIC_API_KEY", "is needed by the provider anthropic.");
      return createAnthropicModel({
        apiKey,
        // The SDK adds the version part; people write the address with it or without.
        baseUrl: address(setting("ANTHROPIC_BASE_URL") ?? "https://api.anthropic.com", "ANTHROPIC_BASE_URL").replace(
          /\/v1$/,
          "",
        ),
        models: {
          fast: setting("MODEL_FAST") ?? TIER_MODELS.fast,
          standard: setting("MODEL_STANDARD") ?? TIER_MODELS.standard,
          deep: setting("MODEL_DEEP") ?? TIER_MODELS.deep,
        },
      });
    }
    case "openai-compatible": {
      const apiKey = setting("OPENAI_API_KEY");
      const baseUrl = setting("OPENAI_BASE_URL");
      if (!apiKey && !baseUrl) {
        throw new ModelConfigurationError("OPENAI_API_KEY", "or OPENAI_BASE_URL is needed by openai-compatible.");
      }
      return createOpenAiCompatibleModel({
        apiKey: apiKey ?? "",
        baseUrl: address(baseUrl ?? "https://api.openai.com/v1", "OPENAI_BASE_URL"),
        models: namedModels(setting),
      });
    }
    default:
      throw new ModelConfigurationError("MODEL_PROVIDER", "must be offline, anthropic or openai-compatible.");
  }
}

function impliedProvider(setting: (name: Variable) => string | undefined): ModelPort["provider"] {
  if (setting("ANTHROPIC_API_KEY")) return "anthropic";
  return setting("OPENAI_API_KEY") || setting("OPENAI_BASE_URL") ? "openai-compatible" : "offline";
}

/** Every server has its own model names, so one must be given; a tier without a name takes the nearest one's. */
function namedModels(setting: (name: Variable) => string | undefined): Record<Tier, string> {
  const fast = setting("MODEL_FAST");
  const standard = setting("MODEL_STANDARD");
  const deep = setting("MODEL_DEEP");
  const middle = standard ?? deep ?? fast;
  if (!middle) {
    throw new ModelConfigurationError("MODEL_STANDARD", "must name the model for the provider openai-compatible.");
  }
  return { fast: fast ?? middle, standard: middle, deep: deep ?? middle };
}

function address(text: string, variable: Variable): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new ModelConfigurationError(variable, "must be a whole http(s) address.");
  }
  return text.replace(/\/+$/, "");
}
