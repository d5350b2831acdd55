import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { CornerLeftUp, Folder } from "lucide-react";
import { useState } from "react";
import { changeFile, folderQuery, moveFolder } from "../../api/library.ts";
import { useT } from "../../i18n/i18n.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import { Button } from "../ui/Button.tsx";
import { MoreOnSight } from "../ui/MoreOnSight.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { Failed, SkeletonList } from "../ui/States.tsx";
import type { Entry } from "./FileList.tsx";
import { joined, parentOf } from "./paths.ts";

interface SheetProps {
  readonly projectId: string;
  readonly item: Entry;
  readonly onClose: () => void;
}

const ROW = "flex min-h-12 w-full items-center gap-3 rounded-xl px-3 text-start hover:bg-hover";

const moveTo = (projectId: string, item: Entry, from: string, folder: string): Promise<unknown> =>
  item.kind === "file"
    ? changeFile(projectId, item.id, { path: folder })
    : moveFolder(projectId, from, joined(folder, item.name));

/** Another folder for a file or folder, chosen by walking there. */
export default function MoveSheet({ projectId, item, onClose }: SheetProps) {
  const t = useT();
  const home = parentOf(item.path);
  const [at, setAt] = useState(home);
  const query = useInfiniteQuery(folderQuery(projectId, at, { sort: "name", order: "asc" }));
  const move = useMutation({
    mutationFn: () => moveTo(projectId, item, item.path, at),
    onSuccess: () => {
      const back = () =>
        void moveTo(projectId, item, joined(at, item.name), home).then(
          () => toast({ kind: "success", title: t("file.back", { name: item.name }) }),
          toastError,
        );
      toast({
        kind: "success",
        title: t("file.moved", { name: item.name }),
        action: { label: t("file.undo"), run: back },
      });
      onClose();
    },
    onError: toastError,
  });
  // A folder cannot go into itself. Folders come before files in every order.
  const folders = (query.data?.pages ?? [])
    .flatMap((page) => page.items)
    .filter((one) => one.kind === "folder" && !(item.kind === "folder" && one.path === item.path));
  const onlyFolders = (query.data?.pages.at(-1)?.items ?? []).every((one) => one.kind === "folder");
  return (
    <Sheet
      open
      onClose={onClose}
      title={t("file.moveTitle")}
      footer={
        <Button look="primary" wide busy={move.isPending} disabled={at === home} onClick={() => move.mutate()}>
          {t("file.moveHere")}
        </Button>
      }
    >
      <p aria-live="polite" className="mb-2 font-medium">
        <bdi>{at === "" ? t("files.home") : at}</bdi>
      </p>
      {at !== "" && (
        <button type="button" className={ROW} onClick={() => setAt(parentOf(at))}>
          <CornerLeftUp aria-hidden className="size-5 text-muted rtl:-scale-x-100" />
          {t("file.up")}
        </button>
      )}
      {query.isPending && <SkeletonList rows={3} height="h-12" />}
      {query.isError && !query.data && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && folders.length === 0 && <p className="px-3 py-4 text-muted">{t("file.noFolders")}</p>}
      <ul>
        {folders.map((one) => (
          <li key={one.path}>
            <button type="button" className={ROW} onClick={() => setAt(one.path)}>
              <Folder aria-hidden className="size-5 shrink-0 text-brand" />
              <bdi className="truncate">{one.name}</bdi>
            </button>
          </li>
        ))}
      </ul>
      {onlyFolders && <MoreOnSight query={query} />}
    </Sheet>
  );
}
