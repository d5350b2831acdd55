import { projectKey } from "../../../durable-objects/storage/project-key.ts";
import { createSealedStore } from "../../../durable-objects/storage/sealed-store.ts";
import { firstEventOf } from "../../../durable-objects/workflow/tools/sites/configured.ts";
import { rootOf } from "../../../durable-objects/workflow/tools/sites/lineage.ts";
import { notesOf } from "../../../durable-objects/workflow/tools/sites/notes.ts";
import { publishFolder } from "../../../durable-objects/workflow/tools/sites/publish.ts";
import { PreviewBody, PreviewView, PublishBody, SiteView } from "../../../shared/api/sites.ts";
import { newId } from "../../../shared/lib/ids.ts";
import { newSiteId } from "../../../shared/lib/site-hosts.ts";
import { nameForOthers } from "../../../shared/text/change.ts";
import { FINISHED } from "../../../shared/workflow/state.ts";
import { type Limit, take } from "../../db/limits.ts";
import { lastingKey } from "../../middleware/idempotency/idempotency.ts";
import { refuse, tooFast, unwrap } from "../../middleware/problems/problem-error.ts";
import { workflowRoute } from "../../routing/route.ts";
import { folderOf, type StoredResult } from "./folder-of.ts";
import { hostsOf, toSiteView } from "./site-view.ts";

const tag = "Sites";
const PREVIEW_MS = 15 * 60_000;
const PREVIEWS: Limit = { max: 120, windowMs: 10 * 60_000 };
/** Pages whose markup is read for notes. */
const MAX_PAGES = 30;

export const publishWorkflow = workflowRoute(
  {
    method: "POST",
    path: "/api/workflows/:workflowId/publish",
    id: "publishWorkflow",
    tag,
    summary:
      "Publish a folder of a finished workflow's results: the same address each time, a new version for new content",
    body: PublishBody,
    bodyOptional: true,
    answer: { status: 200, schema: SiteView, description: "The site as it is now" },
    problems: ["site_not_publishable", "site_files_changed", "sites_full", "storage_full", "workflow_not_finished"],
    idempotent: "lasting",
  },
  "workflow.write",
  async (c, { identity, member, projectId, workflowId, body }) => {
    const hosts = hostsOf(c);
    const view = unwrap(await c.env.WORKFLOW.getByName(workflowId).view(member));
    if (!FINISHED.some((status) => status === view.status)) throw refuse("workflow_not_finished");
    const folder = await folderOf(c, member, view, body);
    const store = createSealedStore(c.env.BUCKET, () => projectKey(c.env, projectId));
    const library = c.env.LIBRARY.getByName(projectId);
    const published = unwrap(
      await publishFolder<StoredResult>(
        {
          library: {
            beginSite: (wish) => library.beginSite(wish),
            commitSite: (wish, draft, files) => library.commitSite(wish, draft, files),
          },
          async read({ key, header }) {
            const bytes = await store.get(key, header);
            if (!bytes) throw refuse("site_files_changed");
            return bytes;
          },
          write: (key, bytes) => store.put(key, bytes),
          attempt: () => newId("job"),
        },
        {
          key: `hand:${(await lastingKey(c, identity)) ?? newId("req")}`,
          projectId,
          workflowId,
          root: await rootOf(workflowId, view.lineage?.workflowId ?? null, firstEventOf(c.env, member.userId)),
          nodeId: null,
          folder: folder.folder,
          title: body.title ?? (nameForOthers(view) || "Site"),
          entry: folder.entry,
          sha256: folder.sha256,
          size: folder.size,
          by: { kind: "user", id: member.userId },
        },
        folder.files,
      ),
    );
    const site = await library.site(published.siteId);
    if (!site) throw refuse("not_found");
    return c.json(toSiteView(site, hosts));
  },
);

export const previewWorkflow = workflowRoute(
  {
    method: "POST",
    path: "/api/workflows/:workflowId/preview",
    id: "previewWorkflow",
    tag,
    summary:
      "An address at which a folder of the results can be looked at for 15 minutes, as if it were published, and what to know of it",
    body: PreviewBody,
    bodyOptional: true,
    answer: { status: 200, schema: PreviewView, description: "The address; whoever has it can open it" },
    problems: ["site_not_publishable", "site_files_changed"],
  },
  "artifact.read",
  async (c, { identity, member, projectId, workflowId, db, body }) => {
    const hosts = hostsOf(c);
    const now = c.var.clock.now();
    const wait = await take(db, `preview:${identity.userId}`, PREVIEWS, now);
    if (wait !== null) throw tooFast(wait);
    const view = unwrap(await c.env.WORKFLOW.getByName(workflowId).view(member));
    const folder = await folderOf(c, member, view, body);
    const store = createSealedStore(c.env.BUCKET, () => projectKey(c.env, projectId));
    const pages = folder.files.filter(({ path }) => /\.html?$/i.test(path)).slice(0, MAX_PAGES);
    const read = async ({ path, file }: (typeof pages)[number]) => {
      const bytes = await store.get(file.key, file.header);
      return { path, html: new TextDecoder().decode(bytes ?? new Uint8Array()) };
    };
    const html = await Promise.all(pages.map(read));
    const notes = await notesOf(html, new Set(folder.files.map((one) => one.path)));
    const id = newSiteId();
    const expiresAt = now + PREVIEW_MS;
    const files = folder.files.map(({ path, file: { size, sha256, key, header } }) => ({
      path,
      size,
      sha256,
      key,
      header,
    }));
    const library = c.env.LIBRARY.getByName(projectId);
    await library.previewSite({ id, projectId, expiresAt, entry: folder.entry, files });
    const root = await rootOf(workflowId, view.lineage?.workflowId ?? null, firstEventOf(c.env, member.userId));
    const known = await library.siteOf(root, folder.folder);
    const preview: PreviewView = {
      url: hosts.urlOf(id),
      expiresAt: new Date(expiresAt).toISOString(),
      notes,
      replaces: known === null ? null : hosts.urlOf(known),
    };
    return c.json(preview);
  },
);
