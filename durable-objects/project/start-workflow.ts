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
  input: {
    id: string;
    goal: string;
    name: string;
    fileIds: readonly string[];
    /** The ids are of versions, as a conversation has them; otherwise of files, as they are now. */
    exactFiles?: boolean;
    locale: "en" | "ar";
  },
): Promise<Answer<WorkflowView>> {
  const library = env.LIBRARY.getByName(projectId);
  // The run names versions: what is uploaded over them later changes nothing it reads.
  const found = await library.pick(input.fileIds, input.exactFiles ?? false);
  if (found === null) return err(problem("not_found"));
  const files = found.map(({ id, name, mediaType, size }) => ({ id, name, mediaType, size }));
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
