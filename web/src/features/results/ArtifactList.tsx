import { Download, Eye, Folder } from "lucide-react";
import type { ArtifactView, WorkflowView } from "../../../../shared/api/workflows.ts";
import { artifactsZipUrl, artifactUrl } from "../../api/workflows.ts";
import { bytes } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { fileIcon } from "../chat/Message.tsx";
import { groupArtifacts, leafOf } from "./group-artifacts.ts";

interface ListProps {
  readonly view: WorkflowView;
  readonly mayDownload: boolean;
  readonly onShow: (artifactId: string) => void;
}

/** What was made, by folder; the whole texts of cut outputs stand apart, for who looks for them. */
export function ArtifactList({ view, mayDownload, onShow }: ListProps) {
  const t = useT();
  const { folders, logs } = groupArtifacts(view.artifacts);
  const rows = (files: readonly ArtifactView[]) => (
    <ul className="flex flex-col gap-2">
      {files.map((artifact) => (
        <ArtifactRow
          key={artifact.id}
          artifact={artifact}
          view={view}
          mayDownload={mayDownload}
          onShow={() => onShow(artifact.id)}
        />
      ))}
    </ul>
  );
  return (
    <div className="flex flex-col gap-3">
      {folders.map(({ path, files }) =>
        path === "" ? (
          <div key={path}>{rows(files)}</div>
        ) : (
          <details key={path} open={folders.length < 4} className="rounded-2xl border border-line">
            <summary className="flex min-h-12 items-center gap-3 rounded-2xl px-4 hover:bg-hover">
              <Folder aria-hidden className="size-5 shrink-0 text-brand" />
              <bdi className="min-w-0 flex-1 truncate font-medium">{path}</bdi>
              <span className="text-[13px] text-muted">{t("results.files", { count: files.length })}</span>
            </summary>
            <div className="px-2 pb-2">
              {mayDownload && <ZipLink workflowId={view.id} folder={path} />}
              {rows(files)}
            </div>
          </details>
        ),
      )}
      {logs.length > 0 && (
        <details data-testid="logs" className="rounded-2xl border border-line text-[15px]">
          <summary className="flex min-h-12 items-center gap-3 rounded-2xl px-4 text-soft hover:bg-hover">
            <span className="min-w-0 flex-1">
              {t("made.logs")}
              <span className="block text-[13px] text-muted">{t("made.logsWhat", { count: logs.length })}</span>
            </span>
          </summary>
          <div className="px-2 pb-2">{rows(logs)}</div>
        </details>
      )}
    </div>
  );
}

/** Everything in a folder at once, as people keep it. */
function ZipLink({ workflowId, folder }: { readonly workflowId: string; readonly folder: string }) {
  const t = useT();
  return (
    <a
      href={artifactsZipUrl(workflowId, folder)}
      download
      data-testid="zip"
      className="mb-2 flex min-h-11 items-center gap-2 rounded-xl px-2 text-sm text-brand hover:bg-hover"
    >
      <Download aria-hidden className="size-4 shrink-0" />
      {t("made.zip")}
      <span className="sr-only">
        <bdi>{folder}</bdi>
      </span>
    </a>
  );
}

interface RowProps {
  readonly artifact: ArtifactView;
  readonly view: WorkflowView;
  readonly mayDownload: boolean;
  readonly onShow: () => void;
}

function ArtifactRow({ artifact, view, mayDownload, onShow }: RowProps) {
  const t = useT();
  const Icon = fileIcon(artifact.mediaType);
  const maker = view.plan?.nodes.find((node) => node.id === artifact.nodeId);
  return (
    <li
      data-testid="artifact"
      className="flex items-center gap-1 rounded-2xl border border-line bg-surface pe-1 hover:border-line-strong"
    >
      <button
        type="button"
        onClick={onShow}
        className="flex min-h-16 min-w-0 flex-1 items-center gap-3 rounded-2xl px-4 py-3 text-start"
      >
        <Icon aria-hidden className="size-6 shrink-0 text-brand" />
        <span className="min-w-0 flex-1">
          <bdi className="block truncate font-medium">{leafOf(artifact.name)}</bdi>
          <span className="block truncate text-[13px] text-muted">
            <bdi>{bytes(artifact.size)}</bdi>
            {maker && (
              <>
                {" · "}
                <bdi>{maker.label}</bdi>
              </>
            )}
          </span>
        </span>
        <Eye aria-hidden className="size-5 shrink-0 text-muted" />
        <span className="sr-only">{t("results.preview")}</span>
      </button>
      {mayDownload && (
        <a
          href={artifactUrl(view.id, artifact.id)}
          download={leafOf(artifact.name)}
          aria-label={t("results.downloadFile", { name: artifact.name })}
          title={t("results.download")}
          className="flex size-11 shrink-0 items-center justify-center rounded-xl text-brand hover:bg-hover"
        >
          <Download aria-hidden className="size-5" />
        </a>
      )}
    </li>
  );
}
