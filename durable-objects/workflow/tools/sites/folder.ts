import { err, ok, type Result } from "../../../../shared/lib/result.ts";
import type { Hash } from "../../ports.ts";

export const MAX_SITE_FILES = 200;
/** 20 MB. */
export const MAX_SITE_BYTES = 20 * 1024 * 1024;
const MAX_PATH = 200;
const INDEX = "index.html";

/** A result of the workflow, as far as choosing needs it. */
export interface Candidate {
  /** With folders: "site/index.html". */
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  readonly role?: "result" | "log" | undefined;
}

export interface FolderFile<File extends Candidate = Candidate> {
  /** Below the folder. */
  readonly path: string;
  readonly file: File;
}

/** What would be published: fixed by names and contents alone. */
export interface SiteFolder<File extends Candidate = Candidate> {
  /** Without slashes at its ends; "" for the top. */
  readonly folder: string;
  readonly entry: string;
  /** By path. */
  readonly files: readonly FolderFile<File>[];
  readonly size: number;
  /** SHA-256 of entry, paths and contents, hexadecimal. */
  readonly sha256: string;
}

export type FolderProblem =
  | { readonly code: "no_page" }
  | { readonly code: "choose"; readonly folders: readonly string[] }
  | { readonly code: "no_folder"; readonly folder: string }
  | { readonly code: "no_entry"; readonly entry: string }
  | { readonly code: "entry_type" }
  | { readonly code: "many"; readonly count: number }
  | { readonly code: "large"; readonly bytes: number }
  | { readonly code: "name"; readonly name: string };

/**
 * Files a page needs. At the top of a workflow's results lies everything it made, such as tables of customers: from
 * there only these are taken. A folder that was named is taken whole.
 */
const PAGE_FILE =
  /\.(?:html?|css|m?js|svg|png|jpe?g|gif|webp|avif|ico|woff2?|ttf|otf|webmanifest|mp[34]|webm|m4a|ogg|wav)$/i;

/** The files of one folder as a site, or why it cannot be one. Of results with one name the last is taken. */
export function siteFolder<File extends Candidate>(
  results: readonly File[],
  wanted: { readonly folder?: string | undefined; readonly entry?: string | undefined },
  hash: Hash,
): Result<SiteFolder<File>, FolderProblem> {
  const named = new Map<string, File>();
  for (const one of results) if (one.role !== "log") named.set(one.name, one);
  const chosen = wanted.folder === undefined ? onlyFolder([...named.keys()]) : ok(plainFolder(wanted.folder));
  if (!chosen.ok) return chosen;
  const folder = chosen.value;
  const prefix = folder === "" ? "" : `${folder}/`;
  const files = [...named.values()]
    .filter((file) => file.name.startsWith(prefix) && (folder !== "" || PAGE_FILE.test(file.name)))
    .map((file) => ({ path: file.name.slice(prefix.length), file }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  if (files.length === 0) return err(folder === "" ? { code: "no_page" } : { code: "no_folder", folder });
  const entry = (wanted.entry ?? INDEX).replace(/^(?:\.?\/)+/, "");
  if (!/\.html?$/i.test(entry)) return err({ code: "entry_type" });
  if (!files.some((one) => one.path === entry)) return err({ code: "no_entry", entry });
  const bad = files.find((one) => !isSafe(one.path));
  if (bad) return err({ code: "name", name: bad.path });
  if (files.length > MAX_SITE_FILES) return err({ code: "many", count: files.length });
  const size = files.reduce((sum, one) => sum + one.file.size, 0);
  if (size > MAX_SITE_BYTES) return err({ code: "large", bytes: size });
  const sha256 = hash(JSON.stringify([entry, files.map(({ path, file }) => [path, file.sha256])]));
  return ok({ folder, entry, files, size, sha256 });
}

const plainFolder = (folder: string): string =>
  folder
    .normalize("NFC")
    .trim()
    .replace(/^\/workspace(?=\/|$)/, "")
    .replace(/^(?:\.?\/)+|\/+$/g, "")
    .replace(/^\.$/, "");

/** The folder nearest to the top that holds an index.html, when there is only one such. */
function onlyFolder(names: readonly string[]): Result<string, FolderProblem> {
  const folders = names
    .filter((name) => name === INDEX || name.endsWith(`/${INDEX}`))
    .map((name) => name.slice(0, -INDEX.length).replace(/\/$/, ""));
  const tops = folders.filter((one) => !folders.some((other) => other !== one && isInside(one, other)));
  const [first] = tops;
  if (first === undefined) return err({ code: "no_page" });
  return tops.length === 1 ? ok(first) : err({ code: "choose", folders: tops });
}

const isInside = (folder: string, other: string): boolean => other === "" || folder.startsWith(`${other}/`);

/** A name that means the same in an address, in a folder on somebody's machine and on the screen. */
function isSafe(path: string): boolean {
  if (path.length > MAX_PATH || path !== path.normalize("NFC")) return false;
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\\?#%]/u.test(path)) return false;
  return path.split("/").every((part) => part !== "" && !part.startsWith(".") && part.trim() === part);
}
