import { costOf, priceOf } from "../../../../shared/money/prices.ts";
import { type Block, NO_USAGE, type Usage } from "../../../../shared/workflow/content.ts";
import type { WorkflowState } from "../../../../shared/workflow/state.ts";
import type { CallOptions, ModelOutcome, ModelPort, ModelRequest } from "../../../models/port.ts";
import type { Dice } from "./dice.ts";
import type { VirtualTime } from "./virtual-time.ts";

const MODEL = "claude-haiku-5-5";

/** What a well-meaning model says to a request. */
export type Brain = (request: ModelRequest, nodeId: string | null, state: WorkflowState) => readonly Block[];

/** A provider that is slow, busy, broken and talks rubbish as the dice say, and keeps its own bill. */
export class ModelService {
  /** Micro-dollars of everything that reached it. */
  billed = 0;
  calm = false;
  #garbled = 0;
  readonly #dice: Dice;
  readonly #time: VirtualTime;
  readonly #brain: Brain;

  constructor(dice: Dice, time: VirtualTime, brain: Brain) {
    this.#dice = dice;
    this.#time = time;
    this.#brain = brain;
  }

  /** As one instance reaches it: `state` is that instance's; `left`: whether what it sends gets out at all. */
  port(state: () => WorkflowState | null, left: () => boolean): ModelPort {
    const heard = new Set<string>();
    return {
      provider: "offline",
      simulated: true,
      modelFor: () => MODEL,
      call: (request, options) => {
        // Calls begin in the order of their intents, so the first one not heard of is this one's.
        const seen = state();
        const call = Object.values(seen?.calls ?? {}).find((one) => !heard.has(one.callId));
        if (!seen || !call) throw new Error("a call without its intent in the log");
        heard.add(call.callId);
        return this.#answer(request, options, call.nodeId, seen, left);
      },
    };
  }

  async #answer(
    request: ModelRequest,
    { signal, onText }: CallOptions,
    nodeId: string | null,
    state: WorkflowState,
    left: () => boolean,
  ): Promise<ModelOutcome> {
    const dice = this.#dice;
    await this.#time.sleep(dice.between(1, 50), new AbortController().signal);
    if (!left()) return new Promise(() => {});
    const kind = this.calm
      ? "well"
      : dice.weighted({
          well: 60,
          limited: 4,
          overloaded: 4,
          cut: 4,
          garbage: 3,
          empty: 2,
          refusal: 2,
          stall: 2,
          throws: 1,
        });
    if (kind === "limited" || kind === "overloaded") {
      const retryAfterMs = kind === "limited" && dice.chance(0.5) ? dice.between(0, 120_000) : null;
      return failed(kind === "limited" ? "model_rate_limited" : "model_overloaded", retryAfterMs);
    }
    const usage: Usage = {
      ...NO_USAGE,
      input: dice.between(1, 100),
      output: dice.between(
        0,
        kind === "cut" || kind === "stall" ? request.maxTokens : Math.min(200, request.maxTokens),
      ),
    };
    this.billed += costOf(usage, priceOf(MODEL, this.#time.now()));
    onText("…");
    await this.#time.sleep(kind === "stall" ? 90_000 : dice.between(1, 20_000), signal);
    if (signal.aborted && dice.chance(0.3))
      await this.#time.sleep(dice.between(1, 30_000), new AbortController().signal);
    if (signal.aborted) return { ...failed("model_cancelled", null), retryable: false, billingUnknown: true };
    if (kind === "throws") throw new Error("the adapter broke");
    if (kind === "cut") return { ...failed("model_stream_cut", null), billingUnknown: true };
    if (kind === "stall") return { ...failed("model_stalled", null), billingUnknown: true };
    const says = (
      content: readonly Block[],
      stopReason: "end" | "tool_use" | "refusal" | "max_tokens",
    ): ModelOutcome => ({
      ok: true,
      content,
      stopReason,
      usage,
      model: MODEL,
    });
    if (kind === "refusal") return says([{ type: "text", text: "I cannot." }], "refusal");
    if (kind === "empty") return says([], "end");
    if (kind === "garbage")
      return dice.chance(0.5)
        ? says([{ type: "text", text: "\u0000}{" }], "max_tokens")
        : says(
            [
              {
                type: "tool_use",
                id: `g${++this.#garbled}`,
                name: dice.pick(["nothing", "finish", "propose_plan"]),
                input: {},
              },
            ],
            "tool_use",
          );
    const content = this.#brain(request, nodeId, state);
    return says(content, content.some((block) => block.type === "tool_use") ? "tool_use" : "end");
  }
}

const failed = (code: string, retryAfterMs: number | null): ModelOutcome & { ok: false } => ({
  ok: false,
  failure: { code, params: {}, technical: "" },
  retryable: true,
  retryAfterMs,
  usage: NO_USAGE,
  billingUnknown: false,
});
