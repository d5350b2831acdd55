import { lazy, Suspense } from "react";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { useWide } from "../../app/use-wide.ts";
import { withTexts } from "../../i18n/i18n.ts";
import type { LiveWorkflow } from "../../realtime/workflow-live.ts";
import type { SceneStore } from "../../stores/scene-store.ts";
import { PlanEditorPanel } from "../plan/PlanEditorPanel.tsx";
import { toStep } from "../plan/plan-edit.ts";
import { SkeletonList } from "../ui/States.tsx";
import { MapHost } from "./MapHost.tsx";
import { Now } from "./Now.tsx";
import { Outline } from "./Outline.tsx";
import { proposedSteps } from "./proposed.ts";
import type { Tab } from "./tabs.ts";
import { isOver } from "./use-workflow.ts";

const Timeline = lazy(() => import("./Timeline.tsx"));
const Costs = lazy(() => import("./Costs.tsx"));
const Ledger = lazy(() => import("../outside/Ledger.tsx"));
const Results = lazy(() => import("../results/Results.tsx"));
const TerminalTab = lazy(() => withTexts(["terminal"], () => import("../terminal/TerminalTab.tsx")));

interface BodyProps {
  readonly tab: Tab;
  readonly view: WorkflowView;
  readonly live: LiveWorkflow;
  readonly scene: SceneStore;
  readonly mayWrite: boolean;
  /** A moment of the past is shown. */
  readonly past: boolean;
  readonly openNode: (id: string | null) => void;
}

export function TabBody({ tab, view, live, scene, mayWrite, past, openNode }: BodyProps) {
  const wide = useWide();
  if (tab === "plan") {
    const proposed = proposedSteps(live.events, view.plan?.variant);
    return <PlanEditorPanel view={view} proposed={proposed?.map(toStep) ?? null} mayWrite={mayWrite} />;
  }
  if (tab === "map")
    return (
      <MapHost
        scene={scene}
        view={view}
        onOpen={openNode}
        fit={view.status === "pending_approval" || (wide && isOver(view.status))}
      />
    );
  return (
    <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain" data-tab={tab} id="tab-body">
      <div className="mx-auto w-full max-w-3xl p-4 pb-8">
        <Suspense fallback={<SkeletonList />}>
          {tab === "now" && <Now view={view} live={live} mayWrite={mayWrite} openNode={openNode} />}
          {tab === "outline" && <Outline view={view} scene={scene} mayWrite={mayWrite} openNode={openNode} />}
          {tab === "timeline" && <Timeline view={view} live={live} openNode={openNode} />}
          {tab === "costs" && <Costs view={view} openNode={openNode} />}
          {tab === "outside" && <Ledger view={view} live={live} mayWrite={mayWrite} openNode={openNode} />}
          {tab === "results" && <Results view={view} live={live} mayWrite={mayWrite} openNode={openNode} />}
          {tab === "details" && <TerminalTab view={view} mayWrite={mayWrite} past={past} />}
        </Suspense>
      </div>
    </div>
  );
}
