import { projectKey } from "../../../durable-objects/storage/project-key.ts";
import { createSealedStore } from "../../../durable-objects/storage/sealed-store.ts";
import { fitting } from "../../../durable-objects/workflow/tools/exec.ts";
import { grantedHosts } from "../../../durable-objects/workflow/tools/network/granted-hosts.ts";
import { ProjectFiles, uploadsOf } from "../../../durable-objects/workflow/tools/project-files.ts";
import type { ExecRequest } from "../../../shared/protocol/sandbox-rpc.ts";
import type { AppContext } from "../../context.ts";
import { unwrap } from "../../middleware/problems/problem-error.ts";
import type { WorkflowAccess } from "../../routing/access.ts";

export interface Workspace extends Pick<ExecRequest, "manifest" | "egress"> {
  /** Bytes of an entry of the manifest. */
  readonly supply: (path: string) => Promise<Uint8Array>;
}

/**
 * What a person's command finds, and where it may go, as the workflow's log has it now: what the workflow was given and
 * the newest of what it made, under the same versions as for its steps. What a person changed or removed of that stays
 * so until there is a newer version. Hosts are those a person approved, done for real and not taken back.
 */
export async function workspaceFor(c: AppContext, access: WorkflowAccess): Promise<Workspace> {
  const { member, projectId, workflowId } = access;
  const workflow = c.env.WORKFLOW.getByName(workflowId);
  const shown = unwrap(await workflow.snapshot(member)).state;
  // Asked for after the snapshot, which has no keys: what it names is there.
  const stored = new Map(unwrap(await workflow.stored(member)).map((one) => [one.id, one]));
  const artifacts = shown.artifacts.flatMap((one) => {
    const kept = stored.get(one.id);
    return kept === undefined ? [] : [{ ...one, key: kept.key, header: kept.header }];
  });
  const state = { ...shown, artifacts };
  const uploads = await uploadsOf(
    c.env.LIBRARY.getByName(projectId),
    state.files.map((file) => file.id),
  );
  const store = createSealedStore(c.env.BUCKET, () => projectKey(c.env, projectId));
  const nothingNew = () => Promise.reject(new Error("a terminal writes no results"));
  const blobs = {
    async read(key: string, header: string) {
      const bytes = await store.get(key, header);
      if (!bytes) throw new Error("a stored file is missing");
      return bytes;
    },
    write: nothingNew,
  };
  const files = new ProjectFiles(blobs, uploads);
  const { given } = fitting(files.list(state, NO_STEP));
  const byPath = new Map(given.map((file) => [file.path, file]));
  return {
    manifest: given.map(({ path, size, key }) => ({ path, size, version: key })),
    egress: grantedHosts(state),
    supply: async (path) => {
      const file = byPath.get(path);
      if (!file) throw new Error("a file that was not promised");
      return files.read(file);
    },
  };
}

/** A person sees what any step would that has made nothing itself. */
const NO_STEP = "";
