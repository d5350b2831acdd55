import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import type { ProjectView } from "../../../../shared/api/projects.ts";
import { createProject, deleteProject, renameProject } from "../../api/projects.ts";
import { lastProject } from "../../app/last-project.ts";
import { useT } from "../../i18n/i18n.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import { Button } from "../ui/Button.tsx";
import { Input } from "../ui/Field.tsx";
import { Sheet } from "../ui/Sheet.tsx";

interface NameProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** Present: rename it; absent: make a new one. */
  readonly project?: ProjectView;
}

const FORM = "project-name-form";

export function ProjectNameSheet({ open, onClose, project }: NameProps) {
  const t = useT();
  const go = useNavigate();
  const [name, setName] = useState(project?.name ?? "");
  const save = useMutation({
    mutationFn: async () => {
      if (project) return renameProject(project.id, name.trim());
      const made = await createProject(name.trim());
      await go(`/p/${made.id}/chat`);
    },
    onSuccess: () => {
      onClose();
      setName(project ? name : "");
    },
    onError: toastError,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "") save.mutate();
  };
  return (
    <Sheet
      open={open}
      onClose={onClose}
      kind="dialog"
      title={t(project ? "projects.rename" : "projects.new")}
      footer={
        <Button type="submit" form={FORM} look="primary" wide busy={save.isPending} disabled={name.trim() === ""}>
          {t(project ? "action.save" : "projects.create")}
        </Button>
      }
    >
      <form id={FORM} onSubmit={submit}>
        <Input
          label={t("projects.name")}
          hint={t("projects.nameHint")}
          value={name}
          maxLength={100}
          dir="auto"
          autoFocus
          onChange={(event) => setName(event.target.value)}
        />
      </form>
    </Sheet>
  );
}

/** Says what stops, and asks for the name: deleting cannot be undone. */
export function DeleteProjectSheet({
  open,
  onClose,
  project,
}: {
  open: boolean;
  onClose: () => void;
  project: ProjectView;
}) {
  const t = useT();
  const go = useNavigate();
  const [typed, setTyped] = useState("");
  const remove = useMutation({
    mutationFn: () => deleteProject(project.id),
    onSuccess: () => {
      if (lastProject.get() === project.id) lastProject.forget();
      onClose();
      toast({ kind: "success", title: t("projects.deleted", { name: project.name }) });
      void go("/projects");
    },
    onError: toastError,
  });
  return (
    <Sheet
      open={open}
      onClose={onClose}
      kind="dialog"
      title={t("projects.deleteTitle", { name: project.name })}
      footer={
        <div className="flex gap-3">
          <Button wide onClick={onClose}>
            {t("action.cancel")}
          </Button>
          <Button
            look="danger"
            wide
            busy={remove.isPending}
            disabled={typed.trim() !== project.name.trim()}
            onClick={() => remove.mutate()}
          >
            {t("projects.delete")}
          </Button>
        </div>
      }
    >
      <ul className="mb-5 flex list-disc flex-col gap-1.5 ps-5 text-[15px] text-soft marker:text-muted">
        <li>{t("projects.deleteStops")}</li>
        <li>{t("projects.deleteErases")}</li>
        <li>{t("projects.deleteFinal")}</li>
      </ul>
      <Input
        label={t("projects.deleteType", { name: project.name })}
        value={typed}
        dir="auto"
        autoComplete="off"
        onChange={(event) => setTyped(event.target.value)}
      />
    </Sheet>
  );
}
