import type { SiteFile, SiteManifest } from "../../shared/protocol/sites-rpc.ts";

export type Found =
  | { readonly kind: "file"; readonly file: SiteFile }
  /** A folder asked for without its slash, or the top where the first page lies deeper. */
  | { readonly kind: "redirect"; readonly to: string }
  | { readonly kind: "missing" };

const MAX_PATH = 1024;
const MISSING = { kind: "missing" } as const;

/**
 * The file an address names. Only names of the version's own list are ever looked at, so there is no way out of it;
 * what looks like an attempt is missing without a closer look.
 * @param pathname as WHATWG URL gives it
 */
export function findFile(pathname: string, { entry, files }: SiteManifest): Found {
  const path = decoded(pathname);
  if (path === null) return MISSING;
  const named = (name: string) => files.find((one) => one.path === name);
  // Relative addresses in a page start from its folder, so the first page is shown where it lies.
  if (path === "" && entry.includes("/")) return { kind: "redirect", to: `/${encoded(entry)}` };
  const folderIndex = path === "" ? entry : `${path}index.html`;
  const file = path === "" || path.endsWith("/") ? named(folderIndex) : named(path);
  if (file) return { kind: "file", file };
  return named(`${path}/index.html`) ? { kind: "redirect", to: `${pathname}/` } : MISSING;
}

const encoded = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

function decoded(pathname: string): string | null {
  if (pathname.length > MAX_PATH) return null;
  try {
    const path = decodeURIComponent(pathname).normalize("NFC").replace(/^\//, "");
    const parts = path.split("/");
    const odd = parts.slice(0, -1).some((part) => part === "") || parts.some((part) => part === "." || part === "..");
    return odd || /[\p{Cc}\\]/u.test(path) ? null : path;
  } catch {
    return null;
  }
}
