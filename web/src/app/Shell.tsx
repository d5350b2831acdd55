import { Suspense, useEffect, useRef } from "react";
import { Outlet, useLocation, useParams } from "react-router";
import { SkeletonList } from "../features/ui/States.tsx";
import { useT } from "../i18n/i18n.ts";
import { openProject } from "../realtime/project-live.ts";
import { BottomNav } from "./BottomNav.tsx";
import { CommandPalette } from "./CommandPalette.tsx";
import { ConnectionBanner } from "./ConnectionBanner.tsx";
import { lastProject } from "./last-project.ts";
import { Sidebar } from "./Sidebar.tsx";
import { TopBar } from "./TopBar.tsx";
import { useProjectId } from "./use-project.ts";
import { useWide } from "./use-wide.ts";

/** Phone: top bar, content, bottom bar. Desktop: sidebar and content. */
export default function Shell() {
  const t = useT();
  const { projectId, workflowId } = useParams();
  const { pathname } = useLocation();
  const wide = useWide();
  // Before the first project there is nowhere to go.
  const somewhere = useProjectId() !== null;
  const main = useRef<HTMLElement>(null);
  const place = pathname.split("/").slice(0, 5).join("/");

  useEffect(() => {
    if (!projectId) return;
    lastProject.set(projectId);
    return openProject(projectId);
  }, [projectId]);

  // A new place: the keyboard and the screen reader begin at its top. Tabs and selections keep their focus.
  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the place changes, and only then.
  useEffect(() => {
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true });
  }, [place]);

  // A workflow on a phone fills the screen: its own header leads back.
  const inDetail = !wide && workflowId !== undefined;
  return (
    <div className="safe-inline flex h-dvh flex-col bg-bg">
      <a
        href="#main"
        className="sr-only z-70 rounded-xl bg-raised px-4 py-3 focus:not-sr-only focus:absolute focus:start-3 focus:top-3"
      >
        {t("shell.skip")}
      </a>
      <div className="flex min-h-0 flex-1">
        {wide && somewhere && <Sidebar />}
        <div className="flex min-w-0 flex-1 flex-col">
          {(wide ? !somewhere : !inDetail) && <TopBar />}
          <ConnectionBanner />
          <main id="main" ref={main} tabIndex={-1} className="flex min-h-0 flex-1 flex-col">
            <Suspense
              fallback={
                <div className="mx-auto w-full max-w-3xl p-4">
                  <SkeletonList />
                </div>
              }
            >
              <Outlet />
            </Suspense>
          </main>
        </div>
      </div>
      {!wide && !inDetail && somewhere && <BottomNav />}
      {wide && <CommandPalette />}
    </div>
  );
}
