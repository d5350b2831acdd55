import type { SiteDetail, SiteView } from "../../../shared/api/sites.ts";
import { SiteHosts } from "../../../shared/lib/site-hosts.ts";
import type { StoredSite, StoredSiteDetail } from "../../../shared/protocol/sites-rpc.ts";
import type { AppContext } from "../../context.ts";
import { refuse } from "../../middleware/problems/problem-error.ts";

/** @throws service_not_connected where this deployment has no domain for sites */
export function hostsOf(c: AppContext): SiteHosts {
  const hosts = new SiteHosts(c.env.SITES_DOMAIN);
  if (!hosts.isConfigured)
    throw refuse("service_not_connected", { service: c.get("locale") === "ar" ? "النشر" : "Publishing" });
  return hosts;
}

export const toSiteView = (site: StoredSite | StoredSiteDetail, hosts: SiteHosts): SiteView => ({
  id: site.id,
  projectId: site.projectId,
  workflowId: site.workflowId,
  folder: site.folder,
  title: site.title,
  state: site.state,
  version: site.version,
  url: hosts.urlOf(site.id),
  files: site.files,
  size: site.size,
  createdAt: site.createdAt,
  updatedAt: site.updatedAt,
});

export const toSiteDetail = (site: StoredSiteDetail, hosts: SiteHosts): SiteDetail => ({
  ...toSiteView(site, hosts),
  versions: site.versions,
  history: site.history,
});
