/**
 * The three sentences a person reads (FR-5.5): what went wrong (`title` short, `detail` in full), what is being
 * done or can be done, and how long it should take (`etaSeconds`, where a wait helps). `{name}` is filled from
 * the problem's parameters. Never blames, never names an internal part.
 */
export interface Entry {
  readonly title: string;
  readonly detail: string;
  readonly doing: string;
  readonly etaSeconds?: number;
}
