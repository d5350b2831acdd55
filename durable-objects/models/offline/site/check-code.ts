import { comment, js } from "../building/guest-code.ts";
import type { Lang } from "../spec.ts";
import type { SiteBrief } from "./ask.ts";
import { expectedTexts } from "./brief.ts";
import { PAGE, STYLE } from "./formal.ts";
import { gapsOf, sectionsOf, titleOf } from "./page.ts";

/** Names of the checks, for people. */
const LABELS = {
  head: ["Title, language and direction of the page", "عنوان الصفحة ولغتها واتجاهها"],
  parts: ["The same sections in every language", "الأقسام نفسها في كل لغة"],
  headings: ["One main heading per language, none skipped", "عنوان رئيسي واحد لكل لغة دون تخطٍّ"],
  links: ["Every link inside the page leads somewhere", "كل رابط داخل الصفحة يعمل"],
  safe: ["Nothing from elsewhere, no scripts, no inline styles", "لا محتوى خارجي ولا برمجة ولا تنسيق مضمن"],
  hours: ["Opening hours readable and equal in every language", "أوقات العمل مقروءة ومتطابقة في كل لغة"],
  contrast: ["Text stands out from its background", "تباين النص مع خلفيته كافٍ"],
  phone: ["Fits a narrow screen, prints, works by keyboard", "مناسبة للجوال والطباعة ولوحة المفاتيح"],
  facts: ["Every fact of the request stands there", "كل معلومة في الطلب موجودة"],
  gaps: ["What is unknown is marked", "ما هو غير معروف معلَّم"],
} as const;
type Label = keyof typeof LABELS;
const labels = (lang: Lang, ...names: Label[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, LABELS[name][lang === "ar" ? 1 : 0]]));

const REPORT = String.raw`
const checks = [];
const check = (name, problems) => checks.push({ label: labels[name], passed: problems.length === 0, detail: problems.slice(0, 3).join("; ") || "ok" });
const all = (text, pattern) => Array.from(text.matchAll(pattern));
`;
const END = String.raw`
const problems = checks.filter((one) => !one.passed).map((one) => one.label + ": " + one.detail);
console.log(JSON.stringify({ ok: problems.length === 0, problems, checks, figures: [], rowsChecked: 0 }));`;

/** The author's check of the page: its structure, read out of the file. */
export function structureCode(brief: SiteBrief, lang: Lang): string {
  return `${comment("The page as it was written: structure, links, hours.")}
const labels = ${js(labels(lang, "head", "parts", "headings", "links", "safe", "hours"))};
const languages = ${js(brief.languages)};
const title = ${js(titleOf(brief))};
const sections = ${js(sectionsOf(brief))};
const html = files.readText(${js(PAGE)});${REPORT}${String.raw`
const plain = (text) => text.replace(/<[^>]*>/g, "").replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
const direction = (lang) => (lang === "ar" ? "rtl" : "ltr");
const head = [];
if (!html.startsWith("<!doctype html>\n<html lang=\"" + languages[0] + "\" dir=\"" + direction(languages[0]) + "\">")) head.push("html");
if (plain((/<title>([^<]*)<\/title>/.exec(html) || ["", ""])[1]) !== title) head.push("title");
if (!html.includes("width=device-width")) head.push("viewport");
check("head", head);
const sides = languages.map((lang) => {
  const start = html.indexOf("<div class=\"side l-" + lang + "\" id=\"" + lang + "\" lang=\"" + lang + "\" dir=\"" + direction(lang) + "\">");
  const next = html.indexOf("<div class=\"side", start + 1);
  return start < 0 ? "" : html.slice(start, next < 0 ? html.indexOf("</main>") : next);
});
check("parts", sides.flatMap((side, at) => {
  const found = all(side, /<section class="part" id="[a-z]+-([a-z]+)"/g).map((one) => one[1]);
  return found.join() === sections.join() ? [] : [languages[at] + ": " + found.join()];
}));
check("headings", sides.flatMap((side, at) => {
  const levels = all(side, /<h([1-6])/g).map((one) => Number(one[1]));
  const bad = levels.filter((one) => one === 1).length !== 1 || levels.some((one, index) => index > 0 && one > levels[index - 1] + 1);
  return bad ? [languages[at] + ": " + levels.join()] : [];
}));
const ids = all(html, / id="([^"]+)"/g).map((one) => one[1]);
const targets = all(html, / href="#([^"]*)"/g).map((one) => one[1]);
check("links", targets.filter((one) => !ids.includes(one)).concat(ids.filter((one, at) => ids.indexOf(one) !== at)));
const hrefs = all(html, / href="([^"]*)"/g).map((one) => one[1]);
const unsafe = hrefs.filter((one) => !/^(#|style\.css$|tel:\+?\d+$|mailto:[^:]+$|https:\/\/(wa\.me|www\.google\.com|www\.instagram\.com)\/)/.test(one));
const tags = all(html, /<[^>]*>/g).map((one) => one[0]).join("");
if (/<script(?! type="application\/ld\+json")|<(iframe|object|embed|form|img|base)\b| on[a-z]+=| style=|<style| src=/i.test(tags)) unsafe.push("markup");
check("safe", unsafe);
const minutes = (text) => {
  const found = all(text, /(\d{1,2}):(\d\d) (AM|PM|ص|م)/g);
  return found.map(([, hour, minute, half]) => (Number(hour) % 12) * 60 + Number(minute) + (half === "PM" || half === "م" ? 720 : 0));
};
const tables = sides.map((side) => all(side, /<tr><th scope="row">[^<]*<\/th><td>(.*?)<\/td><\/tr>/g).map((one) => minutes(plain(one[1].replaceAll("<br>", " "))).join("-")));
check("hours", tables.flatMap((rows, at) => (rows.length === 7 && rows.join() === tables[0].join() ? [] : [languages[at] + ": " + rows.length])));
`}${END}`;
}

/** The author's check of the style sheet: contrast of every pair that carries text, narrow screens, print, focus. */
export function styleCode(lang: Lang): string {
  return `${comment("Contrast by the formula of WCAG 2.2, from the colours in the file.")}
const labels = ${js(labels(lang, "contrast", "phone"))};
const css = files.readText(${js(STYLE)});${REPORT}${String.raw`
const value = (name) => (new RegExp("--" + name + ": (#[0-9a-f]{6});").exec(css) || ["", name])[1];
const light = (hex) => {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (one, two) => {
  const [high, low] = [light(value(one)), light(value(two))].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
};
const pairs = [["ink", "paper"], ["ink", "tint"], ["soft", "paper"], ["soft", "tint"], ["accent", "paper"], ["accent", "tint"], ["#ffffff", "accent"], ["#ffffff", "deep"], ["deep", "tint"], ["#6b4700", "#fff6dd"]];
check("contrast", pairs.filter(([one, two]) => !(contrast(one, two) >= 4.5)).map(([one, two]) => one + "/" + two + " " + contrast(one, two).toFixed(2)));
const wanted = ["@media (max-width", "@media print", ":focus-visible", "prefers-reduced-motion"];
const outside = /@import|url\(|https?:/.test(css) ? ["url"] : [];
check("phone", wanted.filter((one) => !css.includes(one)).concat(outside));
`}${END}`;
}

/** A reviewer's check: what the person said, looked up in the text that a visitor reads. */
export function contentCode(brief: SiteBrief, lang: Lang): string {
  return `${comment("The facts of the request, looked up in the page's visible text.")}
const labels = ${js(labels(lang, "facts", "gaps", "safe"))};
const wanted = ${js(expectedTexts(brief))};
const gaps = ${gapsOf(brief).length};
const html = files.readText(${js(PAGE)});${REPORT}${String.raw`
const body = html.slice(html.indexOf("<body"));
const text = body.replace(/<(?:br|\/p|\/li|\/td|\/h\d)[^>]*>/g, " ").replace(/<[^>]*>/g, "").replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))).replace(/\s+/g, " ").toLowerCase();
check("facts", wanted.filter((one) => !text.includes(one.replace(/\s+/g, " ").toLowerCase())));
const marked = Array.from(body.matchAll(/class="gap"/g)).length;
check("gaps", (gaps > 0) === (marked > 0) ? [] : [marked + " / " + gaps]);
const tags = (html.match(/<[^>]*>/g) ?? []).join("");
check("safe", /<script(?! type="application\/ld\+json")| on[a-z]+=|javascript:|<style|<iframe/i.test(tags) ? ["markup"] : []);
`}${END}`;
}
