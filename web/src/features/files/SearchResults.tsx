import { useInfiniteQuery } from "@tanstack/react-query";
import { SearchX } from "lucide-react";
import type { Mark, SearchHit } from "../../../../shared/api/files.ts";
import { searchQuery } from "../../api/library.ts";
import { ago, bytes, number } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { fileIcon } from "../chat/Message.tsx";
import { MoreOnSight } from "../ui/MoreOnSight.tsx";
import { Empty, Failed, SkeletonList } from "../ui/States.tsx";
import { parentOf, piecesOf } from "./paths.ts";

interface ResultsProps {
  readonly projectId: string;
  readonly words: string;
  readonly onShow: (fileId: string) => void;
}

/** Files whose name or content has the words, with the passage they were found in. */
export function SearchResults({ projectId, words, onShow }: ResultsProps) {
  const t = useT();
  const query = useInfiniteQuery(searchQuery(projectId, words));
  const hits = query.data?.pages.flatMap((page) => page.items) ?? [];
  const indexing = query.data?.pages[0]?.indexing ?? 0;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
      <div className="mx-auto w-full max-w-4xl px-4 pb-8">
        {query.isPending && <SkeletonList />}
        {query.isError && !query.data && <Failed error={query.error} onRetry={() => void query.refetch()} />}
        {query.data && (
          <p role="status" className="pb-2 text-[13px] text-muted">
            {hits.length > 0 &&
              (query.hasNextPage
                ? t("files.foundMore", { count: number(hits.length) })
                : t("files.found", { count: hits.length }))}
            {indexing > 0 && ` ${t("files.indexing", { count: indexing })}`}
          </p>
        )}
        {query.data && hits.length === 0 && (
          <Empty icon={SearchX} title={t("files.nothingFound")}>
            {t("files.nothingFoundLead")}
          </Empty>
        )}
        <ul className="flex flex-col gap-2">
          {hits.map((hit) => (
            <Hit key={hit.file.id} hit={hit} onShow={onShow} />
          ))}
        </ul>
        <MoreOnSight query={query} />
      </div>
    </div>
  );
}

function Hit({ hit, onShow }: { readonly hit: SearchHit; readonly onShow: (fileId: string) => void }) {
  const t = useT();
  const { file, nameMarks, snippet } = hit;
  const Icon = fileIcon(`${file.mediaType} ${file.name}`);
  const folder = parentOf(file.path);
  return (
    <li>
      <button
        type="button"
        data-testid="hit"
        onClick={() => onShow(file.id)}
        className="flex w-full items-start gap-3 rounded-2xl border border-line bg-surface px-4 py-3 text-start hover:border-line-strong"
      >
        <Icon aria-hidden className="mt-0.5 size-6 shrink-0 text-brand" />
        <span className="min-w-0 flex-1">
          <span className="block font-medium break-words">
            <bdi>
              <Marked text={file.name} marks={nameMarks} />
            </bdi>
          </span>
          {snippet && (
            <span dir="auto" className="mt-0.5 line-clamp-3 block text-sm break-words text-soft">
              <Marked text={snippet.text} marks={snippet.marks} />
            </span>
          )}
          <span className="mt-0.5 block text-[13px] text-muted">
            {folder !== "" && <>{t("files.inFolder", { folder })} · </>}
            <bdi>{bytes(file.size)}</bdi> · {ago(file.updatedAt)}
          </span>
        </span>
      </button>
    </li>
  );
}

const Marked = ({ text, marks }: { readonly text: string; readonly marks: readonly Mark[] }) =>
  piecesOf(text, marks).map((piece, index) =>
    piece.marked ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a text have no identity.
      <mark key={index} className="rounded-sm bg-brand-soft font-semibold text-brand">
        {piece.text}
      </mark>
    ) : (
      piece.text
    ),
  );
