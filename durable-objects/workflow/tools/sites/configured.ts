import { newId } from "../../../../shared/lib/ids.ts";
import { SiteHosts } from "../../../../shared/lib/site-hosts.ts";
import type { WorkflowEvent } from "../../../../shared/workflow/events.ts";
import type { WorkflowState } from "../../../../shared/workflow/state.ts";
import type { Env } from "../../../env.ts";
import { readSiteHost } from "../../../storage/site-directory.ts";
import type { OutsideTool } from "../../effects/port.ts";
import { sha256 } from "../../log/hash.ts";
import type { Blobs, PageReader, RunAccess } from "../../ports.ts";
import { rootOf } from "./lineage.ts";
import { createPageReader } from "./page-reader.ts";
import { createPublishTool } from "./publish-tool.ts";

/** The first event of a workflow of the project; null where it cannot be read. */
export const firstEventOf =
  (env: Pick<Env, "WORKFLOW">, userId: string) =>
  async (workflowId: string): Promise<WorkflowEvent | null> => {
    const page = await env.WORKFLOW.getByName(workflowId).events({ userId, role: "viewer" }, 0, 1);
    return page.ok ? (page.value.events[0] ?? null) : null;
  };

/** The tool that publishes, where the deployment has a domain for sites. */
export function publishTools(env: Env, run: RunAccess, blobs: (projectId: string) => Blobs): OutsideTool[] {
  const hosts = new SiteHosts(env.SITES_DOMAIN);
  if (!hosts.isConfigured) return [];
  const projectId = () => run.state()?.projectId ?? "";
  const library = () => env.LIBRARY.getByName(projectId());
  return [
    createPublishTool({
      run,
      hosts,
      hash: sha256,
      library: {
        beginSite: (wish) => library().beginSite(wish),
        commitSite: (wish, draft, files) => library().commitSite(wish, draft, files),
        publication: (key) => library().publication(key),
        undoSite: (input) => library().undoSite(input),
      },
      read: ({ key, header }) => blobs(projectId()).read(key, header),
      write: (key, bytes) => blobs(projectId()).write(key, bytes),
      attempt: () => newId("job"),
      rootOf: (state: WorkflowState) =>
        rootOf(state.id, state.lineage?.workflowId ?? null, firstEventOf(env, state.createdBy)),
    }),
  ];
}

/** Reads live pages of a project's own sites. */
export const pageReader = (env: Env): PageReader =>
  createPageReader({
    hosts: new SiteHosts(env.SITES_DOMAIN),
    async ownerOf(siteId) {
      const host = await readSiteHost(env.DB, siteId, Date.now());
      return host && host.state !== "preview" ? host.projectId : null;
    },
    fetch: (request) => env.SELF.fetch(request),
    hash: sha256,
  });
