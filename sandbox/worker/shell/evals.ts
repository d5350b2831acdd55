import type { ShellOptions } from "./tty.ts";

/**
 * Evaluations of text that one command may make. The shell bounds functions, scripts and substitutions that start
 * themselves, but not `eval` in `eval`: each level keeps some 12 kB, and all of them together could take the runtime down.
 */
const MAX_EVALS = 5_000;

/** Told of every evaluation by the shell itself, however it was written (`builtin eval`, `command eval`, a variable). */
export function countEvals(tooMany: () => void): NonNullable<ShellOptions["coverage"]> {
  let evals = 0;
  return {
    hit: (feature) => {
      if (feature !== "bash:builtin:eval") return;
      evals += 1;
      if (evals > MAX_EVALS) tooMany();
    },
  };
}
