import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { CircleDollarSign, Ellipsis, FolderPlus, Pencil, Plus, Trash2 } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";
import { Link, useNavigate } from "react-router";
import type { ProjectView } from "../../../../shared/api/projects.ts";
import { createProject, projectsQuery } from "../../api/projects.ts";
import { Logo } from "../../app/Logo.tsx";
import { ago } from "../../i18n/format.ts";
import { useT } from "../../i18n/i18n.ts";
import { toastError } from "../../stores/toast-store.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { Input } from "../ui/Field.tsx";
import { Menu, MenuItem } from "../ui/Menu.tsx";
import { MoreOnSight } from "../ui/MoreOnSight.tsx";
import { Failed, SkeletonList } from "../ui/States.tsx";
import { BudgetSheet } from "./BudgetSheet.tsx";
import { DeleteProjectSheet, ProjectNameSheet } from "./ProjectSheets.tsx";

export default function ProjectsPage() {
  const t = useT();
  const projects = useInfiniteQuery(projectsQuery);
  const [naming, setNaming] = useState(false);
  useEffect(() => {
    document.title = `${t("projects.title")} · Nexus`;
  });
  const all = projects.data?.pages.flatMap((page) => page.items) ?? [];
  if (projects.isPending)
    return (
      <div className="mx-auto w-full max-w-2xl p-4">
        <SkeletonList />
      </div>
    );
  if (!projects.data) return <Failed error={projects.error} onRetry={() => void projects.refetch()} />;
  if (all.length === 0) return <FirstProject />;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto w-full max-w-2xl px-4 py-5">
        <div className="mb-4 flex items-center justify-between gap-3">
          <h1 className="text-xl font-semibold">{t("projects.title")}</h1>
          <Button look="primary" icon={Plus} onClick={() => setNaming(true)}>
            {t("projects.new")}
          </Button>
        </div>
        <ul className="flex flex-col gap-3">
          {all.map((project) => (
            <ProjectRow key={project.id} project={project} />
          ))}
        </ul>
        <MoreOnSight query={projects} />
      </div>
      <ProjectNameSheet open={naming} onClose={() => setNaming(false)} />
    </div>
  );
}

function ProjectRow({ project }: { readonly project: ProjectView }) {
  const t = useT();
  const [sheet, setSheet] = useState<"rename" | "budget" | "delete" | null>(null);
  return (
    <li className="flex items-center gap-1 rounded-2xl border border-line bg-surface pe-1 hover:border-line-strong">
      <Link
        to={`/p/${project.id}/chat`}
        className="flex min-h-16 min-w-0 flex-1 flex-col justify-center rounded-2xl px-4 py-3"
      >
        <bdi className="truncate font-medium">{project.name}</bdi>
        <span className="text-[13px] text-muted">{t("projects.since", { date: ago(project.createdAt) })}</span>
      </Link>
      {project.role === "owner" && (
        <Menu align="end" trigger={<IconButton icon={Ellipsis} label={t("projects.more", { name: project.name })} />}>
          <MenuItem icon={Pencil} onSelect={() => setSheet("rename")}>
            {t("projects.rename")}
          </MenuItem>
          <MenuItem icon={CircleDollarSign} onSelect={() => setSheet("budget")}>
            {t("projects.budget")}
          </MenuItem>
          <MenuItem icon={Trash2} danger onSelect={() => setSheet("delete")}>
            {t("projects.delete")}
          </MenuItem>
        </Menu>
      )}
      {sheet === "rename" && <ProjectNameSheet open project={project} onClose={() => setSheet(null)} />}
      {sheet === "budget" && <BudgetSheet project={project} onClose={() => setSheet(null)} />}
      {sheet === "delete" && <DeleteProjectSheet open project={project} onClose={() => setSheet(null)} />}
    </li>
  );
}

/** One field, already filled: one tap begins. */
function FirstProject() {
  const t = useT();
  const go = useNavigate();
  const [name, setName] = useState(t("projects.first"));
  const create = useMutation({
    mutationFn: () => createProject(name.trim()),
    onSuccess: (project) => go(`/p/${project.id}/chat`),
    onError: toastError,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "") create.mutate();
  };
  return (
    <div className="mx-auto flex w-full max-w-100 flex-1 flex-col justify-center px-5 py-10">
      <Logo className="mb-5 size-14" />
      <h1 className="text-2xl font-semibold text-balance">{t("projects.firstTitle")}</h1>
      <p className="mt-2 mb-6 text-pretty text-muted">{t("projects.firstLead")}</p>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Input
          label={t("projects.name")}
          value={name}
          maxLength={100}
          dir="auto"
          onChange={(event) => setName(event.target.value)}
          onFocus={(event) => event.target.select()}
        />
        <Button
          type="submit"
          look="primary"
          wide
          icon={FolderPlus}
          busy={create.isPending}
          disabled={name.trim() === ""}
          className="min-h-12"
        >
          {t("projects.begin")}
        </Button>
      </form>
    </div>
  );
}
