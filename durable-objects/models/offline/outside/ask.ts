import type { ServicePrompt } from "../prompt.ts";
import { fold } from "../words.ts";

/** What a request wants done at a service: one call for each row, or one with a summary. */
export interface OutsideAsk {
  readonly service: string;
  readonly path: string;
  /** Names of the fields the service's description gives; empty: the columns' own names. */
  readonly fields: readonly string[];
  readonly each: boolean;
}

export interface OutsideReading {
  readonly asks: readonly OutsideAsk[];
  /** Services that were asked for and whose description does not say how to send something there. */
  readonly unclear: readonly ServicePrompt[];
  /** The request without what is for services. */
  readonly rest: string;
}

const SENDING =
  /^(?:send|post|book|register|submit|push|add|enter|notify|record|create|upload|schedule|reserve|(?:و|ف)?(?:ارسل|ابعث|طرش|دز|احجز|سجل|اضف|ضيف|ادخل|انشر|بلغ))/;
/** Verbs that make one record per row by what they mean. */
const ONE_EACH = /^(?:book|register|reserve|schedule|enter|(?:و|ف)?(?:احجز|سجل|ادخل))/;
const EACH = /^(?:each|every|all|rows?|per|(?:ل|و|ب)?كل(?:هم|ها)?|(?:ال)?صفوف|صف)$/;
const TOWARDS = /^(?:to|at|in|into|with|through|via|on|using|الي|في|لدي|عند|علي|عبر|service)$/;
const JOINING = /^(?:and|then|also|please|ثم|و|بعدين|بعدها)$/;
const ENDS = /[.;:!?؟؛،,\n]$/;

interface Word {
  readonly raw: string;
  readonly folded: string;
}

const wordsOf = (text: string): Word[] =>
  (text.match(/\S+\s*/g) ?? []).map((raw) => ({
    raw,
    folded: fold(raw).replaceAll(/[^\p{L}\p{N}-]/gu, ""),
  }));

/** Finds what of the request is for services: a verb of sending and, after it, the service by name or label. */
export function readAsks(request: string, services: readonly ServicePrompt[]): OutsideReading {
  const asks: OutsideAsk[] = [];
  const unclear: ServicePrompt[] = [];
  let words = wordsOf(request);
  for (const service of services) {
    const found = findClause(words, service);
    if (found === null) continue;
    const clause = words.slice(found.from, found.to);
    words = [...words.slice(0, found.from), ...words.slice(found.to)];
    const way = wayOf(service.description);
    if (way === null) unclear.push(service);
    else asks.push({ service: service.name, ...way, each: isEach(clause) });
  }
  return {
    asks,
    unclear,
    rest: words
      .map((word) => word.raw)
      .join("")
      .trim(),
  };
}

function findClause(words: readonly Word[], service: ServicePrompt): { from: number; to: number } | null {
  const names = [service.name, service.label.en, service.label.ar].map((name) => fold(name).split(" "));
  for (let at = 0; at < words.length; at++) {
    const length = names.find((name) => isNamed(words, at, name))?.length ?? 0;
    if (length === 0) continue;
    let from = at - 1;
    while (from >= 0 && !SENDING.test(words[from]?.folded ?? "") && !/[.;!?؟؛\n]\s*$/.test(words[from]?.raw ?? ""))
      from--;
    if (from < 0 || !SENDING.test(words[from]?.folded ?? "")) continue;
    while (from > 0 && JOINING.test(words[from - 1]?.folded ?? "")) from--;
    let to = at + length;
    while (to < words.length && !ENDS.test((words[to - 1]?.raw ?? "").trimEnd()) && !begins(words[to])) to++;
    return { from, to };
  }
  return null;
}

/** Another thing asked for begins. */
const begins = (word: Word | undefined): boolean =>
  word !== undefined && (JOINING.test(word.folded) || /^و(?:اكتب|احسب|لخص|اعرض|جهز)/.test(word.folded));

/** The service's name stands there, led to by a preposition (in Arabic perhaps glued to it) or in quotes. */
function isNamed(words: readonly Word[], at: number, name: readonly string[]): boolean {
  const whole = name.every((part, offset) => {
    const said = words[at + offset]?.folded ?? "";
    return bare(said, offset === 0) === bare(part, false) || said === part;
  });
  if (!whole) return false;
  const [first] = words.slice(at, at + 1);
  const glued = /^(?:لل|بال|ل|ب)/.test(first?.folded ?? "") && first?.folded !== name[0];
  const quoted = /^["«“']/.test(first?.raw ?? "");
  const before = /^(?:the|our|my|خدمه)$/.test(words[at - 1]?.folded ?? "") ? at - 2 : at - 1;
  return glued || quoted || TOWARDS.test(words[before]?.folded ?? "");
}

/** Without the Arabic article, and at the head without a glued preposition. */
const bare = (word: string, head: boolean): string =>
  (head ? word.replace(/^(?:لل|بال|ولل|وبال)(?=[\u0621-\u064a]{2})/, "") : word).replace(
    /^ال(?=[\u0621-\u064a]{2})/,
    "",
  );

const isEach = (clause: readonly Word[]): boolean =>
  clause.some(({ folded }) => EACH.test(folded) || ONE_EACH.test(folded));

/** "POST /bookings {name, date}" in the operator's words. */
function wayOf(description: string): { path: string; fields: string[] } | null {
  const found = /\bPOST (\/[\w/.-]*[\w/-])(?:\s*\{([^}]{0,400})\})?/.exec(description);
  if (!found?.[1]) return null;
  const fields = (found[2] ?? "").split(",").map((field) => field.replace(/[:?].*$/, "").trim());
  return { path: found[1], fields: fields.filter((field) => /^[A-Za-z_]\w{0,40}$/.test(field)) };
}
