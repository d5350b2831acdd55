/** Throws when a rule of our own code is broken. Never for bad input: that is a Result. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${message}`);
}
