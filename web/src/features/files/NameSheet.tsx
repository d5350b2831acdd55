import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { changeFile, createFolder, moveFolder } from "../../api/library.ts";
import { useT } from "../../i18n/i18n.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import { Button } from "../ui/Button.tsx";
import { Input } from "../ui/Field.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import type { Entry } from "./FileList.tsx";
import { isName, joined, parentOf, stemOf } from "./paths.ts";

type Target = { readonly kind: "new-folder"; readonly in: string } | { readonly kind: "rename"; readonly item: Entry };

interface SheetProps {
  readonly projectId: string;
  readonly target: Target;
  readonly onClose: () => void;
}

const FORM = "file-name-form";

/** A name for a new folder, or another one for what is there. */
export default function NameSheet({ projectId, target, onClose }: SheetProps) {
  const t = useT();
  const before = target.kind === "rename" ? target.item.name : "";
  const [name, setName] = useState(before);
  const given = name.trim();
  const save = useMutation({
    mutationFn: async () => {
      if (target.kind === "new-folder") return createFolder(projectId, joined(target.in, given));
      const { item } = target;
      return item.kind === "file"
        ? changeFile(projectId, item.id, { name: given })
        : moveFolder(projectId, item.path, joined(parentOf(item.path), given));
    },
    onSuccess: () => {
      if (target.kind === "rename") {
        const { item } = target;
        toast({
          kind: "success",
          title: t("file.renamed", { name: given }),
          action: { label: t("file.undo"), run: () => void renameBack(projectId, item, given).catch(toastError) },
        });
      }
      onClose();
    },
    onError: toastError,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isName(name) && given !== before) save.mutate();
  };
  return (
    <Sheet
      open
      kind="dialog"
      onClose={onClose}
      title={t(target.kind === "rename" ? "file.rename" : "files.newFolder")}
      footer={
        <Button
          type="submit"
          form={FORM}
          look="primary"
          wide
          busy={save.isPending}
          disabled={!isName(name) || given === before}
        >
          {t(target.kind === "rename" ? "action.save" : "file.create")}
        </Button>
      }
    >
      <form id={FORM} onSubmit={submit}>
        <Input
          label={t("file.name")}
          value={name}
          maxLength={200}
          dir="auto"
          autoFocus
          autoComplete="off"
          onFocus={({ target }) => target.setSelectionRange(0, stemOf(target.value).length)}
          error={name !== "" && !isName(name) ? t("file.nameWrong") : undefined}
          onChange={(event) => setName(event.target.value)}
        />
      </form>
    </Sheet>
  );
}

const renameBack = (projectId: string, item: Entry, given: string): Promise<unknown> =>
  item.kind === "file"
    ? changeFile(projectId, item.id, { name: item.name })
    : moveFolder(projectId, joined(parentOf(item.path), given), item.path);
