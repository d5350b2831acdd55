import { writeShareLink } from "../../../durable-objects/storage/site-directory.ts";
import { CreateShare, ShareCreated, ShareList, ShareView } from "../../../shared/api/shares.ts";
import { newId } from "../../../shared/lib/ids.ts";
import type { StoredShare } from "../../../shared/protocol/sites-rpc.ts";
import { toBase64Url } from "../../../shared/sealing/base64.ts";
import { refuse, unwrap } from "../../middleware/problems/problem-error.ts";
import { shareRoute, workflowRoute } from "../../routing/route.ts";
import { hashOfToken } from "./token.ts";

const tag = "Shared links";
const HOUR_MS = 3_600_000;
const TOKEN_BYTES = 32;

export const createShare = workflowRoute(
  {
    method: "POST",
    path: "/api/workflows/:workflowId/shares",
    id: "createShare",
    tag,
    summary: "A read-only link to the results, for anybody who has it; shown once",
    body: CreateShare,
    answer: { status: 201, schema: ShareCreated, description: "The link" },
    problems: ["shares_full"],
  },
  "workflow.write",
  async (c, { member, projectId, workflowId, body }) => {
    const token = toBase64Url(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)));
    const tokenHash = await hashOfToken(token);
    const id = newId("shr");
    const expiresAt = new Date(c.var.clock.now() + body.expiresInHours * HOUR_MS).toISOString();
    const share = { id, projectId, workflowId, createdBy: member.userId, expiresAt, tokenHash };
    unwrap(await c.env.LIBRARY.getByName(projectId).createShare(share));
    await writeShareLink(c.env.DB, { tokenHash, id, projectId });
    const made: ShareCreated = { id, url: `${new URL(c.req.url).origin}/s/${token}`, expiresAt };
    return c.json(made, 201);
  },
);

export const getShares = workflowRoute(
  {
    method: "GET",
    path: "/api/workflows/:workflowId/shares",
    id: "listShares",
    tag,
    summary: "Links to this workflow's results, newest first; without the links themselves",
    answer: { status: 200, schema: ShareList, description: "All that are open, and the latest 200" },
  },
  "workflow.read",
  async (c, { projectId, workflowId }) => {
    const shares = await c.env.LIBRARY.getByName(projectId).shares(workflowId);
    return c.json({ items: shares.map((share) => toView(share, c.var.clock.now())) });
  },
);

export const revokeShare = shareRoute(
  {
    method: "DELETE",
    path: "/api/shares/:shareId",
    id: "revokeShare",
    tag,
    summary: "Withdraw a link: it opens nothing from now on",
    answer: { status: 200, schema: ShareView, description: "The link, withdrawn" },
  },
  "workflow.write",
  async (c, { member, projectId, shareId }) => {
    const share = await c.env.LIBRARY.getByName(projectId).revokeShare(shareId, member.userId);
    if (!share) throw refuse("not_found");
    return c.json(toView(share, c.var.clock.now()));
  },
);

function toView(share: StoredShare, now: number): ShareView {
  const expired = Date.parse(share.expiresAt) <= now;
  return { ...share, state: share.revokedAt !== null ? "revoked" : expired ? "expired" : "active" };
}
