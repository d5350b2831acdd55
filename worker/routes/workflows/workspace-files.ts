import { projectKey } from "../../../durable-objects/storage/project-key.ts";
import { createSealedStore } from "../../../durable-objects/storage/sealed-store.ts";
import { grantedHosts } from "../../../durable-objects/workflow/tools/network/granted-hosts.ts";
import { uploadsOf } from "../../../durable-objects/workflow/tools/project-files.ts";
import type { ManifestEntry } from "../../../shared/protocol/sandbox-rpc.ts";
import type { AppContext } from "../../context.ts";
import { unwrap } from "../../middleware/problems/problem-error.ts";
import type { WorkflowAccess } from "../../routing/access.ts";

export interface WorkspaceFiles {
  readonly manifest: readonly ManifestEntry[];
  /** Bytes of an entry of the manifest. */
  readonly supply: (path: string) => Promise<Uint8Array>;
}

/**
 * What a person's command must find. A workspace that holds files is left as it is: what a person changed in it stays.
 * One that was erased, or never used, is filled from what the workflow was given and has made.
 */
export async function workspaceFiles(c: AppContext, access: WorkflowAccess): Promise<WorkspaceFiles> {
  const { member, projectId, workflowId } = access;
  const none = { manifest: [], supply: () => Promise.reject(new Error("nothing was promised")) };
  const there = await c.env.SANDBOX.list({ projectId, workflowId }, "").catch(() => null);
  if (there === null || (there.ok && there.value.length > 0)) return none;
  const workflow = c.env.WORKFLOW.getByName(workflowId);
  const view = unwrap(await workflow.view(member));
  const library = c.env.LIBRARY.getByName(projectId);
  const uploads = await uploadsOf(
    library,
    view.files.map((file) => file.id),
  );
  const store = createSealedStore(c.env.BUCKET, () => projectKey(c.env, projectId));
  const entries = new Map<string, ManifestEntry & { stored: () => Promise<{ key: string; header: string }> }>();
  // The newest result of a name counts; uploads are never written over.
  for (const { id, name, size, sha256 } of view.artifacts)
    entries.set(name, {
      path: name,
      size,
      version: sha256,
      stored: async () => unwrap(await workflow.artifact(member, id)),
    });
  for (const { path, size, key, header } of uploads)
    entries.set(path, { path, size, version: key, stored: async () => ({ key, header }) });
  return {
    manifest: [...entries.values()].map(({ path, size, version }) => ({ path, size, version })),
    supply: async (path) => {
      const entry = entries.get(path);
      if (!entry) throw new Error("a file that was not promised");
      const { key, header } = await entry.stored();
      const bytes = await store.get(key, header);
      if (!bytes) throw new Error("a stored file is missing");
      return bytes;
    },
  };
}

/** Hosts a person approved for this workflow, as its ledger has them now: done for real and not taken back. */
export async function openEgress(c: AppContext, { member, workflowId }: WorkflowAccess): Promise<string[]> {
  return grantedHosts(unwrap(await c.env.WORKFLOW.getByName(workflowId).snapshot(member)).state);
}
