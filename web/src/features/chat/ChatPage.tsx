import { useEffect } from "react";
import { Outlet, useParams } from "react-router";
import { useProject } from "../../app/use-project.ts";
import { useWide } from "../../app/use-wide.ts";
import { useT } from "../../i18n/i18n.ts";
import { cx } from "../ui/classes.ts";
import { Composer } from "./Composer.tsx";
import { Conversation } from "./Conversation.tsx";

/** The home of a project: the conversation, and beside it on a desktop the workflow it is about. */
export default function ChatPage() {
  const t = useT();
  const { projectId = "", workflowId } = useParams();
  const wide = useWide();
  const project = useProject();
  useEffect(() => {
    if (!workflowId) document.title = `${project?.name ?? t("nav.chat")} · Nexus`;
  });
  if (workflowId && !wide) return <Outlet />;
  return (
    <div className="flex min-h-0 flex-1">
      <section
        aria-label={t("nav.chat")}
        className={cx("flex min-w-0 flex-col", workflowId ? "w-[40%] min-w-90 shrink-0" : "flex-1")}
      >
        <h1 className="sr-only">{t("chat.title", { name: project?.name ?? "" })}</h1>
        <Conversation key={projectId} projectId={projectId} />
        <Composer key={`composer-${projectId}`} projectId={projectId} mayWrite={project?.role !== "viewer"} />
      </section>
      {workflowId && (
        <div className="flex min-w-0 flex-1 flex-col border-s border-line">
          <Outlet />
        </div>
      )}
    </div>
  );
}
