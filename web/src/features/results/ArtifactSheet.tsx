import { useQuery } from "@tanstack/react-query";
import { Download, FileQuestionMark } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import type { ArtifactView, WorkflowView } from "../../../../shared/api/workflows.ts";
import { keys } from "../../api/keys.ts";
import { artifactUrl, fetchArtifact } from "../../api/workflows.ts";
import { useT } from "../../i18n/i18n.ts";
import { Code } from "../ui/Code.tsx";
import { Markdown } from "../ui/Markdown.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { Empty, Failed, SkeletonList } from "../ui/States.tsx";
import { isPage, kindOf } from "./artifact-kind.ts";
import { PagePreview } from "./PagePreview.tsx";
import { Provenance } from "./Provenance.tsx";
import { ViewersNote } from "./ViewersNote.tsx";

const TableView = lazy(() => import("./TableView.tsx"));

/** What decides how it is shown. */
type Named = Pick<ArtifactView, "name" | "mediaType">;

/** Text longer than this is shown in part; the download has all of it. */
const MAX_SHOWN = 200_000;

interface SheetProps {
  readonly view: WorkflowView;
  readonly artifact: ArtifactView;
  readonly mayDownload: boolean;
  readonly onClose: () => void;
  /** Absent: the step cannot be opened from here. */
  readonly openNode?: (id: string) => void;
}

export function ArtifactSheet({ view, artifact, mayDownload, onClose, openNode }: SheetProps) {
  const t = useT();
  const workflowId = view.id;
  const query = useQuery({
    queryKey: keys.artifact(workflowId, artifact.id),
    queryFn: ({ signal }) => fetchArtifact(workflowId, artifact.id, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Sheet
      open
      kind="full"
      testId="artifact-sheet"
      onClose={onClose}
      title={<bdi>{artifact.name}</bdi>}
      footer={
        mayDownload && (
          <a
            href={artifactUrl(workflowId, artifact.id)}
            download={artifact.name}
            className="brand-fill flex min-h-12 w-full items-center justify-center gap-2 rounded-xl font-medium"
          >
            <Download aria-hidden className="size-4" />
            {t("results.download")}
          </a>
        )
      }
    >
      {query.isPending && <SkeletonList />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      <div className="flex flex-col gap-5">
        {isPage(artifact.name) && <PagePreview view={view} name={artifact.name} />}
        {query.data && <Preview blob={query.data} artifact={artifact} />}
        <ViewersNote />
        <Provenance view={view} artifact={artifact} openNode={openNode} />
      </div>
    </Sheet>
  );
}

export function Preview({ blob, artifact }: { readonly blob: Blob; readonly artifact: Named }) {
  const t = useT();
  const kind = kindOf(artifact);
  if (kind === "image") return <Picture blob={blob} name={artifact.name} />;
  if (kind === "pdf") return <Pdf blob={blob} name={artifact.name} />;
  if (kind === "other") return <Empty icon={FileQuestionMark} title={t("results.noPreview")} />;
  return <Words blob={blob} kind={kind} artifact={artifact} />;
}

function Words({
  blob,
  kind,
  artifact,
}: {
  readonly blob: Blob;
  readonly kind: "table" | "markdown" | "text";
  readonly artifact: Named;
}) {
  const t = useT();
  const [text, setText] = useState<string | null>(null);
  useEffect(() => {
    let gone = false;
    void blob.text().then((read) => {
      if (!gone) setText(read);
    });
    return () => {
      gone = true;
    };
  }, [blob]);
  if (text === null) return <SkeletonList />;
  const cut = text.length > MAX_SHOWN && kind !== "table";
  const shown = cut ? text.slice(0, MAX_SHOWN) : text;
  return (
    <>
      {cut && <p className="mb-3 rounded-xl bg-warn-soft p-3 text-sm">{t("results.cut")}</p>}
      {kind === "table" && (
        <Suspense fallback={<SkeletonList />}>
          <TableView text={text} name={artifact.name} />
        </Suspense>
      )}
      {kind === "markdown" && <Markdown text={shown} />}
      {kind === "text" && <Code text={artifact.name.endsWith(".json") ? pretty(shown) : shown} />}
    </>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function useObjectUrl(blob: Blob, type?: string): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(type ? new Blob([blob], { type }) : blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob, type]);
  return url;
}

function Picture({ blob, name }: { readonly blob: Blob; readonly name: string }) {
  const url = useObjectUrl(blob);
  return url && <img src={url} alt={name} className="mx-auto max-w-full rounded-xl" />;
}

/** The browser's own viewer; phones that have none in a page open it beside. */
function Pdf({ blob, name }: { readonly blob: Blob; readonly name: string }) {
  const t = useT();
  const url = useObjectUrl(blob, "application/pdf");
  if (!url) return null;
  return (
    <div className="flex flex-col gap-3">
      <iframe src={url} title={name} className="h-[60dvh] w-full rounded-xl border border-line bg-white" />
      <a
        href={url}
        target="_blank"
        rel="noopener"
        className="inline-flex min-h-11 items-center justify-center text-brand"
      >
        {t("results.openBeside")}
      </a>
    </div>
  );
}
