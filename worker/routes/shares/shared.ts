import { readShareLink } from "../../../durable-objects/storage/site-directory.ts";
import type { Member } from "../../../shared/access/roles.ts";
import { SharedView } from "../../../shared/api/shares.ts";
import { SiteHosts } from "../../../shared/lib/site-hosts.ts";
import type { StoredShare } from "../../../shared/protocol/sites-rpc.ts";
import type { AppContext } from "../../context.ts";
import { openDatabase } from "../../db/client.ts";
import { type Limit, take } from "../../db/limits.ts";
import { clientIp, networkOf } from "../../identity/client-ip.ts";
import { refuse, tooFast } from "../../middleware/problems/problem-error.ts";
import { publicRoute } from "../../routing/route.ts";
import { rawAnswer } from "../files/raw-answer.ts";
import { shownArtifacts, toSharedView } from "./shared-view.ts";
import { hashOfToken, isToken } from "./token.ts";

const tag = "Shared links";
/** Per network: far above what an office that was sent a link needs. */
const OPENINGS: Limit = { max: 600, windowMs: 10 * 60_000 };

interface Opened {
  readonly share: StoredShare;
  readonly projectId: string;
  /** Looks on with what a viewer may see. */
  readonly member: Member;
}

/**
 * What a token opens. A link that was mistyped, has expired or was withdrawn is answered alike, so that nobody learns
 * which links there were.
 * @throws share_closed, rate_limited
 */
async function openLink(c: AppContext, count: boolean): Promise<Opened> {
  const wait = await take(
    openDatabase(c.env.DB),
    `shared:${networkOf(clientIp(c.req.raw.headers))}`,
    OPENINGS,
    c.var.clock.now(),
  );
  if (wait !== null) throw tooFast(wait);
  const token = c.req.param("token") ?? "";
  const tokenHash = await hashOfToken(token);
  const link = isToken(token) ? await readShareLink(c.env.DB, tokenHash) : null;
  const share = link && (await c.env.LIBRARY.getByName(link.projectId).openShare(link.id, tokenHash, count));
  if (!link || !share) throw refuse("share_closed");
  // Who left may have links that are not withdrawn yet; in a deleted project nobody has a role.
  if ((await c.env.PROJECT.getByName(link.projectId).roleOf(share.createdBy)) === null) throw refuse("share_closed");
  return { share, projectId: link.projectId, member: { userId: share.createdBy, role: "viewer" } };
}

/** Who holds a secret address must not pass it on unknowingly, and no search engine may keep it. */
const PRIVATE = {
  "cache-control": "private, no-store",
  "x-robots-tag": "noindex, nofollow",
  "referrer-policy": "no-referrer",
} as const;

export const getShared = publicRoute(
  {
    method: "GET",
    path: "/api/shared/:token",
    id: "getShared",
    tag,
    summary: "What a shared link shows: the result, its files and its proof",
    answer: { status: 200, schema: SharedView, description: "The result, read only" },
    problems: ["share_closed", "rate_limited"],
  },
  async (c) => {
    const { share, projectId, member } = await openLink(c, true);
    const found = await c.env.WORKFLOW.getByName(share.workflowId).view(member);
    if (!found.ok) throw refuse("share_closed");
    const hosts = new SiteHosts(c.env.SITES_DOMAIN);
    const sites = hosts.isConfigured ? await c.env.LIBRARY.getByName(projectId).sites() : [];
    return c.json(toSharedView(found.value, sites, hosts, share.expiresAt), 200, PRIVATE);
  },
);

export const getSharedArtifact = publicRoute(
  {
    method: "GET",
    path: "/api/shared/:token/artifacts/:artifactId",
    id: "getSharedArtifact",
    tag,
    summary: "A file of a shared result, as a download",
    answer: { status: 200, contentType: "application/octet-stream", description: "The bytes, in their own media type" },
    problems: ["share_closed", "not_found", "rate_limited"],
  },
  async (c) => {
    const { share, projectId, member } = await openLink(c, false);
    const workflow = c.env.WORKFLOW.getByName(share.workflowId);
    const found = await workflow.artifact(member, c.req.param("artifactId") ?? "");
    if (!found.ok || shownArtifacts({ artifacts: [found.value.view] }).length === 0) throw refuse("not_found");
    const { view, key, header } = found.value;
    const answer = await rawAnswer(c, { projectId, key, header, name: view.name, mediaType: view.mediaType }, false);
    for (const [name, value] of Object.entries(PRIVATE)) answer.headers.set(name, value);
    return answer;
  },
);
