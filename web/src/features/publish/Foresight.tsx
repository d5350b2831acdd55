import { useQuery } from "@tanstack/react-query";
import { CircleCheck, ExternalLink, TriangleAlert } from "lucide-react";
import { previewQuery } from "../../api/sites.ts";
import { clock } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { Skeleton } from "../ui/States.tsx";

interface ForesightProps {
  readonly workflowId: string;
  readonly folder: string;
  readonly entry?: string | undefined;
}

/** How the page would be: an address to look at it, and what stands out in it. */
export function Foresight({ workflowId, folder, entry }: ForesightProps) {
  const t = useT();
  const query = useQuery(previewQuery(workflowId, folder, entry));
  if (query.isPending) return <Skeleton className="h-24" />;
  if (!query.data) return <p className="text-sm text-muted">{t("publish.noPreview")}</p>;
  const { url, expiresAt, notes } = query.data;
  return (
    <div className="flex flex-col gap-3">
      <div>
        <a
          href={url}
          target="_blank"
          rel="noopener noreferrer"
          className="inline-flex min-h-11 items-center gap-2 rounded-xl border border-line-strong bg-raised px-4 font-medium hover:bg-hover"
        >
          <ExternalLink aria-hidden className="size-4" />
          {t("publish.look")}
          <span className="sr-only">({t("site.newTab")})</span>
        </a>
        <p className="mt-1.5 text-[13px] text-muted">{t("publish.looked", { time: clock(expiresAt) })}</p>
      </div>
      {notes.length === 0 ? (
        <p className="flex gap-2 text-[15px] text-soft">
          <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
          {t("publish.noNotes")}
        </p>
      ) : (
        <div className="rounded-xl bg-warn-soft p-3">
          <p className="flex gap-2 text-sm font-medium">
            <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
            {t("publish.notes")}
          </p>
          <ul className="mt-2 flex list-disc flex-col gap-1.5 ps-6 text-sm text-soft marker:text-muted">
            {notes.map((note, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the notes never change.
              <li key={index} className="break-words">
                {t(`note.${note.code}`, { file: note.file, what: note.what })}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
