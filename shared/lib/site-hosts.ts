/** What the host of a request is: of the app, of one site, or under the sites' domain without being one. */
export type HostKind =
  | { readonly kind: "app" }
  | { readonly kind: "site"; readonly id: string }
  | { readonly kind: "none" };

/** Characters of a site's id: one DNS label, lower case, unguessable (Crockford base32, 100 random bits). */
const SITE_ID = /^[0-9a-hjkmnp-tv-z]{20}$/;
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

export const isSiteId = (text: string): boolean => SITE_ID.test(text);

export function newSiteId(bytes: Uint8Array = crypto.getRandomValues(new Uint8Array(20))): string {
  let text = "";
  for (const byte of bytes) text += ALPHABET[byte & 31];
  return text;
}

/**
 * The sites' domain, from the setting SITES_DOMAIN: a host name of its own, with a port where it is not the scheme's
 * ("sites.localhost:8787"). Sites are https everywhere but under localhost.
 */
export class SiteHosts {
  readonly #name: string;
  readonly #host: string;
  readonly #scheme: "http" | "https";

  /** @param domain null or "" means that this deployment publishes nothing */
  constructor(domain: string | null | undefined) {
    const host = (domain ?? "").trim().toLowerCase();
    const name = host.replace(/:\d+$/, "");
    const valid = /^(?=.{1,200}$)[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?$/.test(host);
    this.#host = valid ? host : "";
    this.#name = valid ? name : "";
    this.#scheme = name === "localhost" || name.endsWith(".localhost") ? "http" : "https";
  }

  get isConfigured(): boolean {
    return this.#name !== "";
  }

  /** `http://<id>.sites.localhost:8787`, without a slash at the end. */
  originOf(siteId: string): string {
    return `${this.#scheme}://${siteId}.${this.#host}`;
  }

  /** Address of a site's first page, for people. */
  urlOf(siteId: string): string {
    return `${this.originOf(siteId)}/`;
  }

  /**
   * @param hostname as WHATWG URL gives it: lower case, without port. A dot at the end names the same place, so it is
   * never the app; but it is another origin, so it is no site either.
   */
  kindOf(hostname: string): HostKind {
    if (!this.isConfigured) return { kind: "app" };
    const plain = hostname.toLowerCase().replace(/\.+$/, "");
    if (plain !== this.#name && !plain.endsWith(`.${this.#name}`)) return { kind: "app" };
    const id = plain.slice(0, -(this.#name.length + 1));
    return plain === hostname && isSiteId(id) ? { kind: "site", id } : { kind: "none" };
  }
}
