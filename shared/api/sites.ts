import { z } from "zod";
import { Actor } from "../workflow/records.ts";

const time = z.string().describe("ISO 8601 UTC");
const count = z.number().int().nonnegative();
const version = z.number().int().positive();

/** Folder of a workflow's results, "site" or "site/en"; "" for all of them. */
const folder = z.string().trim().max(120);

/** A site as it is now. Its address never changes, whatever version is live. */
export const SiteView = z.object({
  id: z.string(),
  projectId: z.string(),
  /** The workflow that published last. */
  workflowId: z.string(),
  folder: z.string(),
  title: z.string(),
  /** `unpublished`: the address answers 410; all versions are kept. */
  state: z.enum(["live", "unpublished"]),
  /** The version that is live, or was last. */
  version,
  /** Where it is, or would be when put back. */
  url: z.string(),
  /** Of that version. */
  files: count,
  /** Bytes of that version. */
  size: count,
  createdAt: time,
  updatedAt: time,
});
export type SiteView = z.infer<typeof SiteView>;

/** What was published once; its content never changes. */
export const SiteVersionView = z.object({
  version,
  title: z.string(),
  /** File that "/" shows. */
  entry: z.string(),
  files: count,
  /** Bytes. */
  size: count,
  /** SHA-256 of entry, names and contents, hexadecimal: the same content has the same one. */
  sha256: z.string(),
  /** Who published it: a person, or an agent after a person approved. */
  by: Actor,
  workflowId: z.string(),
  /** Step of that workflow; null when it was published by hand. */
  nodeId: z.string().nullable(),
  at: time,
  live: z.boolean(),
});
export type SiteVersionView = z.infer<typeof SiteVersionView>;

/** What happened to a site. `version`: the one that was live after it, or had been live before it was taken down. */
export const SiteEventView = z.object({
  action: z.enum(["published", "rolled_back", "unpublished", "put_back", "undone"]),
  version,
  by: Actor,
  at: time,
});
export type SiteEventView = z.infer<typeof SiteEventView>;

export const SiteDetail = SiteView.extend({
  /** Newest first. */
  versions: z.array(SiteVersionView),
  /** Newest first, at most 50. */
  history: z.array(SiteEventView),
});
export type SiteDetail = z.infer<typeof SiteDetail>;

export const SiteList = z.object({ items: z.array(SiteView) });

/** Without `folder`: the one folder of the results that holds an index.html. */
export const PublishBody = z.object({
  folder: folder.optional(),
  /** File in that folder that "/" shows; index.html when absent. */
  entry: z.string().trim().min(1).max(120).optional(),
  /** The workflow's name when absent. */
  title: z.string().trim().min(1).max(120).optional(),
});
export const RollbackBody = z.object({ version });
export const PreviewBody = z.object({ folder: folder.optional(), entry: PublishBody.shape.entry });

/**
 * Something a person should know of a page before it goes live. `file` is where it was found, `what` the address or
 * host it is about, "" when there is none.
 */
export const SiteNote = z.object({
  code: z.enum([
    /** A form that sends what visitors type to another place: it is not carried out. */
    "form_elsewhere",
    /** A form without an address: nothing is sent anywhere. */
    "form_nowhere",
    /** A form that asks for a password or card number. */
    "asks_secrets",
    /** A script, style, picture, frame or font of somebody else: it is not loaded. */
    "outside_resource",
    /** Goes on to another address by itself. */
    "moves_away",
    /** A link to a file that the folder does not hold. */
    "missing_file",
  ]),
  file: z.string(),
  what: z.string(),
});
export type SiteNote = z.infer<typeof SiteNote>;

/** An address at which members look at a result before it is published. */
export const PreviewView = z.object({
  url: z.string(),
  expiresAt: time,
  /** At most 50. */
  notes: z.array(SiteNote),
  /** Address of the site this folder would be a new version of; null when it would get an address of its own. */
  replaces: z.string().nullable(),
});
export type PreviewView = z.infer<typeof PreviewView>;
