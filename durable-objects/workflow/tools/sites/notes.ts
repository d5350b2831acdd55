import type { SiteNote } from "../../../../shared/api/sites.ts";
import { type PageFacts, readFacts } from "./page-facts.ts";

const MAX_NOTES = 50;
/** What a form must not ask on a page that anybody may have made. */
const SECRET_FIELDS = /^password\b|\bcc-(?:number|csc|exp|name)\b|\b(?:card[-_ ]?number|cvv|cvc)\b/i;

/**
 * What a person should know of pages before they go live, read from their markup. A program inside a page can do more
 * than its markup says; what it may reach is bounded by the headers it is served with.
 * @param paths all files of the folder
 */
export async function notesOf(
  pages: readonly { readonly path: string; readonly html: string }[],
  paths: ReadonlySet<string>,
): Promise<SiteNote[]> {
  const notes: SiteNote[] = [];
  for (const { path, html } of pages) {
    if (notes.length >= MAX_NOTES) break;
    notes.push(...notesOfPage(path, await readFacts(html), paths));
  }
  const seen = new Set<string>();
  return notes
    .filter((note) => {
      const name = JSON.stringify(note);
      return !seen.has(name) && seen.add(name);
    })
    .slice(0, MAX_NOTES);
}

function notesOfPage(file: string, facts: PageFacts, paths: ReadonlySet<string>): SiteNote[] {
  const base = `https://site.invalid/${file.split("/").map(encodeURIComponent).join("/")}`;
  const note = (code: SiteNote["code"], what = ""): SiteNote => ({ code, file, what: what.slice(0, 200) });
  const whereTo = (address: string): "own" | "outside" | "other" | "broken" => {
    if (!URL.canParse(address, base)) return "broken";
    const { protocol, host } = new URL(address, base);
    if (protocol !== "https:" && protocol !== "http:") return "other";
    return host === "site.invalid" ? "own" : "outside";
  };
  const isMissing = (address: string): boolean => {
    if (whereTo(address) === "broken") return true;
    if (whereTo(address) !== "own") return false;
    try {
      const path = decodeURIComponent(new URL(address, base).pathname.slice(1)).normalize("NFC");
      const index = path === "" || path.endsWith("/") ? `${path}index.html` : `${path}/index.html`;
      return path !== "" && !paths.has(path) && !paths.has(index);
    } catch {
      return true;
    }
  };
  return [
    ...(whereTo(facts.base || ".") === "own" ? [] : [note("outside_resource", facts.base)]),
    ...(facts.refresh !== "" && whereTo(facts.refresh) !== "own" ? [note("moves_away", facts.refresh)] : []),
    ...facts.forms.flatMap(({ action, fields }) => [
      ...(whereTo(action || ".") === "outside" ? [note("form_elsewhere", action)] : []),
      ...(whereTo(action || ".") === "own" ? [note("form_nowhere", action)] : []),
      ...(fields.some((field) => SECRET_FIELDS.test(field)) ? [note("asks_secrets")] : []),
    ]),
    ...facts.resources.filter(({ src }) => whereTo(src) === "outside").map(({ src }) => note("outside_resource", src)),
    ...[...facts.links.map((link) => link.href), ...facts.resources.map((one) => one.src)]
      .filter(isMissing)
      .map((address) => note("missing_file", address)),
  ];
}
