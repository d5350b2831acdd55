/** Lives in which a rule was once broken, and what was mended since: they are lived again with every test run. */
export const PINNED: readonly {
  readonly seed: number;
  readonly led: "scripted" | "bmad" | "lean";
  readonly was: string;
}[] = [
  { seed: 52, led: "scripted", was: "admission never asked again when a run rested while its last answer came in" },
  { seed: 179, led: "scripted", was: "the same, after a change order" },
  {
    seed: 4024,
    led: "bmad",
    was: "a call that found no money paused the run, and the same turn began a tool after it",
  },
];
