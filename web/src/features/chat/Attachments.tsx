import { CircleAlert, RotateCcw, X } from "lucide-react";
import type { FileProfile } from "../../../../shared/api/files.ts";
import { bytes, percent } from "../../i18n/format.ts";
import { t, useT } from "../../i18n/i18n.ts";
import { detach, retryUpload, type Upload } from "../../stores/upload-store.ts";
import { Bar } from "../ui/Bits.tsx";
import { IconButton } from "../ui/Button.tsx";
import { cx } from "../ui/classes.ts";
import { fileIcon } from "./Message.tsx";

/** Files of the message being written: how far, what was understood, or why not. */
export function Attachments({
  projectId,
  uploads,
}: {
  readonly projectId: string;
  readonly uploads: readonly Upload[];
}) {
  const t = useT();
  if (uploads.length === 0) return null;
  return (
    <ul aria-label={t("upload.list")} className="mb-2 flex max-h-[32dvh] flex-col gap-2 overflow-y-auto">
      {uploads.map((upload) => (
        <Attachment key={upload.key} projectId={projectId} upload={upload} />
      ))}
    </ul>
  );
}

function Attachment({ projectId, upload }: { readonly projectId: string; readonly upload: Upload }) {
  const t = useT();
  const { file, state } = upload;
  const refused = state.kind === "refused";
  const Icon = refused ? CircleAlert : fileIcon(file.type || file.name);
  return (
    <li
      data-state={state.kind}
      className={cx(
        "flex items-center gap-3 rounded-2xl border bg-bg ps-3 pe-0.5",
        refused ? "border-warn/50" : "border-line",
      )}
    >
      <Icon aria-hidden className={cx("size-5 shrink-0", refused ? "text-warn" : "text-brand")} />
      <div className="min-w-0 flex-1 py-2 text-sm">
        <div className="flex items-baseline gap-2">
          <bdi className="truncate font-medium">{file.name}</bdi>
          <bdi className="shrink-0 text-xs text-muted">{bytes(file.size)}</bdi>
        </div>
        {state.kind === "sending" && (
          <div className="mt-1.5 flex items-center gap-2 text-xs text-muted">
            <Bar value={state.share * 100} label={t("upload.progress", { name: file.name })} />
            <span className="w-20 shrink-0 text-end">
              {state.share < 1 ? percent(state.share * 100) : t("upload.reading")}
            </span>
          </div>
        )}
        {state.kind === "ready" && <p className="text-xs text-muted">{understood(state.view.profile ?? null)}</p>}
        {refused && (
          <p role="alert" className="text-xs text-soft">
            <span className="font-medium text-warn">{state.title}</span> {state.detail}
          </p>
        )}
      </div>
      {refused && state.mayRetry && (
        <IconButton icon={RotateCcw} label={t("action.tryAgain")} onClick={() => retryUpload(projectId, upload)} />
      )}
      <IconButton
        icon={X}
        label={t("upload.remove", { name: file.name })}
        onClick={() => detach(projectId, upload.key)}
      />
    </li>
  );
}

/** "128 rows, 6 columns": shows that the file was read, and how. */
function understood(profile: FileProfile | null): string {
  if (!profile) return t("upload.ready");
  const table = profile.tables[0];
  if (table) {
    const size = t("upload.table", { rows: table.rows, columns: table.columns.length });
    return profile.tables.length > 1 ? t("upload.sheets", { count: profile.tables.length, first: size }) : size;
  }
  return profile.kind === "image" ? t("upload.image") : t("upload.document", { count: profile.textLength });
}
