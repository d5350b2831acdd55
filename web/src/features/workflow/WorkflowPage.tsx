import { useEffect } from "react";
import { useLocation, useNavigate, useParams, useSearchParams } from "react-router";
import { useProject } from "../../app/use-project.ts";
import { useT } from "../../i18n/i18n.ts";
import { Failed, SkeletonList } from "../ui/States.tsx";
import { Celebration } from "./Celebration.tsx";
import { Decisions } from "./Decisions.tsx";
import { NodeSheet } from "./NodeSheet.tsx";
import { TabBody } from "./TabBody.tsx";
import { Tabs } from "./Tabs.tsx";
import { firstTab, isTab, tabsFor } from "./tabs.ts";
import { useSceneOf } from "./use-scene.ts";
import { isOver, useWorkflow } from "./use-workflow.ts";
import { WorkflowHeader } from "./WorkflowHeader.tsx";

/** One workflow in all its views; they share one selection and one address. */
export default function WorkflowPage() {
  const t = useT();
  const go = useNavigate();
  const { projectId = "", workflowId = "", tab: asked } = useParams();
  const { pathname } = useLocation();
  const [search, setSearch] = useSearchParams();
  const project = useProject();
  const mayWrite = project?.role !== "viewer";
  const { view, live, error, retry } = useWorkflow(workflowId, true);
  const scene = useSceneOf(workflowId, view, live.state);

  const place = pathname.includes("/chat/") ? "chat" : "workflows";
  const base = `/p/${projectId}/${place}/${workflowId}`;
  const nodeId = search.get("node");
  const openNode = (id: string | null) => {
    setSearch(id === null ? {} : { node: id }, { replace: nodeId !== null });
    scene.getState().select(id);
  };
  useEffect(() => {
    if (nodeId) scene.getState().select(nodeId);
  }, [nodeId, scene]);
  useEffect(() => {
    if (view) document.title = `${view.name || t("workflow.untitled")} · Nexus`;
  });

  if (!view && error) return <Failed error={error} onRetry={retry} />;
  if (!view)
    return (
      <div className="p-4">
        <SkeletonList />
      </div>
    );
  const tabs = tabsFor(view);
  const tab = isTab(asked) && tabs.includes(asked) ? asked : firstTab(view);
  const node = nodeId === null ? undefined : view.plan?.nodes.find((one) => one.id === nodeId);
  return (
    <article
      aria-label={view.name}
      className="flex min-h-0 flex-1 flex-col"
      data-testid="workflow"
      data-status={view.status}
    >
      <WorkflowHeader
        view={view}
        connection={live.connection}
        mayWrite={mayWrite}
        onBack={() => go(`/p/${projectId}/${place}`)}
      />
      <Tabs tabs={tabs} active={tab} onChange={(next) => go(`${base}/${next}`, { replace: true })} />
      {!isOver(view.status) && mayWrite && tab !== "now" && (
        <Decisions view={view} className="max-h-[45%] shrink-0 overflow-y-auto border-b border-line p-4" />
      )}
      <TabBody tab={tab} view={view} live={live} scene={scene} mayWrite={mayWrite} openNode={openNode} />
      {node && view.status !== "pending_approval" && (
        <NodeSheet node={node} view={view} live={live} mayWrite={mayWrite} onClose={() => openNode(null)} />
      )}
      <Celebration view={view} />
    </article>
  );
}
