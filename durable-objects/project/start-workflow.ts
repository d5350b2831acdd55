import type { WorkflowView } from "../../shared/api/workflows.ts";
import { problem } from "../../shared/errors/problem.ts";
import { err } from "../../shared/lib/result.ts";
import type { Answer } from "../../shared/protocol/object-rpc.ts";
import type { Env } from "../env.ts";
import { writeWorkflow } from "../storage/directory.ts";

/**
 * Creates the workflow and its index row. Idempotent by `id`. The index row comes first: a row without a workflow
 * reads as not found, a workflow without a row could never be reached.
 */
export async function startWorkflow(
  env: Env,
  projectId: string,
  userId: string,
  input: { id: string; goal: string; name: string; fileIds: readonly string[]; locale: "en" | "ar" },
): Promise<Answer<WorkflowView>> {
  const library = env.LIBRARY.getByName(projectId);
  const found = await Promise.all(input.fileIds.map((id) => library.file(id)));
  const missing = input.fileIds.find((_, index) => !found[index]);
  if (missing !== undefined) return err(problem("not_found"));
  const files = found.flatMap((file) =>
    file ? [{ id: file.id, name: file.name, mediaType: file.mediaType, size: file.size }] : [],
  );
  const at = new Date().toISOString();
  await writeWorkflow(env.DB, {
    id: input.id,
    projectId,
    name: input.name,
    status: "planning",
    stage: "planning",
    version: 0,
    headHash: null,
    spentMicros: 0,
    capMicros: 0,
    simulated: false,
    waiting: 0,
    createdBy: userId,
    createdAt: at,
    updatedAt: at,
    completedAt: null,
  });
  const { id, goal: userInput, name, locale } = input;
  return env.WORKFLOW.getByName(id).create({ id, projectId, name, userInput, locale, files, createdBy: userId });
}
