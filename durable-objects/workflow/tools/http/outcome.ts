import type { EffectOutcome, Receipt } from "../../../../shared/workflow/effects.ts";
import { type Answer, type Exchanged, linkOf } from "./exchange.ts";
import { maskerOf } from "./mask.ts";
import { fillTemplate } from "./path.ts";
import type { HttpRequest } from "./request.ts";
import { textsFor } from "./texts.ts";

const MAX_REFERENCE = 200;
const MAX_QUOTED = 300;

type FailureCode =
  | "service_unreachable"
  | "service_rate_limited"
  | "service_refused"
  | "service_unauthorized"
  | "service_moved"
  | "service_not_connected"
  | "service_undo_unavailable";

/** It certainly did not happen. `technical` holds no text of the service: people's data and echoes may stand in it. */
export function failed(
  code: FailureCode,
  service: string,
  technical: string,
  params: Readonly<Record<string, string | number>> = {},
): EffectOutcome {
  return { kind: "failed", failure: { code, params: { service, ...params }, technical: technical.slice(0, 500) } };
}

/**
 * What an answer says of a write. Only a refusal by the service itself is certain to have changed nothing; its own
 * errors, timeouts, breaks and pages instead of data may come after the deed.
 */
export function outcomeOf(answer: Exchanged, request: HttpRequest): EffectOutcome {
  const { service, method, locale } = request;
  const texts = textsFor(locale);
  const label = service.label[locale];
  if (answer.kind === "lost") return { kind: "unknown", detail: texts.lost[answer.why](label) };
  const { status } = answer;
  if (status >= 200 && status < 300) {
    const readable = answer.json !== undefined || (answer.text.trim() === "" && answer.ended === "whole");
    // 201, 202 and 204 say what happened by themselves; a plain 200 may be anybody's page.
    const telling = (status === 201 || status === 202 || status === 204) && answer.ended !== "broken";
    if (readable || telling) return { kind: "done", receipt: receiptOf(answer, request, "answered") };
    return { kind: "unknown", detail: texts.unreadable(label, status) };
  }
  // 307 and 308 mean "send it there instead"; after a POST the others often mean "done, now look there".
  if (status === 307 || status === 308) return failed("service_moved", label, `status ${status}`, { status });
  if (status < 400) return { kind: "unknown", detail: texts.moved(label, status) };
  if ((status === 404 || status === 410) && method === "DELETE")
    return { kind: "done", receipt: { reference: null, link: null, detail: texts.gone(label), undo: null } };
  if (status === 401 || status === 403) return failed("service_unauthorized", label, `status ${status}`, { status });
  // 408: it gave up on us, perhaps half-way. 409 with retry-after: the same key is being worked on at this moment.
  const undecided = status === 408 || (status === 409 && answer.retryAfterMs !== null);
  if (status < 500 && !undecided) return refusal(answer, request);
  return { kind: "unknown", detail: texts.failing(label, status) };
}

function refusal(answer: Answer, { service, locale }: HttpRequest): EffectOutcome {
  return failed("service_refused", service.label[locale], `status ${answer.status}`, { status: answer.status });
}

/** Proof of a write, from the service's own answer. */
export function receiptOf(answer: Answer, request: HttpRequest, how: "answered" | "found"): Receipt {
  const { service, method, path, locale } = request;
  const texts = textsFor(locale);
  const label = service.label[locale];
  const reference = referenceIn(answer.json);
  const mask = maskerOf(service.credential);
  const inside =
    typeof answer.json === "object" && answer.json !== null && "link" in answer.json ? answer.json.link : null;
  const way =
    service.undo && method === "POST" && reference !== null
      ? fillTemplate(service.baseUrl, service.undo.path, { reference, path })
      : null;
  const said = how === "found" ? texts.foundAgain(label) : texts.answered(label, answer.status);
  const quoted = answer.json === undefined ? "" : ` ${JSON.stringify(answer.json).slice(0, MAX_QUOTED)}`;
  return {
    reference,
    link: linkOf(inside, service, mask) ?? answer.link,
    detail: `${said}${quoted}`,
    undo: way === null ? null : { reference },
  };
}

/** The `id` of an answer, one line, without what could turn text around it. */
function referenceIn(json: unknown): string | null {
  if (typeof json !== "object" || json === null || !("id" in json)) return null;
  const { id } = json;
  // A larger number has lost digits by now and would name another record.
  if (typeof id !== "string" && !Number.isSafeInteger(id)) return null;
  const text = String(id).trim();
  return text === "" || text.length > MAX_REFERENCE || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text) ? null : text;
}

/** What an answer says of taking a write back: a record that is not there any more is what was wanted. */
export function undone(answer: Exchanged, request: HttpRequest): EffectOutcome {
  const { service, locale } = request;
  const texts = textsFor(locale);
  const label = service.label[locale];
  const receipt = (detail: string): EffectOutcome => ({
    kind: "done",
    receipt: { reference: null, link: null, detail, undo: null },
  });
  if (answer.kind === "lost") return { kind: "unknown", detail: texts.lost[answer.why](label) };
  const { status } = answer;
  if (status >= 200 && status < 300) return receipt(texts.takenBack(label));
  if (status === 404 || status === 410) return receipt(texts.gone(label));
  if (status < 400) return { kind: "unknown", detail: texts.moved(label, status) };
  if (status === 401 || status === 403) return failed("service_unauthorized", label, `status ${status}`, { status });
  if (status < 500 && status !== 408) return refusal(answer, request);
  return { kind: "unknown", detail: texts.failing(label, status) };
}
