import type { ExecOutcome } from "../../../shared/protocol/sandbox-rpc.ts";

/** What the shell says when a bound was met, and what that is to us. */
const BOUNDS: readonly [RegExp, Extract<ExecOutcome, "timeout" | "memory" | "output">, string][] = [
  [/output.*(limit|size).*exceeded|maxOutputSize/i, "output", "It printed far more than can be kept and was ended."],
  [
    /too many commands|too many iterations|maximum iterations|iteration limit|work limit|maxCommandCount|maxLoopIterations|operations? limit/i,
    "timeout",
    "It took more steps than one command may and was ended: is there a loop without end?",
  ],
  [
    /recursion depth|call depth|nesting depth|exec depth|maximum depth|too deep/i,
    "memory",
    "It started itself again and again and was ended.",
  ],
  [
    /(string|array|live|input|archive|bytes|size|memory|width|heredoc|elements).*limit exceeded|limit exceeded.*bytes|out of memory|Invalid (string|array) length/i,
    "memory",
    "It needed more memory than one command may and was ended.",
  ],
];

export interface Ended {
  readonly outcome: ExecOutcome;
  readonly problem: string;
}

/** Null: the script exited by itself. */
export function endedBy(
  reason: Ended | null,
  result: { readonly exitCode: number; readonly stderr: string },
  limits: { readonly timeMs: number },
): (Ended & { readonly exitCode: null }) | null {
  if (reason !== null) return { ...reason, exitCode: null };
  if (result.exitCode === 124 && /execution (deadline|aborted)/.test(result.stderr)) {
    return { outcome: "timeout", exitCode: null, problem: sentence("timeout", limits.timeMs) };
  }
  if (result.exitCode !== 126) return null;
  const met = BOUNDS.find(([pattern]) => pattern.test(result.stderr));
  return met === undefined ? null : { outcome: met[1], exitCode: null, problem: met[2] };
}

export function sentence(outcome: ExecOutcome, timeMs: number): string {
  switch (outcome) {
    case "timeout":
      return `It ran longer than ${timeMs / 1000} s and was ended. Its changes to files were undone. Large files are read much faster by JavaScript than by awk, sed or sort.`;
    case "output":
      return "It printed far more than can be kept and was ended. Its changes to files were undone.";
    case "memory":
      return "It needed more memory than one command may and was ended. Its changes to files were undone.";
    case "cancelled":
      return "It was cancelled. Its changes to files were undone.";
    case "files":
      return "It wrote more than a file or the workspace may hold and was ended. Its changes to files were undone.";
    default:
      return "It could not be run.";
  }
}
