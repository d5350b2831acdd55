import { changesOf } from "../../../../shared/text/change.ts";
import { pick } from "../labels.ts";
import type { Prompt } from "../prompt.ts";
import type { Lang } from "../spec.ts";
import { joined } from "../wording.ts";
import type { SiteBrief } from "./ask.ts";
import { readSiteSince } from "./change.ts";
import { DAY_NAMES, dayHours, hoursKnown } from "./hours.ts";
import { type Gap, gapsOf, groupedDays, nameIn } from "./page.ts";
import { addressIn, scriptOf, serviceIn } from "./terms.ts";

/** What is known: the request, what the person said later, and the beginnings of the documents sent with it. */
export function briefOf(prompt: Prompt): SiteBrief {
  const documents = prompt.files.flatMap((file) => (file.kind === "document" ? [file.excerpt] : []));
  const { first, changes } = changesOf(prompt.request);
  return readSiteSince([first, ...documents].join("\n"), [...changes, ...prompt.steering], prompt.lang);
}

const GAPS: Readonly<Record<Gap, readonly [string, string]>> = {
  name: ["the name", "الاسم"],
  hours: ["opening hours", "أوقات العمل"],
  services: ["what is offered", "ما تقدمه"],
  phone: ["a phone number", "رقم الهاتف"],
  address: ["the address", "العنوان"],
  email: ["an email address", "البريد الإلكتروني"],
};

export const gapNames = (brief: SiteBrief, lang: Lang): string[] =>
  gapsOf(brief).map((gap) =>
    gap === "hours" && hoursKnown(brief.week) ? openDays(brief, lang) : pick(lang, ...GAPS[gap]),
  );

/** Days without hours, where others have some. */
function openDays({ week }: SiteBrief, lang: Lang): string {
  const days = week.flatMap((day, index) => (day === null ? (DAY_NAMES[index]?.[lang] ?? []) : []));
  return pick(lang, `the hours of ${joined(days, lang)}`, `أوقات ${joined(days, lang)}`);
}

/** The sentence about what is missing; null when nothing is. */
export function gapsText(brief: SiteBrief, lang: Lang): string | null {
  const names = gapNames(brief, lang);
  if (names.length === 0) return null;
  return pick(
    lang,
    `Not in your request and shown as “To be added”: ${joined(names, lang)}. Write it under the result and the page is made again with it.`,
    `غير مذكور في طلبك ويظهر «يُضاف لاحقًا»: ${names.join("، ")}. اكتبه تحت النتيجة فتُعاد الصفحة به.`,
  );
}

/** Facts that stand on a page in a language they were not given in, since they are not translated by guessing. */
export function untranslated(brief: SiteBrief): string[] {
  return brief.languages.flatMap((lang) => {
    const name = nameIn(brief, lang);
    return [
      ...(name !== null && scriptOf(name) !== lang ? [name] : []),
      ...brief.services.filter((one) => serviceIn(one, lang) === null),
      ...(brief.address !== null && addressIn(brief.address, lang) === null ? [brief.address] : []),
      ...(brief.about !== null && scriptOf(brief.about) !== lang ? [brief.about] : []),
    ];
  });
}

export const short = (text: string): string => ([...text].length > 60 ? `${[...text].slice(0, 59).join("")}…` : text);

/** What people must know of the page before they approve it. */
export function siteLimits(brief: SiteBrief, lang: Lang): string[] {
  const foreign = [...new Set(untranslated(brief))];
  const gaps = gapsText(brief, lang);
  return [
    pick(
      lang,
      "The offline stand-in builds the page from a template and the facts in your request; it writes no free texts and makes no pictures.",
      "النموذج المحلي يبني الصفحة من قالب ومن المعلومات في طلبك؛ لا يؤلف نصوصًا ولا يصنع صورًا.",
    ),
    ...(gaps === null ? [] : [gaps]),
    ...brief.unread.map((said) =>
      pick(
        lang,
        `The offline stand-in did not understand this change, and the page stays as it is there: “${short(said)}”. It understands name, hours, phone, email, address, services, languages and colour.`,
        `لم يفهم النموذج المحلي هذا التغيير، وتبقى الصفحة كما هي فيه: «${short(said)}». يفهم الاسم والأوقات والهاتف والبريد والعنوان والخدمات واللغات واللون.`,
      ),
    ),
    ...(foreign.length > 0
      ? [
          pick(
            lang,
            `Shown as you wrote it in both languages, not translated: ${foreign.slice(0, 6).map(short).join("; ")}.`,
            `يظهر كما كتبته في اللغتين دون ترجمة: ${foreign.slice(0, 6).map(short).join("؛ ")}.`,
          ),
        ]
      : []),
    ...(brief.everyDay
      ? [
          pick(
            lang,
            "Your hours name no days: they are shown for every day that is not closed.",
            "لم تُذكر أيام مع الأوقات، لذلك تظهر لكل يوم غير مغلق.",
          ),
        ]
      : []),
    ...(brief.phones.some((phone) => phone.whatsapp && !phone.dial.startsWith("+"))
      ? [
          pick(
            lang,
            "The WhatsApp number has no country code, so it is shown without a chat link.",
            "رقم واتساب بدون مفتاح الدولة، لذلك يظهر دون رابط محادثة.",
          ),
        ]
      : []),
  ];
}

/** The facts as lines for people: what the page will say. */
export function factLines(brief: SiteBrief, lang: Lang): string[] {
  const line = (en: string, ar: string, value: string): string => `- ${pick(lang, en, ar)}: ${value}`;
  const names = [...new Set([brief.names.en, brief.names.ar].filter((one) => one !== null))].map(short);
  const hours = groupedDays(brief.week, lang).map(({ days, hours }) => `${days} ${hours.join(pick(lang, ", ", "، "))}`);
  return [
    line("Kind", "النوع", brief.kind.name[lang]),
    ...(names.length > 0 ? [line("Name", "الاسم", names.join(" / "))] : []),
    ...(hours.length > 0 ? [line("Opening hours", "أوقات العمل", hours.join(pick(lang, "; ", "؛ ")))] : []),
    ...brief.phones.map(({ shown, whatsapp }) =>
      whatsapp ? line("WhatsApp", "واتساب", shown) : line("Phone", "الهاتف", shown),
    ),
    ...(brief.email === null ? [] : [line("Email", "البريد الإلكتروني", brief.email)]),
    ...(brief.address === null ? [] : [line("Address", "العنوان", short(brief.address))]),
    ...(brief.instagram === null ? [] : [line("Instagram", "إنستغرام", `@${brief.instagram}`)]),
    ...(brief.services.length === 0
      ? []
      : [line("Offered", "ما تقدمه", brief.services.map(short).join(pick(lang, ", ", "، ")))]),
    line(
      "Languages",
      "اللغات",
      joined(
        brief.languages.map((one) =>
          one === "ar" ? pick(lang, "Arabic", "العربية") : pick(lang, "English", "الإنجليزية"),
        ),
        lang,
      ),
    ),
  ];
}

/** Texts that must be seen on the page, each in every language it is shown in. */
export function expectedTexts(brief: SiteBrief): string[] {
  const texts = brief.languages.flatMap((lang) => [
    nameIn(brief, lang) ?? "",
    ...brief.week.flatMap((day) => dayHours(day, lang) ?? []),
    ...brief.services.map((one) => serviceIn(one, lang) ?? one),
    brief.address === null ? "" : (addressIn(brief.address, lang) ?? brief.address),
  ]);
  return [
    ...new Set([...texts, ...brief.phones.map((phone) => phone.shown), brief.email ?? "", brief.about ?? ""]),
  ].filter((text) => text !== "");
}
