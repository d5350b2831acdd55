import { useInfiniteQuery } from "@tanstack/react-query";
import { Check, CornerLeftUp, Folder, Plus } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useStore } from "zustand";
import type { FileEntry } from "../../../../shared/api/files.ts";
import { folderQuery, searchQuery } from "../../api/library.ts";
import { bytes } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { attachFromLibrary, uploadStore } from "../../stores/upload-store.ts";
import { fileIcon } from "../chat/Message.tsx";
import { Button } from "../ui/Button.tsx";
import { Input } from "../ui/Field.tsx";
import { MoreOnSight } from "../ui/MoreOnSight.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { Failed, SkeletonList } from "../ui/States.tsx";
import { parentOf } from "./paths.ts";

interface SheetProps {
  readonly projectId: string;
  readonly onClose: () => void;
}

const ROW =
  "flex min-h-12 w-full items-center gap-3 rounded-xl px-3 py-1.5 text-start hover:bg-hover disabled:opacity-50";

/** Files the project has already, for the message that is being written. */
export default function PickSheet({ projectId, onClose }: SheetProps) {
  const t = useT();
  const [at, setAt] = useState("");
  const [words, setWords] = useState("");
  const wanted = useDeferredValue(words.trim());
  const folder = useInfiniteQuery({
    ...folderQuery(projectId, at, { sort: "date", order: "desc" }),
    enabled: wanted === "",
  });
  const found = useInfiniteQuery({ ...searchQuery(projectId, wanted), enabled: wanted !== "" });
  const query = wanted === "" ? folder : found;
  const items =
    wanted === ""
      ? (folder.data?.pages.flatMap((page) => page.items) ?? [])
      : (found.data?.pages.flatMap((page) => page.items.map((hit) => hit.file)) ?? []);
  return (
    <Sheet
      open
      testId="pick-sheet"
      onClose={onClose}
      title={t("chat.attachLibrary")}
      footer={
        <Button look="primary" wide onClick={onClose}>
          {t("action.close")}
        </Button>
      }
    >
      <Input
        type="search"
        hideLabel
        label={t("files.search")}
        placeholder={t("files.search")}
        dir="auto"
        maxLength={200}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <div className="mt-3">
        {wanted === "" && at !== "" && (
          <button type="button" className={ROW} onClick={() => setAt(parentOf(at))}>
            <CornerLeftUp aria-hidden className="size-5 text-muted rtl:-scale-x-100" />
            <bdi className="truncate font-medium">{at}</bdi>
            <span className="sr-only">{t("file.up")}</span>
          </button>
        )}
        {query.isPending && <SkeletonList rows={4} height="h-12" />}
        {query.isError && !query.data && <Failed error={query.error} onRetry={() => void query.refetch()} />}
        {query.data && items.length === 0 && (
          <p className="px-3 py-6 text-center text-muted">
            {t(wanted !== "" ? "files.nothingFound" : at === "" ? "files.none" : "files.folderEmpty")}
          </p>
        )}
        <ul>
          {items.map((item) => (
            <li key={item.path}>
              {item.kind === "folder" ? (
                <button type="button" className={ROW} onClick={() => setAt(item.path)}>
                  <Folder aria-hidden className="size-5 shrink-0 text-brand" />
                  <bdi className="truncate">{item.name}</bdi>
                </button>
              ) : (
                <FileRow projectId={projectId} file={item} />
              )}
            </li>
          ))}
        </ul>
        <MoreOnSight query={query} />
      </div>
    </Sheet>
  );
}

function FileRow({ projectId, file }: { readonly projectId: string; readonly file: FileEntry }) {
  const t = useT();
  const chosen = useStore(uploadStore, ({ uploads }) =>
    (uploads[projectId] ?? []).some(({ state }) => state.kind === "ready" && state.view.id === file.id),
  );
  const Icon = fileIcon(`${file.mediaType} ${file.name}`);
  const Mark = chosen ? Check : Plus;
  return (
    <button
      type="button"
      className={ROW}
      aria-pressed={chosen}
      disabled={file.reading === "no"}
      onClick={() => attachFromLibrary(projectId, file)}
    >
      <Icon aria-hidden className="size-5 shrink-0 text-brand" />
      <span className="min-w-0 flex-1">
        <bdi className="block truncate">{file.name}</bdi>
        <span className="block text-[13px] text-muted">
          {file.reading === "no" ? t("file.cannotUse") : <bdi>{bytes(file.size)}</bdi>}
        </span>
      </span>
      <Mark aria-hidden className={chosen ? "size-5 text-ok" : "size-5 text-muted"} />
    </button>
  );
}
