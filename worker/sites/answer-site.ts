import type { Env } from "../../durable-objects/env.ts";
import { projectKey } from "../../durable-objects/storage/project-key.ts";
import { createSealedStore } from "../../durable-objects/storage/sealed-store.ts";
import { readSiteHost, type SiteHost } from "../../durable-objects/storage/site-directory.ts";
import type { HostKind } from "../../shared/lib/site-hosts.ts";
import type { SiteFile, SiteManifest } from "../../shared/protocol/sites-rpc.ts";
import { siteHeaders } from "./headers.ts";
import { siteType } from "./media-types.ts";
import { type OwnStatus, ownPage } from "./own-pages.ts";
import { findFile } from "./paths.ts";
import { rangeOf } from "./range.ts";

/**
 * Answers everything under the sites' domain. Reads only: whatever a request carries (cookies, credentials, a body)
 * is not looked at, and no answer sets a cookie. Never throws.
 */
export async function answerSite(
  request: Request,
  url: URL,
  host: Exclude<HostKind, { kind: "app" }>,
  env: Env,
): Promise<Response> {
  const headers = siteHeaders(url.origin);
  const plain = (status: OwnStatus) => own(request, headers, status);
  if (request.method !== "GET" && request.method !== "HEAD") {
    headers.set("allow", "GET, HEAD");
    return plain(405);
  }
  // Of a preview the address is the secret: it is in no line of the log.
  let named = "";
  try {
    const site = host.kind === "site" ? await readSiteHost(env.DB, host.id, Date.now()) : null;
    if (!site || (site.expiresAt !== null && site.expiresAt <= Date.now())) return plain(404);
    if (site.state === "unpublished") return plain(410);
    if (site.state === "live") named = site.id;
    const manifest = await manifestOf(env, site);
    if (!manifest) return plain(404);
    // One address shows what is live now: a copy may be kept, but is asked about each time. A preview is never kept.
    headers.set("cache-control", site.state === "preview" ? "private, no-store" : "public, no-cache");
    const found = findFile(url.pathname, manifest);
    switch (found.kind) {
      case "redirect":
        headers.set("location", `${found.to}${url.search}`);
        return new Response(null, { status: 308, headers });
      case "file":
        return await send(request, headers, env, site, found.file, 200);
      case "missing": {
        const page = manifest.files.find((one) => one.path === "404.html");
        return page ? await send(request, headers, env, site, page, 404) : plain(404);
      }
    }
  } catch (error) {
    report(named, error);
    headers.set("retry-after", "5");
    return plain(503);
  }
}

const MAX_MANIFESTS = 200;
/** Versions never change: what this isolate has read of one stays good. */
const manifests = new Map<string, SiteManifest>();

async function manifestOf(env: Env, { id, projectId, version }: SiteHost): Promise<SiteManifest | null> {
  const name = `${projectId}/${id}@${version}`;
  const known = manifests.get(name);
  if (known) return known;
  const manifest = await env.LIBRARY.getByName(projectId).siteManifest(id, version);
  if (!manifest) return null;
  const oldest = manifests.size >= MAX_MANIFESTS ? manifests.keys().next().value : undefined;
  if (oldest !== undefined) manifests.delete(oldest);
  manifests.set(name, manifest);
  return manifest;
}

async function send(
  request: Request,
  headers: Headers,
  env: Env,
  { projectId }: SiteHost,
  file: SiteFile,
  status: 200 | 404,
): Promise<Response> {
  const type = siteType(file.path);
  headers.set("content-type", type ?? "application/octet-stream");
  if (type === null) headers.set("content-disposition", "attachment");
  const store = createSealedStore(env.BUCKET, () => projectKey(env, projectId));
  const tag = `"${file.sha256.slice(0, 32)}"`;
  if (status === 200) {
    headers.set("etag", tag);
    headers.set("accept-ranges", "bytes");
    if (isKnown(request.headers.get("if-none-match"), tag)) {
      headers.delete("content-type");
      return new Response(null, { status: 304, headers });
    }
  }
  const condition = request.headers.get("if-range");
  const asked = status === 200 && request.method === "GET" && (condition === null || condition === tag);
  const range = rangeOf(asked ? request.headers.get("range") : null, file.size);
  if (range.kind === "unsatisfiable") {
    headers.set("content-range", `bytes */${file.size}`);
    return new Response(null, { status: 416, headers });
  }
  if (range.kind === "part") {
    const bytes = await store.getRange(file.key, file.header, range.start, range.end);
    if (!bytes) throw new Error("a published file is gone");
    headers.set("content-range", `bytes ${range.start}-${range.end - 1}/${file.size}`);
    return new Response(bytes, { status: 206, headers });
  }
  headers.set("content-length", String(file.size));
  if (request.method === "HEAD") return new Response(null, { status, headers });
  const stored = await store.stream(file.key, file.header);
  if (!stored) throw new Error("a published file is gone");
  return new Response(stored.body.pipeThrough(new FixedLengthStream(stored.size)), { status, headers });
}

const isKnown = (header: string | null, tag: string): boolean =>
  header !== null && (header.trim() === "*" || header.split(",").some((one) => one.trim().replace(/^W\//, "") === tag));

function own(request: Request, headers: Headers, status: OwnStatus): Response {
  headers.set("content-type", "text/html; charset=utf-8");
  headers.set("cache-control", "no-store");
  return new Response(request.method === "HEAD" ? null : ownPage(status), { status, headers });
}

/** One line of JSON. Only the message of an error. */
function report(siteId: string, error: unknown): void {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : "unknown";
  console.error(JSON.stringify({ level: "error", what: "a site was not shown", siteId, error: message.slice(0, 300) }));
}
