import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import {
  ArrowDownWideNarrow,
  ChevronRight,
  Download,
  Ellipsis,
  FolderPlus,
  Trash2,
  Upload,
  WifiOff,
  X,
} from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { folderQuery, storageQuery, zipUrl } from "../../api/library.ts";
import { useMe } from "../../api/me.ts";
import { useProject } from "../../app/use-project.ts";
import { bytes } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { DropZone } from "../chat/DropZone.tsx";
import { Button, IconButton } from "../ui/Button.tsx";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "../ui/Menu.tsx";
import { Failed, SkeletonList } from "../ui/States.tsx";
import { FileList } from "./FileList.tsx";
import { crumbsOf } from "./paths.ts";
import { SearchResults } from "./SearchResults.tsx";
import { UploadTray } from "./UploadTray.tsx";
import { uploader } from "./uploads.ts";

const FileSheet = lazy(() => import("./FileSheet.tsx"));
const BinSheet = lazy(() => import("./BinSheet.tsx"));
const NameSheet = lazy(() => import("./NameSheet.tsx"));

const ORDERS = {
  name: { sort: "name", order: "asc" },
  date: { sort: "date", order: "desc" },
  size: { sort: "size", order: "desc" },
} as const;
export type Sort = keyof typeof ORDERS;
const SORTS: readonly Sort[] = ["name", "date", "size"];

const onLine = (listener: () => void) => {
  addEventListener("online", listener);
  addEventListener("offline", listener);
  return () => {
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
};

/** The files of a project: what people gave it, and what the agents made of it. */
export default function FilesPage() {
  const t = useT();
  const { projectId = "" } = useParams();
  const [search, setSearch] = useSearchParams();
  const project = useProject();
  const me = useMe();
  const mayWrite = project !== undefined && project.role !== "viewer";
  const path = search.get("path") ?? "";
  const words = search.get("q") ?? "";
  const fileId = search.get("file");
  const [sort, setSort] = useState<Sort>("name");
  const [open, setOpen] = useState<"bin" | "folder" | null>(null);
  useEffect(() => {
    document.title = `${path.split("/").pop() || t("files.title")} · Nexus`;
  });
  const userId = me?.id;
  useEffect(() => {
    if (!userId) return;
    uploader.userId = userId;
    void uploader.recall(projectId, userId);
  }, [projectId, userId]);
  const take = useCallback(
    (files: readonly File[]) => {
      if (mayWrite) uploader.add(projectId, path, files);
    },
    [mayWrite, projectId, path],
  );
  usePastedFiles(take);
  const change = useRef(setSearch);
  change.current = setSearch;
  const show = useCallback(
    (id: string | null) =>
      change.current(
        (now) => {
          const next = new URLSearchParams(now);
          if (id === null) next.delete("file");
          else next.set("file", id);
          return next;
        },
        { replace: id === null },
      ),
    [],
  );
  return (
    <DropZone onFiles={take}>
      <div className="flex min-h-0 flex-1 flex-col">
        <div className="mx-auto w-full max-w-4xl shrink-0 px-4 pt-5">
          <div className="flex items-center gap-2">
            <h1 className="min-w-0 flex-1 text-xl font-semibold">{t("files.title")}</h1>
            {mayWrite && <UploadButton onFiles={take} />}
            <Menu align="end" trigger={<IconButton icon={Ellipsis} label={t("files.more")} />}>
              {mayWrite && (
                <MenuItem icon={FolderPlus} onSelect={() => setOpen("folder")}>
                  {t("files.newFolder")}
                </MenuItem>
              )}
              {mayWrite && (
                <MenuItem icon={Download} onSelect={() => location.assign(zipUrl(projectId, path))}>
                  {t("files.zip")}
                </MenuItem>
              )}
              <MenuItem icon={Trash2} onSelect={() => setOpen("bin")}>
                {t("files.bin")}
              </MenuItem>
              <MenuSeparator />
              <MenuLabel>{t("files.sort")}</MenuLabel>
              {SORTS.map((one) => (
                <MenuItem key={one} icon={ArrowDownWideNarrow} checked={one === sort} onSelect={() => setSort(one)}>
                  {t(`files.sort.${one}`)}
                </MenuItem>
              ))}
            </Menu>
          </div>
          <SearchField
            words={words}
            onSearch={(q) =>
              setSearch(q === "" ? (path === "" ? {} : { path }) : path === "" ? { q } : { path, q }, { replace: true })
            }
          />
          {words === "" && path !== "" && <Crumbs projectId={projectId} path={path} />}
          <UploadTray projectId={projectId} />
        </div>
        {words === "" ? (
          <Folder key={path} projectId={projectId} path={path} sort={sort} mayWrite={mayWrite} onShow={show} />
        ) : (
          <SearchResults projectId={projectId} words={words} onShow={show} />
        )}
      </div>
      <Suspense>
        {fileId !== null && (
          <FileSheet
            key={fileId}
            projectId={projectId}
            fileId={fileId}
            mayWrite={mayWrite}
            onClose={() => show(null)}
          />
        )}
        {open === "bin" && <BinSheet projectId={projectId} mayWrite={mayWrite} onClose={() => setOpen(null)} />}
        {open === "folder" && (
          <NameSheet projectId={projectId} target={{ kind: "new-folder", in: path }} onClose={() => setOpen(null)} />
        )}
      </Suspense>
    </DropZone>
  );
}

/** Files pasted anywhere but into a field of text are taken. */
function usePastedFiles(take: (files: readonly File[]) => void): void {
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      take(files);
    };
    addEventListener("paste", paste);
    return () => removeEventListener("paste", paste);
  }, [take]);
}

function UploadButton({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const t = useT();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        data-testid="library-input"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <Button look="primary" icon={Upload} onClick={() => picker.current?.click()}>
        {t("files.upload")}
      </Button>
    </>
  );
}

/** Searched once somebody stops typing. */
const TYPING_MS = 300;

function SearchField({ words, onSearch }: { readonly words: string; readonly onSearch: (words: string) => void }) {
  const t = useT();
  const [typed, setTyped] = useState(words);
  const latest = useRef(onSearch);
  latest.current = onSearch;
  useEffect(() => setTyped(words), [words]);
  useEffect(() => {
    if (typed.trim() === words) return;
    const timer = setTimeout(() => latest.current(typed.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, words]);
  return (
    <div className="my-3 flex items-center rounded-xl border border-line-strong bg-surface focus-within:border-brand">
      <input
        type="search"
        dir="auto"
        value={typed}
        maxLength={200}
        aria-label={t("files.search")}
        placeholder={t("files.search")}
        onChange={(event) => setTyped(event.target.value)}
        className="min-h-11 min-w-0 flex-1 rounded-xl bg-transparent px-3.5 text-text placeholder:text-muted [&::-webkit-search-cancel-button]:hidden"
      />
      {typed !== "" && (
        <IconButton
          icon={X}
          label={t("files.searchClear")}
          onClick={() => {
            setTyped("");
            onSearch("");
          }}
        />
      )}
    </div>
  );
}

function Crumbs({ projectId, path }: { readonly projectId: string; readonly path: string }) {
  const t = useT();
  const base = `/p/${projectId}/files`;
  const crumbs = [{ name: t("files.home"), path: "" }, ...crumbsOf(path)];
  return (
    <nav aria-label={t("files.where")} className="-ms-2 mb-2">
      <ol className="flex flex-wrap items-center">
        {crumbs.map((one, index) => {
          const here = index === crumbs.length - 1;
          return (
            <li key={one.path} className="flex min-w-0 items-center">
              {index > 0 && <ChevronRight aria-hidden className="size-4 shrink-0 text-muted rtl:-scale-x-100" />}
              <Link
                to={one.path === "" ? base : `${base}?${new URLSearchParams({ path: one.path })}`}
                aria-current={here ? "page" : undefined}
                className={`flex min-h-11 min-w-11 items-center rounded-lg px-2 text-[15px] hover:bg-hover ${here ? "font-medium" : "text-brand"}`}
              >
                <bdi className="max-w-60 truncate">{one.name}</bdi>
              </Link>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

interface FolderProps {
  readonly projectId: string;
  readonly path: string;
  readonly sort: Sort;
  readonly mayWrite: boolean;
  readonly onShow: (fileId: string) => void;
}

function Folder({ projectId, path, sort, mayWrite, onShow }: FolderProps) {
  const t = useT();
  const query = useInfiniteQuery(folderQuery(projectId, path, ORDERS[sort]));
  const storage = useQuery(storageQuery(projectId));
  const online = useSyncExternalStore(onLine, () => navigator.onLine);
  const first = query.data?.pages[0];
  if (query.isPending)
    return (
      <div className="mx-auto w-full max-w-4xl px-4">
        <SkeletonList />
      </div>
    );
  if (!first) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <>
      <p className="mx-auto flex w-full max-w-4xl flex-wrap gap-x-3 px-4 pb-2 text-[13px] text-muted">
        <span>
          {[
            first.folders > 0 && t("files.folders", { count: first.folders }),
            t("files.count", { count: first.totalFiles }),
            bytes(first.totalSize),
          ]
            .filter(Boolean)
            .join(" · ")}
        </span>
        {storage.data && path === "" && (
          <span>{t("files.storage", { used: bytes(storage.data.size), all: bytes(storage.data.quota) })}</span>
        )}
        {(!online || query.isError) && (
          <span className="flex items-center gap-1.5 text-warn">
            <WifiOff aria-hidden className="size-4" />
            {t("files.offline")}
          </span>
        )}
      </p>
      <FileList query={query} projectId={projectId} path={path} mayWrite={mayWrite} onShow={onShow} />
    </>
  );
}
