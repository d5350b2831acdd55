import type { Lang } from "../spec.ts";
import { fold } from "../words.ts";
import { namedLanguages, readSite, type SiteBrief } from "./ask.ts";
import { type HoursReading, hoursKnown } from "./hours.ts";
import { BUSINESS } from "./kinds.ts";

const ADDS =
  /(?<!\p{L})(?:add|also|another|second|too|as well|plus)(?!\p{L})|(?<!\p{L})و?(?:اضف|اضافه|زيد|كمان|ايضا|كذلك|ثاني)(?!\p{L})/u;
const ONLY = /(?<!\p{L})(?:only|just|without|remove|drop)(?!\p{L})|فقط|بس(?!\p{L})|بدون|احذف|شيل/u;

/**
 * A request and what was said after it, oldest first: the later word counts, and what it does not speak of stays.
 * What nothing could be taken from is named in `unread`.
 */
export function readSiteSince(first: string, later: readonly string[], own: Lang): SiteBrief {
  return later.reduce((brief, said) => changed(brief, said, own), readSite(first, own));
}

const CHANGES =
  /(?<!\p{L})(?:change|update|edit|replace|correct|fix|make it|add|remove)(?!\p{L})|(?<!\p{L})(?:غير|عدل|بدل|حدث|صحح|اضف|احذف|خل|سوها|خليها)(?!\p{L})/u;

/** Whether something is said that a page made before could be changed by. */
export const changesSite = (said: string, own: Lang): boolean =>
  CHANGES.test(fold(said)) || readSiteSince("", [said], own).unread.length === 0;

function changed(brief: SiteBrief, said: string, own: Lang): SiteBrief {
  const read = readSite(said, own);
  const folded = fold(said);
  const adds = ADDS.test(folded);
  const more = <Fact>(old: readonly Fact[], now: readonly Fact[]): readonly Fact[] =>
    now.length === 0 ? old : adds ? [...old, ...now] : now;
  const languages = namedLanguages(folded);
  const next: SiteBrief = {
    ...brief,
    kind: brief.kind === BUSINESS ? read.kind : brief.kind,
    names: { en: read.names.en ?? brief.names.en, ar: read.names.ar ?? brief.names.ar },
    languages: ONLY.test(folded) && languages.length > 0 ? languages : [...new Set([...brief.languages, ...languages])],
    ...hoursSince(brief, read),
    phones: more(brief.phones, read.phones),
    email: read.email ?? brief.email,
    instagram: read.instagram ?? brief.instagram,
    address: read.address ?? brief.address,
    services: more(brief.services, read.services),
    wantsServices: brief.wantsServices || read.wantsServices,
    wantsEmail: brief.wantsEmail || read.wantsEmail,
    about: read.about ?? brief.about,
    colour: read.colour === read.kind.colour ? brief.colour : read.colour,
  };
  const took = JSON.stringify(next) !== JSON.stringify(brief);
  return took ? next : { ...brief, unread: [...brief.unread, said] };
}

/** Days that were named change; hours without days are those of all days that are open, or of every day. */
function hoursSince(old: HoursReading, now: HoursReading): HoursReading {
  if (!hoursKnown(now.week)) return { week: old.week, everyDay: old.everyDay };
  if (!now.everyDay) return { week: now.week.map((day, index) => day ?? old.week[index] ?? null), everyDay: false };
  if (!hoursKnown(old.week)) return { week: now.week, everyDay: true };
  const open = (index: number): boolean => Array.isArray(old.week[index]);
  return {
    week: now.week.map((day, index) => (day === "closed" || open(index) ? day : (old.week[index] ?? null))),
    everyDay: old.everyDay,
  };
}
