import { lazy, Suspense } from "react";
import { Navigate, Route, Routes } from "react-router";
import { SkeletonList } from "../features/ui/States.tsx";
import { LiveRegion, Toaster } from "../features/ui/Toaster.tsx";
import { withTexts } from "../i18n/i18n.ts";
import { ErrorBoundary } from "./ErrorBoundary.tsx";
import { GuestOnly, Home, RequireUser } from "./Guards.tsx";

const AuthPage = lazy(() => import("../features/auth/AuthPage.tsx"));
const Shell = lazy(() => import("./Shell.tsx"));
const ChatPage = lazy(() => import("../features/chat/ChatPage.tsx"));
const WorkflowsPage = lazy(() => import("../features/workflow/WorkflowsPage.tsx"));
const WorkflowPage = lazy(() => withTexts(["made"], () => import("../features/workflow/WorkflowPage.tsx")));
const FilesPage = lazy(() => withTexts(["files"], () => import("../features/files/FilesPage.tsx")));
const SharedPage = lazy(() => withTexts(["made"], () => import("../features/share/SharedPage.tsx")));
const ProjectsPage = lazy(() => import("../features/projects/ProjectsPage.tsx"));
const SettingsPage = lazy(() => import("../features/settings/SettingsPage.tsx"));
const NotFoundPage = lazy(() => import("./NotFoundPage.tsx"));

const Waiting = () => (
  <main className="mx-auto w-full max-w-3xl p-4">
    <SkeletonList />
  </main>
);

export function App() {
  return (
    <ErrorBoundary>
      <Suspense fallback={<Waiting />}>
        <Routes>
          <Route element={<GuestOnly />}>
            <Route path="/sign-in" element={<AuthPage mode="sign-in" />} />
            <Route path="/sign-up" element={<AuthPage mode="sign-up" />} />
          </Route>
          <Route element={<RequireUser />}>
            <Route path="/" element={<Home />} />
            <Route element={<Shell />}>
              <Route path="/projects" element={<ProjectsPage />} />
              <Route path="/settings" element={<SettingsPage />} />
              <Route path="/p/:projectId" element={<Navigate to="chat" replace />} />
              <Route path="/p/:projectId/chat" element={<ChatPage />}>
                <Route path=":workflowId/:tab?" element={<WorkflowPage />} />
              </Route>
              <Route path="/p/:projectId/files" element={<FilesPage />} />
              <Route path="/p/:projectId/workflows" element={<WorkflowsPage />}>
                <Route path=":workflowId/:tab?" element={<WorkflowPage />} />
              </Route>
            </Route>
          </Route>
          <Route path="/s/:token" element={<SharedPage />} />
          <Route path="*" element={<NotFoundPage />} />
        </Routes>
      </Suspense>
      <Toaster />
      <LiveRegion />
    </ErrorBoundary>
  );
}
