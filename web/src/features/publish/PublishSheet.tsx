import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { publishByHand } from "../../api/sites.ts";
import { useT } from "../../i18n/i18n.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import { Button } from "../ui/Button.tsx";
import { Input, Select } from "../ui/Field.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { Foresight } from "./Foresight.tsx";

interface SheetProps {
  readonly view: WorkflowView;
  readonly folders: readonly string[];
  readonly folder: string;
  /** Of the site that is there already. */
  readonly title: string | undefined;
  readonly onClose: () => void;
}

const MAX_TITLE = 120;

/** Puts a folder of the results online, after a look at it. */
export default function PublishSheet({ view, folders, folder: first, title: known, onClose }: SheetProps) {
  const t = useT();
  const [folder, setFolder] = useState(first);
  const [title, setTitle] = useState(known ?? (view.plan?.title || view.name).slice(0, MAX_TITLE));
  const publish = useMutation({
    mutationFn: () => publishByHand(view.id, view.projectId, { folder, title: title.trim() }),
    onSuccess: () => {
      toast({ kind: "success", title: t("publish.done") });
      onClose();
    },
    onError: toastError,
  });
  return (
    <Sheet
      open
      testId="publish-sheet"
      onClose={onClose}
      title={t("publish.title")}
      footer={
        <Button
          look="primary"
          wide
          className="min-h-12"
          busy={publish.isPending}
          disabled={title.trim() === ""}
          onClick={() => publish.mutate()}
        >
          {t("publish.confirm")}
        </Button>
      }
    >
      <div className="flex flex-col gap-5">
        <Input
          label={t("publish.name")}
          dir="auto"
          value={title}
          maxLength={MAX_TITLE}
          onChange={(event) => setTitle(event.target.value)}
        />
        {folders.length > 1 && (
          <Select label={t("publish.folder")} value={folder} onChange={(event) => setFolder(event.target.value)}>
            {folders.map((one) => (
              <option key={one} value={one}>
                {one === "" ? t("publish.top") : one}
              </option>
            ))}
          </Select>
        )}
        <Foresight key={folder} workflowId={view.id} folder={folder} />
        <p className="text-[13px] text-muted">{t("publish.public")}</p>
      </div>
    </Sheet>
  );
}
