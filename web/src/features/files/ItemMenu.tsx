import { Download, Ellipsis, FolderInput, MessageSquarePlus, PencilLine, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useNavigate } from "react-router";
import type { FileView } from "../../../../shared/api/files.ts";
import { fileUrl, removeFile, removeFolder, restoreBin, zipUrl } from "../../api/library.ts";
import { useT } from "../../i18n/i18n.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import { attachFromLibrary } from "../../stores/upload-store.ts";
import { focusComposer } from "../chat/focus-composer.ts";
import { IconButton } from "../ui/Button.tsx";
import { Menu, MenuItem, MenuSeparator } from "../ui/Menu.tsx";
import type { Entry } from "./FileList.tsx";

const NameSheet = lazy(() => import("./NameSheet.tsx"));
const MoveSheet = lazy(() => import("./MoveSheet.tsx"));

interface MenuProps {
  readonly item: Entry;
  readonly projectId: string;
  readonly mayWrite: boolean;
}

/** What can be done with a file or folder. */
export function ItemMenu({ item, projectId, mayWrite }: MenuProps) {
  const t = useT();
  const go = useNavigate();
  const [open, setOpen] = useState<"name" | "move" | null>(null);
  const file = item.kind === "file" ? item : null;
  const close = () => setOpen(null);
  if (!mayWrite) return null;
  return (
    <>
      <Menu align="end" trigger={<IconButton icon={Ellipsis} label={t("files.actions", { name: item.name })} />}>
        {file && file.reading !== "no" && (
          <MenuItem
            icon={MessageSquarePlus}
            onSelect={() => {
              takeIntoRequest(projectId, file);
              void go(`/p/${projectId}/chat`);
            }}
          >
            {t("file.use")}
          </MenuItem>
        )}
        <MenuItem
          icon={Download}
          onSelect={() => location.assign(file ? fileUrl(file.id) : zipUrl(projectId, item.path))}
        >
          {t(file ? "file.download" : "files.zip")}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={PencilLine} onSelect={() => setOpen("name")}>
          {t("file.rename")}
        </MenuItem>
        <MenuItem icon={FolderInput} onSelect={() => setOpen("move")}>
          {t("file.move")}
        </MenuItem>
        <MenuItem icon={Trash2} danger onSelect={() => void removeWithUndo(projectId, item, t)}>
          {t("file.delete")}
        </MenuItem>
      </Menu>
      <Suspense>
        {open === "name" && <NameSheet projectId={projectId} target={{ kind: "rename", item }} onClose={close} />}
        {open === "move" && <MoveSheet projectId={projectId} item={item} onClose={close} />}
      </Suspense>
    </>
  );
}

/** Puts the file beside the next message. */
export function takeIntoRequest(projectId: string, file: Pick<FileView, "id" | "name" | "size" | "mediaType">): void {
  attachFromLibrary(projectId, file);
  focusComposer();
}

/** Deletes it at once: the way back is in the note that says so, and in the bin. */
export async function removeWithUndo(projectId: string, item: Entry, t: ReturnType<typeof useT>): Promise<boolean> {
  try {
    const bin = await (item.kind === "file" ? removeFile(projectId, item.id) : removeFolder(projectId, item.path));
    const undo = () =>
      void restoreBin(projectId, bin.id).then(
        () => toast({ kind: "success", title: t("file.back", { name: item.name }) }),
        toastError,
      );
    toast({
      kind: "info",
      title: t("file.deleted", { name: item.name }),
      action: { label: t("file.undo"), run: undo },
    });
    return true;
  } catch (error) {
    toastError(error);
    return false;
  }
}
