import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { SiteHosts } from "../../../../shared/lib/site-hosts.ts";
import { sha256 } from "../../log/hash.ts";
import type { LivePage } from "../../ports.ts";
import { readFacts } from "./page-facts.ts";
import { createPageReader, type PageReaderDeps } from "./page-reader.ts";

/* The front door is a stand-in that answers what a test says; the real one is proven in worker/sites. */

const SITE = "0123456789abcdefghjk";
const ORIGIN = `http://${SITE}.sites.localhost:8787`;
const signal = new AbortController().signal;
const asked: string[] = [];
let pages: Record<string, Response | (() => Response)> = {};

const deps: PageReaderDeps = {
  hosts: new SiteHosts("sites.localhost:8787"),
  ownerOf: async (id) => (id === SITE ? "prj_1" : null),
  async fetch(request) {
    asked.push(`${request.method} ${request.url}`);
    const found = pages[new URL(request.url).pathname];
    return typeof found === "function" ? found() : (found?.clone() ?? new Response("none", { status: 404 }));
  },
  hash: sha256,
};
const reader = createPageReader(deps);
const html = (text: string, status = 200) =>
  new Response(text, { status, headers: { "content-type": "text/html; charset=utf-8" } });

async function page(path = "/", project = "prj_1"): Promise<LivePage> {
  const read = await reader.fetch(project, `${ORIGIN}${path}`, signal);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

beforeAll(() => {
  expect(env.SITES_DOMAIN).toBe("sites.localhost:8787");
});

describe("fetch_page", () => {
  test("tells what a visitor gets, in both languages, with what is missing and what is not loaded", async () => {
    const text = `<!doctype html><html lang="ar" dir="rtl"><head><title>عيادة &amp; النور</title>
      <meta name="viewport" content="width=device-width"><link rel="stylesheet" href="style.css">
      <script>document.write("never read")</script><script src="https://cdn.example/x.js"></script></head>
      <body><h1>أهلاً</h1><p>نفتح من <b>٨ صباحًا</b></p><img src="gone.png"><a href="#hours">الأوقات</a>
      <section id="hours">8&#58;00 &ndash; 17:00</section><a href="en/">English</a><a href="#nowhere">x</a>
      <a href="https://wa.me/965">WhatsApp</a><div hidden>hidden words</div></body></html>`;
    pages = { "/": html(text), "/style.css": new Response("h1{}"), "/en/": html("") };
    const found = await page();
    expect(found).toMatchObject({ url: `${ORIGIN}/`, status: 200, title: "عيادة & النور", sha256: sha256(text) });
    expect(found.text).toContain("نفتح من ٨ صباحًا");
    expect(found.text).toContain("8:00 – 17:00");
    for (const unseen of ["never read", "hidden words", "عيادة"]) expect(found.text).not.toContain(unseen);
    expect(found.links).toEqual(["#hours", "en/", "#nowhere", "https://wa.me/965"]);
    const facts = found.facts?.join("\n") ?? "";
    expect(facts).toContain("lang: ar; dir: rtl");
    expect(facts).toContain("broken links or missing files: #nowhere, gone.png (404)");
    expect(facts).toContain("not loaded, being of another host: script https://cdn.example/x.js");
    expect(facts).toContain("pictures without alt: 1");
  });

  test.each([
    "https://example.com/",
    "http://localhost:8787/api/me",
    "http://zzzzzzzzzzzzzzzzzzzz.sites.localhost:8787/",
    `http://${SITE}.sites.localhost.evil.example/`,
    `http://evil.example/?x=${ORIGIN}`,
    "file:///etc/passwd",
    "not an address",
    "http://169.254.169.254/",
    `javascript://${SITE}.sites.localhost/`,
  ])("%s is not a page of this project", async (url) => {
    asked.length = 0;
    const read = await reader.fetch("prj_1", url, signal);
    expect(read).toMatchObject({ ok: false, error: expect.stringContaining("this project has published") });
    expect(asked).toEqual([]);
  });

  test("NFR-S1.1: the site of another project is none, and whatever port or name is given, the site's own is asked", async () => {
    expect((await reader.fetch("prj_2", `${ORIGIN}/`, signal)).ok).toBe(false);
    pages = { "/": html("x") };
    asked.length = 0;
    await reader.fetch("prj_1", `https://user:secret@${SITE}.sites.localhost:1/`, signal);
    expect(asked).toEqual([`GET ${ORIGIN}/`]);
  });

  test("follows the site's own redirects and no other", async () => {
    const to = (location: string) => new Response(null, { status: 308, headers: { location } });
    pages = {
      "/a": to("/a/"),
      "/a/": html("<title>a</title>"),
      "/out": to("https://evil.example/"),
      "/round": to("/round"),
    };
    expect(await page("/a")).toMatchObject({ url: `${ORIGIN}/a/`, title: "a" });
    for (const path of ["/out", "/round"])
      expect((await reader.fetch("prj_1", `${ORIGIN}${path}`, signal)).ok).toBe(false);
  });

  test("a page that is not there is told with its status, a door that breaks in words", async () => {
    pages = {
      "/gone": html("taken down", 410),
      "/broken": () => {
        throw new Error("inside");
      },
    };
    expect(await page("/gone")).toMatchObject({ status: 410, text: "taken down" });
    const broken = await reader.fetch("prj_1", `${ORIGIN}/broken`, signal);
    expect(broken).toEqual({ ok: false, error: "The page could not be fetched. Try again." });
  });
});

describe("markup is data", () => {
  test.each([
    ["", ""],
    ["<p>a<p>b</div></span>c", "a\nbc"],
    ["<script>if (1 < 2) { '</p>' }</script>after", "after"],
    ["<svg><text>drawn</text></svg>x", "x"],
    ["&lt;b&gt; &#x627; &unknown; &#0; &#xD800;", "<b> ا &unknown;"],
    ["<title>t</title><title>u", ""],
    ["<input hidden>seen", "seen"],
  ])("%j reads as %j", async (markup, text) => {
    expect((await readFacts(markup)).text).toBe(text);
  });

  test("what never ends is bounded", async () => {
    expect((await readFacts(`${"<div>".repeat(3000)}deep`)).text).toBe("deep");
    const facts = await readFacts(`<h1>${"a".repeat(300_000)}</h1>${"<a href=x>y</a>".repeat(5000)}`);
    expect(facts.text.length).toBeLessThanOrEqual(60_000);
    expect(facts.links.length).toBe(400);
    expect(facts.headings[0]?.length).toBeLessThan(1_100);
  });
});
