import type { z } from "zod";
import type { Member } from "../../../shared/access/roles.ts";
import { RollbackBody, SiteDetail, SiteList } from "../../../shared/api/sites.ts";
import type { ProblemCode } from "../../../shared/errors/codes.ts";
import type { LibraryRpc } from "../../../shared/protocol/library-rpc.ts";
import type { Answer } from "../../../shared/protocol/object-rpc.ts";
import type { StoredSiteDetail } from "../../../shared/protocol/sites-rpc.ts";
import type { Actor } from "../../../shared/workflow/records.ts";
import { refuse, unwrap } from "../../middleware/problems/problem-error.ts";
import { projectRoute, type Route, siteRoute } from "../../routing/route.ts";
import { hostsOf, toSiteDetail, toSiteView } from "./site-view.ts";

const tag = "Sites";

export const getSites = projectRoute(
  {
    method: "GET",
    path: "/api/projects/:projectId/sites",
    id: "listSites",
    tag,
    summary: "The project's published sites, last changed first",
    answer: { status: 200, schema: SiteList, description: "All sites, those that were taken down too" },
  },
  "artifact.read",
  async (c, { projectId }) => {
    const hosts = hostsOf(c);
    const sites = await c.env.LIBRARY.getByName(projectId).sites();
    return c.json({ items: sites.map((site) => toSiteView(site, hosts)) });
  },
);

export const getSite = siteRoute(
  {
    method: "GET",
    path: "/api/sites/:siteId",
    id: "getSite",
    tag,
    summary: "A site with its versions and what happened to it",
    answer: { status: 200, schema: SiteDetail, description: "The site" },
  },
  "artifact.read",
  async (c, { projectId, siteId }) => {
    const hosts = hostsOf(c);
    const site = await c.env.LIBRARY.getByName(projectId).site(siteId);
    if (!site) throw refuse("not_found");
    return c.json(toSiteDetail(site, hosts));
  },
);

interface Change<Body extends z.ZodType> {
  /** After `/api/sites/:siteId`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly problems?: readonly ProblemCode[];
  readonly body?: Body;
  readonly change: (
    library: Pick<LibraryRpc, "rollbackSite" | "unpublishSite" | "putBackSite">,
    siteId: string,
    by: Actor,
    body: z.output<Body>,
  ) => Promise<Answer<StoredSiteDetail>>;
}

const actorOf = (member: Member): Actor => ({ kind: "user", id: member.userId });

/** A change of a site: sent twice it changes nothing more, and it shows at once. */
function changeRoute<Body extends z.ZodType>({ path, change, ...rest }: Change<Body>): Route {
  const answer = { status: 200, schema: SiteDetail, description: "The site as it is now" } as const;
  return siteRoute(
    { ...rest, method: "POST", path: `/api/sites/:siteId${path}`, tag, answer, idempotent: "lasting" },
    "workflow.write",
    async (c, { member, projectId, siteId, body }) => {
      const hosts = hostsOf(c);
      const library = c.env.LIBRARY.getByName(projectId);
      return c.json(toSiteDetail(unwrap(await change(library, siteId, actorOf(member), body)), hosts));
    },
  );
}

export const rollbackSite = changeRoute({
  path: "/rollback",
  id: "rollbackSite",
  summary: "Have another version live, earlier or later",
  problems: ["sites_full"],
  body: RollbackBody,
  change: (library, siteId, by, { version }) => library.rollbackSite(siteId, version, by),
});

export const unpublishSite = changeRoute({
  path: "/unpublish",
  id: "unpublishSite",
  summary: "Take the site down; its address says so and its versions are kept",
  change: (library, siteId, by) => library.unpublishSite(siteId, by),
});

export const putBackSite = changeRoute({
  path: "/publish",
  id: "putBackSite",
  summary: "Have the version live again that was taken down",
  problems: ["sites_full"],
  change: (library, siteId, by) => library.putBackSite(siteId, by),
});
