import { type HostNameProblem, readPublicHostName } from "../../../../shared/egress/host-name.ts";
import { err, ok } from "../../../../shared/lib/result.ts";
import type { EffectOutcome } from "../../../../shared/workflow/effects.ts";
import type { OutsideAction, OutsideTool, ServiceInfo } from "../../effects/port.ts";
import { ALLOW_HOST } from "./granted-hosts.ts";

/** What plans name in `touches` so that a step may ask for a host. */
export const INTERNET: ServiceInfo = {
  name: "internet",
  label: { en: "The internet", ar: "الإنترنت" },
  description:
    "Commands run without network. A step that must fetch something public (an open API, a file) touches this, calls allow_host for each host, which the person approves, and then uses curl in run_command. Nothing is signed in there.",
  ready: true,
};

const MAX_REASON = 300;

const TEXTS = {
  en: {
    host: {
      unreadable: "host must be the name of a public server, such as api.example.com: no https://, no path, no port.",
      numeric: "host must be a name, never a number or an address.",
      reserved: "This name does not lead to a public server, so it cannot be opened.",
    },
    reason: `reason must say in 1 to ${MAX_REASON} characters what it is for.`,
    summary: (host: string, reason: string) => `Let this work fetch from ${host}: ${reason}`,
  },
  ar: {
    host: {
      unreadable: "يجب أن يكون host اسم خادم عام مثل api.example.com، من دون https:// أو مسار أو منفذ.",
      numeric: "يجب أن يكون host اسمًا، لا رقمًا ولا عنوانًا رقميًا.",
      reserved: "هذا الاسم لا يقود إلى خادم عام، لذلك لا يمكن السماح به.",
    },
    reason: `يجب أن يوضح reason الغرض في ١ إلى ${MAX_REASON} حرف.`,
    summary: (host: string, reason: string) => `السماح لهذا العمل بالوصول إلى ${host}: ${reason}`,
  },
} as const satisfies Record<"en" | "ar", { readonly host: Record<HostNameProblem, string> } & Record<string, unknown>>;

/**
 * Asks a person to open one host to this workflow's commands. Nothing is sent anywhere: the ledger line itself is the
 * permission ({@link grantedHosts}), and taking it back closes the host.
 */
export const allowHost: OutsideTool = {
  name: ALLOW_HOST,
  description:
    "Ask the person to let the commands of this work reach one host, by https, with curl in run_command. One host a call, exactly as it is named; others stay closed, redirects to them too.",
  inputSchema: {
    type: "object",
    properties: {
      host: { type: "string", description: "Such as api.example.com: no https://, no path, no port." },
      reason: { type: "string", description: "What it is for, in the person's language, one line." },
    },
    required: ["host", "reason"],
    additionalProperties: false,
  },
  parse({ host, reason }, locale) {
    const texts = TEXTS[locale];
    const read = typeof host === "string" ? readPublicHostName(host.trim()) : err("unreadable" as const);
    if (!read.ok) return err(texts.host[read.error]);
    const why = typeof reason === "string" ? reason.replaceAll(/[\s\p{Cc}]+/gu, " ").trim() : "";
    if (why === "" || why.length > MAX_REASON) return err(texts.reason);
    const action: OutsideAction = {
      effectClass: "idempotent-write",
      service: INTERNET.name,
      action: "ALLOW",
      target: read.value,
      summary: texts.summary(read.value, why),
      arguments: { host: read.value, reason: why },
      reversible: true,
    };
    return ok(action);
  },
  read: async () => ({ ok: false, output: "There is nothing to read here." }),
  send: async ({ target }) => opened(target),
  // The ledger is what counts: a line in it that was not settled opened nothing.
  readBack: async () => ({ kind: "not_done" }),
  undo: async ({ target }) => ({ kind: "done", receipt: { reference: target, link: null, detail: "", undo: null } }),
};

const opened = (host: string): EffectOutcome => ({
  kind: "done",
  receipt: {
    reference: host,
    link: null,
    detail: `Commands of this work may now reach https://${host}.`,
    undo: { host },
  },
});
