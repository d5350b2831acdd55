import type { Env } from "../env.ts";
import { clearProject } from "../storage/directory.ts";
import { forgetProjectKey } from "../storage/project-key.ts";
import { clearProjectHosts } from "../storage/site-directory.ts";
import type { ProjectMeta } from "./meta.ts";
import type { Summaries } from "./summaries.ts";

/**
 * After deletion: the key first, so that nothing opens any more, then logs, what commands worked on, file rows and sealed
 * bytes. Resumable.
 */
export async function eraseProject(
  ctx: DurableObjectState,
  env: Env,
  meta: ProjectMeta,
  summaries: Summaries,
): Promise<void> {
  const project = meta.get();
  if (!project || !meta.isErasing()) return;
  forgetProjectKey(project.id);
  // Published sites go dark before anything else: a log that cannot be erased now must not keep a page up.
  await clearProjectHosts(env.DB, project.id);
  for (const id of summaries.all()) await env.WORKFLOW.getByName(id).destroy();
  // Once no run is left that could fill them again. They hold files as they are, under no key of the project's.
  await env.SANDBOX.destroy({ projectId: project.id, workflowId: null });
  const library = env.LIBRARY.getByName(project.id);
  // While the library still knows their names.
  for (const id of await library.siteIds()) await sweep(env.BUCKET, `sites/${id}/`);
  await library.destroy();
  // What was on its way when the project was deleted.
  await clearProjectHosts(env.DB, project.id);
  await sweep(env.BUCKET, `${project.id}/`);
  await clearProject(env.DB, project.id);
  ctx.storage.transactionSync(() => {
    ctx.storage.sql.exec("DELETE FROM messages; DELETE FROM jobs; DELETE FROM role_changes; DELETE FROM promotions;");
    summaries.clear();
    meta.markErased(new Date().toISOString());
  });
}

async function sweep(bucket: R2Bucket, prefix: string): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await bucket.list({ prefix, ...(cursor !== undefined && { cursor }) });
    if (page.objects.length > 0) await bucket.delete(page.objects.map((object) => object.key));
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
}
