import type { WorkflowState } from "../../../../shared/workflow/state.ts";

export const ALLOW_HOST = "allow_host";

/**
 * The hosts that commands of this workflow may reach, sorted: those a person approved, as the ledger has them. In a
 * rehearsal none is open, not even those of the run it was forked from: a request could do something there. What was
 * taken back is closed again. A fork reads its parent's ledger, this one too.
 */
export function grantedHosts({ effects, mode: runMode }: Pick<WorkflowState, "effects" | "mode">): string[] {
  if (runMode === "rehearsal") return [];
  const hosts = effects.flatMap(({ tool, mode, status, undoOf, arguments: given }) =>
    tool === ALLOW_HOST && mode === "live" && status === "done" && undoOf === null && typeof given.host === "string"
      ? [given.host]
      : [],
  );
  return [...new Set(hosts)].sort();
}
