/** What a Claude model takes. Models refuse what they do not know with a 400, so the request follows the model. */
export interface ClaudeTraits {
  /** Takes `thinking: {type: "adaptive"}` and `output_config.effort`. */
  readonly adaptive: boolean;
  /** Takes a `tool_choice` that forces a call. Adaptive models refuse it while they think, the 5.5 models always. */
  readonly forcesTools: boolean;
}

/** Models up to the 4.5 generation: no adaptive thinking, forced tool calls work. */
const EARLIER = /claude-(?:[123](?:[.-]|$)|instant|(?:haiku|sonnet|opus)-4(?:-[015])?(?:-\d{8})?(?!-?\d))/;

/**
 * By name, from the migration guides of Opus 5.5, Sonnet 5.5 and Haiku 5.5 (platform.claude.com/docs/models).
 * An unknown name is taken for a current model.
 */
export function claudeTraits(model: string): ClaudeTraits {
  const earlier = EARLIER.test(model);
  return { adaptive: !earlier, forcesTools: earlier };
}
