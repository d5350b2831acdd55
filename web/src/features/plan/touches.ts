interface Reaching {
  readonly touches?: readonly string[] | undefined;
}

/** The outside services of a plan, each with the number of steps that may reach it; the most used first. */
export function servicesOf(steps: readonly Reaching[]): { readonly name: string; readonly steps: number }[] {
  const counts = new Map<string, number>();
  for (const step of steps)
    for (const name of new Set(step.touches ?? [])) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ name, steps: count })).sort((a, b) => b.steps - a.steps);
}

/** A step's services without those a person takes away. Nothing that was not proposed for the step comes back in. */
export const withoutService = (proposed: readonly string[], chosen: readonly string[], name: string, on: boolean) =>
  proposed.filter((one) => (one === name ? on : chosen.includes(one)));
