import { Box, ListTree, Map as MapIcon } from "lucide-react";
import { Component, lazy, type ReactNode, Suspense } from "react";
import { useStore } from "zustand";
import type { WorkflowView } from "../../../../shared/api/workflows.ts";
import { useT } from "../../i18n/i18n.ts";
import type { SceneStore } from "../../stores/scene-store.ts";
import { changeSettings, settingsStore } from "../../stores/settings-store.ts";
import { Segmented } from "../ui/Segmented.tsx";
import { Skeleton } from "../ui/States.tsx";
import { Outline } from "./Outline.tsx";

const Scene = lazy(() => import("../../scene/scene.tsx"));

function hasWebGl(): boolean {
  try {
    return document.createElement("canvas").getContext("webgl2") !== null;
  } catch {
    return false;
  }
}

interface HostProps {
  readonly scene: SceneStore;
  readonly view: WorkflowView;
  readonly onOpen: (id: string) => void;
  readonly fit?: boolean;
}

/** Loads the drawing on demand; without WebGL, or when the drawing fails, the outline tells the same. */
export function MapHost({ scene, view, onOpen, fit = false }: HostProps) {
  const t = useT();
  const mode = useStore(settingsStore, (settings) => settings.mapMode);
  const outline = (
    <div className="min-h-0 flex-1 overflow-y-auto p-4">
      <p className="mb-4 flex items-center gap-3 rounded-2xl bg-hover p-4 text-sm text-soft">
        <ListTree aria-hidden className="size-5 shrink-0" />
        {t("map.noWebgl")}
      </p>
      <Outline view={view} scene={scene} mayWrite={false} openNode={onOpen} />
    </div>
  );
  if (!hasWebGl()) return outline;
  return (
    <SceneBoundary fallback={outline}>
      <div className="relative min-h-0 flex-1 overflow-hidden" data-testid="map">
        <Suspense fallback={<Skeleton className="absolute inset-4" />}>
          <Scene store={scene} onOpen={onOpen} fit={fit} />
        </Suspense>
        <div className="absolute start-3 top-3 w-44">
          <Segmented
            label={t("map.mode")}
            value={mode}
            onChange={(mapMode) => changeSettings({ mapMode })}
            options={[
              { value: "map", label: <ModeLabel icon={MapIcon} text={t("map.map")} /> },
              { value: "office", label: <ModeLabel icon={Box} text={t("map.office")} /> },
            ]}
          />
        </div>
      </div>
    </SceneBoundary>
  );
}

function ModeLabel({ icon: Icon, text }: { readonly icon: typeof Box; readonly text: string }) {
  return (
    <span className="flex items-center gap-1.5">
      <Icon aria-hidden className="size-4" />
      {text}
    </span>
  );
}

class SceneBoundary extends Component<
  { readonly fallback: ReactNode; readonly children: ReactNode },
  { failed: boolean }
> {
  override state = { failed: false };
  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }
  override render(): ReactNode {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}
