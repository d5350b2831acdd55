import { err, ok, type Result } from "../../../../shared/lib/result.ts";
import type { SiteHosts } from "../../../../shared/lib/site-hosts.ts";
import type { Hash, LivePage, PageReader } from "../../ports.ts";
import { type PageFacts, readFacts } from "./page-facts.ts";

export interface PageReaderDeps {
  readonly hosts: SiteHosts;
  /** The project whose site has this id; null for a preview and where there is none. */
  readonly ownerOf: (siteId: string) => Promise<string | null>;
  /** The Worker's own front door. */
  readonly fetch: (request: Request) => Promise<Response>;
  readonly hash: Hash;
}

const MAX_HOPS = 5;
/** Of links and files of the site that are looked up. */
const MAX_CHECKED = 60;
const AT_ONCE = 4;
const SHOWN_HEADERS = [
  "content-type",
  "content-language",
  "content-security-policy",
  "cache-control",
  "x-robots-tag",
] as const;

const NOT_OURS =
  "fetch_page opens only live pages of sites this project has published: use the link that publish_site gave.";

/** Looks at published pages through the front door, as any visitor gets them: the same headers, the same refusals. */
export function createPageReader({ hosts, ownerOf, fetch, hash }: PageReaderDeps): PageReader {
  /** Follows redirects by hand: they must stay with the site. */
  async function follow(
    first: string,
    origin: string,
    ask: Ask,
  ): Promise<Result<{ url: string; answer: Response }, string>> {
    let url = first;
    for (let hop = 0; hop <= MAX_HOPS; hop++) {
      const answer = await ask(url, "GET");
      const location = answer.headers.get("location");
      if (answer.status < 300 || answer.status >= 400 || location === null) return ok({ url, answer });
      await answer.body?.cancel();
      const next = URL.canParse(location, url) ? new URL(location, url) : null;
      if (next?.origin !== origin) return err("The page goes on to an address that is not of this site.");
      url = next.href;
    }
    return err("The page goes on to other pages without an end.");
  }

  return {
    async fetch(projectId, input, signal) {
      const url = URL.canParse(input) ? new URL(input) : null;
      const host = url && /^https?:$/.test(url.protocol) ? hosts.kindOf(url.hostname) : null;
      if (!url || host?.kind !== "site" || (await ownerOf(host.id)) !== projectId) return err(NOT_OURS);
      const origin = hosts.originOf(host.id);
      const ask: Ask = (address, method) =>
        fetch(
          new Request(address, { method, redirect: "manual", signal, headers: { "user-agent": "nexus-page-check" } }),
        );
      try {
        const end = await follow(`${origin}${url.pathname}${url.search}`, origin, ask);
        if (!end.ok) return end;
        return ok(await pageOf(end.value, hash, ask));
      } catch {
        return err("The page could not be fetched. Try again.");
      }
    },
  };
}

type Ask = (url: string, method: "GET" | "HEAD") => Promise<Response>;

async function pageOf({ url, answer }: { url: string; answer: Response }, hash: Hash, ask: Ask): Promise<LivePage> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const headers = Object.fromEntries(
    SHOWN_HEADERS.flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  const page = { url, status: answer.status, sha256: hash(bytes), headers };
  const type = answer.headers.get("content-type") ?? "";
  if (!type.startsWith("text/html")) {
    const text = /^text\/|json|xml/.test(type) ? new TextDecoder().decode(bytes).slice(0, 60_000) : "";
    return { ...page, title: null, text, links: [], facts: [`${bytes.length} bytes of ${type}`] };
  }
  const facts = await readFacts(new TextDecoder().decode(bytes));
  return {
    ...page,
    title: facts.title === "" ? null : facts.title,
    text: facts.text,
    links: facts.links.map((link) => link.href),
    facts: [...describe(facts), ...(await check(facts, url, ask))],
  };
}

const describe = (facts: PageFacts): string[] => [
  `lang: ${facts.lang || "none"}; dir: ${facts.dir || "none"}`,
  `description: ${facts.description || "none"}`,
  `viewport: ${facts.viewport || "none"}`,
  ...facts.headings.slice(0, 30),
  ...facts.forms.map((form) => `form: ${form.method} ${form.action || "nowhere"}, ${form.fields.length} fields`),
  ...(facts.imagesWithoutAlt > 0 ? [`pictures without alt: ${facts.imagesWithoutAlt}`] : []),
];

/** Whether what a page of ours needs and points to is there. */
async function check(facts: PageFacts, url: string, ask: Ask): Promise<string[]> {
  const here = new URL(url);
  const base = URL.canParse(facts.base, url) ? new URL(facts.base, url).href : url;
  const resolve = (href: string) => (URL.canParse(href, base) ? new URL(href, base) : null);
  const wanted = new Map<string, string>();
  const outside: string[] = [];
  const lost: string[] = [];
  const want = (target: URL, as: string) => wanted.set(`${target.origin}${target.pathname}${target.search}`, as);
  for (const { href } of facts.links) {
    const target = resolve(href);
    if (target === null) lost.push(href);
    else if (target.origin !== here.origin) continue;
    else if (target.pathname !== here.pathname || target.search !== here.search) want(target, href);
    else if (!hasAnchor(facts, target.hash)) lost.push(href);
  }
  for (const { kind, src } of facts.resources) {
    const target = resolve(src);
    if (target === null) lost.push(src);
    else if (target.origin === here.origin) want(target, src);
    else if (target.protocol !== "data:") outside.push(`${kind} ${src.slice(0, 200)}`);
  }
  const found = await findMissing(wanted, ask);
  const broken = [...lost, ...found.lost];
  return [
    broken.length > 0
      ? `broken links or missing files: ${broken.slice(0, 30).join(", ")}`
      : `own links and files: all ${found.checked} are there`,
    ...(outside.length > 0 ? [`not loaded, being of another host: ${outside.slice(0, 20).join(", ")}`] : []),
  ];
}

function hasAnchor({ anchors }: PageFacts, hash: string): boolean {
  const raw = hash.slice(1);
  if (raw === "" || raw === "top" || anchors.has(raw)) return true;
  try {
    return anchors.has(decodeURIComponent(raw));
  } catch {
    return false;
  }
}

async function findMissing(
  wanted: ReadonlyMap<string, string>,
  ask: Ask,
): Promise<{ lost: string[]; checked: number }> {
  const all = [...wanted].slice(0, MAX_CHECKED);
  const lost: string[] = [];
  for (let at = 0; at < all.length; at += AT_ONCE) {
    const some = all.slice(at, at + AT_ONCE);
    const statuses = await Promise.all(
      some.map(async ([url]) => {
        const answer = await ask(url, "HEAD");
        await answer.body?.cancel();
        return answer.status;
      }),
    );
    for (const [index, status] of statuses.entries())
      if (status >= 400) lost.push(`${some[index]?.[1].slice(0, 200)} (${status})`);
  }
  return { lost, checked: all.length };
}
