import type { Problem } from "../../../../shared/errors/problem.ts";
import { err, ok } from "../../../../shared/lib/result.ts";
import type { SiteHosts } from "../../../../shared/lib/site-hosts.ts";
import type { Published, SitesRpc } from "../../../../shared/protocol/sites-rpc.ts";
import type { EffectOutcome, Receipt } from "../../../../shared/workflow/effects.ts";
import type { Actor, ArtifactRecord } from "../../../../shared/workflow/records.ts";
import type { WorkflowState } from "../../../../shared/workflow/state.ts";
import type { OutsideAction, OutsideTool, ServiceInfo } from "../../effects/port.ts";
import type { Hash, RunAccess } from "../../ports.ts";
import { type SiteFolder, siteFolder } from "./folder.ts";
import { type PublishDeps, publishFolder } from "./publish.ts";
import { sizeText, textsFor } from "./texts.ts";

/** What plans name in `touches` so that a step may publish. */
export const SITES: ServiceInfo = {
  name: "sites",
  label: { en: "Publishing", ar: "النشر" },
  description:
    "Puts a folder of pages made here at a public web address of its own (publish_site). A step that publishes touches this; the person approves each publishing. Not for domains, mail or servers.",
  ready: true,
};

export const PUBLISH_SITE = "publish_site";
const MAX_TITLE = 120;

export interface PublishToolDeps extends Omit<PublishDeps<ArtifactRecord>, "library"> {
  readonly run: RunAccess;
  readonly library: Pick<SitesRpc, "beginSite" | "commitSite" | "publication" | "undoSite">;
  readonly hosts: SiteHosts;
  readonly hash: Hash;
  /** The workflow this run's lineage began with. */
  readonly rootOf: (state: WorkflowState) => Promise<string>;
}

const DESCRIPTION =
  "Publish a folder of the results as a live site: index.html and all it needs, at most 200 files and 20 MB. Everything must lie in the folder and be linked by relative addresses: scripts, styles, pictures and fonts of other hosts are not loaded, frames neither, and forms send nothing (use mailto:, tel: and https://wa.me/ links for contact). The person sees what is published and approves it. Publishing changed files again makes a new version under the same address. The answer holds the link; look at it with fetch_page before you finish. Where it says that the site was taken down, a person did that after it was published: say so, and leave it down.";

/**
 * The tool that publishes. What is approved is a content, not a folder: `content` is its fingerprint, and other files
 * in the folder by the time it is sent are another publishing.
 */
export function createPublishTool(deps: PublishToolDeps): OutsideTool {
  const { run, hosts, library } = deps;
  return {
    name: PUBLISH_SITE,
    description: DESCRIPTION,
    inputSchema: {
      type: "object",
      properties: {
        folder: { type: "string", description: 'Folder of the results, such as "site".' },
        entry: { type: "string", description: "First page, in that folder; index.html when absent." },
        title: { type: "string", description: "Name of the site, for people." },
      },
      required: ["folder", "title"],
      additionalProperties: false,
    },
    // One address per folder: what was published before something else is no longer what is live.
    overwrites: true,
    parse(input, locale) {
      const texts = textsFor(locale);
      const state = run.state();
      const read = readInput(input);
      if (!state || !read) return err(texts.shape);
      if (read.title === "" || read.title.length > MAX_TITLE) return err(texts.title);
      const known = sentBefore(state, read);
      if (known) return ok(actionOf(read.title, known));
      const found = siteFolder(state.artifacts, read, deps.hash);
      if (!found.ok) return err(read.content === undefined ? texts.folder(found.error) : texts.changed);
      const shown = shownOf(found.value, read.title, locale);
      if (read.content !== undefined && read.content !== shown.content) return err(texts.changed);
      return ok(actionOf(read.title, shown));
    },
    read: async () => ({ ok: false, output: "There is nothing to read here; use fetch_page." }),
    async send(action, { key }) {
      const state = run.state();
      const effect = state?.effects.find((one) => one.key === key);
      if (!state || !effect) return failure("site_files_changed");
      const wanted = wantedOf(action);
      const found = siteFolder(state.artifacts, wanted, deps.hash);
      const current = found.ok && found.value.sha256 === wanted.content ? found.value : null;
      const node = state.nodes.find((one) => one.id === effect.nodeId);
      const by: Actor = { kind: "agent", id: node?.agent ?? "dev" };
      const wish = {
        key,
        projectId: state.projectId,
        workflowId: state.id,
        root: await deps.rootOf(state),
        nodeId: effect.nodeId,
        folder: wanted.folder,
        title: wanted.title,
        entry: wanted.entry,
        sha256: wanted.content,
        size: current?.size ?? 0,
        by,
      };
      // Changed meanwhile: what was approved is published only where it was stored before.
      const published = await publishFolder(deps, wish, current?.files ?? null);
      if (!published.ok) return failed(published.error);
      return {
        kind: "done",
        receipt: receiptOf(published.value, key, hosts, describe(published.value, current, state.locale)),
      };
    },
    async readBack(_action, { key }) {
      const known = await library.publication(key);
      if (!known) return { kind: "not_done" };
      const locale = run.state()?.locale ?? "en";
      return { kind: "done", receipt: receiptOf(known, key, hosts, describe(known, null, locale)) };
    },
    async undo(_action, receipt) {
      const { siteId, key } = receipt.undo ?? {};
      if (typeof siteId !== "string" || typeof key !== "string") return failure("service_undo_unavailable");
      const texts = textsFor(run.state()?.locale ?? "en").undone;
      const undone = await library.undoSite({ key, siteId, by: { kind: "agent", id: "undo" } });
      if (!undone.ok) return failure("service_undo_unavailable");
      const { live, changed } = undone.value;
      const detail = !changed ? texts.later : live === null ? texts.down : texts.back(live);
      const link = live === null ? null : hosts.urlOf(siteId);
      return { kind: "done", receipt: { reference: siteId, link, detail, undo: null } };
    },
  };
}

/** A folder as it is put before a person. */
interface Shown {
  readonly folder: string;
  readonly entry: string;
  readonly content: string;
  readonly summary: string;
}

type Read = { folder: string; entry: string | undefined; title: string; content: string | undefined };

function readInput({ folder, entry, title, content }: Readonly<Record<string, unknown>>): Read | null {
  const isText = (value: unknown): value is string | undefined => value === undefined || typeof value === "string";
  if (typeof folder !== "string" || typeof title !== "string" || !isText(entry) || !isText(content)) return null;
  return {
    folder,
    entry: entry === "" ? undefined : entry,
    title: title.replaceAll(/[\s\p{Cc}]+/gu, " ").trim(),
    content,
  };
}

const shownOf = ({ folder, entry, files, size, sha256 }: SiteFolder, title: string, locale: "en" | "ar"): Shown => ({
  folder,
  entry,
  content: sha256,
  summary: textsFor(locale).summary(title, files.length, sizeText(size)),
});

/** What this run has sent before is still what it was, whatever the folder holds by now. */
function sentBefore({ effects }: WorkflowState, { title, folder, entry, content }: Read): Shown | null {
  if (content === undefined || entry === undefined) return null;
  const sent = effects.find(
    ({ tool, arguments: given }) =>
      tool === PUBLISH_SITE &&
      given.content === content &&
      given.folder === folder &&
      given.entry === entry &&
      given.title === title,
  );
  return sent ? { folder, entry, content, summary: sent.summary } : null;
}

function actionOf(title: string, { folder, entry, content, summary }: Shown): OutsideAction {
  return {
    effectClass: "idempotent-write",
    service: SITES.name,
    action: "PUBLISH",
    target: folder === "" ? "/" : folder,
    summary,
    arguments: { title, folder, entry, content },
    reversible: true,
  };
}

function wantedOf({ arguments: given }: OutsideAction) {
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return {
    title: text(given.title),
    folder: text(given.folder),
    entry: text(given.entry),
    content: text(given.content),
  };
}

function describe(published: Published, folder: SiteFolder | null, locale: "en" | "ar"): string {
  const texts = textsFor(locale);
  if (published.before === published.version) return texts.unchanged(published.version);
  return folder
    ? texts.live(published.version, folder.files.length, sizeText(folder.size))
    : texts.liveAgain(published.version);
}

/** What changed nothing has nothing to take back. */
function receiptOf({ siteId, version, before }: Published, key: string, hosts: SiteHosts, detail: string): Receipt {
  const undo = before === version ? null : { siteId, key };
  return { reference: `${siteId}@${version}`, link: hosts.urlOf(siteId), detail, undo };
}

const failed = ({ code, params }: Pick<Problem, "code" | "params">): EffectOutcome => ({
  kind: "failed",
  failure: { code, params, technical: "" },
});

const failure = (code: "site_files_changed" | "service_undo_unavailable"): EffectOutcome =>
  failed({ code, params: { service: SITES.name } });
