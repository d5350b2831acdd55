import { lazy, Suspense, useEffect } from "react";
import { useLocation, useNavigate, useParams, useSearchParams } from "react-router";
import { useProject } from "../../app/use-project.ts";
import { useT } from "../../i18n/i18n.ts";
import { hasLedger } from "../outside/ledger.ts";
import { useTimeTravel } from "../time/use-time-travel.ts";
import { Failed, SkeletonList } from "../ui/States.tsx";
import { Celebration } from "./Celebration.tsx";
import { Decisions } from "./Decisions.tsx";
import { NodeSheet } from "./NodeSheet.tsx";
import { TabBody } from "./TabBody.tsx";
import { Tabs } from "./Tabs.tsx";
import { firstTab, isTab, tabsFor } from "./tabs.ts";
import { useSceneOf } from "./use-scene.ts";
import { isResting, useWorkflow } from "./use-workflow.ts";
import { WorkflowHeader } from "./WorkflowHeader.tsx";

const TimeBar = lazy(() => import("../time/TimeBar.tsx"));

export default function WorkflowPage() {
  const { workflowId = "" } = useParams();
  return <Workflow key={workflowId} workflowId={workflowId} />;
}

/** One workflow in all its views; they share one selection, one moment and one address. */
function Workflow({ workflowId }: { readonly workflowId: string }) {
  const t = useT();
  const go = useNavigate();
  const { projectId = "", tab: asked } = useParams();
  const { pathname } = useLocation();
  const [search, setSearch] = useSearchParams();
  const project = useProject();
  const mayWrite = project?.role !== "viewer";
  const present = useWorkflow(workflowId, true);
  const { error, retry } = present;
  const time = useTimeTravel(workflowId, present.view, present.live);
  // A moment of the past has the form of the present: everything below draws the one as the other, and changes nothing.
  const { view, live } = time.past ?? present;
  const mayAct = mayWrite && time.version === null;
  const scene = useSceneOf(workflowId, view, live.state);

  const place = pathname.includes("/chat/") ? "chat" : "workflows";
  const base = `/p/${projectId}/${place}/${workflowId}`;
  const nodeId = search.get("node");
  const openNode = (id: string | null) => {
    setSearch(addressed({ at: search.get("at"), node: id }), { replace: nodeId !== null });
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
  // Tabs stay where they are while somebody moves through time.
  const tabs = tabsFor(
    time.version !== null && view.plan ? { ...view, status: "building" } : view,
    hasLedger(view, live.state),
  );
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
        mayWrite={mayAct}
        resting={isResting(view, live.state)}
        time={time}
        onBack={() => go(`/p/${projectId}/${place}`)}
      />
      <Tabs
        tabs={tabs}
        active={tab}
        onChange={(next) => go(`${base}/${next}?${addressed({ at: search.get("at") })}`, { replace: true })}
      />
      {time.open && present.view && (
        <Suspense>
          <TimeBar time={time} view={present.view} live={present.live} mayWrite={mayWrite} />
        </Suspense>
      )}
      {mayAct && tab !== "now" && (
        <Decisions view={view} className="max-h-[45%] shrink-0 overflow-y-auto border-b border-line p-4" />
      )}
      <TabBody
        tab={tab}
        view={view}
        live={live}
        scene={scene}
        mayWrite={mayAct}
        past={time.version !== null}
        openNode={openNode}
      />
      {node && view.status !== "pending_approval" && (
        <NodeSheet node={node} view={view} live={live} mayWrite={mayAct} onClose={() => openNode(null)} />
      )}
      <Celebration view={present.view ?? view} />
    </article>
  );
}

/** What of an address is set. */
const addressed = (values: Readonly<Record<string, string | null>>): URLSearchParams =>
  new URLSearchParams(Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== null));
