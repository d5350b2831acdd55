import { type Action, can, type Member } from "../../shared/access/roles.ts";
import { isId } from "../../shared/lib/ids.ts";
import { isSiteId } from "../../shared/lib/site-hosts.ts";
import type { AppContext } from "../context.ts";
import { type Database, openDatabase } from "../db/client.ts";
import { dropMembership, findFile, findProject, findWorkflow, type ProjectListRow } from "../db/projects.ts";
import type { ProjectScope } from "../db/scope.ts";
import { findShare, findSite } from "../db/sites.ts";
import type { Identity } from "../identity/identify.ts";
import { refuse } from "../middleware/problems/problem-error.ts";
import { requireIdentity } from "../middleware/session/session.ts";

/*
 * A1 What a person may not see does not exist for them: every refusal before membership is `not_found`.
 * A2 The directory is asked first, so that a made-up id never wakes (and so creates) an object.
 * A3 The ProjectObject has the last word: its role counts, also against the directory.
 */

export interface ProjectAccess {
  readonly identity: Identity;
  readonly member: Member;
  readonly projectId: string;
  readonly db: Database;
}

export interface InProject extends ProjectAccess {
  /** The directory's row of the project. */
  readonly project: ProjectListRow;
}

export interface WorkflowAccess extends ProjectAccess {
  readonly workflowId: string;
}

export interface FileAccess extends ProjectAccess {
  readonly fileId: string;
}

export interface SiteAccess extends ProjectAccess {
  readonly siteId: string;
}

export interface ShareAccess extends ProjectAccess {
  readonly shareId: string;
}

/** @throws unauthenticated, not_found, role_forbidden */
export async function projectAccess(c: AppContext, projectId: string, action: Action): Promise<InProject> {
  const { identity, db } = await start(c);
  const project = isId("prj", projectId) ? await findProject(db, identity, projectId) : null;
  if (!project) throw refuse("not_found");
  return { ...(await vouch(c, { identity, db, known: { projectId } }, action)), project };
}

/** @throws unauthenticated, not_found, role_forbidden */
export async function workflowAccess(c: AppContext, workflowId: string, action: Action): Promise<WorkflowAccess> {
  const { identity, db } = await start(c);
  const known = isId("wf", workflowId) ? await findWorkflow(db, identity, workflowId) : null;
  c.set("workflowId", known ? workflowId : undefined);
  return { ...(await vouch(c, { identity, db, known }, action)), workflowId };
}

export interface UploadAccess extends ProjectAccess {
  readonly uploadId: string;
}

/** @throws unauthenticated, not_found, role_forbidden */
export async function uploadAccess(c: AppContext, uploadId: string, action: Action): Promise<UploadAccess> {
  const { identity, db } = await start(c);
  // The directory of files has uploads under way as well.
  const known = isId("upl", uploadId) ? await findFile(db, identity, uploadId) : null;
  return { ...(await vouch(c, { identity, db, known }, action)), uploadId };
}

/** @throws unauthenticated, not_found, role_forbidden */
export async function fileAccess(c: AppContext, fileId: string, action: Action): Promise<FileAccess> {
  const { identity, db } = await start(c);
  const known = isId("fil", fileId) ? await findFile(db, identity, fileId) : null;
  return { ...(await vouch(c, { identity, db, known }, action)), fileId };
}

/** @throws unauthenticated, not_found, role_forbidden */
export async function siteAccess(c: AppContext, siteId: string, action: Action): Promise<SiteAccess> {
  const { identity, db } = await start(c);
  const known = isSiteId(siteId) ? await findSite(db, identity, siteId) : null;
  return { ...(await vouch(c, { identity, db, known }, action)), siteId };
}

/** @throws unauthenticated, not_found, role_forbidden */
export async function shareAccess(c: AppContext, shareId: string, action: Action): Promise<ShareAccess> {
  const { identity, db } = await start(c);
  const known = isId("shr", shareId) ? await findShare(db, identity, shareId) : null;
  return { ...(await vouch(c, { identity, db, known }, action)), shareId };
}

async function start(c: AppContext): Promise<{ identity: Identity; db: Database }> {
  return { identity: await requireIdentity(c), db: openDatabase(c.env.DB) };
}

async function vouch(
  c: AppContext,
  found: { identity: Identity; db: Database; known: ProjectScope | null },
  action: Action,
): Promise<ProjectAccess> {
  const { identity, db, known } = found;
  if (!known) throw refuse("not_found");
  const { projectId } = known;
  const role = await c.env.PROJECT.getByName(projectId).roleOf(identity.userId);
  if (role === null) {
    await dropMembership(db, { userId: identity.userId, projectId });
    throw refuse("not_found");
  }
  c.set("projectId", projectId);
  if (!can(role, action)) throw refuse("role_forbidden", { role });
  return { identity, member: { userId: identity.userId, role }, projectId, db };
}
