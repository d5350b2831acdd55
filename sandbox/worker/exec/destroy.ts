import { isId } from "../../../shared/lib/ids.ts";
import type { ExecParts } from "./run-exec.ts";

/**
 * {@link SandboxRpc.destroy}: the files, then the containers that may still be awake with a copy of them. One that
 * cannot be ended falls asleep by itself, and its disk with it.
 */
export async function destroy(
  { projectId, workflowId }: { readonly projectId: string; readonly workflowId: string | null },
  { objectOf, containerOf }: Pick<ExecParts, "objectOf" | "containerOf">,
): Promise<void> {
  if (!isId("prj", projectId) || (workflowId !== null && !isId("wf", workflowId))) return;
  const awake = await objectOf(projectId).destroy(workflowId);
  if (containerOf === null) return;
  await Promise.allSettled(awake.map((one) => containerOf({ projectId, workflowId: one }).destroy()));
}
