import { decodeEntities, tidy } from "./html-text.ts";

export interface PageForm {
  /** As written, resolved by nobody; "" when there is none. */
  readonly action: string;
  readonly method: string;
  /** Types of its fields. */
  readonly fields: readonly string[];
}

/** What an HTML page says of itself, read as data: nothing in it runs. */
export interface PageFacts {
  readonly title: string;
  readonly lang: string;
  readonly dir: string;
  readonly description: string;
  readonly viewport: string;
  /** Address a `<meta http-equiv=refresh>` goes on to. */
  readonly refresh: string;
  readonly base: string;
  readonly headings: readonly string[];
  /** What a visitor reads, one line per block. */
  readonly text: string;
  readonly links: readonly { readonly href: string; readonly text: string }[];
  /** Pictures, styles, scripts, media, frames and fonts the page loads. */
  readonly resources: readonly { readonly kind: string; readonly src: string }[];
  readonly imagesWithoutAlt: number;
  readonly forms: readonly PageForm[];
  /** Targets of #fragments. */
  readonly anchors: ReadonlySet<string>;
}

const MAX_TEXT = 60_000;
/** Of a title, a heading, the text of a link, an attribute. */
const MAX_OWN = 1_000;
const MAX_ITEMS = 400;
const BLOCKS =
  "p,div,section,article,header,footer,nav,main,aside,h1,h2,h3,h4,h5,h6,li,ul,ol,dl,dt,dd,tr,table,br,hr,form,fieldset,address,blockquote,figure,figcaption,label,button,option,details,summary";
const UNSEEN = "script,style,template,noscript,title,svg,[hidden]";

/** @param html any text; broken markup gives what could be read */
export async function readFacts(html: string): Promise<PageFacts> {
  let title = "";
  let text = "";
  let unseen = 0;
  let imagesWithoutAlt = 0;
  const found = { lang: "", dir: "", description: "", viewport: "", refresh: "", base: "" };
  const headings: string[] = [];
  const links: { href: string; text: string }[] = [];
  const resources: { kind: string; src: string }[] = [];
  const forms: { action: string; method: string; fields: string[] }[] = [];
  const anchors = new Set<string>();
  /** Open elements that gather their own text. */
  const open: { add: (piece: string) => void }[] = [];
  const attr = (element: Element, name: string) =>
    decodeEntities((element.getAttribute(name) ?? "").slice(0, MAX_OWN)).trim();
  const resource = (kind: string, src: string) => {
    if (src !== "" && resources.length < MAX_ITEMS) resources.push({ kind, src });
  };
  const gather = (element: Element, done: (text: string) => void) => {
    let own = "";
    const one = {
      add: (piece: string) => {
        own += piece.slice(0, Math.max(0, MAX_OWN - own.length));
      },
    };
    open.push(one);
    atEnd(element, () => {
      open.splice(open.indexOf(one), 1);
      done(tidy(decodeEntities(own)).replaceAll("\n", " "));
    });
  };
  const rewriter = new HTMLRewriter()
    .on("html", {
      element(element) {
        found.lang = attr(element, "lang");
        found.dir = attr(element, "dir");
      },
    })
    .on("body[dir]", {
      element(element) {
        found.dir ||= attr(element, "dir");
      },
    })
    .on("[id],a[name]", {
      element(element) {
        if (anchors.size < 2000) anchors.add(attr(element, "id") || attr(element, "name"));
      },
    })
    .on(UNSEEN, {
      element(element) {
        unseen += 1;
        if (!atEnd(element, () => (unseen -= 1))) unseen -= 1;
      },
    })
    .on("title", {
      text(chunk) {
        title += chunk.text.slice(0, Math.max(0, MAX_OWN - title.length));
      },
    })
    .on("base", {
      element(element) {
        found.base ||= attr(element, "href");
      },
    })
    .on("meta", {
      element(element) {
        const name = attr(element, "name").toLowerCase();
        const content = attr(element, "content");
        if (name === "description") found.description ||= content;
        if (name === "viewport") found.viewport ||= content;
        if (attr(element, "http-equiv").toLowerCase() === "refresh")
          found.refresh ||= /url\s*=\s*['"]?([^'"]+)/i.exec(content)?.[1]?.trim() ?? "";
      },
    })
    .on(BLOCKS, {
      element() {
        text += "\n";
      },
    })
    .on("h1,h2,h3", {
      element(element) {
        const { tagName } = element;
        gather(element, (heading) => {
          if (heading !== "" && headings.length < 50) headings.push(`${tagName}: ${heading}`);
        });
      },
    })
    .on("a[href],area[href]", {
      element(element) {
        const href = attr(element, "href");
        if (links.length >= MAX_ITEMS) return;
        const link = { href, text: "" };
        links.push(link);
        gather(element, (said) => {
          link.text = said;
        });
      },
    })
    .on("img", {
      element(element) {
        resource("image", attr(element, "src"));
        for (const part of attr(element, "srcset").split(",")) resource("image", part.trim().split(/\s+/)[0] ?? "");
        if (!element.hasAttribute("alt")) imagesWithoutAlt += 1;
      },
    })
    .on("script[src]", { element: (element) => resource("script", attr(element, "src")) })
    .on("link[href]", {
      element(element) {
        const rel = attr(element, "rel").toLowerCase();
        if (/\b(?:stylesheet|icon|manifest|preload|modulepreload)\b/.test(rel))
          resource(rel.includes("stylesheet") ? "style" : rel, attr(element, "href"));
      },
    })
    .on("source[src],video[src],audio[src],track[src],embed[src]", {
      element: (element) => resource("media", attr(element, "src")),
    })
    .on("video[poster]", { element: (element) => resource("image", attr(element, "poster")) })
    .on("iframe[src],frame[src]", { element: (element) => resource("frame", attr(element, "src")) })
    .on("object[data]", { element: (element) => resource("frame", attr(element, "data")) })
    .on("form", {
      element(element) {
        if (forms.length < 50)
          forms.push({ action: attr(element, "action"), method: attr(element, "method") || "get", fields: [] });
      },
    })
    .on("input,textarea,select,button[formaction],input[formaction]", {
      element(element) {
        const form = forms.at(-1);
        const type = attr(element, "type").toLowerCase() || element.tagName;
        const name = attr(element, "name").toLowerCase();
        const auto = attr(element, "autocomplete").toLowerCase();
        if (form && form.fields.length < 100) form.fields.push([type, name, auto].filter(Boolean).join(" "));
        const elsewhere = attr(element, "formaction");
        if (elsewhere !== "" && forms.length < 50) forms.push({ action: elsewhere, method: "post", fields: [] });
      },
    })
    .onDocument({
      text(chunk) {
        if (unseen > 0) return;
        text += chunk.text.slice(0, Math.max(0, MAX_TEXT * 2 - text.length));
        for (const one of open) one.add(chunk.text);
      },
    });
  // Read to its end: handlers run while it flows.
  await rewriter.transform(new Response(html, { headers: { "content-type": "text/html; charset=utf-8" } })).text();
  return {
    ...found,
    title: tidy(decodeEntities(title)).replaceAll("\n", " "),
    headings,
    text: tidy(decodeEntities(text)).slice(0, MAX_TEXT),
    links,
    resources,
    imagesWithoutAlt,
    forms,
    anchors,
  };
}

/** False for an element that has no end, such as `<input>`. */
function atEnd(element: Element, done: () => void): boolean {
  try {
    element.onEndTag(done);
    return true;
  } catch {
    return false;
  }
}
