import { sha256 } from "../../../durable-objects/workflow/log/hash.ts";
import { type Candidate, type SiteFolder, siteFolder } from "../../../durable-objects/workflow/tools/sites/folder.ts";
import { textsFor } from "../../../durable-objects/workflow/tools/sites/texts.ts";
import type { Member } from "../../../shared/access/roles.ts";
import type { WorkflowView } from "../../../shared/api/workflows.ts";
import type { AppContext } from "../../context.ts";
import { refuse, unwrap } from "../../middleware/problems/problem-error.ts";

/** A result with what opens its bytes. */
export interface StoredResult extends Candidate {
  readonly key: string;
  readonly header: string;
}

interface Wanted {
  readonly folder?: string | undefined;
  readonly entry?: string | undefined;
}

const AT_ONCE = 20;

/** A folder of a workflow's results as a site, with its bytes' places. @throws site_not_publishable, site_files_changed */
export async function folderOf(
  c: AppContext,
  member: Member,
  view: WorkflowView,
  wanted: Wanted,
): Promise<SiteFolder<StoredResult>> {
  const found = siteFolder(view.artifacts, wanted, sha256);
  if (!found.ok) throw refuse("site_not_publishable", { reason: textsFor(c.get("locale")).folder(found.error) });
  const workflow = c.env.WORKFLOW.getByName(view.id);
  const { files, ...folder } = found.value;
  const stored: SiteFolder<StoredResult>["files"][number][] = [];
  for (let at = 0; at < files.length; at += AT_ONCE) {
    const some = files.slice(at, at + AT_ONCE).map(async ({ path, file }) => {
      const { view: now, key, header } = unwrap(await workflow.artifact(member, file.id));
      if (now.sha256 !== file.sha256) throw refuse("site_files_changed");
      return { path, file: { name: file.name, size: file.size, sha256: file.sha256, key, header } };
    });
    stored.push(...(await Promise.all(some)));
  }
  return { ...folder, files: stored };
}
