import type { Lang } from "../spec.ts";
import { joined } from "../wording.ts";
import type { SiteBrief } from "./ask.ts";
import { paletteOf } from "./colour.ts";
import { mapLink, whatsappLink } from "./contact.ts";
import { clock24, DAY_NAMES, dayHours, hoursKnown, isAllDay, type Week } from "./hours.ts";
import { addressIn, scriptOf, serviceIn } from "./terms.ts";
import { word } from "./texts.ts";

/** Text for HTML, between tags and in attributes. */
export const esc = (text: string): string => text.replace(/[&<>"'`]/g, (mark) => `&#${mark.charCodeAt(0)};`);

const direction = (lang: Lang): string => (lang === "ar" ? "rtl" : "ltr");
const attributes = (lang: Lang): string => `lang="${lang}" dir="${direction(lang)}"`;

/** A fact inside text of `lang`: kept apart in direction, its own language named where it differs. */
const fact = (text: string, lang: Lang): string =>
  scriptOf(text) === lang ? `<bdi>${esc(text)}</bdi>` : `<bdi lang="${scriptOf(text)}">${esc(text)}</bdi>`;
/** Figures and addresses that read from left to right everywhere. */
const ltr = (text: string): string => `<bdi dir="ltr">${esc(text)}</bdi>`;
const gap = (lang: Lang): string => `<span class="gap">${word("gap", lang)}</span>`;
const icon = (name: string): string => `<svg class="icon" aria-hidden="true"><use href="#i-${name}"/></svg>`;

const ICONS: readonly (readonly [string, string])[] = [
  ["phone", "M6 3h4l2 5-2.5 1.5a11 11 0 0 0 5 5L16 12l5 2v4a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3z"],
  ["chat", "M4 5h16v11H9l-5 4z"],
  ["mail", "M3 6h18v12H3zM3 7l9 6 9-6"],
  ["pin", "M12 21s7-6.2 7-11a7 7 0 0 0-14 0c0 4.8 7 11 7 11zM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z"],
  ["clock", "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2"],
  ["photo", "M5 4h14v16H5zM12 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z"],
];

/** The name shown in `lang`: the one given in it, else the one given; null when there is none. */
export const nameIn = ({ names }: SiteBrief, lang: Lang): string | null =>
  names[lang] ?? names[lang === "ar" ? "en" : "ar"];

/** Names (or kinds, where there is no name) in the page's languages: its title. */
export function titleOf(brief: SiteBrief): string {
  const titles = brief.languages.map((lang) => nameIn(brief, lang) ?? brief.kind.name[lang]);
  return [...new Set(titles)].join(" · ");
}

type Section = "services" | "hours" | "about" | "contact";
export function sectionsOf(brief: SiteBrief): Section[] {
  return [
    ...(brief.about === null ? [] : (["about"] as const)),
    ...(brief.wantsServices ? (["services"] as const) : []),
    "hours",
    "contact",
  ];
}
export const headingOf = (section: Section, brief: SiteBrief, lang: Lang): string =>
  section === "services" ? brief.kind.offers[lang] : word(section, lang);

/** The page: each language a part of its own, one shown at a time; without styles all of it reads from top to bottom. */
export function pageHtml(brief: SiteBrief): string {
  const [main = "en"] = brief.languages;
  const { languages } = brief;
  return `<!doctype html>
<html ${attributes(main)}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${esc(titleOf(brief))}</title>
<meta name="description" content="${esc(leadOf(brief, main))}">
<meta name="theme-color" content="${paletteOf(brief.colour).deep}">
<link rel="stylesheet" href="style.css">
${dataOf(brief)}</head>
<body>
<svg class="sprite" width="0" height="0" aria-hidden="true">${ICONS.map(([name, path]) => `<symbol id="i-${name}" viewBox="0 0 24 24"><path d="${path}"/></symbol>`).join("")}</svg>
${languages.map((lang) => `<a class="skip l-${lang}" ${attributes(lang)} href="#${lang}">${word("skip", lang)}</a>`).join("\n")}
<header class="top">
${languages.map((lang) => barOf(brief, lang)).join("\n")}
</header>
<main>
${languages.map((lang) => sideOf(brief, lang)).join("\n")}
</main>
<footer class="foot">
${languages.map((lang) => footOf(brief, lang)).join("\n")}
</footer>
</body>
</html>
`;
}

function brandOf(brief: SiteBrief, lang: Lang): string {
  const name = nameIn(brief, lang);
  const letter = [...(name ?? brief.kind.name[lang])].find((one) => /\p{L}/u.test(one)) ?? "•";
  return `<a class="brand" href="#${lang}"><span class="mark" aria-hidden="true">${esc(letter)}</span><span>${name === null ? esc(brief.kind.name[lang]) : fact(name, lang)}</span></a>`;
}

function barOf(brief: SiteBrief, lang: Lang): string {
  const other = brief.languages.find((one) => one !== lang);
  const links = sectionsOf(brief).map(
    (section) => `<a href="#${lang}-${section}">${esc(headingOf(section, brief, lang))}</a>`,
  );
  const change =
    other === undefined
      ? ""
      : `<a class="switch" href="#${other}" lang="${other}" hreflang="${other}">${word("other", lang)}</a>`;
  return `<div class="bar l-${lang}" ${attributes(lang)}>${brandOf(brief, lang)}<nav aria-label="${word("sections", lang)}">${links.join("")}</nav>${change}</div>`;
}

function leadOf(brief: SiteBrief, lang: Lang): string {
  const parts = sectionsOf(brief).filter((section) => section !== "about");
  const names = parts.map((section) => headingOf(section, brief, lang));
  if (lang === "ar") return `${joined(names, lang)} في صفحة واحدة.`;
  const text = joined(
    names.map((name, index) => (index === 0 ? name : name.toLowerCase())),
    lang,
  );
  return `${text} on one page.`;
}

function sideOf(brief: SiteBrief, lang: Lang): string {
  const parts = { services: servicesOf, hours: hoursOf, about: aboutOf, contact: contactOf };
  return `<div class="side l-${lang}" id="${lang}" ${attributes(lang)}>
${heroOf(brief, lang)}
${sectionsOf(brief)
  .map(
    (
      section,
    ) => `<section class="part" id="${lang}-${section}" aria-labelledby="${lang}-${section}-h"><div class="wrap">
<h2 id="${lang}-${section}-h">${esc(headingOf(section, brief, lang))}</h2>
${parts[section](brief, lang)}
</div></section>`,
  )
  .join("\n")}
</div>`;
}

function heroOf(brief: SiteBrief, lang: Lang): string {
  const name = nameIn(brief, lang);
  const title = name === null ? `${word("welcome", lang)} ${brief.kind.our[lang]}` : null;
  const chat = brief.phones.map(whatsappLink).find((link, index) => link !== null && brief.phones[index]?.whatsapp);
  const call = brief.phones.find((phone) => !phone.whatsapp) ?? brief.phones[0];
  const actions = [
    ...(call
      ? [`<a class="button" href="tel:${call.dial}">${icon("phone")}${word("call", lang)} ${ltr(call.shown)}</a>`]
      : []),
    ...(chat
      ? [`<a class="button quiet" href="${esc(chat)}" rel="noopener">${icon("chat")}${word("chat", lang)}</a>`]
      : []),
    ...(call ? [] : [`<a class="button" href="#${lang}-hours">${icon("clock")}${word("seeHours", lang)}</a>`]),
    ...(chat ? [] : [`<a class="button quiet" href="#${lang}-contact">${icon("pin")}${word("reach", lang)}</a>`]),
  ];
  const glance = glanceOf(brief, lang);
  return `<section class="hero"><div class="wrap${glance === "" ? "" : " two"}">
<div><p class="kicker">${esc(brief.kind.name[lang])}</p>
<h1>${title === null ? fact(name ?? "", lang) : esc(title)}</h1>
${name === null ? `<p class="missing">${word("nameGap", lang)}: ${gap(lang)}</p>\n` : ""}<p class="lead">${esc(leadOf(brief, lang))}</p>
<p class="actions">${actions.join("")}</p></div>
${glance}</div></section>`;
}

/** Days with the same hours together: "Saturday – Thursday". */
export function groupedDays(week: Week, lang: Lang): { readonly days: string; readonly hours: readonly string[] }[] {
  const groups: { first: number; last: number; hours: readonly string[] }[] = [];
  week.forEach((day, index) => {
    const hours = dayHours(day, lang);
    if (hours === null) return;
    const last = groups.at(-1);
    if (last && last.last === index - 1 && last.hours.join() === hours.join()) last.last = index;
    else groups.push({ first: index, last: index, hours });
  });
  return groups.map(({ first, last, hours }) => {
    if (first === 0 && last === 6) return { days: word("everyDay", lang), hours };
    const [from = "", to = ""] = [DAY_NAMES[first]?.[lang], DAY_NAMES[last]?.[lang]];
    return { days: first === last ? from : `${from} – ${to}`, hours };
  });
}

/** The facts a visitor comes for, beside the title; nothing when there are none. */
function glanceOf(brief: SiteBrief, lang: Lang): string {
  const rows = groupedDays(brief.week, lang).map(
    ({ days, hours }) => `<dt>${days}</dt><dd>${hours.map((one) => `<bdi>${one}</bdi>`).join("<br>")}</dd>`,
  );
  if (brief.address !== null)
    rows.push(`<dt>${word("address", lang)}</dt><dd>${addressText(brief.address, lang)}</dd>`);
  if (rows.length === 0) return "";
  return `<aside class="glance" aria-label="${word("glance", lang)}"><h2>${word("glance", lang)}</h2><dl>${rows.join("")}</dl></aside>`;
}

const addressText = (address: string, lang: Lang): string => fact(addressIn(address, lang) ?? address, lang);

function servicesOf(brief: SiteBrief, lang: Lang): string {
  if (brief.services.length === 0) return `<p>${gap(lang)}</p>`;
  return `<ul class="cards">${brief.services.map((one) => `<li>${fact(serviceIn(one, lang) ?? one, lang)}</li>`).join("")}</ul>`;
}

function aboutOf(brief: SiteBrief, lang: Lang): string {
  return `<p class="about">${fact(brief.about ?? "", lang)}</p>`;
}

function hoursOf({ week }: SiteBrief, lang: Lang): string {
  const rows = week.map((day, index) => {
    const name = DAY_NAMES[index]?.[lang] ?? "";
    const ranges = dayHours(day, lang);
    const shown =
      day === null || ranges === null
        ? gap(lang)
        : day === "closed"
          ? `<span class="closed">${ranges[0]}</span>`
          : ranges.map((one) => `<bdi>${one}</bdi>`).join("<br>");
    return `<tr><th scope="row">${name}</th><td>${shown}</td></tr>`;
  });
  return `<table class="hours"><thead><tr><th scope="col">${word("day", lang)}</th><th scope="col">${word("open", lang)}</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table>`;
}

function contactOf(brief: SiteBrief, lang: Lang): string {
  const card = (name: string, label: string, value: string): string =>
    `<li>${icon(name)}<div><h3>${label}</h3>${value}</div></li>`;
  const cards = brief.phones.flatMap((phone) => {
    const chat = phone.whatsapp ? whatsappLink(phone) : null;
    if (chat !== null)
      return [card("chat", word("whatsapp", lang), `<a href="${esc(chat)}" rel="noopener">${ltr(phone.shown)}</a>`)];
    return [
      card(
        "phone",
        word(phone.whatsapp ? "whatsapp" : "phone", lang),
        `<a href="tel:${phone.dial}">${ltr(phone.shown)}</a>`,
      ),
    ];
  });
  if (brief.phones.length === 0) cards.push(card("phone", word("phone", lang), gap(lang)));
  const address =
    brief.address === null
      ? gap(lang)
      : `<p>${addressText(brief.address, lang)}</p><a href="${esc(mapLink(brief.address))}" rel="noopener">${word("map", lang)}</a>`;
  cards.push(card("pin", word("address", lang), address));
  if (brief.email !== null)
    cards.push(card("mail", word("email", lang), `<a href="mailto:${esc(brief.email)}">${ltr(brief.email)}</a>`));
  else if (needsEmail(brief)) cards.push(card("mail", word("email", lang), gap(lang)));
  if (brief.instagram !== null)
    cards.push(
      card(
        "photo",
        word("instagram", lang),
        `<a href="https://www.instagram.com/${esc(brief.instagram)}/" rel="noopener">${ltr(`@${brief.instagram}`)}</a>`,
      ),
    );
  return `<ul class="reach">${cards.join("\n")}</ul>`;
}

/** An e-mail address is missed where one was asked for or nothing else is there to write to. */
export const needsEmail = (brief: SiteBrief): boolean =>
  brief.email === null && (brief.wantsEmail || brief.phones.length === 0);

export type Gap = "name" | "hours" | "phone" | "address" | "email" | "services";
/** What a visitor would look for and the request does not say. */
export function gapsOf(brief: SiteBrief): Gap[] {
  return [
    ...(brief.names.en === null && brief.names.ar === null ? (["name"] as const) : []),
    ...(brief.week.some((day) => day === null) ? (["hours"] as const) : []),
    ...(brief.wantsServices && brief.services.length === 0 ? (["services"] as const) : []),
    ...(brief.phones.length === 0 ? (["phone"] as const) : []),
    ...(brief.address === null ? (["address"] as const) : []),
    ...(needsEmail(brief) ? (["email"] as const) : []),
  ];
}

function footOf(brief: SiteBrief, lang: Lang): string {
  const name = nameIn(brief, lang);
  const note = gapsOf(brief).length > 0 ? `<p>${word("gapNote", lang)}</p>` : "";
  return `<div class="wrap l-${lang}" ${attributes(lang)}><p class="sign">${name === null ? esc(brief.kind.name[lang]) : fact(name, lang)}</p>${note}</div>`;
}

/** Facts for search engines, when the name is known. Data, never run: `<` cannot end it early. */
function dataOf(brief: SiteBrief): string {
  const [main = "en"] = brief.languages;
  const name = nameIn(brief, main);
  if (name === null) return "";
  const hours = brief.week.flatMap((day, index) =>
    day === null || day === "closed"
      ? []
      : day.map((range) => ({
          "@type": "OpeningHoursSpecification",
          dayOfWeek: DAY_NAMES[index]?.schema,
          opens: clock24(range[0]),
          closes: isAllDay(range) ? "23:59" : clock24(range[1]),
        })),
  );
  const data = {
    "@context": "https://schema.org",
    "@type": brief.kind.schema,
    name,
    ...(brief.phones[0] ? { telephone: brief.phones[0].dial } : {}),
    ...(brief.email === null ? {} : { email: brief.email }),
    ...(brief.address === null ? {} : { address: brief.address }),
    ...(hoursKnown(brief.week) && hours.length > 0 ? { openingHoursSpecification: hours } : {}),
  };
  const json = JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `<script type="application/ld+json">${json}</script>\n`;
}
