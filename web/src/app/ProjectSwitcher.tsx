import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronsUpDown, FolderOpen, FolderPlus, LayoutGrid } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useNavigate } from "react-router";
import { projectsQuery } from "../api/projects.ts";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "../features/ui/Menu.tsx";
import { useT } from "../i18n/i18n.ts";
import { Logo } from "./Logo.tsx";
import { useProject } from "./use-project.ts";

const ProjectNameSheet = lazy(async () => ({
  default: (await import("../features/projects/ProjectSheets.tsx")).ProjectNameSheet,
}));

const SHOWN = 8;

export function ProjectSwitcher() {
  const t = useT();
  const go = useNavigate();
  const project = useProject();
  const [naming, setNaming] = useState(false);
  const { data } = useInfiniteQuery(projectsQuery);
  const projects = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Menu
        trigger={
          <button type="button" className="flex min-h-11 min-w-0 items-center gap-2.5 rounded-xl px-2 hover:bg-hover">
            <Logo className="size-7 shrink-0" />
            <bdi aria-hidden className="truncate font-semibold">
              {project?.name ?? t("app.name")}
            </bdi>
            <span className="sr-only">
              {project ? t("projects.switch", { name: project.name }) : t("projects.title")}
            </span>
            <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-muted" />
          </button>
        }
      >
        {project && (
          <>
            <MenuItem icon={FolderOpen} onSelect={() => go(`/p/${project.id}/files`)}>
              {t("projects.files")}
            </MenuItem>
            <MenuSeparator />
          </>
        )}
        {projects.length > 0 && <MenuLabel>{t("projects.title")}</MenuLabel>}
        {projects.slice(0, SHOWN).map((one) => (
          <MenuItem key={one.id} checked={one.id === project?.id} onSelect={() => go(`/p/${one.id}/chat`)}>
            <bdi>{one.name}</bdi>
          </MenuItem>
        ))}
        {projects.length > 0 && <MenuSeparator />}
        <MenuItem icon={FolderPlus} onSelect={() => setNaming(true)}>
          {t("projects.new")}
        </MenuItem>
        <MenuItem icon={LayoutGrid} onSelect={() => go("/projects")}>
          {t("projects.all")}
        </MenuItem>
      </Menu>
      {naming && (
        <Suspense>
          <ProjectNameSheet open onClose={() => setNaming(false)} />
        </Suspense>
      )}
    </>
  );
}
