import { ChevronRight, Folder, FolderOpen } from "lucide-react";
import { memo, useEffect, useMemo, useRef } from "react";
import { Link } from "react-router";
import type { FileEntry, FolderEntry, FolderPage } from "../../../../shared/api/files.ts";
import { ago, bytes, number } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { fileIcon } from "../chat/Message.tsx";
import { Simulated } from "../ui/Bits.tsx";
import { Empty, Skeleton } from "../ui/States.tsx";
import { useRows } from "../ui/use-rows.ts";
import { ItemMenu } from "./ItemMenu.tsx";

const ROW_PX = 72;
/** The next page is asked for when so many rows are left. */
const AHEAD = 30;

export type Entry = FolderEntry | FileEntry;

interface Query {
  readonly data: { readonly pages: readonly FolderPage[] } | undefined;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => unknown;
}

interface ListProps {
  readonly query: Query;
  readonly projectId: string;
  readonly path: string;
  readonly mayWrite: boolean;
  readonly onShow: (fileId: string) => void;
}

/** A folder of any length: only the rows in sight are drawn, and only the pages in sight are asked for. */
export function FileList({ query, projectId, path, mayWrite, onShow }: ListProps) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const pages = query.data?.pages;
  const items: readonly Entry[] = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  const all = Math.max(items.length, (pages?.[0]?.folders ?? 0) + (pages?.[0]?.files ?? 0));
  const { rows: drawn, totalPx } = useRows({ count: all, rowPx: ROW_PX, box: () => box.current });
  const last = drawn.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (last >= items.length - AHEAD && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [last, items.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  // Rows are drawn again when they changed, and once a minute for the time they tell: not for every pixel scrolled.
  const minute = Math.floor(Date.now() / 60_000);
  if (all === 0)
    return (
      <Empty icon={FolderOpen} title={t(path === "" ? "files.none" : "files.folderEmpty")}>
        {t(mayWrite ? "files.noneLead" : "files.noneViewer")}
      </Empty>
    );
  return (
    <div ref={box} className="min-h-0 flex-1 overflow-y-auto overscroll-contain" data-testid="file-list">
      <ul
        aria-label={t("files.list")}
        className="relative mx-auto w-full max-w-4xl px-4"
        style={{ height: totalPx + 24 }}
      >
        {drawn.map((row) => {
          const item = items[row.index];
          return (
            <li
              key={item?.path ?? row.index}
              aria-setsize={all}
              aria-posinset={row.index + 1}
              className="absolute inset-x-4 top-0 pb-2"
              style={{ height: ROW_PX, transform: `translateY(${row.start}px)` }}
            >
              {item ? (
                <Row item={item} projectId={projectId} mayWrite={mayWrite} onShow={onShow} minute={minute} />
              ) : (
                <Skeleton className="h-full" />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

interface RowProps {
  readonly item: Entry;
  readonly projectId: string;
  readonly mayWrite: boolean;
  readonly onShow: (fileId: string) => void;
  readonly minute: number;
}

const Row = memo(function Row({ item, projectId, mayWrite, onShow }: RowProps) {
  return (
    <div
      data-testid={item.kind}
      className="flex h-full items-center rounded-2xl border border-line bg-surface pe-1 hover:border-line-strong"
    >
      {item.kind === "folder" ? (
        <FolderLink item={item} projectId={projectId} />
      ) : (
        <FileButton item={item} onShow={onShow} />
      )}
      <ItemMenu item={item} projectId={projectId} mayWrite={mayWrite} />
    </div>
  );
});

const INNER = "flex h-full min-w-0 flex-1 items-center gap-3 rounded-2xl px-4 text-start";

function FolderLink({ item, projectId }: { readonly item: FolderEntry; readonly projectId: string }) {
  const t = useT();
  return (
    <Link to={`/p/${projectId}/files?${new URLSearchParams({ path: item.path })}`} className={INNER}>
      <Folder aria-hidden className="size-6 shrink-0 text-brand" />
      <span className="min-w-0 flex-1">
        <bdi aria-hidden className="block truncate font-medium">
          {item.name}
        </bdi>
        <span className="sr-only">{t("files.openFolder", { name: item.name })}</span>
        <span className="block truncate text-[13px] text-muted">
          {t("files.count", { count: item.files })} · <bdi>{bytes(item.size)}</bdi>
        </span>
      </span>
      <ChevronRight aria-hidden className="size-4 shrink-0 text-muted rtl:-scale-x-100" />
    </Link>
  );
}

function FileButton({ item, onShow }: { readonly item: FileEntry; readonly onShow: (fileId: string) => void }) {
  const t = useT();
  const Icon = fileIcon(`${item.mediaType} ${item.name}`);
  return (
    <button type="button" onClick={() => onShow(item.id)} className={INNER}>
      <Icon aria-hidden className="size-6 shrink-0 text-brand" />
      <span className="min-w-0 flex-1">
        <bdi aria-hidden className="block truncate font-medium">
          {item.name}
        </bdi>
        <span className="sr-only">{t("files.open", { name: item.name })}</span>
        <span className="flex items-center gap-2 text-[13px] whitespace-nowrap text-muted">
          <span className="truncate">
            {item.origin !== "upload" && <>{t(item.origin === "result" ? "files.result" : "files.edit")} · </>}
            <bdi>{bytes(item.size)}</bdi> · {ago(item.updatedAt)}
            {item.version > 1 && <> · {t("files.version", { version: number(item.version) })}</>}
          </span>
          {item.simulated && <Simulated short />}
        </span>
      </span>
    </button>
  );
}
