import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import type { ProjectView } from "../../../shared/api/projects.ts";
import { FINISHED } from "../../../shared/workflow/state.ts";
import { projectQuery } from "../api/projects.ts";
import { workflowsQuery } from "../api/workflows.ts";
import { lastProject } from "./last-project.ts";

/** Id of the project in the address, else of the last one. */
export function useProjectId(): string | null {
  const { projectId } = useParams();
  return projectId ?? lastProject.get();
}

export function useProject(): ProjectView | undefined {
  const projectId = useProjectId();
  return useQuery({ ...projectQuery(projectId ?? ""), enabled: projectId !== null }).data;
}

/** Workflows that wait for a person; shown as a badge. */
export function useWaitingCount(): number {
  const projectId = useProjectId();
  const { data } = useInfiniteQuery({ ...workflowsQuery(projectId ?? ""), enabled: projectId !== null });
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  const finished: readonly string[] = FINISHED;
  return rows.filter((row) => !finished.includes(row.status) && (row.waiting > 0 || row.status === "pending_approval"))
    .length;
}
