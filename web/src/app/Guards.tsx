import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { meQuery } from "../api/me.ts";
import { projectsQuery } from "../api/projects.ts";
import { Failed, SkeletonList } from "../features/ui/States.tsx";
import { lastProject } from "./last-project.ts";
import { hasLeft, setLeft } from "./left.ts";

const Waiting = () => (
  <main className="mx-auto w-full max-w-md p-6">
    <SkeletonList rows={3} />
  </main>
);

export function RequireUser() {
  const me = useQuery(meQuery);
  const { pathname, search } = useLocation();
  const present = Boolean(me.data);
  useEffect(() => {
    if (present) setLeft(false);
  }, [present]);
  if (me.isPending) return <Waiting />;
  if (me.data === undefined) return <Failed error={me.error} onRetry={() => void me.refetch()} />;
  if (me.data === null) {
    const next = pathname === "/" || hasLeft() ? "" : `?next=${encodeURIComponent(pathname + search)}`;
    return <Navigate to={`/sign-in${next}`} replace />;
  }
  return <Outlet />;
}

export function GuestOnly() {
  const me = useQuery(meQuery);
  const { search } = useLocation();
  const next = new URLSearchParams(search).get("next");
  // Only paths of this app: "//host" would leave it.
  if (me.data) return <Navigate to={next && /^\/(?!\/)/.test(next) ? next : "/"} replace />;
  return <Outlet />;
}

/** The last project, else the newest, else the page that makes the first. */
export function Home() {
  const projects = useInfiniteQuery(projectsQuery);
  if (projects.isPending) return <Waiting />;
  if (!projects.data) return <Failed error={projects.error} onRetry={() => void projects.refetch()} />;
  const all = projects.data.pages.flatMap((page) => page.items);
  const chosen = all.find((one) => one.id === lastProject.get()) ?? all[0];
  return <Navigate to={chosen ? `/p/${chosen.id}/chat` : "/projects"} replace />;
}
