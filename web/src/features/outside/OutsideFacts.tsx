import { Lock, type LucideIcon, Undo2 } from "lucide-react";
import type { ReactNode } from "react";
import { type MessageId, useT } from "../../i18n/i18n.ts";
import { cx } from "../ui/classes.ts";
import { readable } from "./arguments.ts";

/** Whether there is a way back, in shape and words. */
export function Reversible({ reversible }: { readonly reversible: boolean }) {
  const t = useT();
  const Icon: LucideIcon = reversible ? Undo2 : Lock;
  return (
    <span
      className={cx(
        "inline-flex min-h-7 items-center gap-1.5 rounded-full border px-2.5 py-0.5 text-[13px] font-medium",
        reversible ? "border-ok/40 text-ok" : "border-warn/50 text-warn",
      )}
    >
      <Icon aria-hidden className="size-3.5 shrink-0" />
      {t(reversible ? "outside.reversible" : "outside.irreversible")}
    </span>
  );
}

export function Fact({ label, children }: { readonly label: ReactNode; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-[13px] text-muted">{label}</dt>
      <dd className="font-medium break-words whitespace-pre-wrap">{children}</dd>
    </div>
  );
}

const KNOWN: Readonly<Record<string, MessageId>> = {
  to: "field.to",
  cc: "field.cc",
  subject: "field.subject",
  body: "field.body",
  text: "field.text",
  message: "field.message",
  name: "field.name",
  email: "field.email",
  phone: "field.phone",
  date: "field.date",
  time: "field.time",
  amount: "field.amount",
  path: "field.path",
  purpose: "field.purpose",
  notes: "field.notes",
  folder: "field.folder",
  title: "field.title",
  entry: "field.entry",
  host: "field.host",
  reason: "field.reason",
};
/** Around the values, not of them. */
const WRAPPERS = new Set(["body", "query"]);

/** A value's name in the reader's language where it is a common word, else as the service calls it, made readable. */
export function useFieldName(): (path: readonly string[]) => string {
  const t = useT();
  return (path) => {
    const keys = path.flatMap((part) => part.split(/(?<!\\)\.|(?=\[)/)).map((key) => key.replaceAll(/\\(.)/g, "$1"));
    const inner = keys.length > 1 && WRAPPERS.has(keys[0] ?? "") ? keys.slice(1) : keys;
    return inner
      .map((key) => {
        const index = /^\[?(\d+)\]?$/.exec(key)?.[1];
        if (index !== undefined) return String(Number(index) + 1);
        const known = KNOWN[key.toLowerCase()];
        return known ? t(known) : readable(key);
      })
      .join(" › ");
  };
}
