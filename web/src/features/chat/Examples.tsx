import { ChartColumn, FileText, type LucideIcon, Receipt } from "lucide-react";
import { useMe } from "../../api/me.ts";
import { Logo } from "../../app/Logo.tsx";
import { type MessageId, useT } from "../../i18n/i18n.ts";
import { saveDraft } from "../../stores/draft-store.ts";
import { focusComposer } from "./focus-composer.ts";

const EXAMPLES: readonly { icon: LucideIcon; title: MessageId; text: MessageId }[] = [
  { icon: Receipt, title: "example.invoices.title", text: "example.invoices.text" },
  { icon: ChartColumn, title: "example.sales.title", text: "example.sales.text" },
  { icon: FileText, title: "example.document.title", text: "example.document.text" },
];

/** An empty project: what can be asked, to tap. Tapping fills the composer, it sends nothing. */
export function Examples({ projectId }: { readonly projectId: string }) {
  const t = useT();
  const me = useMe();
  const name = me?.name.trim().split(/\s+/)[0] ?? "";
  return (
    <div className="flex flex-1 flex-col justify-center py-4">
      <Logo className="mb-4 size-12 landscape-phone:hidden" />
      <h2 className="text-2xl font-semibold tracking-tight text-balance">{t("chat.hello", { name })}</h2>
      <p className="mt-2 mb-6 max-w-prose text-pretty text-muted">{t("chat.lead")}</p>
      <ul className="grid gap-3 sm:grid-cols-3">
        {EXAMPLES.map(({ icon: Icon, title, text }) => (
          <li key={title}>
            <button
              type="button"
              onClick={() => {
                saveDraft(projectId, t(text));
                focusComposer();
              }}
              className="flex h-full w-full gap-3 rounded-2xl border border-line bg-surface p-4 text-start transition-colors hover:border-line-strong hover:bg-hover sm:flex-col"
            >
              <Icon aria-hidden className="mt-0.5 size-5 shrink-0 text-brand" />
              <span>
                <span className="block font-medium">{t(title)}</span>
                <span className="mt-0.5 line-clamp-3 block text-sm text-muted">{t(text)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
