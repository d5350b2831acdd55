import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import {
  Code2,
  Download,
  FileInput,
  FileQuestionMark,
  Footprints,
  History,
  MessageSquarePlus,
  Workflow,
} from "lucide-react";
import { Link, useNavigate } from "react-router";
import type { FileProvenance, FileVersion, FileView } from "../../../../shared/api/files.ts";
import { describe } from "../../../../shared/errors/catalogue/describe.ts";
import { ApiError } from "../../api/http.ts";
import { fetchFile, fileUrl, historyQuery, restoreVersion } from "../../api/library.ts";
import { bytes, moment, number } from "../../i18n/format.ts";
import { useLocale, useT } from "../../i18n/i18n.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import { useNames } from "../outside/people.ts";
import { Preview } from "../results/ArtifactSheet.tsx";
import { Row } from "../results/Row.tsx";
import { ViewersNote } from "../results/ViewersNote.tsx";
import { SectionTitle, Simulated } from "../ui/Bits.tsx";
import { Button } from "../ui/Button.tsx";
import { MoreOnSight } from "../ui/MoreOnSight.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { Empty, Failed, SkeletonList } from "../ui/States.tsx";
import { takeIntoRequest } from "./ItemMenu.tsx";

interface SheetProps {
  readonly projectId: string;
  readonly fileId: string;
  readonly mayWrite: boolean;
  readonly onClose: () => void;
}

/** A file: how it looks, where it came from, what it was before. */
export default function FileSheet({ projectId, fileId, mayWrite, onClose }: SheetProps) {
  const t = useT();
  const go = useNavigate();
  const query = useInfiniteQuery(historyQuery(projectId, fileId));
  const file = query.data?.pages[0]?.file;
  const versions = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Sheet
      open
      kind="full"
      testId="file-sheet"
      onClose={onClose}
      title={<bdi>{file?.name ?? t("files.title")}</bdi>}
      footer={
        file &&
        mayWrite && (
          <div className="flex flex-wrap gap-2">
            {file.reading !== "no" && (
              <Button
                look="primary"
                icon={MessageSquarePlus}
                className="min-h-12 flex-1"
                onClick={() => {
                  takeIntoRequest(projectId, file);
                  void go(`/p/${projectId}/chat`);
                }}
              >
                {t("file.use")}
              </Button>
            )}
            <a
              href={fileUrl(file.id)}
              download={file.name}
              className="inline-flex min-h-12 flex-1 items-center justify-center gap-2 rounded-xl border border-line-strong bg-raised px-4 font-medium hover:bg-hover"
            >
              <Download aria-hidden className="size-4" />
              {t("file.download")}
            </a>
          </div>
        )
      }
    >
      {query.isPending && <SkeletonList />}
      {query.isError && !file && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {file && (
        <div className="flex flex-col gap-6">
          <Look file={file} />
          <ViewersNote />
          <Reading file={file} />
          {file.provenance && <How projectId={projectId} provenance={file.provenance} />}
          <section>
            <SectionTitle>{t("file.versions")}</SectionTitle>
            <ul className="flex flex-col gap-2">
              {versions.map((one) => (
                <Version key={one.version} version={one} file={file} mayWrite={mayWrite} />
              ))}
            </ul>
            <MoreOnSight query={query} />
          </section>
        </div>
      )}
    </Sheet>
  );
}

function Look({ file }: { readonly file: FileView }) {
  const t = useT();
  const query = useQuery({
    queryKey: ["file", file.id, "preview", file.versionId],
    queryFn: ({ signal }) => fetchFile(file.id, file.version, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (query.isPending) return <SkeletonList rows={3} />;
  if (query.isError && !query.data) {
    const none = query.error instanceof ApiError && query.error.code === "file_type_unsupported";
    return none ? (
      <Empty icon={FileQuestionMark} title={t("results.noPreview")} />
    ) : (
      <Failed error={query.error} onRetry={() => void query.refetch()} />
    );
  }
  // The server has decided what may show: text of any kind comes as text.
  const mediaType =
    query.data.type.startsWith("text/") && !/csv|markdown/.test(file.mediaType) ? "text/plain" : file.mediaType;
  return (
    <section>
      <Preview blob={query.data} artifact={{ name: file.name, mediaType }} />
    </section>
  );
}

function Reading({ file }: { readonly file: FileView }) {
  const t = useT();
  const locale = useLocale();
  if (file.reading === "yes") return null;
  if (file.reading === "pending") return <p className="text-[13px] text-muted">{t("file.pending")}</p>;
  if (!file.problem) return <p className="text-[13px] text-muted">{t("file.cannotUse")}</p>;
  const { title } = describe({ code: file.problem, params: { name: file.name } }, locale);
  return <p className="text-[13px] text-muted">{t("file.unread", { why: title })}</p>;
}

/** Made by which step of which workflow, by running what, from which files (FR-9.2). */
function How({ projectId, provenance }: { readonly projectId: string; readonly provenance: FileProvenance }) {
  const t = useT();
  const { workflowId, workflowName, nodeId, step, code, inputs } = provenance;
  const workflow = `/p/${projectId}/workflows/${workflowId}`;
  return (
    <section data-testid="provenance">
      <SectionTitle end={provenance.simulated && <Simulated short />}>{t("file.how")}</SectionTitle>
      <dl className="flex flex-col gap-3 rounded-2xl border border-line p-4 text-[15px]">
        <Row icon={Footprints} label={t("file.step")}>
          <Link
            to={`${workflow}/results?${new URLSearchParams({ node: nodeId })}`}
            dir="auto"
            className="inline-flex min-h-11 items-center text-brand underline-offset-4 hover:underline"
          >
            {step}
          </Link>
        </Row>
        <Row icon={Workflow} label={t("file.workflow")}>
          <Link
            to={`${workflow}/results`}
            dir="auto"
            className="inline-flex min-h-11 items-center text-brand underline-offset-4 hover:underline"
          >
            {workflowName || t("workflow.untitled")}
          </Link>
        </Row>
        {code && (
          <Row icon={Code2} label={t("file.ran")}>
            <bdi dir="ltr" className="font-mono text-sm break-all">
              {code}
            </bdi>
          </Row>
        )}
        {inputs.length > 0 && (
          <Row icon={FileInput} label={t("file.from")}>
            <ul>
              {inputs.map((name) => (
                <li key={name}>
                  <bdi className="break-all">{name}</bdi>
                </li>
              ))}
            </ul>
          </Row>
        )}
      </dl>
    </section>
  );
}

interface VersionProps {
  readonly version: FileVersion;
  readonly file: FileView;
  readonly mayWrite: boolean;
}

function Version({ version, file, mayWrite }: VersionProps) {
  const t = useT();
  const nameOf = useNames(file.projectId);
  const restore = useMutation({
    mutationFn: () => restoreVersion(file.projectId, file.id, version.version),
    onSuccess: () => {
      toast({ kind: "success", title: t("file.restored", { version: number(version.version) }) });
    },
    onError: toastError,
  });
  return (
    <li
      data-testid="file-version"
      className="flex flex-wrap items-center gap-2 rounded-2xl border border-line px-4 py-3"
    >
      <div className="min-w-48 flex-1 text-[15px]">
        <p className="font-medium">
          {t("files.version", { version: number(version.version) })}
          {version.current && <span className="ms-2 text-[13px] text-ok">{t("file.current")}</span>}
        </p>
        <p className="text-[13px] text-muted">
          {moment(version.createdAt)} · <bdi>{bytes(version.size)}</bdi> ·{" "}
          {version.origin === "result" ? t("file.byWorkflow") : t("file.byPerson", { name: nameOf(version.createdBy) })}
          {version.restoredFrom !== null && <> · {t("file.restoredFrom", { version: number(version.restoredFrom) })}</>}
        </p>
      </div>
      {mayWrite && !version.current && (
        <>
          <a
            href={fileUrl(file.id, version.version)}
            download={file.name}
            aria-label={`${t("file.download")}: ${t("files.version", { version: number(version.version) })}`}
            className="flex size-11 items-center justify-center rounded-xl text-brand hover:bg-hover"
          >
            <Download aria-hidden className="size-5" />
          </a>
          <Button icon={History} busy={restore.isPending} onClick={() => restore.mutate()}>
            {t("file.restore")}
          </Button>
        </>
      )}
    </li>
  );
}
